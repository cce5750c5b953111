#include "JPEGLossless.h"

#include "JPEGSegments.h"

#include <stdlib.h>
#include <string.h>

// MARK: - Huffman table

/// Bits that one look-up sees. Four of them fit into a filled bit reader.
enum { window_bits = 12 };

/// A Huffman table of difference categories.
///
/// `window[next bits]` is, where code and difference fit together: difference in the upper 16 bits, their common length
/// in bits 0 to 5. Where only the code fits: length 0, category in the upper 16 bits, the code's length in bits 8 to
/// 12. Otherwise 0, and the code is searched by `first_code`.
typedef struct Table {
    uint32_t window[1 << window_bits];
    /// For each length: its smallest code, number of codes, and where its categories begin.
    uint32_t first_code[17];
    uint32_t count[17];
    uint32_t first_category[17];
    uint8_t categories[256];
    bool is_defined;
} Table;

/// The difference of `category` whose additional bits are `bits`.
///
/// **Source** T.81 F.2.2.1 (EXTEND), H.1.2.2 (category 16 stands for 32768 and has no additional bits).
static inline int32_t difference(uint32_t category, uint32_t bits) {
    if (category == 0) return 0;
    if (category == 16) return 32768;
    return bits >> (category - 1) ? (int32_t)bits : (int32_t)bits - (int32_t)((1u << category) - 1);
}

static inline uint32_t additional_bits(uint32_t category) { return category == 16 ? 0 : category; }

/// Writes the entries of all windows that begin with `code`.
static void fill_windows(Table *table, uint32_t code, uint32_t length, uint32_t category) {
    const uint32_t free_bits = window_bits - length;
    uint32_t *entries = table->window + (code << free_bits);
    const uint32_t additional = additional_bits(category);
    for (uint32_t rest = 0; rest < 1u << free_bits; ++rest) {
        if (additional <= free_bits) {
            const int32_t value = difference(category, rest >> (free_bits - additional));
            entries[rest] = (uint32_t)value << 16 | (length + additional);
        } else {
            entries[rest] = category << 16 | length << 8;
        }
    }
}

/// Reads one table of a DHT segment; returns the bytes it takes, 0 where it is none.
///
/// **Source** T.81 B.2.4.2, annex C.
static size_t read_table(const uint8_t *bytes, size_t size, Table *table) {
    if (size < 16) return 0;
    memset(table, 0, sizeof *table);
    uint32_t total = 0;
    for (unsigned length = 1; length <= 16; ++length) {
        table->count[length] = bytes[length - 1];
        total += bytes[length - 1];
    }
    if (total == 0 || total > 256 || total > size - 16) return 0;
    memcpy(table->categories, bytes + 16, total);
    uint32_t code = 0;
    uint32_t position = 0;
    for (uint32_t length = 1; length <= 16; ++length, code <<= 1) {
        table->first_code[length] = code;
        table->first_category[length] = position;
        if (code + table->count[length] > 1u << length) return 0;
        for (uint32_t i = 0; i < table->count[length]; ++i, ++code, ++position) {
            if (table->categories[position] > 16) return 0;
            if (length <= window_bits) fill_windows(table, code, length, table->categories[position]);
        }
    }
    table->is_defined = true;
    return 16 + total;
}

// MARK: - Bits

/// Entropy-coded bits without stuffed bytes. The next bit is the top one of `bits`, of which `count` are there.
typedef struct Reader {
    const uint8_t *next;
    const uint8_t *end;
    uint64_t bits;
    uint32_t count;
} Reader;

/// Fills up to at least 56 bits; 8 bytes must be readable at `next`.
static inline __attribute__((always_inline)) void fill(Reader *reader) {
    uint64_t word;
    memcpy(&word, reader->next, sizeof word);
    // What is added beyond `count` is added again, unchanged, next time.
    reader->bits |= __builtin_bswap64(word) >> reader->count;
    reader->next += (63 - reader->count) >> 3;
    reader->count |= 56;
}

/// Fills as far as there are bytes.
static inline void fill_to_end(Reader *reader) {
    while (reader->count <= 56 && reader->next < reader->end) {
        reader->bits |= (uint64_t)*reader->next++ << (56 - reader->count);
        reader->count += 8;
    }
}

/// The next difference where one window does not hold it; `length` is what it takes, 0 where no code begins so.
static __attribute__((noinline)) int32_t long_difference(
    const Table *table, uint64_t bits, uint32_t entry, uint32_t *length) {
    uint32_t code_length = entry >> 8 & 31;
    uint32_t category = entry >> 16;
    if (code_length == 0) {
        for (code_length = window_bits + 1;; ++code_length) {
            if (code_length > 16) {
                *length = 0;
                return 0;
            }
            const uint32_t position = (uint32_t)(bits >> (64 - code_length)) - table->first_code[code_length];
            if (position >= table->count[code_length]) continue;
            category = table->categories[table->first_category[code_length] + position];
            break;
        }
    }
    const uint32_t additional = additional_bits(category);
    *length = code_length + additional;
    // Shifted in two steps: by 64 in one would be undefined.
    return difference(category, (uint32_t)(bits << code_length >> 1 >> (63 - additional)));
}

