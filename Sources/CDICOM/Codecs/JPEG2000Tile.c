#include "JPEG2000Tile.h"

#include <stdlib.h>
#include <string.h>

// MARK: - Memory

/// Memory that is given back all at once.
typedef struct Arena {
    struct Piece *_Nullable last;
    size_t left;
} Arena;

typedef struct Piece {
    struct Piece *_Nullable before;
    _Alignas(max_align_t) uint8_t bytes[];
} Piece;

/// Zeros; NULL where memory ran out.
static void *take(Arena *arena, size_t count, size_t size) {
    static const size_t piece_size = 64 << 10;
    if (count > SIZE_MAX / 2 / size) return NULL;
    const size_t wanted = (count * size + _Alignof(max_align_t) - 1) / _Alignof(max_align_t) * _Alignof(max_align_t);
    if (wanted > arena->left) {
        const size_t room = wanted > piece_size ? wanted : piece_size;
        Piece *const piece = calloc(1, sizeof *piece + room);
        if (piece == NULL) return NULL;
        piece->before = arena->last;
        arena->last = piece;
        arena->left = room;
    }
    arena->left -= wanted;
    return arena->last->bytes + arena->left;
}

static void give_back(Arena *arena) {
    while (arena->last != NULL) {
        Piece *const piece = arena->last;
        arena->last = piece->before;
        free(piece);
    }
}

// MARK: - Geometry

/// Encoded bytes of a code-block in one packet.
typedef struct Chunk {
    const uint8_t *bytes;
    size_t size;
    struct Chunk *_Nullable next;
} Chunk;

typedef struct CodeBlock {
    JPEG2000Rectangle area;
    Chunk *_Nullable first;
    Chunk *_Nullable last;
    size_t size;
    unsigned passes;
    unsigned zero_planes;
    /// Bits in which lengths are written. **Source** T.800 B.10.7.1.
    unsigned length_bits;
    /// Bytes in the packet that is read.
    size_t incoming;
} CodeBlock;

/// A value in a tree, known to be no less than `least`. **Source** T.800 B.10.2.
typedef struct TagNode {
    uint16_t least;
    bool is_known;
} TagNode;

enum { most_tree_levels = 18 };

/// The code-blocks of a precinct in one subband, row by row.
typedef struct PrecinctBand {
    uint32_t columns;
    uint32_t rows;
    CodeBlock *blocks;
    unsigned tree_levels;
    /// Where the nodes of each level begin, from the code-blocks upwards.
    uint32_t level_starts[most_tree_levels];
    /// Two trees: the smallest of the values below each node, down to one of each code-block.
    TagNode *inclusion;
    TagNode *zero_planes;
} PrecinctBand;

typedef struct Precinct {
    PrecinctBand bands[3];
} Precinct;

typedef struct Band {
    JPEG2000Rectangle area;
    JPEG2000Orientation orientation;
    unsigned planes;
    /// Where its samples begin in the tile's.
    size_t start;
} Band;

typedef struct Resolution {
    JPEG2000Rectangle area;
    unsigned band_count;
    Band bands[3];
    uint32_t precinct_columns;
    uint32_t precinct_rows;
    Precinct *precincts;
} Resolution;

typedef struct Tile {
    const JPEG2000Coding *coding;
    JPEG2000Rectangle area;
    Resolution resolutions[jpeg_2000_most_levels + 1];
    Arena arena;
    const uint8_t *next;
    const uint8_t *end;
    /// Packets taken.
    unsigned packets;
    size_t blocks;
    CDICOMStatus status;
} Tile;

static const char *out_of_memory(Tile *tile) {
    tile->status = CDICOMStatusOutOfMemory;
    return "memory ran out";
}

static const char *unsupported(Tile *tile, const char *problem) {
    tile->status = CDICOMStatusPixelDataUnsupported;
    return problem;
}

/// `value` / 2^`power`, rounded up.
static uint32_t up(uint64_t value, unsigned power) {
    return (uint32_t)((value + ((uint64_t)1 << power) - 1) >> power);
}

static uint32_t down(uint32_t value, unsigned power) { return (uint32_t)((uint64_t)value >> power); }

static unsigned smaller(unsigned a, unsigned b) { return a < b ? a : b; }

