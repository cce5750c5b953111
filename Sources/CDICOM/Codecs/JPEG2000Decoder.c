#include "JPEG2000Decoder.h"

#include "JPEG2000Tile.h"

#include <stdlib.h>
#include <string.h>

/// The second bytes of markers, which begin with one of ones. **Source** T.800 table A.2.
enum {
    marker_start_of_codestream = 0x4F,
    marker_size = 0x51,
    marker_coding = 0x52,
    marker_tile_part_lengths = 0x55,
    marker_packet_lengths = 0x57,
    marker_packet_lengths_of_tile_part = 0x58,
    marker_quantization = 0x5C,
    marker_registration = 0x63,
    marker_comment = 0x64,
    marker_start_of_tile_part = 0x90,
    marker_start_of_data = 0x93,
    marker_end_of_codestream = 0xD9,
};

/// The packets of a tile, those of its tile-parts one behind the other.
typedef struct TileBytes {
    uint8_t *bytes;
    size_t size;
} TileBytes;

/// A codestream while it is decoded.
typedef struct Stream {
    const uint8_t *bytes;
    size_t size;
    size_t at;
    /// What a problem means.
    CDICOMStatus status;
    JPEG2000Rectangle image;
    JPEG2000Rectangle first_tile;
    uint32_t tile_columns;
    uint32_t tile_count;
    unsigned precision;
    bool is_signed;
    bool has_coding;
    unsigned exponent_count;
    JPEG2000Coding coding;
} Stream;

static const char *unsupported(Stream *stream, const char *problem) {
    stream->status = CDICOMStatusPixelDataUnsupported;
    return problem;
}

static const char *out_of_memory(Stream *stream) {
    stream->status = CDICOMStatusOutOfMemory;
    return "memory ran out";
}

static uint32_t smaller(uint32_t a, uint32_t b) { return a < b ? a : b; }

static uint32_t big_endian(const uint8_t *bytes, int count) {
    uint32_t value = 0;
    for (int i = 0; i < count; ++i) value = value << 8 | bytes[i];
    return value;
}

/// Takes the sizes of image and tiles. **Source** T.800 A.5.1, B.3.
static const char *take_size(Stream *stream, const uint8_t *segment, size_t size, unsigned rows, unsigned columns) {
    if (size < 39) return "the JPEG 2000 codestream's size segment is too short";
    if (stream->tile_count != 0) return "the JPEG 2000 codestream has two size segments";
    const uint8_t *const number = segment + 2;
    stream->image = (JPEG2000Rectangle){
        .left = big_endian(number + 8, 4), .top = big_endian(number + 12, 4),
        .right = big_endian(number, 4), .bottom = big_endian(number + 4, 4)};
    const JPEG2000Rectangle image = stream->image;
    const uint32_t width = big_endian(number + 16, 4), height = big_endian(number + 20, 4);
    const uint32_t left = big_endian(number + 24, 4), top = big_endian(number + 28, 4);
    if (image.left >= image.right || image.top >= image.bottom || jpeg_2000_width(image) != columns ||
        jpeg_2000_height(image) != rows)
        return "the JPEG 2000 codestream holds an image of another size";
    if (width == 0 || height == 0 || left > image.left || top > image.top ||
        (uint64_t)left + width <= image.left || (uint64_t)top + height <= image.top)
        return "the tiles of the JPEG 2000 codestream do not cover its image";
    if (big_endian(segment + 34, 2) != 1 || segment[37] != 1 || segment[38] != 1)
        return unsupported(stream, "the JPEG 2000 codestream has more than one component, or not all of its samples");
    stream->is_signed = (segment[36] & 0x80) != 0;
    stream->precision = (segment[36] & 0x7Fu) + 1;
    if (stream->precision > 16) return unsupported(stream, "the JPEG 2000 codestream has samples of above 16 bits");
    // Sides of tiles as coordinates: those beyond 32 bits are beyond the image.
    const uint64_t right = (uint64_t)left + width, bottom = (uint64_t)top + height;
    stream->first_tile = (JPEG2000Rectangle){
        .left = left, .top = top, .right = right < UINT32_MAX ? (uint32_t)right : UINT32_MAX,
        .bottom = bottom < UINT32_MAX ? (uint32_t)bottom : UINT32_MAX};
    const uint64_t tile_columns = (image.right - left + (uint64_t)width - 1) / width;
    const uint64_t tile_rows = (image.bottom - top + (uint64_t)height - 1) / height;
    if (tile_columns * tile_rows > UINT16_MAX) return "the JPEG 2000 codestream has more tiles than tiles have numbers";
    stream->tile_columns = (uint32_t)tile_columns;
    stream->tile_count = (uint32_t)(tile_columns * tile_rows);
    return NULL;
}

