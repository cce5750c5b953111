#include "../multiversion.h"
#include "gantry_training.h"

#include <stddef.h>
#include <string.h>

/// Rows that are added together before they meet the running sums: those are read and written once for so many rows.
#define ROWS 4

GANTRY_MULTIVERSION
void gantry_row_sums(const float *values, int64_t rows, int32_t channels, double *sums, double *squares) {
    double *restrict s = sums, *restrict q = squares;
    for (int32_t c = 0; c < channels; c++) s[c] = q[c] = 0;
    int64_t row = 0;
    for (; row + ROWS <= rows; row += ROWS) {
        const float *restrict v = values + row * channels;
        for (int32_t c = 0; c < channels; c++) {
            const double v0 = v[c], v1 = v[channels + c], v2 = v[2 * channels + c], v3 = v[3 * channels + c];
            s[c] += (v0 + v1) + (v2 + v3);
            q[c] += (v0 * v0 + v1 * v1) + (v2 * v2 + v3 * v3);
        }
    }
    for (; row < rows; row++) {
        const float *restrict v = values + row * channels;
        for (int32_t c = 0; c < channels; c++) {
            const double value = v[c];
            s[c] += value;
            q[c] += value * value;
        }
    }
}

void gantry_row_sums_reference(const float *values, int64_t rows, int32_t channels, double *sums, double *squares) {
    for (int32_t c = 0; c < channels; c++) {
        sums[c] = squares[c] = 0;
        for (int64_t row = 0; row < rows; row++) {
            const double value = values[row * channels + c];
            sums[c] += value;
            squares[c] += value * value;
        }
    }
}

GANTRY_MULTIVERSION
void gantry_scale_relu(const float *values, const float *scale, const float *shift, int64_t rows, int32_t channels,
                       float *output) {
    for (int64_t row = 0; row < rows; row++) {
        const float *restrict v = values + row * channels;
        float *restrict out = output + row * channels;
        for (int32_t c = 0; c < channels; c++) {
            const float sum = scale[c] * v[c] + shift[c];
            out[c] = sum < 0 ? 0 : sum;
        }
    }
}

GANTRY_MULTIVERSION
void gantry_bias_relu(float *values, const float *bias, int64_t rows, int32_t channels) {
    for (int64_t row = 0; row < rows; row++) {
        float *restrict v = values + row * channels;
        for (int32_t c = 0; c < channels; c++) {
            const float sum = v[c] + bias[c];
            v[c] = sum < 0 ? 0 : sum;
        }
    }
}

GANTRY_MULTIVERSION
void gantry_scale_shift(const float *values, const float *scale, const float *shift, int64_t rows, int32_t channels,
                        float *output) {
    for (int64_t row = 0; row < rows; row++) {
        const float *restrict v = values + row * channels;
        float *restrict out = output + row * channels;
        for (int32_t c = 0; c < channels; c++) out[c] = scale[c] * v[c] + shift[c];
    }
}

GANTRY_MULTIVERSION
void gantry_scale_add_relu(const float *values, const float *scale, const float *shift, const float *other,
                           int64_t rows, int32_t channels, float *output) {
    for (int64_t row = 0; row < rows; row++) {
        const float *restrict v = values + row * channels;
        const float *restrict o = other + row * channels;
        float *restrict out = output + row * channels;
        for (int32_t c = 0; c < channels; c++) {
            const float sum = scale[c] * v[c] + shift[c] + o[c];
            out[c] = sum < 0 ? 0 : sum;
        }
    }
}

GANTRY_MULTIVERSION
void gantry_scale_add_scaled_relu(const float *values, const float *scale, const float *shift, const float *other,
                                  const float *other_scale, const float *other_shift, int64_t rows, int32_t channels,
                                  float *output) {
    for (int64_t row = 0; row < rows; row++) {
        const float *restrict v = values + row * channels;
        const float *restrict o = other + row * channels;
        float *restrict out = output + row * channels;
        for (int32_t c = 0; c < channels; c++) {
            const float sum = (scale[c] * v[c] + shift[c]) + (other_scale[c] * o[c] + other_shift[c]);
            out[c] = sum < 0 ? 0 : sum;
        }
    }
}