// MARK: - Rows

/// The prediction from the samples to the left, above, and above to the left. **Source** T.81 table H.1.
static inline __attribute__((always_inline)) int32_t predicted(int predictor, int32_t a, int32_t b, int32_t c) {
    switch (predictor) {
    case 1: return a;
    case 2: return b;
    case 3: return c;
    case 4: return a + b - c;
    case 5: return a + ((b - c) >> 1);
    case 6: return b + ((a - c) >> 1);
    default: return (a + b) >> 1;
    }
}

/// Decodes one row whose first sample is predicted as `first` and the others by `predictor`; all bits set in a sample
/// are added to `seen`. `is_plentiful`: the reader has 4 bytes for each sample and 16 more. Samples are taken modulo
/// `range` + 1; how many that changed is added to `wrapped`. Returns false where the bits end or no code begins so.
static inline __attribute__((always_inline)) bool decode_row(
    const Table *table, Reader *shared, uint16_t *row, const uint16_t *above, unsigned columns, uint16_t first,
    uint32_t *seen, int predictor, bool is_plentiful, uint32_t range, int32_t *wrapped) {
    Reader reader = *shared;
    uint32_t all = 0;
    int32_t left = first;
    for (unsigned column = 0; column < columns; ++column) {
        // A filled reader has four windows.
        if (!is_plentiful) {
            fill_to_end(&reader);
        } else if ((column & 3) == 0) {
            fill(&reader);
        }
        const uint32_t entry = table->window[reader.bits >> (64 - window_bits)];
        uint32_t length = entry & 63;
        int32_t value = (int32_t)entry >> 16;
        if (__builtin_expect(length == 0, false)) {
            if (is_plentiful) fill(&reader);
            value = long_difference(table, reader.bits, entry, &length);
            if (length == 0) return false;
        }
        if (!is_plentiful && length > reader.count) return false;
        reader.bits <<= length & 63;
        reader.count -= length;
        if (is_plentiful && __builtin_expect((entry & 63) == 0, false)) fill(&reader);
        const int32_t prediction =
            column == 0 ? first : predicted(predictor, left, above[column], above[column - 1]);
        const uint16_t sample = (uint16_t)((uint32_t)(prediction + value) & range);
        if (range != UINT16_MAX) *wrapped += (uint32_t)(prediction + value) != sample;
        row[column] = sample;
        all |= sample;
        left = sample;
    }
    *shared = reader;
    *seen |= all;
    return true;
}

typedef bool RowDecoder(
    const Table *table, Reader *reader, uint16_t *row, const uint16_t *above, unsigned columns, uint16_t first,
    uint32_t *seen);

#define ROW_DECODERS(predictor)                                                                                        \
    static bool decode_row_##predictor(                                                                                \
        const Table *table, Reader *reader, uint16_t *row, const uint16_t *above, unsigned columns, uint16_t first,    \
        uint32_t *seen) {                                                                                              \
        return decode_row(                                                                                             \
            table, reader, row, above, columns, first, seen, predictor, true, UINT16_MAX, NULL);                       \
    }                                                                                                                  \
    static bool decode_last_row_##predictor(                                                                           \
        const Table *table, Reader *reader, uint16_t *row, const uint16_t *above, unsigned columns, uint16_t first,    \
        uint32_t *seen) {                                                                                              \
        return decode_row(                                                                                             \
            table, reader, row, above, columns, first, seen, predictor, false, UINT16_MAX, NULL);                      \
    }

ROW_DECODERS(1)
ROW_DECODERS(2)
ROW_DECODERS(3)
ROW_DECODERS(4)
ROW_DECODERS(5)
ROW_DECODERS(6)
ROW_DECODERS(7)

static RowDecoder *const row_decoders[8] = {
    NULL,         decode_row_1, decode_row_2, decode_row_3,
    decode_row_4, decode_row_5, decode_row_6, decode_row_7,
};
static RowDecoder *const last_row_decoders[8] = {
    NULL,              decode_last_row_1, decode_last_row_2, decode_last_row_3,
    decode_last_row_4, decode_last_row_5, decode_last_row_6, decode_last_row_7,
};

