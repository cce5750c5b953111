#include "JPEG2000Decoder.h"

#include "JPEG2000Tile.h"

#include <stdlib.h>
#include <string.h>

/// The second bytes of markers, which begin with one of ones. **Source** T.800 table A.2.
enum {
    marker_start_of_codestream = 0x4F,
    marker_size = 0x51,
    marker_coding = 0x52,
    marker_component_coding = 0x53,
    marker_tile_part_lengths = 0x55,
    marker_packet_lengths = 0x57,
    marker_packet_lengths_of_tile_part = 0x58,
    marker_quantization = 0x5C,
    marker_component_quantization = 0x5D,
    marker_registration = 0x63,
    marker_comment = 0x64,
    marker_start_of_tile_part = 0x90,
    marker_start_of_data = 0x93,
    marker_end_of_codestream = 0xD9,
};

/// How an image is coded, or a tile: what the segments of its header say.
typedef struct Description {
    /// Segments that this header has had.
    bool has_coding;
    bool has_component_coding;
    bool has_quantization;
    bool has_component_quantization;
    unsigned exponent_count;
    JPEG2000Coding coding;
} Description;

/// A tile, and its packets, those of its tile-parts one behind the other.
typedef struct Tile {
    Description description;
    /// A tile-part of it was seen.
    bool is_begun;
    uint8_t *bytes;
    size_t size;
} Tile;

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
    /// What holds for tiles that say nothing else.
    Description description;
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

/// Takes how code-blocks are made, which begins `size` bytes at `segment`. **Source** T.800 table A.20.
static const char *take_blocks(
    Stream *stream, JPEG2000Coding *coding, const uint8_t *segment, size_t size, bool has_precincts) {
    coding->levels = segment[0];
    coding->block_width = segment[1] + 2u;
    coding->block_height = segment[2] + 2u;
    coding->block_style = segment[3];
    if (coding->levels > jpeg_2000_most_levels || coding->block_width > 10 || coding->block_height > 10 ||
        coding->block_width + coding->block_height > 12)
        return "the JPEG 2000 codestream's coding segment contradicts itself";
    const unsigned known = JPEG2000BlockResetsContexts | JPEG2000BlockIsVerticallyCausal |
        JPEG2000BlockEndsPredictably | JPEG2000BlockHasSegmentationSymbols;
    if ((coding->block_style & ~known) != 0 || segment[4] != 1)
        return unsupported(stream, "the JPEG 2000 codestream is coded in another way");
    if (has_precincts && size < 5 + (size_t)coding->levels + 1)
        return "the JPEG 2000 codestream's coding segment is too short";
    for (unsigned i = 0; i <= coding->levels; ++i) {
        const uint8_t sizes = has_precincts ? segment[5 + i] : 0xFF;
        coding->precinct_widths[i] = sizes & 15;
        coding->precinct_heights[i] = sizes >> 4;
        if (i > 0 && (coding->precinct_widths[i] == 0 || coding->precinct_heights[i] == 0))
            return "the JPEG 2000 codestream has precincts of no size";
    }
    return NULL;
}

/// Takes the coding style. **Source** T.800 A.6.1.
static const char *take_coding(Stream *stream, Description *description, const uint8_t *segment, size_t size) {
    if (size < 10) return "the JPEG 2000 codestream's coding segment is too short";
    if (description->has_coding) return "the JPEG 2000 codestream has two coding segments";
    description->has_coding = true;
    JPEG2000Coding *const coding = &description->coding;
    const unsigned style = segment[0];
    coding->may_have_packet_starts = (style & 2) != 0;
    coding->has_header_ends = (style & 4) != 0;
    coding->progression = (JPEG2000Progression)segment[1];
    coding->layers = big_endian(segment + 2, 2);
    if (segment[1] > JPEG2000ProgressionComponents || coding->layers == 0)
        return "the JPEG 2000 codestream's coding segment contradicts itself";
    if ((style & ~7u) != 0 || segment[4] != 0)
        return unsupported(stream, "the JPEG 2000 codestream is coded in another way");
    if (description->has_component_coding) return NULL;
    return take_blocks(stream, coding, segment + 5, size - 5, (style & 1) != 0);
}

/// Takes the coding style of the component, which stands before that of all. **Source** T.800 A.6.2.
static const char *take_component_coding(
    Stream *stream, Description *description, const uint8_t *segment, size_t size) {
    if (size < 7) return "the JPEG 2000 codestream's coding segment is too short";
    if (description->has_component_coding) return "the JPEG 2000 codestream has two coding segments";
    if (segment[0] != 0) return "the JPEG 2000 codestream says how a component is coded that it does not have";
    description->has_component_coding = true;
    if ((segment[1] & ~1u) != 0) return unsupported(stream, "the JPEG 2000 codestream is coded in another way");
    return take_blocks(stream, &description->coding, segment + 2, size - 2, (segment[1] & 1) != 0);
}