/// Takes the coding style. **Source** T.800 A.6.1.
static const char *take_coding(Stream *stream, const uint8_t *segment, size_t size) {
    if (size < 10) return "the JPEG 2000 codestream's coding segment is too short";
    if (stream->has_coding) return "the JPEG 2000 codestream has two coding segments";
    stream->has_coding = true;
    JPEG2000Coding *const coding = &stream->coding;
    const unsigned style = segment[0];
    coding->may_have_packet_starts = (style & 2) != 0;
    coding->has_header_ends = (style & 4) != 0;
    coding->progression = (JPEG2000Progression)segment[1];
    coding->layers = big_endian(segment + 2, 2);
    coding->levels = segment[5];
    coding->block_width = segment[6] + 2u;
    coding->block_height = segment[7] + 2u;
    coding->block_style = segment[8];
    if (segment[1] > JPEG2000ProgressionComponents || coding->layers == 0 || coding->levels > jpeg_2000_most_levels ||
        coding->block_width > 10 || coding->block_height > 10 || coding->block_width + coding->block_height > 12)
        return "the JPEG 2000 codestream's coding segment contradicts itself";
    const unsigned known = JPEG2000BlockResetsContexts | JPEG2000BlockIsVerticallyCausal |
        JPEG2000BlockEndsPredictably | JPEG2000BlockHasSegmentationSymbols;
    if ((style & ~7u) != 0 || segment[4] != 0 || (coding->block_style & ~known) != 0 || segment[9] != 1)
        return unsupported(stream, "the JPEG 2000 codestream is coded in another way");
    const bool has_precincts = (style & 1) != 0;
    if (has_precincts && size < 10 + (size_t)coding->levels + 1)
        return "the JPEG 2000 codestream's coding segment is too short";
    for (unsigned i = 0; i <= coding->levels; ++i) {
        const uint8_t sizes = has_precincts ? segment[10 + i] : 0xFF;
        coding->precinct_widths[i] = sizes & 15;
        coding->precinct_heights[i] = sizes >> 4;
        if (i > 0 && (coding->precinct_widths[i] == 0 || coding->precinct_heights[i] == 0))
            return "the JPEG 2000 codestream has precincts of no size";
    }
    return NULL;
}

/// Takes the quantization, which is none. **Source** T.800 A.6.4, equation E-2.
static const char *take_quantization(Stream *stream, const uint8_t *segment, size_t size) {
    if (size < 2) return "the JPEG 2000 codestream's quantization segment is too short";
    if (stream->exponent_count != 0) return "the JPEG 2000 codestream has two quantization segments";
    if ((segment[0] & 0x1F) != 0) return unsupported(stream, "the JPEG 2000 codestream is quantized");
    const unsigned guard_bits = segment[0] >> 5;
    const size_t count = size - 1 < jpeg_2000_most_bands ? size - 1 : jpeg_2000_most_bands;
    for (size_t i = 0; i < count; ++i) {
        const unsigned exponent = segment[1 + i] >> 3;
        stream->coding.planes[i] = (uint8_t)(guard_bits + exponent > 0 ? guard_bits + exponent - 1 : 0);
        if (stream->coding.planes[i] > jpeg_2000_most_planes)
            return unsupported(stream, "the JPEG 2000 codestream has more bit-planes than are decoded");
    }
    stream->exponent_count = (unsigned)count;
    return NULL;
}

