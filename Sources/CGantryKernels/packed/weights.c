// Weights laid out once a layer in the order in which the tiles read them.

#include "kernels.h"

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
                    const int32_t own = i - (first + lane) / outputs * inputs;
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

int64_t gantry_winograd_weight_count(int32_t cpu, const gantry_convolution *c) {
    return (int64_t)gantry_padded_channels(cpu, c->output_channels) * c->input_channels * 36;
}

/// G g for three values.
static void transform_weights(const double g[3], double t[6]) {
    t[0] = g[0] / 4;
    t[1] = -(g[0] + g[1] + g[2]) / 6;
    t[2] = -(g[0] - g[1] + g[2]) / 6;
    t[3] = (g[0] + 2 * g[1] + 4 * g[2]) / 24;
    t[4] = (g[0] - 2 * g[1] + 4 * g[2]) / 24;
    t[5] = g[2];
}

void gantry_pack_winograd(int32_t cpu, const gantry_convolution *c, const float *weights, float *packed) {
    const int32_t panel = gantry_panel_width(cpu, GANTRY_F32), padded = gantry_padded_channels(cpu, c->output_channels);
    const int32_t group = gantry_winograd_layout_of(c, panel).panels_at_a_time * panel;
    for (int32_t first = 0; first < padded; first += panel) {
        // Panels that are multiplied together lie together: [group][36][panel of the group].
        const int32_t group_first = first / group * group;
        const int32_t group_width = padded - group_first < group ? padded - group_first : group;
        const int64_t plane = (int64_t)c->input_channels * group_width;
        for (int32_t i = 0; i < c->input_channels; i++) {
            float *to = packed + (int64_t)group_first * c->input_channels * 36 +
                        (int64_t)(first - group_first) * c->input_channels + (int64_t)i * panel;
            for (int32_t o = first; o < first + panel; o++) {
                double columns[3][6], result[6];
                for (int32_t x = 0; x < 3; x++) {
                    double column[3] = {0, 0, 0};
                    for (int32_t y = 0; y < 3 && o < c->output_channels; y++) {
                        column[y] = weights[((int64_t)o * c->input_channels + i) * 9 + y * 3 + x];
                    }
                    transform_weights(column, columns[x]);
                }
                for (int32_t y = 0; y < 6; y++) {
                    const double row[3] = {columns[0][y], columns[1][y], columns[2][y]};
                    transform_weights(row, result);
                    for (int32_t x = 0; x < 6; x++) to[(y * 6 + x) * plane + o - first] = (float)result[x];
                }
            }
        }
    }
}