/// What `area` has of a cell of a grid, whose cells are 2^`width` x 2^`height` large.
static JPEG2000Rectangle cell(
    JPEG2000Rectangle area, uint64_t column, uint64_t row, unsigned width, unsigned height) {
    const uint64_t left = column << width, right = (column + 1) << width;
    const uint64_t top = row << height, bottom = (row + 1) << height;
    return (JPEG2000Rectangle){
        .left = left > area.left ? (uint32_t)left : area.left,
        .top = top > area.top ? (uint32_t)top : area.top,
        .right = right < area.right ? (uint32_t)right : area.right,
        .bottom = bottom < area.bottom ? (uint32_t)bottom : area.bottom};
}

static bool is_empty(JPEG2000Rectangle area) { return area.left >= area.right || area.top >= area.bottom; }

/// The part of the tile that a subband is of: `levels` times halved, from the second sample where it is high-pass.
/// **Source** T.800 equation B-15.
static JPEG2000Rectangle subband(JPEG2000Rectangle tile, unsigned levels, unsigned across, unsigned down_) {
    const uint64_t half = levels == 0 ? 0 : (uint64_t)1 << (levels - 1);
    const uint64_t x = across * half, y = down_ * half;
#define PART(value, offset) ((value) > (offset) ? up((value) - (offset), levels) : 0)
    return (JPEG2000Rectangle){
        PART(tile.left, x), PART(tile.top, y), PART(tile.right, x), PART(tile.bottom, y)};
#undef PART
}

/// **Source** T.800 B.7, B.10.2.
static const char *make_precinct_band(
    Tile *tile, PrecinctBand *band, JPEG2000Rectangle area, unsigned block_width, unsigned block_height) {
    if (is_empty(area)) return NULL;
    const uint32_t left = down(area.left, block_width), top = down(area.top, block_height);
    band->columns = up(area.right, block_width) - left;
    band->rows = up(area.bottom, block_height) - top;
    const size_t block_count = (size_t)band->columns * band->rows;
    tile->blocks += block_count;
    const size_t samples = (size_t)jpeg_2000_width(tile->area) * jpeg_2000_height(tile->area);
    if (tile->blocks > 1024 + samples / 8 || tile->blocks * tile->coding->layers > (size_t)1 << 26)
        return "the JPEG 2000 codestream has more code-blocks than a tile of its size is taken to have";
    band->blocks = take(&tile->arena, block_count, sizeof *band->blocks);
    if (band->blocks == NULL) return out_of_memory(tile);
    for (uint32_t row = 0; row < band->rows; ++row)
        for (uint32_t column = 0; column < band->columns; ++column) {
            CodeBlock *const block = band->blocks + (size_t)row * band->columns + column;
            block->area = cell(area, left + column, top + row, block_width, block_height);
            block->length_bits = 3;
        }
    uint32_t nodes = 0;
    for (unsigned level = 0;; ++level) {
        const uint32_t columns = up(band->columns, level), rows = up(band->rows, level);
        band->level_starts[level] = nodes;
        nodes += columns * rows;
        band->tree_levels = level + 1;
        if (columns == 1 && rows == 1) break;
    }
    band->inclusion = take(&tile->arena, 2 * (size_t)nodes, sizeof(TagNode));
    if (band->inclusion == NULL) return out_of_memory(tile);
    band->zero_planes = band->inclusion + nodes;
    return NULL;
}

/// A resolution's size, its subbands and how many precincts it has. **Source** T.800 B.5, B.6.
static void measure_resolution(Tile *tile, unsigned index) {
    const JPEG2000Coding *const coding = tile->coding;
    Resolution *const resolution = tile->resolutions + index;
    const JPEG2000Rectangle area = subband(tile->area, coding->levels - index, 0, 0);
    resolution->area = area;
    const unsigned width = coding->precinct_widths[index], height = coding->precinct_heights[index];
    if (!is_empty(area)) {
        resolution->precinct_columns = up(area.right, width) - down(area.left, width);
        resolution->precinct_rows = up(area.bottom, height) - down(area.top, height);
    }
    if (index == 0) {
        resolution->band_count = 1;
        resolution->bands[0] = (Band){area, JPEG2000OrientationLowPass, coding->planes[0], 0};
        return;
    }
    resolution->band_count = 3;
    const JPEG2000Rectangle lower = resolution[-1].area;
    const size_t stride = jpeg_2000_width(tile->area);
    for (unsigned i = 1; i <= 3; ++i) {
        const unsigned across = i & 1, down_ = i >> 1;
        resolution->bands[i - 1] = (Band){
            .area = subband(tile->area, coding->levels - index + 1, across, down_),
            .orientation = (JPEG2000Orientation)i,
            .planes = coding->planes[3 * (index - 1) + i],
            .start = across * jpeg_2000_width(lower) + down_ * jpeg_2000_height(lower) * stride};
    }
}

