// Weights laid out once a layer in the order in which the tiles read them.

#include "../multiversion.h"
#include "kernels.h"

#include <stdlib.h>
#include <string.h>

int64_t gantry_direct_weight_count(int32_t cpu, const gantry_convolution *c) {
    const int32_t panel = gantry_panel_width(cpu, c->element);
    const gantry_inner inner = gantry_inner_of(c, panel);
    const int64_t panels = (c->output_channels + panel - 1) / panel;
    return panels * panel * inner.segments * inner.words_of_segment;
}

/// One layer's weights in the order of the tiles; `put` writes the weight at an OIHW index.
typedef void put_weight(void *to, const void *weights, int64_t index);

static inline __attribute__((always_inline)) void pack(int32_t cpu, const gantry_convolution *c, const void *weights,
                                                       void *packed, const int32_t size, put_weight put) {
    const int32_t panel = gantry_panel_width(cpu, c->element), word = 4 / size, area = c->kernel * c->kernel;
    const int32_t inputs = c->input_channels / c->groups, outputs = c->output_channels / c->groups;
    const gantry_inner inner = gantry_inner_of(c, panel);
    char *to = packed;
    memset(packed, 0, (size_t)gantry_direct_weight_count(cpu, c) * 4);
    for (int32_t first = 0; first < c->output_channels; first += panel) {
        const int32_t lanes = c->output_channels - first < panel ? c->output_channels - first : panel;
        const int32_t first_input = gantry_first_input_of_panel(c, inner, first / panel, panel);
        for (int32_t segment = 0; segment < inner.segments; segment++) {
            for (int32_t position = 0; position < inner.channels_of_segment; position++) {
                // A dense segment is a kernel row, pixel after pixel.
                const int32_t i = c->is_dense ? position % c->input_channels : first_input + position;
                const int32_t offset = c->is_dense ? segment * c->kernel + position / c->input_channels : segment;
                char *row = to + ((int64_t)(position / word) * panel * word + position % word) * size;
                for (int32_t lane = 0; lane < lanes; lane++) {
                    // Channel i of the group that this output sees, if it is in it.
                    const int32_t own = c->groups == 1 ? i : i - (first + lane) / outputs * inputs;
                    if (own < 0 || own >= inputs) continue;
                    put(row + (int64_t)lane * 4, weights, ((int64_t)(first + lane) * inputs + own) * area + offset);
                }
            }
            to += (int64_t)inner.words_of_segment * panel * 4;
        }
    }
}

static void put_float(void *to, const void *weights, int64_t index) { *(float *)to = ((const float *)weights)[index]; }

static void put_bfloat16(void *to, const void *weights, int64_t index) {
    *(uint16_t *)to = gantry_bfloat16(((const float *)weights)[index]);
}

static void put_byte(void *to, const void *weights, int64_t index) { *(int8_t *)to = ((const int8_t *)weights)[index]; }

void gantry_pack_direct(int32_t cpu, const gantry_convolution *c, const float *weights, void *packed) {
    if (c->element == GANTRY_BF16) {
        pack(cpu, c, weights, packed, 2, put_bfloat16);
    } else {
        pack(cpu, c, weights, packed, 4, put_float);
    }
}

void gantry_pack_direct_int8(int32_t cpu, const gantry_convolution *c, const int8_t *weights, void *packed) {
    pack(cpu, c, weights, packed, 1, put_byte);
}

bool gantry_has_small_fours(int32_t cpu, const gantry_convolution *c, const void *packed) {
    const int32_t panel = gantry_panel_width(cpu, c->element);
    if (gantry_inner_of(c, panel).words_of_segment % 2) return false;
    const int64_t word = (int64_t)panel * 4, bytes = gantry_direct_weight_count(cpu, c) * 4;
    for (const int8_t *step = packed; step < (const int8_t *)packed + bytes; step += 2 * word) {
        for (int64_t i = 0; i < word; i += 2) {
            if (abs(step[i]) + abs(step[i + 1]) + abs(step[word + i]) + abs(step[word + i + 1]) > 128) return false;
        }
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
