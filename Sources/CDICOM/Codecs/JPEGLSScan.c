#include "JPEGLSScan.h"

#include <stdlib.h>
#include <string.h>

// MARK: - Bits

/// Zero bytes behind the entropy-coded bits of an interval: what is read behind their end is zeros, which are no code.
enum { padding_bytes = 32 };

/// The 57 bits at bit `at` and what follows them, the next one on top.
static inline __attribute__((always_inline)) uint64_t bits_at(const uint8_t *plain, uint64_t at) {
    uint64_t word;
    memcpy(&word, plain + (at >> 3), sizeof word);
    return __builtin_bswap64(word) << (at & 7);
}

/// Copies the entropy-coded bits of `from`..<`end` to `plain` without the zero bit behind each byte of ones, up to the
/// marker that follows them, or to the end. Returns how many bits were written; `next` is where the marker stands.
///
/// **Source** T.87 9.1: a byte of ones is followed by a zero bit; by a one, it begins a marker.
static uint64_t unstuff(const uint8_t *from, const uint8_t *end, uint8_t *plain, const uint8_t **next) {
    uint8_t *to = plain;
    // The bits that are written but for whole bytes, at the top.
    uint32_t rest = 0;
    uint32_t rest_count = 0;
    while (from < end) {
        const uint8_t *mark = memchr(from, 0xFF, (size_t)(end - from));
        const uint8_t *const run_end = mark == NULL ? end : mark;
        if (rest_count == 0) {
            memcpy(to, from, (size_t)(run_end - from));
            to += run_end - from;
            from = run_end;
        }
        for (; run_end - from >= 4; from += 4, to += 4) {
            uint32_t word;
            memcpy(&word, from, sizeof word);
            word = __builtin_bswap32(word);
            const uint32_t whole = __builtin_bswap32(rest | word >> rest_count);
            memcpy(to, &whole, sizeof whole);
            rest = word << (32 - rest_count);
        }
        for (; from < run_end; ++from) {
            rest |= (uint32_t)*from << (24 - rest_count);
            *to++ = (uint8_t)(rest >> 24);
            rest <<= 8;
        }
        // A lone last byte of ones may be the first half of a marker.
        if (mark == NULL || end - mark < 2 || mark[1] >= 0x80) break;
        // Eight bits and seven.
        rest |= 0xFFu << (24 - rest_count) | (uint32_t)mark[1] << (17 - rest_count);
        *to++ = (uint8_t)(rest >> 24);
        rest <<= 8;
        rest_count += 7;
        if (rest_count >= 8) {
            *to++ = (uint8_t)(rest >> 24);
            rest <<= 8;
            rest_count -= 8;
        }
        from = mark + 2;
    }
    *next = from;
    memset(to, 0, padding_bytes);
    *to = (uint8_t)(rest >> 24);
    return (uint64_t)(to - plain) * 8 + rest_count;
}

// MARK: - Parameters

/// The number of bits in which `value` - 1 can be written.
static int32_t bits_for(int32_t value) {
    int32_t bits = 0;
    while (1 << bits < value) ++bits;
    return bits;
}

static int32_t smaller(int32_t a, int32_t b) { return a < b ? a : b; }
static int32_t larger(int32_t a, int32_t b) { return a > b ? a : b; }

