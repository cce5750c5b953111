// Weights laid out once a layer in the order in which the tiles read them.

#include "../multiversion.h"
#include "kernels.h"

#include <stdlib.h>
#include <string.h>

static inline int32_t smaller(int32_t a, int32_t b) { return a < b ? a : b; }

static inline int32_t larger(int32_t a, int32_t b) { return a > b ? a : b; }

int64_t gantry_direct_weight_count(int32_t cpu, const gantry_convolution *c) {
    const int32_t panel = gantry_panel_width(cpu, c->element);
    const gantry_inner inner = gantry_inner_of(c, panel);
    const int64_t panels = (c->output_channels + panel - 1) / panel;
    return panels * panel * inner.segments * inner.words_of_segment;
}

/// Copies `count` weights, `step` apart, from that at an OIHW index on, to elements that lie side by side.
typedef void take_weights(void *restrict to, const void *restrict weights, int64_t index, int64_t step, int32_t count);

/// Words of each output that are taken before they are put between those of the panel's others.
#define WORDS_AT_A_TIME 64
#define WIDEST_PANEL 32

/// [channel of the panel][word] becomes [word][channel of the panel].
GANTRY_MULTIVERSION
static void interleave(uint32_t (*restrict rows)[WORDS_AT_A_TIME], int32_t words, int32_t panel,
                       uint32_t *restrict to) {
    for (int32_t word = 0; word < words; word++) {
        for (int32_t lane = 0; lane < panel; lane++) to[word * panel + lane] = rows[lane][word];
    }
}

/// Takes the elements `first ..< end` of a segment of one output into zeros.
static void take_run(const gantry_convolution *c, const void *weights, int32_t output, int32_t segment,
                     int32_t first_input, int32_t first, int32_t end, char *to, int32_t size, take_weights take) {
    const int32_t area = c->kernel * c->kernel;
    const int32_t inputs = c->input_channels / c->groups, outputs = c->output_channels / c->groups;
    const int64_t own = (int64_t)output * inputs * area;
    if (c->is_dense) {
        // A kernel row, pixel after pixel.
        for (int32_t i = first, count; i < end; i += count) {
            const int32_t column = i / inputs, input = i % inputs;
            count = smaller(end - i, inputs - input);
            const int32_t offset = segment * c->kernel + column;
            take(to + (int64_t)(i - first) * size, weights, own + (int64_t)input * area + offset, area, count);
        }
    } else {
        // Those of the group's inputs that are among the panel's.
        const int32_t before = first_input - output / outputs * inputs;
        const int32_t from = larger(first, -before), until = smaller(end, inputs - before);
        if (from >= until) return;
        take(to + (int64_t)(from - first) * size, weights, own + (int64_t)(before + from) * area + segment, area,
             until - from);
    }
}

static void pack(int32_t cpu, const gantry_convolution *c, const void *weights, uint32_t *to, const int32_t size,
                 take_weights take) {
    const int32_t panel = gantry_panel_width(cpu, c->element), word = 4 / size;
    const gantry_inner inner = gantry_inner_of(c, panel);
    uint32_t rows[WIDEST_PANEL][WORDS_AT_A_TIME];
    for (int32_t output = 0; output < c->output_channels; output += panel) {
        const int32_t lanes = smaller(c->output_channels - output, panel);
        const int32_t first_input = gantry_first_input_of_panel(c, inner, output / panel, panel);
        for (int32_t segment = 0; segment < inner.segments; segment++) {
            for (int32_t first = 0; first < inner.words_of_segment; first += WORDS_AT_A_TIME) {
                const int32_t words = smaller(inner.words_of_segment - first, WORDS_AT_A_TIME);
                const int32_t end = smaller((first + words) * word, inner.channels_of_segment);
                memset(rows, 0, sizeof rows);
                for (int32_t lane = 0; lane < lanes; lane++) {
                    take_run(c, weights, output + lane, segment, first_input, first * word, end, (char *)rows[lane],
                             size, take);
                }
                interleave(rows, words, panel, to);
                to += (int64_t)words * panel;
            }
        }
    }
}

static void take_floats(void *restrict to, const void *restrict weights, int64_t index, int64_t step, int32_t count) {
    const float *const from = (const float *)weights + index;
    if (step == 1) {
        memcpy(to, from, (size_t)count * sizeof *from);
    } else {
        for (int32_t i = 0; i < count; i++) ((float *)to)[i] = from[i * step];
    }
}

static void take_bfloat16(void *restrict to, const void *restrict weights, int64_t index, int64_t step, int32_t count) {
    const float *const from = (const float *)weights + index;
    for (int32_t i = 0; i < count; i++) ((uint16_t *)to)[i] = gantry_bfloat16(from[i * step]);
}

static void take_bytes(void *restrict to, const void *restrict weights, int64_t index, int64_t step, int32_t count) {
    const int8_t *const from = (const int8_t *)weights + index;
    if (step == 1) {
        memcpy(to, from, (size_t)count);
    } else {
        for (int32_t i = 0; i < count; i++) ((int8_t *)to)[i] = from[i * step];
    }
}

void gantry_pack_direct(int32_t cpu, const gantry_convolution *c, const float *weights, void *packed) {
    if (c->element == GANTRY_BF16) {
        pack(cpu, c, weights, packed, 2, take_bfloat16);
    } else {
        pack(cpu, c, weights, packed, 4, take_floats);
    }
}

