#include "JPEG2000Blocks.h"

#include <stdlib.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

// MARK: - Arithmetic decoder

/// A row of table C.2: how probable the less probable symbol is thought to be, the rows after the more and after the
/// less probable symbol, and whether the latter makes the other symbol the more probable one.
typedef struct Estimate {
    uint16_t interval;
    uint8_t after_more;
    uint8_t after_less;
    bool switches;
} Estimate;

enum { estimate_count = 47 };

/// **Source** T.800 table C.2.
static const Estimate estimates[estimate_count] = {
    {0x5601, 1, 1, true},    {0x3401, 2, 6, false},   {0x1801, 3, 9, false},   {0x0AC1, 4, 12, false},
    {0x0521, 5, 29, false},  {0x0221, 38, 33, false}, {0x5601, 7, 6, true},    {0x5401, 8, 14, false},
    {0x4801, 9, 14, false},  {0x3801, 10, 14, false}, {0x3001, 11, 17, false}, {0x2401, 12, 18, false},
    {0x1C01, 13, 20, false}, {0x1601, 29, 21, false}, {0x5601, 15, 14, true},  {0x5401, 16, 14, false},
    {0x5101, 17, 15, false}, {0x4801, 18, 16, false}, {0x3801, 19, 17, false}, {0x3401, 20, 18, false},
    {0x3001, 21, 19, false}, {0x2801, 22, 19, false}, {0x2401, 23, 20, false}, {0x2201, 24, 21, false},
    {0x1C01, 25, 22, false}, {0x1801, 26, 23, false}, {0x1601, 27, 24, false}, {0x1401, 28, 25, false},
    {0x1201, 29, 26, false}, {0x1101, 30, 27, false}, {0x0AC1, 31, 28, false}, {0x09C1, 32, 29, false},
    {0x08A1, 33, 30, false}, {0x0521, 34, 31, false}, {0x0441, 35, 32, false}, {0x02A1, 36, 33, false},
    {0x0221, 37, 34, false}, {0x0141, 38, 35, false}, {0x0111, 39, 36, false}, {0x0085, 40, 37, false},
    {0x0049, 41, 38, false}, {0x0025, 42, 39, false}, {0x0015, 43, 40, false}, {0x0009, 44, 41, false},
    {0x0005, 45, 42, false}, {0x0001, 45, 43, false}, {0x5601, 46, 46, false},
};

/// Intervals have 16 bits above this many others, which are read ahead.
enum { interval_shift = 47 };
static const int64_t half_interval = (int64_t)0x8000 << interval_shift;

/// An estimate with the symbol that is more probable; after the more and after the less probable symbol comes `next`,
/// whose intervals are here as well, so that both are at hand before it is known which.
typedef struct State {
    const struct State *next[2];
    int64_t next_intervals[2];
    uint32_t symbol;
    /// How often the interval of the less probable symbol is doubled to be at least half of the whole again.
    int32_t doublings;
} State;

/// What is thought of the symbols in one context.
typedef struct Context {
    int64_t interval;
    const State *state;
} Context;

/// Contexts: nine of a coefficient's neighbours, five of their signs, three of refinement, runs, and the uniform one.
/// **Source** T.800 tables D.1 to D.5, D.7.
enum {
    first_sign_context = 9,
    refinement_context = 14,
    run_context = 17,
    uniform_context = 18,
    context_count = 19,
};

/// The arithmetic decoder between two symbols.
typedef struct Arithmetic {
    int64_t interval;
    /// The encoded number, from the lower end of the interval.
    int64_t code;
    /// Bits of `code` below its upper 16 that were read.
    int32_t ahead;
    const uint8_t *next;
    /// Where the padding of ones begins.
    const uint8_t *end;
} Arithmetic;

/// Bytes of ones behind the encoded ones; what is read behind their end is ones for ever.
enum { padding_bytes = 16 };

/// Makes sure of 16 bits ahead.
INLINE void read_ahead(Arithmetic *coder) {
    if (coder->ahead > 15) return;
    uint32_t word = UINT32_MAX;
    if (coder->next < coder->end) memcpy(&word, coder->next, sizeof word);
    coder->code |= (int64_t)__builtin_bswap32(word) << (15 - coder->ahead);
    coder->ahead += 32;
    coder->next += coder->next < coder->end ? 4 : 0;
}