/// The same with samples modulo `range` + 1; slower, and for few streams.
static bool decode_wrapping_row(
    const Table *table, Reader *reader, uint16_t *row, const uint16_t *above, unsigned columns, uint16_t first,
    int predictor, uint32_t range, int32_t *wrapped) {
    uint32_t seen = 0;
    return decode_row(table, reader, row, above, columns, first, &seen, predictor, false, range, wrapped);
}

// MARK: - Stream

/// A stream while it is decoded.
typedef struct Stream {
    JPEGImage image;
    /// Samples between restart markers; 0 where there are none.
    uint32_t restart_interval;
    Table tables[4];
    const Table *table;
    int predictor;
    unsigned point_transform;
    /// Padding between the last bits and the end marker.
    size_t padding;
    /// A sample left the range of the precision.
    bool overflows;
    /// Samples are taken modulo the range of the precision, and how many of them that changed.
    bool wraps;
    int32_t wrapped;
} Stream;

/// Copies the entropy-coded bytes that begin at `at`, without stuffing, to `plain` and moves `at` to the marker behind
/// them, or to the end. Returns how many bytes were written.
///
/// Where no marker follows, a last byte of 0 may be there to make the length even: it is no data, and what needs it is
/// cut short.
static size_t unstuff(Stream *stream, uint8_t *plain) {
    const uint8_t *from = stream->image.bytes + stream->image.at;
    const uint8_t *const end = stream->image.bytes + stream->image.size;
    uint8_t *to = plain;
    while (from < end) {
        const uint8_t *mark = memchr(from, 0xFF, (size_t)(end - from));
        // A lone last byte may be the first half of a marker: it is no data.
        const size_t run = (size_t)((mark == NULL ? end : mark) - from);
        memcpy(to, from, run);
        to += run;
        from += run;
        if (mark == NULL) {
            const bool is_even_by_zero = to > plain && to[-1] == 0;
            to -= is_even_by_zero;
            from -= is_even_by_zero;
            break;
        }
        if (end - mark < 2 || mark[1] != 0) break;
        *to++ = 0xFF;
        from = mark + 2;
    }
    stream->image.at = (size_t)(from - stream->image.bytes);
    return (size_t)(to - plain);
}

/// Decodes `rows` rows of one restart interval from `plain`, which has 8 readable bytes behind its end.
static const char *decode_interval(
    Stream *stream, const uint8_t *plain, size_t size, unsigned rows, uint16_t *samples) {
    Reader reader = {.next = plain, .end = plain + size};
    const unsigned columns = stream->image.columns;
    const unsigned bits = stream->image.precision - stream->point_transform;
    uint32_t seen = 0;
    for (unsigned row = 0; row < rows; ++row) {
        uint16_t *const current = samples + (size_t)row * columns;
        const uint16_t *const above = row == 0 ? current : current - columns;
        // The first row of an interval knows only its left neighbours (H.1.2.1).
        const int predictor = row == 0 ? 1 : stream->predictor;
        const uint16_t first = row == 0 ? (uint16_t)(1u << (bits - 1)) : above[0];
        const bool is_plentiful = (size_t)(reader.end - reader.next) >= (size_t)columns * 4 + 16;
        RowDecoder *const decode = (is_plentiful ? row_decoders : last_row_decoders)[predictor];
        const bool is_decoded =
            stream->wraps ? decode_wrapping_row(
                                stream->table, &reader, current, above, columns, first, predictor, (1u << bits) - 1,
                                &stream->wrapped)
                          : decode(stream->table, &reader, current, above, columns, first, &seen);
        if (!is_decoded)
            return "the lossless JPEG stream ends before its last sample, or has a code of no table";
    }
    if (seen >> bits != 0) {
        stream->overflows = true;
        return "the lossless JPEG stream has a sample of more bits than it declares";
    }
    // Whole bytes that no sample took. A decoder that lost its place leaves some too, but not of one value.
    const size_t left = (size_t)(reader.end - reader.next) + reader.count / 8;
    for (const uint8_t *byte = reader.end - left; byte < reader.end; ++byte)
        if ((*byte != 0 && *byte != 0xFF) || *byte != reader.end[-1])
            return "the lossless JPEG stream has data left over after its last sample";
    stream->padding += left;
    return NULL;
}