void gantry_pack_direct_int8(int32_t cpu, const gantry_convolution *c, const int8_t *weights, void *packed) {
    pack(cpu, c, weights, packed, 1, take_bytes);
}

/// Whether the sums of fours of `count` pairs of each of two rows are 128 at most.
GANTRY_MULTIVERSION
static bool are_small_fours(const int8_t *restrict row, const int8_t *restrict next, int64_t count) {
    int32_t largest = 0;
    for (int64_t i = 0; i < 2 * count; i += 2) {
        const int32_t sum = abs(row[i]) + abs(row[i + 1]) + abs(next[i]) + abs(next[i + 1]);
        largest = sum > largest ? sum : largest;
    }
    return largest <= 128;
}

bool gantry_has_small_fours(int32_t cpu, const gantry_convolution *c, const void *packed) {
    const int32_t panel = gantry_panel_width(cpu, c->element);
    if (gantry_inner_of(c, panel).words_of_segment % 2) return false;
    const int64_t word = (int64_t)panel * 4, bytes = gantry_direct_weight_count(cpu, c) * 4;
    for (const int8_t *step = packed; step < (const int8_t *)packed + bytes; step += 2 * word) {
        if (!are_small_fours(step, step + word, word / 2)) return false;
    }
    return true;
}

int64_t gantry_winograd_weight_count(int32_t cpu, const gantry_convolution *c) {
    if (c->transforms_late) return gantry_direct_weight_count(cpu, c);
    return (int64_t)gantry_padded_channels(cpu, c->output_channels) * c->input_channels * 36;
}

/// G g for three values of each channel of a panel.
#define TRANSFORM_WEIGHTS(g, t)                                             \
    do {                                                                    \
        (t)[0] = (g)[0] / 4;                                                \
        (t)[1] = -((g)[0] + (g)[1] + (g)[2]) / 6;                           \
        (t)[2] = -((g)[0] - (g)[1] + (g)[2]) / 6;                           \
        (t)[3] = ((g)[0] + 2 * (g)[1] + 4 * (g)[2]) / 24;                   \
        (t)[4] = ((g)[0] - 2 * (g)[1] + 4 * (g)[2]) / 24;                   \
        (t)[5] = (g)[2];                                                    \
    } while (0)

/// Channels that are transformed at once.
#define CHANNELS_AT_A_TIME 8
typedef double channel_doubles __attribute__((vector_size(CHANNELS_AT_A_TIME * sizeof(double))));
typedef float channel_floats __attribute__((vector_size(CHANNELS_AT_A_TIME * sizeof(float))));

/// The weights of `lanes` channels, `step` apart, for one input: 3x3 become 36 planes, zeros in channels past the last.
///
/// Twice or four times a number is exact, so that the bits are the same where the compiler multiplies and adds in one.
GANTRY_MULTIVERSION
static void transform_weights(const float *weights, int64_t step, int32_t lanes, float *to, int64_t plane) {
    double numbers[9][CHANNELS_AT_A_TIME] = {0};
    for (int32_t lane = 0; lane < lanes; lane++) {
        for (int32_t k = 0; k < 9; k++) numbers[k][lane] = weights[lane * step + k];
    }
    channel_doubles columns[3][6], result[6];
    for (int32_t x = 0; x < 3; x++) {
        channel_doubles column[3];
        for (int32_t y = 0; y < 3; y++) memcpy(&column[y], numbers[y * 3 + x], sizeof column[y]);
        TRANSFORM_WEIGHTS(column, columns[x]);
    }
    for (int32_t y = 0; y < 6; y++) {
        const channel_doubles row[3] = {columns[0][y], columns[1][y], columns[2][y]};
        TRANSFORM_WEIGHTS(row, result);
        for (int32_t x = 0; x < 6; x++) {
            const channel_floats values = __builtin_convertvector(result[x], channel_floats);
            memcpy(to + (y * 6 + x) * plane, &values, sizeof values);
        }
    }
}

void gantry_pack_winograd(int32_t cpu, const gantry_convolution *c, const float *weights, float *packed) {
    if (c->transforms_late) {
        gantry_pack_direct(cpu, c, weights, packed);
        return;
    }
    const int32_t panel = gantry_panel_width(cpu, GANTRY_F32), padded = gantry_padded_channels(cpu, c->output_channels);
    const int32_t group = gantry_winograd_layout_of(c, panel).panels_at_a_time * panel;
    for (int32_t first = 0; first < padded; first += panel) {
        // Panels that are multiplied together lie together: [group][36][panel of the group].
        const int32_t group_first = first / group * group;
        const int32_t group_width = padded - group_first < group ? padded - group_first : group;
        for (int32_t i = 0; i < c->input_channels; i++) {
            float *to = packed + (int64_t)group_first * c->input_channels * 36 +
                        (int64_t)(first - group_first) * c->input_channels + (int64_t)i * panel;
            for (int32_t o = 0; o < panel; o += CHANNELS_AT_A_TIME) {
                const int64_t lanes = gantry_clamp(c->output_channels - first - o, 0, CHANNELS_AT_A_TIME);
                const float *own = weights + ((int64_t)(first + o) * c->input_channels + i) * 9;
                transform_weights(own, (int64_t)c->input_channels * 9, (int32_t)lanes, to + o,
                                  (int64_t)c->input_channels * group_width);
            }
        }
    }
}