bool jpeg_ls_complete_parameters(JPEGLSParameters *parameters, unsigned precision) {
    const int32_t largest = (1 << precision) - 1;
    if (parameters->maxval == 0) parameters->maxval = largest;
    const int32_t maxval = parameters->maxval;
    const int32_t near = parameters->near;
    if (maxval > largest || near > smaller(255, maxval / 2)) return false;

    static const int32_t basic[3] = {3, 7, 21};
    int32_t floor = near + 1;
    for (int i = 0; i < 3; ++i) {
        const int32_t tolerance = (3 + 2 * i) * near;
        int32_t usual;
        if (maxval >= 128) {
            const int32_t factor = (smaller(maxval, 4095) + 128) / 256;
            usual = factor * (basic[i] - 2 - i) + 2 + i + tolerance;
        } else {
            usual = larger(2 + i, basic[i] / (256 / (maxval + 1)) + tolerance);
        }
        if (usual > maxval || usual < floor) usual = floor;
        if (parameters->thresholds[i] == 0) parameters->thresholds[i] = usual;
        if (parameters->thresholds[i] < floor || parameters->thresholds[i] > maxval) return false;
        floor = parameters->thresholds[i];
    }
    if (parameters->reset == 0) parameters->reset = 64;
    if (parameters->reset < 3) return false;

    parameters->range = (maxval + 2 * near) / (2 * near + 1) + 1;
    parameters->error_bits = bits_for(parameters->range);
    const int32_t sample_bits = larger(2, bits_for(maxval + 1));
    parameters->limit = 2 * (sample_bits + larger(8, sample_bits));
    return true;
}

// MARK: - Contexts

/// What errors were like where the neighbours were like here. **Source** T.87 A.2.1.
typedef struct Context {
    /// The sum of the errors' magnitudes, of the errors, and how many there were; less for every halving.
    int32_t magnitude;
    int32_t bias;
    int32_t count;
    int16_t correction;
    /// The Golomb parameter that follows from magnitude and count.
    uint16_t k;
} Context;

/// The same where a run is interrupted. **Source** T.87 A.7.2.
typedef struct RunContext {
    int32_t magnitude;
    int32_t count;
    int32_t negative;
} RunContext;

struct JPEGLSInterval {
    JPEGLSParameters parameters;
    unsigned columns;
    /// No tolerance, and samples of the whole range of their bits.
    bool is_plain;
    /// The bits without stuffing, with padding behind them, and the next one.
    uint8_t *plain;
    uint64_t at;
    /// The region of each difference from -`maxval` to `maxval`, -4 to 4, and where that of 0 is.
    /// **Source** T.87 A.3.3.
    int8_t *regions;
    const int8_t *quantised;
    /// Two rows, each with a sample before its first and one behind its last.
    uint16_t *lines;
    Context contexts[365];
    RunContext run_contexts[2];
    unsigned run_index;
};

typedef struct JPEGLSInterval Interval;

/// Bits of a run's length. **Source** T.87 A.2.1, J.
static const uint8_t run_bits[32] = {0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,  2,  3,  3,  3,  3,
                                     4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13, 14, 15};

static void begin_interval(Interval *interval) {
    const int32_t magnitude = larger(2, (interval->parameters.range + 32) / 64);
    uint16_t k = 0;
    while (1 << k < magnitude) ++k;
    for (int i = 0; i < 365; ++i) interval->contexts[i] = (Context){.magnitude = magnitude, .count = 1, .k = k};
    for (int i = 0; i < 2; ++i) interval->run_contexts[i] = (RunContext){.magnitude = magnitude, .count = 1};
    interval->run_index = 0;
    interval->at = 0;
}

/// Fills `table`, of 2 x `maxval` + 1 regions, with -4 to 4 for each difference from -`maxval` on.
static void fill_regions(int8_t *table, const JPEGLSParameters *parameters) {
    const int32_t maxval = parameters->maxval;
    memset(table, 0, 2 * (size_t)maxval + 1);
    for (int region = 1; region <= 4; ++region) {
        const int32_t first = region == 1 ? parameters->near + 1 : parameters->thresholds[region - 2];
        memset(table, -region, (size_t)(maxval - first) + 1);
        memset(table + maxval + first, region, (size_t)(maxval - first) + 1);
    }
}

// MARK: - Codes

/// A mapped error that no code has.
enum { no_code = 1 << 30 };

