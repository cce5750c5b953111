#include "../multiversion.h"
#include "gantry_training.h"

#include <math.h>
#include <stddef.h>

/// Channels that are pooled together: their maxima and places stay in registers or the first-level cache.
#define LANES 64

GANTRY_MULTIVERSION
void gantry_max_pool_rows(const float *values, const float *scale, const float *shift, int32_t height, int32_t width,
                          int32_t channels, int32_t top, int32_t left, bool relu, float *pooled, uint8_t *places) {
    const float least = relu ? 0 : -INFINITY;
    const int32_t out_height = (height - 1) / 2 + 1, out_width = (width - 1) / 2 + 1;
    for (int32_t oy = 0; oy < out_height; oy++) {
        for (int32_t ox = 0; ox < out_width; ox++) {
            for (int32_t c0 = 0; c0 < channels; c0 += LANES) {
                const int32_t count = channels - c0 < LANES ? channels - c0 : LANES;
                float best[LANES];
                int32_t where[LANES];
                for (int32_t c = 0; c < count; c++) {
                    best[c] = -INFINITY;
                    where[c] = 4;
                }
                for (int32_t tap = 0; tap < 9; tap++) {
                    const int32_t y = 2 * oy - top + tap / 3, x = 2 * ox - left + tap % 3;
                    if (y < 0 || y >= height || x < 0 || x >= width) continue;
                    const float *restrict v = values + ((size_t)y * width + x) * channels + c0;
                    for (int32_t c = 0; c < count; c++) {
                        const float sum = scale[c0 + c] * v[c] + shift[c0 + c];
                        const float value = sum < least ? least : sum;
                        const bool wins = !(value <= best[c]) & (best[c] == best[c]);
                        best[c] = wins ? value : best[c];
                        where[c] = wins ? tap : where[c];
                    }
                }
                const size_t at = ((size_t)oy * out_width + ox) * channels + c0;
                for (int32_t c = 0; c < count; c++) {
                    pooled[at + c] = best[c];
                    places[at + c] = (uint8_t)where[c];
                }
            }
        }
    }
}

void gantry_max_pool_rows_reference(const float *values, const float *scale, const float *shift, int32_t height,
                                    int32_t width, int32_t channels, int32_t top, int32_t left, bool relu,
                                    float *pooled, uint8_t *places) {
    const int32_t out_height = (height - 1) / 2 + 1, out_width = (width - 1) / 2 + 1;
    for (int32_t c = 0; c < channels; c++) {
        for (int32_t pixel = 0; pixel < out_height * out_width; pixel++) {
            float best = -INFINITY;
            uint8_t place = 4;
            for (int32_t tap = 0; tap < 9; tap++) {
                const int32_t y = 2 * (pixel / out_width) - top + tap / 3;
                const int32_t x = 2 * (pixel % out_width) - left + tap % 3;
                if (y < 0 || y >= height || x < 0 || x >= width) continue;
                const float sum = scale[c] * values[((size_t)y * width + x) * channels + c] + shift[c];
                const float value = relu && sum < 0 ? 0 : sum;
                if (isnan(best) || value <= best) continue;
                best = value;
                place = (uint8_t)tap;
            }
            pooled[(size_t)pixel * channels + c] = best;
            places[(size_t)pixel * channels + c] = place;
        }
    }
}

/// The first of the windows of 3, 2 apart, that have position `at`.
static inline int32_t first_window(int32_t at) { return at > 0 ? (at - 1) / 2 : 0; }

GANTRY_MULTIVERSION
void gantry_max_pool_gradient(const float *pooled_gradient, const uint8_t *places, int32_t height, int32_t width,
                              int32_t channels, int32_t top, int32_t left, float *gradient) {
    const int32_t out_height = (height - 1) / 2 + 1, out_width = (width - 1) / 2 + 1;
    for (int32_t y = 0; y < height; y++) {
        for (int32_t x = 0; x < width; x++) {
            float *restrict g = gradient + ((size_t)y * width + x) * channels;
            for (int32_t c = 0; c < channels; c++) g[c] = 0;
            // The windows that see the pixel, in their order: (y + top - 2 .. y + top) holds 2 * oy.
            for (int32_t oy = first_window(y + top); oy <= (y + top) / 2 && oy < out_height; oy++) {
                for (int32_t ox = first_window(x + left); ox <= (x + left) / 2 && ox < out_width; ox++) {
                    const uint8_t tap = (uint8_t)((y - 2 * oy + top) * 3 + (x - 2 * ox + left));
                    const size_t at = ((size_t)oy * out_width + ox) * channels;
                    const float *restrict from = pooled_gradient + at;
                    const uint8_t *restrict place = places + at;
                    for (int32_t c = 0; c < channels; c++) g[c] += place[c] == tap ? from[c] : 0;
                }
            }
        }
    }
}

void gantry_max_pool_gradient_reference(const float *pooled_gradient, const uint8_t *places, int32_t height,
                                        int32_t width, int32_t channels, int32_t top, int32_t left,
                                        float *gradient) {
    const int32_t out_height = (height - 1) / 2 + 1, out_width = (width - 1) / 2 + 1;
    for (int64_t i = 0; i < (int64_t)height * width * channels; i++) gradient[i] = 0;
    for (int32_t pixel = 0; pixel < out_height * out_width; pixel++) {
        for (int32_t c = 0; c < channels; c++) {
            const size_t at = (size_t)pixel * channels + c;
            const int32_t y = 2 * (pixel / out_width) - top + places[at] / 3;
            const int32_t x = 2 * (pixel % out_width) - left + places[at] % 3;
            gradient[((size_t)y * width + x) * channels + c] += pooled_gradient[at];
        }
    }
}

GANTRY_MULTIVERSION
void gantry_average_rows(const float *values, int64_t rows, int32_t channels, float *means) {
    for (int32_t c0 = 0; c0 < channels; c0 += LANES) {
        const int32_t count = channels - c0 < LANES ? channels - c0 : LANES;
        double sums[LANES] = {0};
        for (int64_t row = 0; row < rows; row++) {
            const float *restrict v = values + row * channels + c0;
            for (int32_t c = 0; c < count; c++) sums[c] += (double)v[c];
        }
        for (int32_t c = 0; c < count; c++) means[c0 + c] = (float)(sums[c] / (double)rows);
    }
}

GANTRY_MULTIVERSION
void gantry_average_gradient(const float *means_gradient, int64_t rows, int32_t channels, float *gradient) {
    const float count = (float)rows;
    for (int64_t row = 0; row < rows; row++) {
        float *restrict g = gradient + row * channels;
        for (int32_t c = 0; c < channels; c++) g[c] = means_gradient[c] / count;
    }
}