/// A resolution's precincts and their code-blocks. **Source** T.800 B.6, B.7.
static const char *divide_resolution(Tile *tile, unsigned index) {
    const JPEG2000Coding *const coding = tile->coding;
    Resolution *const resolution = tile->resolutions + index;
    const size_t count = (size_t)resolution->precinct_columns * resolution->precinct_rows;
    if (count == 0) return NULL;
    resolution->precincts = take(&tile->arena, count, sizeof *resolution->precincts);
    if (resolution->precincts == NULL) return out_of_memory(tile);
    // In its subbands a precinct of all but the smallest resolution has half its size.
    const unsigned halved = index > 0;
    const unsigned width = coding->precinct_widths[index] - halved;
    const unsigned height = coding->precinct_heights[index] - halved;
    const unsigned block_width = smaller(coding->block_width, width);
    const unsigned block_height = smaller(coding->block_height, height);
    const uint32_t left = down(resolution->area.left, width + halved);
    const uint32_t top = down(resolution->area.top, height + halved);
    for (size_t i = 0; i < count; ++i) {
        const uint64_t column = left + i % resolution->precinct_columns;
        const uint64_t row = top + i / resolution->precinct_columns;
        for (unsigned b = 0; b < resolution->band_count; ++b) {
            const char *const problem = make_precinct_band(
                tile, &resolution->precincts[i].bands[b],
                cell(resolution->bands[b].area, column, row, width, height), block_width, block_height);
            if (problem != NULL) return problem;
        }
    }
    return NULL;
}

static const char *divide(Tile *tile) {
    uint64_t precincts = 0;
    for (unsigned i = 0; i <= tile->coding->levels; ++i) {
        measure_resolution(tile, i);
        precincts += (uint64_t)tile->resolutions[i].precinct_columns * tile->resolutions[i].precinct_rows;
    }
    // Checked before anything of their number is allocated: each packet has at least one byte.
    if (precincts * tile->coding->layers > (uint64_t)(tile->end - tile->next))
        return "a tile of the JPEG 2000 codestream has fewer packets than it should";
    const uint64_t samples = (uint64_t)jpeg_2000_width(tile->area) * jpeg_2000_height(tile->area);
    if (precincts > 1024 + samples / 16) return unsupported(tile, "the JPEG 2000 codestream has tiny precincts");
    for (unsigned i = 0; i <= tile->coding->levels; ++i) {
        const char *const problem = divide_resolution(tile, i);
        if (problem != NULL) return problem;
    }
    return NULL;
}

// MARK: - Packet headers

/// The bits of a packet header: a byte behind one of ones has seven. **Source** T.800 B.10.1.
typedef struct HeaderBits {
    const uint8_t *next;
    const uint8_t *end;
    uint8_t byte;
    unsigned left;
    /// More was read than there is; those bits were zeros.
    bool has_overrun;
} HeaderBits;

static unsigned next_bit(HeaderBits *bits) {
    if (bits->left == 0) {
        if (bits->next == bits->end) {
            bits->has_overrun = true;
            return 0;
        }
        bits->left = bits->byte == 0xFF ? 7 : 8;
        bits->byte = *bits->next++;
    }
    bits->left -= 1;
    return bits->byte >> bits->left & 1;
}

static uint32_t next_bits(HeaderBits *bits, unsigned count) {
    uint32_t value = 0;
    for (unsigned i = 0; i < count; ++i) value = value << 1 | next_bit(bits);
    return value;
}