/// Begins with the bits from `plain` to `end`. **Source** T.800 C.3.5.
static Arithmetic begin(const uint8_t *plain, const uint8_t *end) {
    Arithmetic coder = {.interval = half_interval, .next = plain + 7, .end = end, .ahead = 7 * 8 - 15};
    for (int i = 0; i < 7; ++i) coder.code = coder.code << 8 | plain[i];
    coder.code <<= 6;
    return coder;
}

/// `yes` where all bits of `mask` are ones, `no` where they are zeros.
INLINE int64_t chosen(int64_t mask, int64_t yes, int64_t no) { return no ^ ((no ^ yes) & mask); }

/// Decodes a symbol in a context. **Source** T.800 C.3.2.
///
/// Without a branch: which part of the interval the code lies in is as hard to foresee as the symbol itself.
INLINE unsigned decode(Arithmetic *coder, Context *context) {
    const State *const state = context->state;
    const int64_t less_probable = context->interval;
    const int64_t interval = coder->interval - less_probable;
    const int64_t code = coder->code - less_probable;
    const int64_t lower = code >> 63;
    // The parts change places where the less probable symbol would have the larger one.
    const unsigned is_less = ((unsigned)lower & 1) ^ (unsigned)(interval < less_probable);
    const int upper_doublings = (interval < half_interval) + (interval < half_interval / 2);
    const int doublings = (int)chosen(lower, state->doublings, upper_doublings);
    coder->interval = chosen(lower, less_probable, interval) << doublings;
    coder->code = (code + (less_probable & lower)) << doublings;
    coder->ahead -= doublings;
    read_ahead(coder);
    const int64_t less = -(int64_t)is_less, is_learnt = -(int64_t)(doublings != 0);
    const int64_t next_interval = chosen(less, state->next_intervals[1], state->next_intervals[0]);
    const intptr_t next = chosen(less, (intptr_t)state->next[1], (intptr_t)state->next[0]);
    context->interval = chosen(is_learnt, next_interval, less_probable);
    context->state = (const State *)chosen(is_learnt, next, (intptr_t)state);
    return state->symbol ^ is_less;
}

/// Copies encoded bytes to `plain` as the one number that they are: the byte behind a byte of ones begins with a carry
/// into it. A marker ends them. Returns where the padding of ones begins.
///
/// **Source** T.800 C.3.4.
static uint8_t *unstuff(const uint8_t *bytes, size_t size, uint8_t *plain) {
    uint8_t *to = plain;
    // At least eight bits wait, so that a carry seldom goes farther.
    uint64_t waiting = 0;
    unsigned count = 0;
    uint8_t previous = 0;
    for (size_t i = 0; i < size; ++i) {
        const uint8_t byte = bytes[i];
        if (previous == 0xFF) {
            if (byte > 0x8F) break;
            waiting = (waiting << 7) + byte;
            count += 7;
            if (waiting >> count != 0) {
                for (uint8_t *carried = to; carried > plain && ++*--carried == 0;) {}
                waiting &= ((uint64_t)1 << count) - 1;
            }
        } else {
            waiting = waiting << 8 | byte;
            count += 8;
        }
        previous = byte;
        if (count >= 16) {
            count -= 8;
            *to++ = (uint8_t)(waiting >> count);
            waiting &= ((uint64_t)1 << count) - 1;
        }
    }
    waiting = waiting << 16 | 0xFFFF;
    for (int i = 0; i < 2; ++i) *to++ = (uint8_t)(waiting >> (count + 8 - 8 * (unsigned)i));
    memset(to, 0xFF, padding_bytes);
    return to;
}

// MARK: - Code-block

/// Coefficients are held by stripes of four rows, in a stripe by columns, as they are coded. A word of 64 bits is 16
/// columns of a stripe. There is a word around them on each side, of the stripes and of their rows.
enum {
    columns_of_word = 16,
    // For the narrowest code-blocks, of 4 x 1,024.
    most_words = 3 * (jpeg_2000_longest_side / 4 + 2),
    // For the widest, of 1,024 x 4.
    most_columns = 3 * (jpeg_2000_longest_side + 2),
};

struct JPEG2000BlockDecoder {
    unsigned width;
    unsigned height;
    unsigned stripes;
    /// Words and columns from one stripe to the next, with those around.
    unsigned word_stride;
    unsigned column_stride;
    bool is_vertically_causal;
    const uint8_t *zero_coding;