/// A mapped error whose code has at most `most_zeros` before its first one, or `no_code`.
///
/// **Source** T.87 A.5.3 (limited-length Golomb codes).
static int32_t read_code(const uint8_t *plain, uint64_t *at, int32_t k, int32_t most_zeros, int32_t error_bits) {
    const uint64_t word = bits_at(plain, *at);
    // There are 57 bits: at most 56 zeros (MAXVAL 32768, NEAR 255), and the one.
    const int32_t zeros = word == 0 ? 64 : __builtin_clzll(word);
    if (zeros > most_zeros) return no_code;
    *at += (uint64_t)zeros + 1;
    const int32_t width = zeros == most_zeros ? error_bits : k;
    const int32_t bits = width == 0 ? 0 : (int32_t)(bits_at(plain, *at) >> (64 - width));
    *at += (uint64_t)width;
    return zeros == most_zeros ? bits + 1 : (int32_t)((uint32_t)zeros << k) + bits;
}

/// Whether an encoder makes such an error: it takes errors modulo their range. **Source** T.87 A.4.5.
static inline __attribute__((always_inline)) bool is_error(const JPEGLSParameters *parameters, int32_t error) {
    return (uint32_t)(error + parameters->range / 2) < (uint32_t)parameters->range;
}

/// The sample that `error` makes of its prediction. **Source** T.87 A.4.5.
static inline __attribute__((always_inline)) int32_t reconstructed(
    const JPEGLSParameters *parameters, int32_t prediction, int32_t error, bool is_plain) {
    if (is_plain) return (prediction + error) & parameters->maxval;
    const int32_t step = 2 * parameters->near + 1;
    int32_t sample = prediction + error * step;
    if (sample < -parameters->near) {
        sample += parameters->range * step;
    } else if (sample > parameters->maxval + parameters->near) {
        sample -= parameters->range * step;
    }
    return smaller(larger(sample, 0), parameters->maxval);
}

/// Decodes the sample that ends a run, from its neighbours to the left and above; -1 where no code begins so.
///
/// **Source** T.87 A.7.2.
static int32_t decode_interruption(Interval *interval, int32_t left, int32_t above) {
    const JPEGLSParameters *const parameters = &interval->parameters;
    const int kind = abs(left - above) <= parameters->near;
    RunContext *const context = &interval->run_contexts[kind];
    const int32_t sum = context->magnitude + (kind ? context->count >> 1 : 0);
    int32_t k = 0;
    while ((uint32_t)context->count << k < (uint32_t)sum) ++k;
    const int32_t most_zeros = parameters->limit - run_bits[interval->run_index] - 1 - parameters->error_bits - 1;
    const int32_t mapped = read_code(interval->plain, &interval->at, k, most_zeros, parameters->error_bits);
    const int32_t doubled = mapped + kind;
    const bool is_odd = doubled & 1;
    const int32_t size = (doubled + is_odd) / 2;
    const bool is_negative = (k != 0 || 2 * context->negative >= context->count) == is_odd;
    int32_t error = is_negative ? -size : size;
    if (!is_error(parameters, error)) return -1;
    context->negative += error < 0;
    context->magnitude += (mapped + 1 - kind) >> 1;
    if (context->count == parameters->reset) {
        context->magnitude >>= 1;
        context->count >>= 1;
        context->negative >>= 1;
    }
    context->count += 1;
    if (kind == 0 && left > above) error = -error;
    return reconstructed(parameters, kind ? left : above, error, false);
}

/// Decodes a run and the sample that interrupts it, from `column` on; returns the column behind them, or -1 where the
/// run leaves the row or no code begins so. **Source** T.87 A.7.1.
static int64_t decode_run(Interval *interval, uint16_t *row, const uint16_t *above, unsigned column) {
    const uint16_t value = row[(ptrdiff_t)column - 1];
    const unsigned columns = interval->columns;
    while (bits_at(interval->plain, interval->at) >> 63) {
        interval->at += 1;
        const unsigned length = 1u << run_bits[interval->run_index];
        const unsigned left = columns - column;
        const unsigned filled = length < left ? length : left;
        for (unsigned i = 0; i < filled; ++i) row[column + i] = value;
        if (length <= left && interval->run_index < 31) interval->run_index += 1;
        if (length >= left) return columns;
        column += length;
    }
    interval->at += 1;
    const unsigned width = run_bits[interval->run_index];
    const unsigned length = width == 0 ? 0 : (unsigned)(bits_at(interval->plain, interval->at) >> (64 - width));
    interval->at += width;
    if (length >= columns - column) return -1;
    for (unsigned i = 0; i < length; ++i) row[column + i] = value;
    column += length;
    const int32_t sample = decode_interruption(interval, value, above[column]);
    if (sample < 0) return -1;
    row[column] = (uint16_t)sample;
    if (interval->run_index > 0) interval->run_index -= 1;
    return (int64_t)column + 1;
}