// One row's share of both sums.
#define ADD(G, V)                                                                                                      \
    do {                                                                                                               \
        s[c] += (double)(G);                                                                                           \
        q[c] += (double)(G) * ((double)(V)-m[c]);                                                                      \
    } while (0)

GANTRY_MULTIVERSION
void gantry_norm_sums(const float *values, const float *mean, const float *gradient, int64_t rows, int32_t channels,
                      double *sums, double *products) {
    double *restrict s = sums, *restrict q = products;
    const float *restrict m = mean;
    for (int32_t c = 0; c < channels; c++) s[c] = q[c] = 0;
    for (int64_t row = 0; row < rows; row++) {
        const float *restrict v = values + row * channels;
        const float *restrict g = gradient + row * channels;
        for (int32_t c = 0; c < channels; c++) ADD(g[c], v[c]);
    }
}

GANTRY_MULTIVERSION
void gantry_norm_sums_relu(const float *values, const float *mean, const float *scale, const float *shift,
                           float *gradient, int64_t rows, int32_t channels, double *sums, double *products) {
    double *restrict s = sums, *restrict q = products;
    const float *restrict m = mean;
    for (int32_t c = 0; c < channels; c++) s[c] = q[c] = 0;
    for (int64_t row = 0; row < rows; row++) {
        const float *restrict v = values + row * channels;
        float *restrict g = gradient + row * channels;
        for (int32_t c = 0; c < channels; c++) {
            const float kept = scale[c] * v[c] + shift[c] <= 0 ? 0 : g[c];
            g[c] = kept;
            ADD(kept, v[c]);
        }
    }
}

GANTRY_MULTIVERSION
void gantry_norm_sums_output(const float *values, const float *mean, const float *output, float *gradient,
                             int64_t rows, int32_t channels, double *sums, double *products) {
    double *restrict s = sums, *restrict q = products;
    const float *restrict m = mean;
    for (int32_t c = 0; c < channels; c++) s[c] = q[c] = 0;
    for (int64_t row = 0; row < rows; row++) {
        const float *restrict v = values + row * channels;
        const float *restrict out = output + row * channels;
        float *restrict g = gradient + row * channels;
        for (int32_t c = 0; c < channels; c++) {
            const float kept = out[c] <= 0 ? 0 : g[c];
            g[c] = kept;
            ADD(kept, v[c]);
        }
    }
}

void gantry_norm_sums_reference(const float *values, const float *mean, const float *output, float *gradient,
                                int64_t rows, int32_t channels, double *sums, double *products) {
    for (int32_t c = 0; c < channels; c++) {
        sums[c] = products[c] = 0;
        for (int64_t row = 0; row < rows; row++) {
            const int64_t at = row * channels + c;
            if (output != NULL && output[at] <= 0) gradient[at] = 0;
            sums[c] += gradient[at];
            products[c] += (double)gradient[at] * ((double)values[at] - mean[c]);
        }
    }
}

GANTRY_MULTIVERSION
void gantry_norm_gradient(const float *values, const float *mean, const float *gradient, const float *factor,
                          const float *slope, const float *offset, int64_t rows, int32_t channels,
                          float *input_gradient) {
    for (int64_t row = 0; row < rows; row++) {
        const float *v = values + row * channels;
        const float *g = gradient + row * channels;
        float *out = input_gradient + row * channels;
        // `out` may be `g`, and nothing else.
#pragma clang loop vectorize(assume_safety)
        for (int32_t c = 0; c < channels; c++) out[c] = factor[c] * g[c] + slope[c] * (v[c] - mean[c]) + offset[c];
    }
}

GANTRY_MULTIVERSION
void gantry_scale_gradient(const float *gradient, const float *factor, int64_t rows, int32_t channels,
                           float *input_gradient) {
    for (int64_t row = 0; row < rows; row++) {
        const float *g = gradient + row * channels;
        float *out = input_gradient + row * channels;
#pragma clang loop vectorize(assume_safety)
        for (int32_t c = 0; c < channels; c++) out[c] = factor[c] * g[c];
    }
}