    Arithmetic coder;
    State states[2 * estimate_count];
    Context contexts[context_count];

    /// Magnitudes with half a plane below the last, and the sign on top.
    uint32_t coefficients[jpeg_2000_most_coefficients];
    /// For each column of a stripe which coefficients in and around it are significant, 3 x 6 bits from its upper left
    /// neighbour, row by row; above them, which of the six in the column itself are negative.
    uint32_t neighbourhoods[most_columns];
    /// Coefficients that belong to the code-block.
    uint64_t inside[most_words];
    uint64_t significant[most_words];
    /// Those with a significant neighbour.
    uint64_t near[most_words];
    /// Those that were coded in this plane's first pass.
    uint64_t propagated[most_words];
    /// Those that were refined once.
    uint64_t refined[most_words];

    /// The context of a coefficient by its neighbourhood, for bands that are low-pass across, high-pass across, both.
    uint8_t zero_codings[3][512];
    /// The context of a sign by its neighbours; 0x80 where the sign is coded the other way.
    uint8_t sign_coding[256];

    uint8_t *plain;
    uint8_t bytes[];
};

enum { negative_shift = 18 };
static const uint32_t sign_bit = (uint32_t)1 << 31;

static unsigned least_of(unsigned a, unsigned b) { return a < b ? a : b; }

/// **Source** T.800 table D.1. `h`, `v`, `d`: significant neighbours to the sides, above and below, at the corners.
static uint8_t zero_context(unsigned h, unsigned v, unsigned d) {
    if (h == 2) return 8;
    if (h == 1) return v > 0 ? 7 : d > 0 ? 6 : 5;
    return v > 0 ? (uint8_t)(2 + v) : (uint8_t)least_of(d, 2);
}

static uint8_t diagonal_zero_context(unsigned sides, unsigned d) {
    if (d >= 3) return 8;
    if (d == 2) return sides > 0 ? 7 : 6;
    return (uint8_t)(3 * d + least_of(sides, 2));
}

/// **Source** T.800 tables D.2, D.3. `h`, `v`: -1, 0, 1.
static uint8_t sign_context(int h, int v) {
    const bool is_other = h < 0 || (h == 0 && v < 0);
    if (is_other) { h = -h; v = -v; }
    return (uint8_t)(first_sign_context + (h == 0 ? v : 3 + v) | (is_other ? 0x80 : 0));
}

static int64_t interval_of(int row) { return (int64_t)estimates[row].interval << interval_shift; }

static void make_states(JPEG2000BlockDecoder *decoder) {
    for (int row = 0; row < estimate_count; ++row)
        for (int symbol = 0; symbol < 2; ++symbol) {
            const Estimate estimate = estimates[row];
            const int other = estimate.switches ? 1 - symbol : symbol;
            State *const state = &decoder->states[2 * row + symbol];
            *state = (State){
                .next = {
                    &decoder->states[2 * estimate.after_more + symbol],
                    &decoder->states[2 * estimate.after_less + other]},
                .next_intervals = {interval_of(estimate.after_more), interval_of(estimate.after_less)},
                .symbol = (uint32_t)symbol};
            while (interval_of(row) << state->doublings < half_interval) state->doublings += 1;
        }
}

static void make_tables(JPEG2000BlockDecoder *decoder) {
    make_states(decoder);
    for (unsigned around = 0; around < 512; ++around) {
#define BIT(i) (around >> (i) & 1)
        const unsigned h = BIT(3) + BIT(5), v = BIT(1) + BIT(7), d = BIT(0) + BIT(2) + BIT(6) + BIT(8);
#undef BIT
        decoder->zero_codings[0][around] = zero_context(h, v, d);
        decoder->zero_codings[1][around] = zero_context(v, h, d);
        decoder->zero_codings[2][around] = diagonal_zero_context(h + v, d);
    }
    for (unsigned around = 0; around < 256; ++around) {
        // Above, to the left, to the right, below: a bit for negative, one for significant.
        int sides[4];
        for (int i = 0; i < 4; ++i) {
            const unsigned side = around >> 2 * i & 3;
            sides[i] = side < 2 ? 0 : side == 2 ? 1 : -1;
        }
        const int h = sides[1] + sides[2], v = sides[0] + sides[3];
        decoder->sign_coding[around] = sign_context((h > 0) - (h < 0), (v > 0) - (v < 0));
    }
}