/// Takes the quantization, which is none. **Source** T.800 A.6.4, equation E-2.
static const char *take_quantization(Stream *stream, Description *description, const uint8_t *segment, size_t size) {
    if (size < 2) return "the JPEG 2000 codestream's quantization segment is too short";
    if ((segment[0] & 0x1F) != 0) return unsupported(stream, "the JPEG 2000 codestream is quantized");
    const unsigned guard_bits = segment[0] >> 5;
    const size_t count = size - 1 < jpeg_2000_most_bands ? size - 1 : jpeg_2000_most_bands;
    for (size_t i = 0; i < count; ++i) {
        const unsigned exponent = segment[1 + i] >> 3;
        const unsigned planes = guard_bits + exponent > 0 ? guard_bits + exponent - 1 : 0;
        if (planes > jpeg_2000_most_planes)
            return unsupported(stream, "the JPEG 2000 codestream has more bit-planes than are decoded");
        description->coding.planes[i] = (uint8_t)planes;
    }
    description->exponent_count = (unsigned)count;
    return NULL;
}

/// Takes what a segment says that a main header may have and the first tile-part of a tile.
///
/// **Source** T.800 A.6: what is said of the component stands before what is said of all, whichever comes first.
static const char *take_description(
    Stream *stream, Description *description, unsigned marker, const uint8_t *segment, size_t size) {
    static const char *const twice = "the JPEG 2000 codestream has two quantization segments";
    switch (marker) {
    case marker_coding: return take_coding(stream, description, segment, size);
    case marker_component_coding: return take_component_coding(stream, description, segment, size);
    case marker_quantization:
        if (description->has_quantization) return twice;
        description->has_quantization = true;
        return description->has_component_quantization ? NULL
                                                       : take_quantization(stream, description, segment, size);
    case marker_component_quantization:
        if (description->has_component_quantization) return twice;
        description->has_component_quantization = true;
        if (size < 1 || segment[0] != 0)
            return "the JPEG 2000 codestream says how a component is quantized that it does not have";
        return take_quantization(stream, description, segment + 1, size - 1);
    default: return unsupported(stream, "the JPEG 2000 codestream has a segment that is not decoded");
    }
}

static bool has_all_exponents(const Description *description) {
    return description->exponent_count >= 3 * description->coding.levels + 1;
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
            if (stream->tile_count == 0 || !stream->description.has_coding ||
                !(stream->description.has_quantization || stream->description.has_component_quantization))
                return "the JPEG 2000 codestream's header lacks a segment";
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
        case marker_tile_part_lengths:
        case marker_packet_lengths:
        case marker_registration:
        case marker_comment: break;
        default: problem = take_description(stream, &stream->description, marker, segment, length - 2);
        }
        if (problem != NULL) return problem;
    }
    return "the JPEG 2000 codestream ends within its header";
}

/// Takes the header of a tile-part, `length` bytes at `first`, up to its packets, `*packets` behind its begin.
///
/// **Source** T.800 A.4.2, A.6: only the first of a tile says how it is coded.
static const char *take_tile_header(
    Stream *stream, Tile *tile, const uint8_t *first, size_t length, size_t *packets) {
    Description *const description = &tile->description;
    if (!tile->is_begun) {
        *description = stream->description;
        description->has_coding = description->has_component_coding = false;
        description->has_quantization = description->has_component_quantization = false;
    }
    size_t at = 12;
    while (first[at] == 0xFF && first[at + 1] != marker_start_of_data) {
        const unsigned marker = first[at + 1];
        if (length - at < 6) return "a tile-part of the JPEG 2000 codestream is cut short";
        const size_t segment = big_endian(first + at + 2, 2);
        if (segment < 2 || segment > length - at - 4) return "a tile-part of the JPEG 2000 codestream is cut short";
        const bool is_passed_over = marker == marker_packet_lengths_of_tile_part || marker == marker_comment;
        if (tile->is_begun && !is_passed_over)
            return unsupported(stream, "a tile of the JPEG 2000 codestream is coded in more than one way");
        const char *const problem = is_passed_over
            ? NULL
            : take_description(stream, description, marker, first + at + 4, segment - 2);
        if (problem != NULL) return problem;
        at += 2 + segment;
    }
    if (first[at] != 0xFF) return "the JPEG 2000 codestream has no marker where one should be";
    if (!has_all_exponents(description)) return "the JPEG 2000 codestream has no bit-planes for some subbands";
    tile->is_begun = true;
    *packets = at + 2;
    return NULL;
}

/// A tile-part's place in the stream.
typedef struct TilePart {
    uint32_t tile;
    const uint8_t *bytes;
    size_t size;
} TilePart;