/// Reads the main header, up to the first tile-part. **Source** T.800 A.3.
static const char *take_main_header(Stream *stream, unsigned rows, unsigned columns) {
    if (stream->size < 2 || big_endian(stream->bytes, 2) != (0xFF00 | marker_start_of_codestream))
        return "the frame does not begin as a JPEG 2000 codestream";
    stream->at = 2;
    while (stream->size - stream->at >= 4) {
        if (stream->bytes[stream->at] != 0xFF) return "the JPEG 2000 codestream has no marker where one should be";
        const unsigned marker = stream->bytes[stream->at + 1];
        if (marker == marker_start_of_tile_part) {
            if (stream->tile_count == 0 || !stream->has_coding ||
                stream->exponent_count < 3 * stream->coding.levels + 1)
                return "the JPEG 2000 codestream's header lacks a segment, or subbands in one";
            return NULL;
        }
        const size_t length = big_endian(stream->bytes + stream->at + 2, 2);
        if (length < 2 || length > stream->size - stream->at - 2)
            return "a segment of the JPEG 2000 codestream is longer than the stream";
        const uint8_t *const segment = stream->bytes + stream->at + 4;
        stream->at += 2 + length;
        const char *problem = NULL;
        switch (marker) {
        case marker_size: problem = take_size(stream, segment, length - 2, rows, columns); break;
        case marker_coding: problem = take_coding(stream, segment, length - 2); break;
        case marker_quantization: problem = take_quantization(stream, segment, length - 2); break;
        case marker_tile_part_lengths:
        case marker_packet_lengths:
        case marker_registration:
        case marker_comment: break;
        default: problem = unsupported(stream, "the JPEG 2000 codestream has a segment that is not decoded");
        }
        if (problem != NULL) return problem;
    }
    return "the JPEG 2000 codestream ends within its header";
}

/// Finds the packets of the next tile-part, `*bytes`, `*size`, and the tile that they are of. **Source** T.800 A.4.2.
static const char *take_tile_part(Stream *stream, uint32_t *tile, const uint8_t **bytes, size_t *size) {
    const uint8_t *const first = stream->bytes + stream->at;
    const size_t rest = stream->size - stream->at;
    if (rest < 14 || big_endian(first, 2) != (0xFF00 | marker_start_of_tile_part) || big_endian(first + 2, 2) != 10)
        return "the JPEG 2000 codestream has no tile-part where one should be";
    *tile = big_endian(first + 4, 2);
    if (*tile >= stream->tile_count) return "the JPEG 2000 codestream has a tile outside its image";
    size_t length = big_endian(first + 6, 4);
    // The last tile-part may leave its length open: it goes as far as the end marker.
    if (length == 0) length = rest - 2;
    if (length < 14 || length > rest) return "a tile-part of the JPEG 2000 codestream is cut short";
    size_t at = 12;
    while (first[at] == 0xFF && first[at + 1] != marker_start_of_data) {
        const unsigned marker = first[at + 1];
        if (marker != marker_packet_lengths_of_tile_part && marker != marker_comment)
            return unsupported(stream, "a tile of the JPEG 2000 codestream is coded in a way of its own");
        if (length - at < 6) return "a tile-part of the JPEG 2000 codestream is cut short";
        const size_t segment = big_endian(first + at + 2, 2);
        if (segment < 2 || segment > length - at - 4) return "a tile-part of the JPEG 2000 codestream is cut short";
        at += 2 + segment;
    }
    if (first[at] != 0xFF) return "the JPEG 2000 codestream has no marker where one should be";
    *bytes = first + at + 2;
    *size = length - at - 2;
    stream->at += length;
    return NULL;
}

static bool is_at_end(const Stream *stream) {
    return stream->size - stream->at == 2 &&
        big_endian(stream->bytes + stream->at, 2) == (0xFF00 | marker_end_of_codestream);
}

/// Collects the packets of all tiles: `tiles` has as many as there are, in `packets`, which is as long as the stream.
static const char *collect_packets(Stream *stream, TileBytes *tiles, uint8_t *packets) {
    const size_t first = stream->at;
    uint32_t tile = 0;
    const uint8_t *bytes = NULL;
    size_t size = 0;
    // Once for the sizes, and once for the bytes.
    for (int is_copied = 0; is_copied < 2; ++is_copied) {
        stream->at = first;
        while (!is_at_end(stream)) {
            const char *const problem = take_tile_part(stream, &tile, &bytes, &size);
            if (problem != NULL) return problem;
            if (is_copied) memcpy(tiles[tile].bytes + tiles[tile].size, bytes, size);
            tiles[tile].size += size;
        }
        for (uint32_t i = 0; i < stream->tile_count && !is_copied; ++i) {
            tiles[i].bytes = packets;
            packets += tiles[i].size;
            tiles[i].size = 0;
        }
    }
    return NULL;
}