/// Where in the decoder's arrays 16 columns of a stripe are.
typedef struct Place {
    size_t word;
    size_t column;
    size_t coefficient;
} Place;

INLINE Place place_of(const JPEG2000BlockDecoder *decoder, unsigned stripe, unsigned column) {
    return (Place){
        .word = (size_t)(stripe + 1) * decoder->word_stride + 1 + column / columns_of_word,
        .column = (size_t)(stripe + 1) * decoder->column_stride + 1 + column,
        .coefficient = (size_t)4 * ((size_t)stripe * decoder->width + column),
    };
}

INLINE unsigned lowest(uint64_t set) { return (unsigned)__builtin_ctzll(set); }

/// Adds `around`, 4 bits for each of the columns beside and of `column` itself, to a word and those beside it.
INLINE void add_near(uint64_t *near, unsigned column, uint64_t around) {
    near[0] |= column == 0 ? around >> 4 : around << (4 * column - 4);
    if (column == 0) near[-1] |= around << 60;
    if (column == columns_of_word - 1) near[1] |= around >> 8;
}

/// Decodes the sign of the coefficient at `position` of a word, and makes it significant for all around it.
INLINE void take_significant(
    JPEG2000BlockDecoder *decoder, Arithmetic *coder, Place place, unsigned position, unsigned plane) {
    const unsigned row = position & 3, column = position >> 2;
    uint32_t *const own = decoder->neighbourhoods + place.column + column;
    const uint32_t sides = own[0] >> 3 * row & 0xAA;
    const uint32_t vertical = own[0] >> (negative_shift + row);
    const uint32_t left = own[-1] >> (negative_shift + 1 + row) & 1, right = own[1] >> (negative_shift + 1 + row) & 1;
    const unsigned coding =
        decoder->sign_coding[sides | (vertical & 1) | left << 2 | right << 4 | (vertical >> 2 & 1) << 6];
    const uint32_t sign = decode(coder, &decoder->contexts[coding & 0x7F]) ^ coding >> 7;
    decoder->coefficients[place.coefficient + position] = (uint32_t)3 << plane | sign << 31;
    decoder->significant[place.word] |= (uint64_t)1 << position;

    own[-1] |= (uint32_t)4 << 3 * (row + 1);
    own[0] |= (uint32_t)2 << 3 * (row + 1) | sign << (negative_shift + 1 + row);
    own[1] |= (uint32_t)1 << 3 * (row + 1);
    // Around a coefficient in its column, and in the columns beside.
    static const uint64_t around[4] = {0x323, 0x757, 0xEAE, 0xC4C};
    uint64_t *const near = decoder->near + place.word;
    add_near(near, column, around[row]);
    if (row == 0 && !decoder->is_vertically_causal) {
        uint32_t *const above = own - decoder->column_stride;
        above[-1] |= (uint32_t)4 << 15;
        above[0] |= (uint32_t)2 << 15 | sign << (negative_shift + 5);
        above[1] |= (uint32_t)1 << 15;
        add_near(near - decoder->word_stride, column, 0x888);
    }
    if (row == 3) {
        uint32_t *const below = own + decoder->column_stride;
        below[-1] |= 4;
        below[0] |= 2 | sign << negative_shift;
        below[1] |= 1;
        add_near(near + decoder->word_stride, column, 0x111);
    }
}

/// Decodes whether the coefficient at `position` of a word becomes significant.
INLINE unsigned decode_significance(
    JPEG2000BlockDecoder *decoder, Arithmetic *coder, Place place, unsigned position) {
    const uint32_t around = decoder->neighbourhoods[place.column + (position >> 2)] >> 3 * (position & 3);
    return decode(coder, &decoder->contexts[decoder->zero_coding[around & 0x1FF]]);
}

/// The significance propagation pass: coefficients with a significant neighbour. **Source** T.800 D.3.1.
static void decode_propagation(JPEG2000BlockDecoder *decoder, unsigned plane) {
    Arithmetic coder = decoder->coder;
    for (unsigned stripe = 0; stripe < decoder->stripes; ++stripe) {
        for (unsigned column = 0; column < decoder->width; column += columns_of_word) {
            const Place place = place_of(decoder, stripe, column);
            const uint64_t open = decoder->inside[place.word] & ~decoder->significant[place.word];
            uint64_t later = UINT64_MAX, propagated = 0, coded;
            while ((coded = decoder->near[place.word] & open & later) != 0) {
                const unsigned position = lowest(coded);
                const uint64_t bit = (uint64_t)1 << position;
                later = ~bit & -bit;
                propagated |= bit;
                if (decode_significance(decoder, &coder, place, position))
                    take_significant(decoder, &coder, place, position, plane);
            }
            decoder->propagated[place.word] = propagated;
        }
    }
    decoder->coder = coder;
}