/// Whether the value of a code-block in a tag tree is below `limit`. **Source** T.800 B.10.2.
static bool is_below(
    HeaderBits *bits, const PrecinctBand *band, TagNode *tree, uint32_t column, uint32_t row, unsigned limit) {
    unsigned least = 0;
    bool is_known = false;
    for (unsigned level = band->tree_levels; level-- > 0;) {
        TagNode *const node = tree + band->level_starts[level] +
            (size_t)(row >> level) * up(band->columns, level) + (column >> level);
        if (node->least < least) node->least = (uint16_t)least;
        while (!node->is_known && node->least < limit) {
            if (next_bit(bits)) node->is_known = true;
            else node->least += 1;
        }
        least = node->least;
        if (least >= limit) return false;
        is_known = node->is_known;
    }
    return is_known;
}

/// How many passes a packet adds. **Source** T.800 table B.4.
static unsigned next_passes(HeaderBits *bits) {
    if (!next_bit(bits)) return 1;
    if (!next_bit(bits)) return 2;
    unsigned more = next_bits(bits, 2);
    if (more < 3) return 3 + more;
    more = next_bits(bits, 5);
    if (more < 31) return 6 + more;
    return 37 + next_bits(bits, 7);
}

/// What a packet's header says of a code-block. **Source** T.800 B.10.3 to B.10.7.
static const char *take_block_header(
    HeaderBits *bits, PrecinctBand *band, uint32_t column, uint32_t row, unsigned layer, unsigned planes) {
    CodeBlock *const block = band->blocks + (size_t)row * band->columns + column;
    block->incoming = 0;
    const bool is_first = block->passes == 0;
    const bool is_included =
        is_first ? is_below(bits, band, band->inclusion, column, row, layer + 1) : next_bit(bits) != 0;
    if (!is_included) return NULL;
    if (is_first) {
        while (!is_below(bits, band, band->zero_planes, column, row, block->zero_planes + 1)) {
            block->zero_planes += 1;
            if (block->zero_planes > planes) return "a JPEG 2000 code-block has fewer bit-planes than none";
        }
    }
    const unsigned passes = next_passes(bits);
    while (next_bit(bits)) block->length_bits += 1;
    unsigned bit_count = block->length_bits;
    for (unsigned i = passes; i > 1; i /= 2) bit_count += 1;
    if (bit_count > 32) return "a JPEG 2000 packet has a length of more bits than lengths have";
    block->incoming = next_bits(bits, bit_count);
    block->passes += passes;
    return bits->has_overrun ? "a JPEG 2000 packet is longer than its tile" : NULL;
}

/// Takes the bytes of a packet, whose header was read, into its code-blocks.
static const char *take_packet_bytes(Tile *tile, const Resolution *resolution, Precinct *precinct) {
    for (unsigned b = 0; b < resolution->band_count; ++b) {
        const PrecinctBand *const band = precinct->bands + b;
        for (size_t i = 0; i < (size_t)band->columns * band->rows; ++i) {
            CodeBlock *const block = band->blocks + i;
            if (block->incoming == 0) continue;
            if (block->incoming > (size_t)(tile->end - tile->next)) return "a JPEG 2000 packet is longer than its tile";
            Chunk *const chunk = take(&tile->arena, 1, sizeof *chunk);
            if (chunk == NULL) return out_of_memory(tile);
            chunk->bytes = tile->next;
            chunk->size = block->incoming;
            *(block->last == NULL ? &block->first : &block->last->next) = chunk;
            block->last = chunk;
            block->size += chunk->size;
            tile->next += chunk->size;
        }
    }
    return NULL;
}

static bool has_marker(const Tile *tile, uint8_t second) {
    return tile->end - tile->next >= 2 && tile->next[0] == 0xFF && tile->next[1] == second;
}