/// **Source** T.800 B.3.
static JPEG2000Rectangle tile_area(const Stream *stream, uint32_t index) {
    const JPEG2000Rectangle first = stream->first_tile, image = stream->image;
    const uint64_t left = first.left + (uint64_t)jpeg_2000_width(first) * (index % stream->tile_columns);
    const uint64_t top = first.top + (uint64_t)jpeg_2000_height(first) * (index / stream->tile_columns);
    const uint64_t right = left + jpeg_2000_width(first), bottom = top + jpeg_2000_height(first);
    return (JPEG2000Rectangle){
        .left = left > image.left ? (uint32_t)left : image.left,
        .top = top > image.top ? (uint32_t)top : image.top,
        .right = right < image.right ? (uint32_t)right : image.right,
        .bottom = bottom < image.bottom ? (uint32_t)bottom : image.bottom};
}

/// Brings a tile's samples into the image's range; returns whether they were. **Source** T.800 G.1.2.
static bool write_tile(const Stream *stream, JPEG2000Rectangle area, const int32_t *from, uint16_t *samples) {
    const int32_t half = (int32_t)1 << (stream->precision - 1);
    const int32_t shift = stream->is_signed ? 0 : half;
    const int32_t least = shift - half, most = shift + half - 1;
    const size_t columns = jpeg_2000_width(stream->image);
    uint16_t *to =
        samples + (area.top - stream->image.top) * columns + (area.left - stream->image.left);
    const uint32_t width = jpeg_2000_width(area);
    uint32_t outside = 0;
    for (uint32_t row = area.top; row < area.bottom; ++row, to += columns, from += width)
        for (uint32_t i = 0; i < width; ++i) {
            const int32_t value = (int32_t)((uint32_t)from[i] + (uint32_t)shift);
            const int32_t within = value < least ? least : value > most ? most : value;
            outside |= (uint32_t)value ^ (uint32_t)within;
            to[i] = (uint16_t)within;
        }
    return outside == 0;
}

static const char *decode_tiles(Stream *stream, const TileBytes *tiles, uint16_t *samples) {
    // No tile has more of the image than these.
    const size_t columns = smaller(jpeg_2000_width(stream->first_tile), jpeg_2000_width(stream->image));
    const size_t rows = smaller(jpeg_2000_height(stream->first_tile), jpeg_2000_height(stream->image));
    int32_t *const tile_samples = malloc(columns * rows * sizeof *tile_samples);
    int32_t *const scratch = malloc((columns + jpeg_2000_strip_columns * rows) * sizeof *scratch);
    const char *problem = tile_samples == NULL || scratch == NULL ? out_of_memory(stream) : NULL;
    for (uint32_t i = 0; i < stream->tile_count && problem == NULL; ++i) {
        const JPEG2000Rectangle area = tile_area(stream, i);
        problem = jpeg_2000_decode_tile(
            &stream->coding, area, tiles[i].bytes, tiles[i].size, tile_samples, scratch, &stream->status);
        if (problem == NULL && !write_tile(stream, area, tile_samples, samples) && stream->coding.is_lossless) {
            stream->status = CDICOMStatusPixelDataIncomplete;
            problem = "a sample of the JPEG 2000 codestream is outside its range";
        }
    }
    free(scratch);
    free(tile_samples);
    return problem;
}

static const char *decode(Stream *stream, unsigned rows, unsigned columns, uint16_t *samples) {
    const char *problem = take_main_header(stream, rows, columns);
    if (problem != NULL) return problem;
    TileBytes *const tiles = calloc(stream->tile_count, sizeof *tiles);
    uint8_t *const packets = malloc(stream->size);
    if (tiles == NULL || packets == NULL) {
        problem = out_of_memory(stream);
    } else {
        problem = collect_packets(stream, tiles, packets);
        if (problem == NULL) problem = decode_tiles(stream, tiles, samples);
    }
    free(packets);
    free(tiles);
    return problem;
}

CDICOMJPEG2000Result cdicom_jpeg_2000_decode(
    const uint8_t *bytes, size_t size, unsigned rows, unsigned columns, bool may_be_lossy, uint16_t *samples) {
    Stream stream = {
        .bytes = bytes, .size = size, .status = CDICOMStatusPixelDataIncomplete,
        .coding = {.is_lossless = !may_be_lossy}};
    const char *const problem = decode(&stream, rows, columns, samples);
    return (CDICOMJPEG2000Result){
        .status = problem == NULL ? CDICOMStatusOk : stream.status, .problem = problem};
}