/// Finds the next tile-part. **Source** T.800 A.4.2.
static const char *take_tile_part(Stream *stream, TilePart *part) {
    const uint8_t *const first = stream->bytes + stream->at;
    const size_t rest = stream->size - stream->at;
    if (rest < 14 || big_endian(first, 2) != (0xFF00 | marker_start_of_tile_part) || big_endian(first + 2, 2) != 10)
        return "the JPEG 2000 codestream has no tile-part where one should be";
    const uint32_t tile = big_endian(first + 4, 2);
    if (tile >= stream->tile_count) return "the JPEG 2000 codestream has a tile outside its image";
    size_t length = big_endian(first + 6, 4);
    // The last tile-part may leave its length open: it goes as far as the end marker.
    if (length == 0) length = rest - 2;
    if (length < 14 || length > rest) return "a tile-part of the JPEG 2000 codestream is cut short";
    *part = (TilePart){tile, first, length};
    stream->at += length;
    return NULL;
}

static bool is_at_end(const Stream *stream) {
    return stream->size - stream->at == 2 &&
        big_endian(stream->bytes + stream->at, 2) == (0xFF00 | marker_end_of_codestream);
}

/// Collects descriptions and packets of all tiles: `tiles` has as many as there are, in `packets`, which is as long as
/// the stream.
static const char *collect_tiles(Stream *stream, Tile *tiles, uint8_t *packets) {
    const size_t first = stream->at;
    TilePart part = {0};
    const char *problem = NULL;
    // Once for the sizes, which are an upper bound, and once for the bytes.
    while (!is_at_end(stream)) {
        problem = take_tile_part(stream, &part);
        if (problem != NULL) return problem;
        tiles[part.tile].size += part.size;
    }
    for (uint32_t i = 0; i < stream->tile_count; ++i) {
        tiles[i].bytes = packets;
        packets += tiles[i].size;
        tiles[i].size = 0;
    }
    stream->at = first;
    while (!is_at_end(stream)) {
        problem = take_tile_part(stream, &part);
        Tile *const tile = &tiles[part.tile];
        size_t header = 0;
        if (problem == NULL) problem = take_tile_header(stream, tile, part.bytes, part.size, &header);
        if (problem != NULL) return problem;
        memcpy(tile->bytes + tile->size, part.bytes + header, part.size - header);
        tile->size += part.size - header;
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

static const char *decode_tile(
    Stream *stream, const Tile *tile, JPEG2000Rectangle area, int32_t *tile_samples, int32_t *scratch,
    uint16_t *samples) {
    if (!tile->is_begun) return "the JPEG 2000 codestream has a tile of which nothing is there";
    const JPEG2000Coding *const coding = &tile->description.coding;
    const char *const problem = jpeg_2000_decode_tile(
        coding, area, tile->bytes, tile->size, tile_samples, scratch, &stream->status);
    if (problem != NULL) return problem;
    if (write_tile(stream, area, tile_samples, samples) || !coding->is_lossless) return NULL;
    stream->status = CDICOMStatusPixelDataIncomplete;
    return "a sample of the JPEG 2000 codestream is outside its range";
}

static const char *decode_tiles(Stream *stream, const Tile *tiles, uint16_t *samples) {
    // No tile has more of the image than these.
    const size_t columns = smaller(jpeg_2000_width(stream->first_tile), jpeg_2000_width(stream->image));
    const size_t rows = smaller(jpeg_2000_height(stream->first_tile), jpeg_2000_height(stream->image));
    int32_t *const tile_samples = malloc(columns * rows * sizeof *tile_samples);
    int32_t *const scratch = malloc((columns + jpeg_2000_strip_columns * rows) * sizeof *scratch);
    const char *problem = tile_samples == NULL || scratch == NULL ? out_of_memory(stream) : NULL;
    for (uint32_t i = 0; i < stream->tile_count && problem == NULL; ++i)
        problem = decode_tile(stream, &tiles[i], tile_area(stream, i), tile_samples, scratch, samples);
    free(scratch);
    free(tile_samples);
    return problem;
}

static const char *decode(Stream *stream, unsigned rows, unsigned columns, uint16_t *samples) {
    const char *problem = take_main_header(stream, rows, columns);
    if (problem != NULL) return problem;
    Tile *const tiles = calloc(stream->tile_count, sizeof *tiles);
    uint8_t *const packets = malloc(stream->size);
    if (tiles == NULL || packets == NULL) {
        problem = out_of_memory(stream);
    } else {
        problem = collect_tiles(stream, tiles, packets);
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
        .description = {.coding = {.is_lossless = !may_be_lossy}}};
    const char *const problem = decode(&stream, rows, columns, samples);
    return (CDICOMJPEG2000Result){
        .status = problem == NULL ? CDICOMStatusOk : stream.status, .problem = problem};
}