/// The magnitude refinement pass: coefficients that were significant before this plane. **Source** T.800 D.3.3.
static void decode_refinement(JPEG2000BlockDecoder *decoder, unsigned plane) {
    Arithmetic coder = decoder->coder;
    const uint32_t half = (uint32_t)1 << plane;
    for (unsigned stripe = 0; stripe < decoder->stripes; ++stripe) {
        for (unsigned column = 0; column < decoder->width; column += columns_of_word) {
            const Place place = place_of(decoder, stripe, column);
            const uint64_t coded = decoder->significant[place.word] & ~decoder->propagated[place.word];
            const uint64_t near = decoder->near[place.word], refined = decoder->refined[place.word];
            uint32_t *const coefficients = decoder->coefficients + place.coefficient;
            for (uint64_t left = coded; left != 0; left &= left - 1) {
                const unsigned position = lowest(left);
                const unsigned context = refinement_context +
                    (refined >> position & 1 ? 2 : (unsigned)(near >> position & 1));
                const uint32_t symbol = decode(&coder, &decoder->contexts[context]);
                coefficients[position] += (symbol << (plane + 1)) - half;
            }
            decoder->refined[place.word] |= coded;
        }
    }
    decoder->coder = coder;
}

/// The cleanup pass: all that the other two left out. **Source** T.800 D.3.4.
static void decode_cleanup(JPEG2000BlockDecoder *decoder, unsigned plane) {
    Arithmetic coder = decoder->coder;
    for (unsigned stripe = 0; stripe < decoder->stripes; ++stripe) {
        for (unsigned column = 0; column < decoder->width; column += columns_of_word) {
            const Place place = place_of(decoder, stripe, column);
            uint64_t coded = decoder->inside[place.word] & ~decoder->significant[place.word] &
                ~decoder->propagated[place.word];
            decoder->propagated[place.word] = 0;
            while (coded != 0) {
                unsigned position = lowest(coded);
                const bool is_run = (position & 3) == 0 && (coded >> position & 15) == 15 &&
                    (decoder->near[place.word] >> position & 15) == 0;
                if (is_run) {
                    const uint64_t run = (uint64_t)15 << position;
                    if (!decode(&coder, &decoder->contexts[run_context])) {
                        coded &= ~run;
                        continue;
                    }
                    const unsigned upper = decode(&coder, &decoder->contexts[uniform_context]);
                    position += 2 * upper + decode(&coder, &decoder->contexts[uniform_context]);
                } else if (!decode_significance(decoder, &coder, place, position)) {
                    coded &= coded - 1;
                    continue;
                }
                const uint64_t bit = (uint64_t)1 << position;
                coded &= ~bit & -bit;
                take_significant(decoder, &coder, place, position, plane);
            }
        }
    }
    decoder->coder = coder;
}

/// **Source** T.800 D.5.
static bool decode_segmentation_symbol(JPEG2000BlockDecoder *decoder) {
    Arithmetic coder = decoder->coder;
    unsigned symbol = 0;
    for (int i = 0; i < 4; ++i) symbol = symbol << 1 | decode(&coder, &decoder->contexts[uniform_context]);
    decoder->coder = coder;
    return symbol == 0xA;
}

/// **Source** T.800 table D.7.
static void reset_contexts(JPEG2000BlockDecoder *decoder) {
    for (int i = 0; i < context_count; ++i) {
        const int row = i == 0 ? 4 : i == run_context ? 3 : i == uniform_context ? 46 : 0;
        decoder->contexts[i] = (Context){interval_of(row), &decoder->states[2 * row]};
    }
}

