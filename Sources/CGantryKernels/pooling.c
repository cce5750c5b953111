#include "gantry_kernels.h"
#include "multiversion.h"

#include <math.h>
#include <stddef.h>

/// NaN where either is: it is not hidden by what lies beside it.
static inline float larger(float a, float b) { return ((a > b) | (a != a)) ? a : b; }

/// `at`, or `other` where that lies outside.
static inline int32_t inside(int32_t at, int32_t other, int32_t size) { return at >= 0 && at < size ? at : other; }

GANTRY_MULTIVERSION
void gantry_max_pool_3x3_stride_2(const float *image, int32_t channels, int32_t height, int32_t width, int32_t top,
                                  int32_t left, float *pooled) {
    const int32_t out_height = (height - 1) / 2 + 1, out_width = (width - 1) / 2 + 1;
    for (int32_t c = 0; c < channels; c++) {
        const float *channel = image + (size_t)c * height * width;
        for (int32_t y = 0; y < out_height; y++, pooled += out_width) {
            // A row outside the image is replaced by one of the window that is always inside: no maximum changes.
            const float *above = channel + (size_t)inside(2 * y - top, 2 * y, height) * width;
            const float *middle = channel + (size_t)inside(2 * y - top + 1, 2 * y, height) * width;
            const float *below = channel + (size_t)inside(2 * y - top + 2, 2 * y, height) * width;
            for (int32_t x = 0; x < out_width; x++) {
                const int32_t first = inside(2 * x - left, 2 * x, width);
                const int32_t centre = inside(2 * x - left + 1, 2 * x, width);
                const int32_t last = inside(2 * x - left + 2, 2 * x, width);
                const float a = larger(larger(above[first], above[centre]), above[last]);
                const float m = larger(larger(middle[first], middle[centre]), middle[last]);
                const float b = larger(larger(below[first], below[centre]), below[last]);
                pooled[x] = larger(larger(a, m), b);
            }
        }
    }
}

void gantry_max_pool_3x3_stride_2_reference(const float *image, int32_t channels, int32_t height, int32_t width,
                                            int32_t top, int32_t left, float *pooled) {
    const int32_t out_height = (height + 2 - 3) / 2 + 1, out_width = (width + 2 - 3) / 2 + 1;
    for (int32_t c = 0; c < channels; c++) {
        for (int32_t oy = 0; oy < out_height; oy++) {
            for (int32_t ox = 0; ox < out_width; ox++) {
                float best = -INFINITY;
                for (int32_t y = 2 * oy - top; y <= 2 * oy - top + 2; y++) {
                    for (int32_t x = 2 * ox - left; x <= 2 * ox - left + 2; x++) {
                        if (y < 0 || y >= height || x < 0 || x >= width) continue;
                        const float value = image[((size_t)c * height + y) * width + x];
                        if (value > best || value != value) best = value;
                    }
                }
                pooled[((size_t)c * out_height + oy) * out_width + ox] = best;
            }
        }
    }
}

/// Sixteen running sums, so that the compiler can vectorise without reordering what the source says.
#define LANES 16

GANTRY_MULTIVERSION
void gantry_global_average_pool(const float *image, int32_t channels, int64_t positions, float *means) {
    for (int32_t c = 0; c < channels; c++) {
        const float *channel = image + c * positions;
        float lanes[LANES] = {0};
        int64_t i = 0;
        for (; i + LANES <= positions; i += LANES) {
            for (int lane = 0; lane < LANES; lane++) lanes[lane] += channel[i + lane];
        }
        float sum = 0;
        for (; i < positions; i++) sum += channel[i];
        for (int lane = 0; lane < LANES; lane++) sum += lanes[lane];
        means[c] = sum / (float)positions;
    }
}

void gantry_global_average_pool_reference(const float *image, int32_t channels, int64_t positions, float *means) {
    for (int32_t c = 0; c < channels; c++) {
        double sum = 0;
        for (int64_t i = 0; i < positions; i++) sum += image[c * positions + i];
        means[c] = (float)(sum / (double)positions);
    }
}

GANTRY_MULTIVERSION
void gantry_channel_sums(const float *image, int32_t channels, int64_t positions, double *sums, double *squares) {
    for (int32_t c = 0; c < channels; c++) {
        const float *channel = image + c * positions;
        double sum_lanes[LANES] = {0}, square_lanes[LANES] = {0};
        int64_t i = 0;
        for (; i + LANES <= positions; i += LANES) {
            for (int lane = 0; lane < LANES; lane++) {
                const double value = channel[i + lane];
                sum_lanes[lane] += value;
                square_lanes[lane] += value * value;
            }
        }
        double sum = 0, square = 0;
        for (; i < positions; i++) {
            const double value = channel[i];
            sum += value;
            square += value * value;
        }
        for (int lane = 0; lane < LANES; lane++) {
            sum += sum_lanes[lane];
            square += square_lanes[lane];
        }
        sums[c] = sum;
        squares[c] = square;
    }
}

void gantry_channel_sums_reference(const float *image, int32_t channels, int64_t positions, double *sums,
                                   double *squares) {
    for (int32_t c = 0; c < channels; c++) {
        sums[c] = 0;
        squares[c] = 0;
        for (int64_t i = 0; i < positions; i++) {
            const double value = image[c * positions + i];
            sums[c] += value;
            squares[c] += value * value;
        }
    }
}