// MARK: - Rows

/// Decodes one row. `row` and `above` have a sample before their first: that of `above` is the one above it, that of
/// `row` is set here; and `above` has its last once more behind it. Returns false where no code begins so.
///
/// **Source** T.87 A.3 to A.6.
static inline __attribute__((always_inline)) bool decode_row(
    Interval *interval, uint16_t *row, const uint16_t *above, bool is_plain) {
    const JPEGLSParameters parameters = interval->parameters;
    const uint8_t *const plain = interval->plain;
    const int8_t *const quantised = interval->quantised;
    const int32_t most_zeros = parameters.limit - parameters.error_bits - 1;
    // Below this a code has as many zeros as a long one, or more than 24: 25 bits and those of k are in one word.
    const uint64_t shortest = UINT64_C(1) << (64 - smaller(25, most_zeros));
    const int32_t step = is_plain ? 1 : 2 * parameters.near + 1;
    uint64_t at = interval->at;
    int32_t left = row[-1] = above[0];
    int32_t corner = above[-1];
    int32_t top = above[0];
    for (unsigned column = 0; column < interval->columns;) {
        const int32_t right = above[column + 1];
        const int32_t region = 81 * quantised[right - top] + 9 * quantised[top - corner] + quantised[corner - left];
        if (region == 0) {
            interval->at = at;
            const int64_t next = decode_run(interval, row, above, column);
            at = interval->at;
            if (next < 0) return false;
            column = (unsigned)next;
            left = row[(ptrdiff_t)column - 1];
            corner = above[(ptrdiff_t)column - 1];
            top = above[column];
            continue;
        }
        // All ones where the region counts as its opposite.
        const int32_t sign = region >> 31;
        Context *const context = &interval->contexts[(region ^ sign) - sign];
        const int32_t k = context->k;
        int32_t mapped;
        const uint64_t word = bits_at(plain, at);
        if (__builtin_expect(word >= shortest, true)) {
            const int32_t zeros = __builtin_clzll(word);
            // The one and the k bits behind it, less the one.
            mapped = (int32_t)((uint32_t)(zeros - 1) << k) + (int32_t)(word >> (63 - zeros - k));
            at += (uint64_t)(zeros + 1 + k);
        } else {
            mapped = read_code(plain, &at, k, most_zeros, parameters.error_bits);
        }
        const int32_t correction = (context->correction ^ sign) - sign;
        const int32_t least = smaller(left, top);
        const int32_t most = larger(left, top);
        int32_t prediction = larger(least, smaller(most, left + top - corner)) + correction;
        prediction = smaller(larger(prediction, 0), parameters.maxval);
        const bool is_mirrored = (is_plain || parameters.near == 0) && k == 0 && 2 * context->bias <= -context->count;
        const int32_t error = (mapped >> 1) ^ -(mapped & 1) ^ -(int32_t)is_mirrored;
        if (__builtin_expect(!is_error(&parameters, error), false)) return false;
        const int32_t sample = reconstructed(&parameters, prediction, (error ^ sign) - sign, is_plain);
        row[column] = (uint16_t)sample;

        int32_t magnitude = context->magnitude + abs(error);
        int32_t bias = context->bias + error * step;
        int32_t count = context->count;
        if (__builtin_expect(count == parameters.reset, false)) {
            magnitude >>= 1;
            bias >>= 1;
            count >>= 1;
        }
        count += 1;
        // Which way errors lean is seldom foreseen: no branch.
        const int32_t falls = bias <= -count;
        const int32_t rises = bias > 0;
        bias = larger(smaller(bias + (count & -falls) - (count & -rises), 0), 1 - count);
        context->correction = (int16_t)smaller(larger(context->correction + rises - falls, -128), 127);
        context->magnitude = magnitude;
        context->bias = bias;
        context->count = count;
        int32_t parameter = k;
        while ((uint32_t)count << parameter < (uint32_t)magnitude) ++parameter;
        while (parameter > 0 && (uint32_t)count << (parameter - 1) >= (uint32_t)magnitude) --parameter;
        context->k = (uint16_t)parameter;

        left = sample;
        corner = top;
        top = right;
        ++column;
    }
    interval->at = at;
    return true;
}