static void clear(JPEG2000BlockDecoder *decoder, const JPEG2000Block *block) {
    decoder->width = block->width;
    decoder->height = block->height;
    decoder->stripes = (block->height + 3) / 4;
    decoder->word_stride = (block->width + columns_of_word - 1) / columns_of_word + 2;
    decoder->column_stride = block->width + 2;
    decoder->is_vertically_causal = (block->style & JPEG2000BlockIsVerticallyCausal) != 0;
    static const uint8_t tables[4] = {0, 1, 0, 2};
    decoder->zero_coding = decoder->zero_codings[tables[block->orientation]];
    const size_t words = (size_t)(decoder->stripes + 2) * decoder->word_stride;
    uint64_t *const sets[] = {
        decoder->inside, decoder->significant, decoder->near, decoder->propagated, decoder->refined};
    for (size_t i = 0; i < sizeof sets / sizeof *sets; ++i) memset(sets[i], 0, words * sizeof **sets);
    memset(
        decoder->neighbourhoods, 0,
        (size_t)(decoder->stripes + 2) * decoder->column_stride * sizeof *decoder->neighbourhoods);
    memset(
        decoder->coefficients, 0, (size_t)4 * decoder->stripes * decoder->width * sizeof *decoder->coefficients);
    for (unsigned stripe = 0; stripe < decoder->stripes; ++stripe) {
        const unsigned rows = least_of(4, block->height - 4 * stripe);
        const uint64_t all_columns = 0x1111111111111111 * (((uint64_t)1 << rows) - 1);
        for (unsigned column = 0; column < block->width; column += columns_of_word) {
            const unsigned columns = least_of(columns_of_word, block->width - column);
            decoder->inside[place_of(decoder, stripe, column).word] =
                all_columns & (UINT64_MAX >> (64 - 4 * columns));
        }
    }
    reset_contexts(decoder);
}

/// Brings the coefficients into rows.
static void write_coefficients(const JPEG2000BlockDecoder *decoder, int32_t *coefficients, size_t stride) {
    for (unsigned row = 0; row < decoder->height; ++row) {
        const uint32_t *from = decoder->coefficients + (size_t)4 * (row / 4) * decoder->width + row % 4;
        int32_t *const to = coefficients + row * stride;
        for (unsigned column = 0; column < decoder->width; ++column, from += 4) {
            const int32_t magnitude = (int32_t)(*from & ~sign_bit) >> 1;
            to[column] = *from & sign_bit ? -magnitude : magnitude;
        }
    }
}

JPEG2000BlockDecoder *jpeg_2000_make_block_decoder(size_t most_bytes) {
    const size_t plain_size = most_bytes + 2 + padding_bytes;
    JPEG2000BlockDecoder *const decoder = malloc(sizeof *decoder + most_bytes + plain_size);
    if (decoder == NULL) return NULL;
    decoder->plain = decoder->bytes + most_bytes;
    make_tables(decoder);
    return decoder;
}

void jpeg_2000_free_block_decoder(JPEG2000BlockDecoder *decoder) { free(decoder); }

uint8_t *jpeg_2000_block_bytes(JPEG2000BlockDecoder *decoder) { return decoder->bytes; }

const char *jpeg_2000_decode_block(
    JPEG2000BlockDecoder *decoder, const JPEG2000Block *block, size_t size, int32_t *coefficients, size_t stride) {
    if (block->passes > 0 && block->passes + 2 > 3 * block->planes)
        return "a JPEG 2000 code-block has more passes than bit-planes";
    // An encoder may leave out the last cleanup pass where nothing becomes significant in it; the last refinements
    // always tell something.
    if (block->is_lossless && block->passes > 0 && block->passes + 3 < 3 * block->planes)
        return "a JPEG 2000 code-block lacks passes, which its transfer syntax does not allow";
    clear(decoder, block);
    const uint8_t *const end = unstuff(decoder->bytes, size, decoder->plain);
    decoder->coder = begin(decoder->plain, end);
    for (unsigned pass = 0; pass < block->passes; ++pass) {
        // The first plane has a cleanup pass alone.
        const unsigned plane = block->planes - 1 - (pass + 2) / 3;
        switch (pass % 3) {
        case 0:
            decode_cleanup(decoder, plane);
            if ((block->style & JPEG2000BlockHasSegmentationSymbols) && !decode_segmentation_symbol(decoder))
                return "a JPEG 2000 code-block lacks a segmentation symbol";
            break;
        case 1: decode_propagation(decoder, plane); break;
        case 2: decode_refinement(decoder, plane); break;
        }
        if (block->style & JPEG2000BlockResetsContexts) reset_contexts(decoder);
    }
    write_coefficients(decoder, coefficients, stride);
    return NULL;
}
