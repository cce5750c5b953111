#include "../multiversion.h"
#include "element.h"

#include <math.h>
#include <stddef.h>

/// Channels that are pooled together: their maxima and places stay in registers or the first-level cache.
#define LANES 64

INLINE void max_pool_rows(const int32_t element, const void *values, const float *scale, const float *shift,
                          int32_t height, int32_t width, int32_t channels, int32_t top, int32_t left, bool relu,
                          void *pooled, uint8_t *places) {
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
                    const void *v = number(values, ((int64_t)y * width + x) * channels + c0, element);
                    for (int32_t c = 0; c < count; c++) {
                        const float sum = scale[c0 + c] * get(v, c, element) + shift[c0 + c];
                        const float value = sum < least ? least : sum;
                        const bool wins = !(value <= best[c]) & (best[c] == best[c]);
                        best[c] = wins ? value : best[c];
                        where[c] = wins ? tap : where[c];
                    }
                }
                const int64_t at = ((int64_t)oy * out_width + ox) * channels + c0;
                for (int32_t c = 0; c < count; c++) {
                    put(pooled, at + c, element, best[c]);
                    places[at + c] = (uint8_t)where[c];
                }
            }
        }
    }
}

GANTRY_MULTIVERSION
void gantry_max_pool_rows(int32_t element, const void *values, const float *scale, const float *shift, int32_t height,
                          int32_t width, int32_t channels, int32_t top, int32_t left, bool relu, void *pooled,
                          uint8_t *places) {
    WITH_ELEMENT(element, max_pool_rows, values, scale, shift, height, width, channels, top, left, relu, pooled,
                 places);
}

void gantry_max_pool_rows_reference(int32_t element, const void *values, const float *scale, const float *shift,
                                    int32_t height, int32_t width, int32_t channels, int32_t top, int32_t left,
                                    bool relu, void *pooled, uint8_t *places) {
    const int32_t out_height = (height - 1) / 2 + 1, out_width = (width - 1) / 2 + 1;
    for (int32_t c = 0; c < channels; c++) {
        for (int32_t pixel = 0; pixel < out_height * out_width; pixel++) {
            float best = -INFINITY;
            uint8_t place = 4;
            for (int32_t tap = 0; tap < 9; tap++) {
                const int32_t y = 2 * (pixel / out_width) - top + tap / 3;
                const int32_t x = 2 * (pixel % out_width) - left + tap % 3;
                if (y < 0 || y >= height || x < 0 || x >= width) continue;
                const float sum = scale[c] * get(values, ((int64_t)y * width + x) * channels + c, element) + shift[c];
                const float value = relu && sum < 0 ? 0 : sum;
                if (isnan(best) || value <= best) continue;
                best = value;
                place = (uint8_t)tap;
            }
            put(pooled, (int64_t)pixel * channels + c, element, best);
            places[(size_t)pixel * channels + c] = place;
        }
    }
}

/// The first of the windows of 3, 2 apart, that have position `at`.
static inline int32_t first_window(int32_t at) { return at > 0 ? (at - 1) / 2 : 0; }

INLINE void max_pool_gradient(const int32_t element, const void *pooled_gradient, const uint8_t *places,
                              int32_t height, int32_t width, int32_t channels, int32_t top, int32_t left,
                              void *gradient) {
    const int32_t out_height = (height - 1) / 2 + 1, out_width = (width - 1) / 2 + 1;
    for (int32_t y = 0; y < height; y++) {
        for (int32_t x = 0; x < width; x++) {
            void *g = number_to_write(gradient, ((int64_t)y * width + x) * channels, element);
            for (int32_t c0 = 0; c0 < channels; c0 += LANES) {
                const int32_t count = channels - c0 < LANES ? channels - c0 : LANES;
                float sums[LANES] = {0};
                // The windows that see the pixel, in their order: (y + top - 2 .. y + top) holds 2 * oy.
                for (int32_t oy = first_window(y + top); oy <= (y + top) / 2 && oy < out_height; oy++) {
                    for (int32_t ox = first_window(x + left); ox <= (x + left) / 2 && ox < out_width; ox++) {
                        const uint8_t tap = (uint8_t)((y - 2 * oy + top) * 3 + (x - 2 * ox + left));
                        const int64_t at = ((int64_t)oy * out_width + ox) * channels + c0;
                        const void *from = number(pooled_gradient, at, element);
                        const uint8_t *place = places + at;
                        for (int32_t c = 0; c < count; c++) {
                            // Read in any case, which vectors do at once.
                            const float value = get(from, c, element);
                            sums[c] += place[c] == tap ? value : 0;
                        }
                    }
                }
                for (int32_t c = 0; c < count; c++) put(g, c0 + c, element, sums[c]);
            }
        }
    }
}

GANTRY_MULTIVERSION
void gantry_max_pool_gradient(int32_t element, const void *pooled_gradient, const uint8_t *places, int32_t height,
                              int32_t width, int32_t channels, int32_t top, int32_t left, void *gradient) {
    WITH_ELEMENT(element, max_pool_gradient, pooled_gradient, places, height, width, channels, top, left, gradient);
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

INLINE void average_rows(const int32_t element, const void *values, int64_t rows, int32_t channels, float *means) {
    for (int32_t c0 = 0; c0 < channels; c0 += LANES) {
        const int32_t count = channels - c0 < LANES ? channels - c0 : LANES;
        double sums[LANES] = {0};
        for (int64_t row = 0; row < rows; row++) {
            const void *v = number(values, row * channels + c0, element);
            for (int32_t c = 0; c < count; c++) sums[c] += (double)get(v, c, element);
        }
        for (int32_t c = 0; c < count; c++) means[c0 + c] = (float)(sums[c] / (double)rows);
    }
}

GANTRY_MULTIVERSION
void gantry_average_rows(int32_t element, const void *values, int64_t rows, int32_t channels, float *means) {
    WITH_ELEMENT(element, average_rows, values, rows, channels, means);
}

INLINE void average_gradient(const int32_t element, const float *means_gradient, int64_t rows, int32_t channels,
                             void *gradient) {
    const float count = (float)rows;
    for (int64_t row = 0; row < rows; row++) {
        void *g = number_to_write(gradient, row * channels, element);
        EACH_APART
        for (int32_t c = 0; c < channels; c++) put(g, c, element, means_gradient[c] / count);
    }
}

GANTRY_MULTIVERSION
void gantry_average_gradient(int32_t element, const float *means_gradient, int64_t rows, int32_t channels,
                             void *gradient) {
    WITH_ELEMENT(element, average_gradient, means_gradient, rows, channels, gradient);
}
