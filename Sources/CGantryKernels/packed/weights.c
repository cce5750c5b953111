// Weights laid out once a layer in the order in which the tiles read them.

#include "kernels.h"

int64_t gantry_direct_weight_count(int32_t cpu, const gantry_convolution *c) {
    return (int64_t)gantry_padded_channels(cpu, c->output_channels) * c->input_channels * c->kernel * c->kernel;
}

void gantry_pack_direct(int32_t cpu, const gantry_convolution *c, const float *weights, float *packed) {
    const int32_t panel = gantry_panel_width(cpu), padded = gantry_padded_channels(cpu, c->output_channels);
    const int32_t area = c->kernel * c->kernel;
    for (int32_t first = 0; first < padded; first += panel) {
        for (int32_t i = 0; i < c->input_channels; i++) {
            for (int32_t offset = 0; offset < area; offset++) {
                float *to = packed + ((int64_t)offset * c->input_channels + i) * panel;
                for (int32_t o = first; o < first + panel; o++) {
                    to[o - first] =
                        o < c->output_channels ? weights[((int64_t)o * c->input_channels + i) * area + offset] : 0;
                }
            }
        }
        packed += (int64_t)area * c->input_channels * panel;
    }
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
    const int32_t panel = gantry_panel_width(cpu), padded = gantry_padded_channels(cpu, c->output_channels);
    const int32_t group = gantry_winograd_layout_of(c, panel).panels_at_a_time * panel;
    for (int32_t first = 0; first < padded; first += panel) {
        // Panels that are multiplied together lie together: [group][36][panel of the group].
        const int32_t group_first = first / group * group;
        const int64_t plane = (int64_t)c->input_channels * (padded - group_first < group ? padded - group_first : group);
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