/// Decodes the scan whose entropy-coded bytes begin at `at`.
static const char *decode_scan(Stream *stream, uint16_t *samples) {
    JPEGImage *const image = &stream->image;
    unsigned interval = image->rows;
    if (stream->restart_interval != 0) {
        // A restart within a row has no meaning in lossless mode (H.1.1).
        if (stream->restart_interval % image->columns != 0)
            return jpeg_unsupported(image, "the lossless JPEG stream restarts within a row");
        interval = stream->restart_interval / image->columns;
    }
    uint8_t *plain = malloc(image->size - image->at + 8);
    if (plain == NULL) {
        image->status = CDICOMStatusOutOfMemory;
        return "memory ran out";
    }
    const char *problem = NULL;
    unsigned marker = 0;
    for (unsigned row = 0; row < image->rows && problem == NULL; row += interval) {
        if (row > 0) {
            const uint8_t *bytes = image->bytes + image->at;
            if (image->size - image->at < 2 || bytes[0] != 0xFF || bytes[1] != 0xD0 + marker % 8) {
                problem = "the lossless JPEG stream ends before its last restart interval";
                break;
            }
            marker += 1;
            image->at += 2;
        }
        const size_t size = unstuff(stream, plain);
        memset(plain + size, 0, 8);
        const unsigned left = image->rows - row;
        problem = decode_interval(
            stream, plain, size, left < interval ? left : interval, samples + (size_t)row * image->columns);
    }
    free(plain);
    return problem;
}

/// Takes the tables of a DHT segment.
static const char *take_tables(Stream *stream, const uint8_t *segment, size_t size) {
    while (size > 0) {
        const uint8_t destination = segment[0];
        if (destination >> 4 != 0 || (destination & 15) > 3) return "a Huffman table has an impossible destination";
        const size_t used = read_table(segment + 1, size - 1, &stream->tables[destination & 3]);
        if (used == 0) return "a Huffman table is broken";
        segment += 1 + used;
        size -= 1 + used;
    }
    return NULL;
}

/// Takes a scan header. **Source** T.81 B.2.3, H.1.2.1.
static const char *take_scan(Stream *stream, const uint8_t *segment, size_t size) {
    if (size < 6 || segment[0] != 1 || segment[1] != stream->image.component) return "the JPEG scan header is broken";
    const uint8_t table = segment[2] >> 4;
    stream->predictor = segment[3];
    stream->point_transform = segment[5] & 15;
    if (table > 3 || !stream->tables[table].is_defined) return "the JPEG scan uses a Huffman table that is not there";
    if (stream->predictor < 1 || stream->predictor > 7) return "the JPEG scan has a predictor that does not exist";
    if (stream->point_transform >= stream->image.precision) return "the JPEG scan has an impossible point transform";
    stream->table = &stream->tables[table];
    return NULL;
}

/// Takes a segment before the scan's data.
static const char *take_segment(JPEGImage *image, const JPEGSegment *segment) {
    Stream *const stream = (Stream *)image;  // its first member
    switch (segment->marker) {
    case 0xC4: return take_tables(stream, segment->parameters, segment->size);
    case 0xDD:
        if (segment->size < 2) return "the JPEG restart interval is broken";
        stream->restart_interval = jpeg_big_endian16(segment->parameters);
        return NULL;
    case 0xDA: return take_scan(stream, segment->parameters, segment->size);
    default:
        // Application data, comments and the like; another frame header has no place here.
        if (segment->marker > 0xCF) return NULL;
        return jpeg_unsupported(image, "the JPEG stream is not of the lossless process with Huffman codes");
    }
}

/// Reads headers and decodes the scan; samples are taken modulo the range of the precision where `wraps`.
static const char *decode(Stream *stream, const JPEGImage *image, bool wraps, uint16_t *samples) {
    memset(stream, 0, sizeof *stream);
    stream->image = *image;
    stream->wraps = wraps;
    const char *problem = jpeg_take_headers(&stream->image, 0xC3, take_segment);
    return problem != NULL ? problem : decode_scan(stream, samples);
}

CDICOMLosslessResult cdicom_lossless_decode(
    const uint8_t *bytes, size_t size, unsigned rows, unsigned columns, uint16_t *samples) {
    CDICOMLosslessResult result = {.status = CDICOMStatusOutOfMemory, .problem = "memory ran out"};
    Stream *stream = malloc(sizeof *stream);
    if (stream == NULL) return result;
    const JPEGImage image = {.bytes = bytes, .size = size, .rows = rows, .columns = columns};
    result.problem = decode(stream, &image, false, samples);
    if (stream->overflows) result.problem = decode(stream, &image, true, samples);
    result.wrapped = stream->wrapped;
    result.status = result.problem == NULL ? CDICOMStatusOk : stream->image.status;
    result.precision = stream->image.precision;
    if (result.problem == NULL) {
        const size_t count = (size_t)rows * columns;
        if (stream->point_transform != 0)
            for (size_t i = 0; i < count; ++i) samples[i] = (uint16_t)(samples[i] << stream->point_transform);
        // The end marker may be missing: nothing behind the data is used then.
        size_t end = stream->image.at;
        JPEGSegment segment;
        const bool is_ended = jpeg_next_segment(bytes, size, &end, &segment) == NULL && segment.marker == 0xD9;
        result.used = (is_ended ? end : stream->image.at) - stream->padding;
    }
    free(stream);
    return result;
}