/// Takes the next packet. **Source** T.800 B.9, B.10, A.8.
static const char *take_packet(Tile *tile, const Resolution *resolution, Precinct *precinct, unsigned layer) {
    if (tile->coding->may_have_packet_starts && has_marker(tile, 0x91)) {
        const uint8_t *const segment = tile->next;
        if (tile->end - segment < 6) return "a JPEG 2000 packet is longer than its tile";
        if (segment[2] != 0 || segment[3] != 4 || (segment[4] << 8 | segment[5]) != (tile->packets & 0xFFFF))
            return "a packet of the JPEG 2000 codestream is not the one that should come next";
        tile->next += 6;
    }
    tile->packets += 1;
    HeaderBits bits = {.next = tile->next, .end = tile->end};
    const bool has_blocks = next_bit(&bits) != 0;
    for (unsigned b = 0; b < resolution->band_count && has_blocks; ++b) {
        PrecinctBand *const band = precinct->bands + b;
        for (uint32_t row = 0; row < band->rows; ++row)
            for (uint32_t column = 0; column < band->columns; ++column) {
                const char *const problem =
                    take_block_header(&bits, band, column, row, layer, resolution->bands[b].planes);
                if (problem != NULL) return problem;
            }
    }
    // The header ends with a whole byte, and not with one of ones.
    if (bits.byte == 0xFF) {
        bits.left = 0;
        next_bit(&bits);
    }
    if (bits.has_overrun) return "a tile of the JPEG 2000 codestream has fewer packets than it should";
    tile->next = bits.next;
    if (tile->coding->has_header_ends) {
        if (!has_marker(tile, 0x92)) return "a header of a JPEG 2000 packet does not end with its marker";
        tile->next += 2;
    }
    return has_blocks ? take_packet_bytes(tile, resolution, precinct) : NULL;
}

// MARK: - Order of packets

static size_t precinct_count(const Resolution *resolution) {
    return (size_t)resolution->precinct_columns * resolution->precinct_rows;
}

static const char *take_layers_of_precinct(Tile *tile, const Resolution *resolution, size_t index) {
    const char *problem = NULL;
    for (unsigned layer = 0; layer < tile->coding->layers && problem == NULL; ++layer)
        problem = take_packet(tile, resolution, resolution->precincts + index, layer);
    return problem;
}

static const char *take_precincts_of_layer(Tile *tile, const Resolution *resolution, unsigned layer) {
    const char *problem = NULL;
    for (size_t i = 0; i < precinct_count(resolution) && problem == NULL; ++i)
        problem = take_packet(tile, resolution, resolution->precincts + i, layer);
    return problem;
}

/// Where a precinct begins in the image, row before column. **Source** T.800 B.12.1.3.
static uint64_t position(const Tile *tile, unsigned index, size_t precinct) {
    const JPEG2000Coding *const coding = tile->coding;
    const Resolution *const resolution = tile->resolutions + index;
    const unsigned width = coding->precinct_widths[index], height = coding->precinct_heights[index];
    const unsigned levels = coding->levels - index;
    const uint64_t column = down(resolution->area.left, width) + precinct % resolution->precinct_columns;
    const uint64_t row = down(resolution->area.top, height) + precinct / resolution->precinct_columns;
    const uint64_t left = column << (width + levels), top = row << (height + levels);
    const uint64_t x = left > tile->area.left ? left : tile->area.left;
    const uint64_t y = top > tile->area.top ? top : tile->area.top;
    return y << 32 | x;
}

static const char *take_packets_by_position(Tile *tile) {
    size_t next[jpeg_2000_most_levels + 1] = {0};
    const char *problem = NULL;
    while (problem == NULL) {
        int found = -1;
        uint64_t first = UINT64_MAX;
        for (unsigned i = 0; i <= tile->coding->levels; ++i) {
            if (next[i] == precinct_count(tile->resolutions + i)) continue;
            const uint64_t at = position(tile, i, next[i]);
            if (found >= 0 && at >= first) continue;
            found = (int)i;
            first = at;
        }
        if (found < 0) break;
        problem = take_layers_of_precinct(tile, tile->resolutions + found, next[found]++);
    }
    return problem;
}