static bool decode_plain_row(Interval *interval, uint16_t *row, const uint16_t *above) {
    return decode_row(interval, row, above, true);
}

static bool decode_any_row(Interval *interval, uint16_t *row, const uint16_t *above) {
    return decode_row(interval, row, above, false);
}

// MARK: - Interval

JPEGLSInterval *jpeg_ls_make_interval(
    const JPEGLSParameters *parameters, unsigned precision, unsigned columns, size_t most_bytes) {
    Interval *interval = calloc(1, sizeof *interval);
    if (interval == NULL) return NULL;
    const size_t maxval = (size_t)parameters->maxval;
    interval->parameters = *parameters;
    interval->columns = columns;
    interval->is_plain = parameters->near == 0 && maxval == (1u << precision) - 1;
    interval->plain = malloc(most_bytes + padding_bytes);
    interval->regions = malloc(2 * maxval + 1);
    interval->lines = malloc(2 * ((size_t)columns + 2) * sizeof *interval->lines);
    if (interval->plain == NULL || interval->regions == NULL || interval->lines == NULL) {
        jpeg_ls_free_interval(interval);
        return NULL;
    }
    fill_regions(interval->regions, parameters);
    interval->quantised = interval->regions + maxval;
    return interval;
}

void jpeg_ls_free_interval(JPEGLSInterval *interval) {
    if (interval == NULL) return;
    free(interval->plain);
    free(interval->regions);
    free(interval->lines);
    free(interval);
}

const char *jpeg_ls_decode_interval(
    JPEGLSInterval *interval, const uint8_t *from, const uint8_t *end, unsigned rows, uint16_t *samples,
    const uint8_t **next) {
    uint64_t count = unstuff(from, end, interval->plain, next);
    const uint8_t *marker = *next;
    while (marker < end && *marker == 0xFF) ++marker;
    if (marker == end) {
        // Where no marker follows, bytes of zeros or ones at the end may fill an even length, or what was lost, or be
        // half a marker: they are no data.
        const uint8_t *last = end;
        while (last > from && (last[-1] == 0 || last[-1] == 0xFF)) --last;
        count = unstuff(from, last, interval->plain, next);
        *next = end;
    }
    begin_interval(interval);
    const size_t columns = interval->columns;
    memset(interval->lines, 0, 2 * (columns + 2) * sizeof *interval->lines);
    for (unsigned row = 0; row < rows; ++row) {
        uint16_t *const current = interval->lines + 1 + (row & 1) * (columns + 2);
        const uint16_t *const above = interval->lines + 1 + (~row & 1) * (columns + 2);
        const bool is_decoded = interval->is_plain ? decode_plain_row(interval, current, above)
                                                   : decode_any_row(interval, current, above);
        // Behind the end are only zeros, which are no code: not more than one is read of them.
        if (!is_decoded || interval->at > count)
            return "the JPEG-LS stream ends before its last sample (what fills an end without marker counts for "
                   "none), or holds an error or a run outside its range";
        current[columns] = current[columns - 1];
        memcpy(samples + row * columns, current, columns * sizeof *samples);
    }
    const uint64_t left = count - interval->at;
    if (left >= 8 || (left > 0 && bits_at(interval->plain, interval->at) >> (64 - left) != 0))
        return "the JPEG-LS stream has data left over after its last sample";
    return NULL;
}