/// **Source** T.800 B.12.1.
static const char *take_packets(Tile *tile) {
    const unsigned layers = tile->coding->layers, levels = tile->coding->levels;
    const char *problem = NULL;
    switch (tile->coding->progression) {
    case JPEG2000ProgressionLayers:
        for (unsigned layer = 0; layer < layers; ++layer)
            for (unsigned i = 0; i <= levels && problem == NULL; ++i)
                problem = take_precincts_of_layer(tile, tile->resolutions + i, layer);
        break;
    case JPEG2000ProgressionResolutions:
        for (unsigned i = 0; i <= levels; ++i)
            for (unsigned layer = 0; layer < layers && problem == NULL; ++layer)
                problem = take_precincts_of_layer(tile, tile->resolutions + i, layer);
        break;
    case JPEG2000ProgressionResolutionPositions:
        for (unsigned i = 0; i <= levels; ++i)
            for (size_t k = 0; k < precinct_count(tile->resolutions + i) && problem == NULL; ++k)
                problem = take_layers_of_precinct(tile, tile->resolutions + i, k);
        break;
    case JPEG2000ProgressionPositions:
    case JPEG2000ProgressionComponents: problem = take_packets_by_position(tile); break;
    }
    return problem;
}

// MARK: - Samples

static const char *decode_block(
    Tile *tile, const Band *band, const CodeBlock *block, JPEG2000BlockDecoder *decoder, int32_t *samples) {
    const size_t stride = jpeg_2000_width(tile->area);
    int32_t *const to = samples + band->start + (block->area.left - band->area.left) +
        (block->area.top - band->area.top) * stride;
    const JPEG2000Block described = {
        .width = jpeg_2000_width(block->area),
        .height = jpeg_2000_height(block->area),
        .orientation = band->orientation,
        .style = tile->coding->block_style,
        .planes = band->planes - block->zero_planes,
        .passes = block->passes,
        .is_lossless = tile->coding->is_lossless};
    uint8_t *bytes = jpeg_2000_block_bytes(decoder);
    for (const Chunk *chunk = block->first; chunk != NULL; chunk = chunk->next) {
        memcpy(bytes, chunk->bytes, chunk->size);
        bytes += chunk->size;
    }
    return jpeg_2000_decode_block(decoder, &described, block->size, to, stride);
}

static const char *decode_resolution(
    Tile *tile, const Resolution *resolution, JPEG2000BlockDecoder *decoder, int32_t *samples) {
    for (size_t i = 0; i < precinct_count(resolution); ++i)
        for (unsigned b = 0; b < resolution->band_count; ++b) {
            const PrecinctBand *const band = resolution->precincts[i].bands + b;
            for (size_t k = 0; k < (size_t)band->columns * band->rows; ++k) {
                const char *const problem =
                    decode_block(tile, resolution->bands + b, band->blocks + k, decoder, samples);
                if (problem != NULL) return problem;
            }
        }
    return NULL;
}

static bool is_padding(const uint8_t *next, const uint8_t *end) {
    while (next < end && *next == 0) ++next;
    return next == end;
}

static const char *decode(Tile *tile, size_t size, int32_t *samples, int32_t *scratch) {
    const char *problem = divide(tile);
    if (problem == NULL) problem = take_packets(tile);
    if (problem == NULL && tile->coding->is_lossless && !is_padding(tile->next, tile->end))
        problem = "a tile of the JPEG 2000 codestream goes on behind its last packet";
    if (problem != NULL) return problem;
    JPEG2000BlockDecoder *const decoder = jpeg_2000_make_block_decoder(size);
    if (decoder == NULL) return out_of_memory(tile);
    for (unsigned i = 0; i <= tile->coding->levels && problem == NULL; ++i) {
        problem = decode_resolution(tile, tile->resolutions + i, decoder, samples);
        if (problem != NULL || i == 0) continue;
        const bool is_even =
            jpeg_2000_synthesize(tile->resolutions[i].area, samples, jpeg_2000_width(tile->area), scratch);
        if (!is_even && tile->coding->is_lossless)
            problem = "a tile of the JPEG 2000 codestream was encoded with loss at its edge, for want of doubling";
    }
    jpeg_2000_free_block_decoder(decoder);
    return problem;
}

const char *jpeg_2000_decode_tile(
    const JPEG2000Coding *coding, JPEG2000Rectangle area, const uint8_t *bytes, size_t size, int32_t *samples,
    int32_t *scratch, CDICOMStatus *status) {
    Tile tile = {
        .coding = coding, .area = area, .next = bytes, .end = bytes + size, .status = CDICOMStatusPixelDataIncomplete};
    const char *const problem = decode(&tile, size, samples, scratch);
    give_back(&tile.arena);
    *status = problem == NULL ? CDICOMStatusOk : tile.status;
    return problem;
}
