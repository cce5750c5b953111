#include "../multiversion.h"
#include "element.h"

#include <stddef.h>
#include <string.h>

/// Rows that are added together before they meet the running sums: those are read and written once for so many rows.
#define ROWS 4

INLINE void row_sums(const int32_t element, const void *values, int64_t rows, int32_t channels, double *sums,
                     double *squares) {
    double *restrict s = sums, *restrict q = squares;
    for (int32_t c = 0; c < channels; c++) s[c] = q[c] = 0;
    int64_t row = 0;
    for (; row + ROWS <= rows; row += ROWS) {
        const void *v = number(values, row * channels, element);
        EACH_APART
        for (int32_t c = 0; c < channels; c++) {
            const double v0 = get(v, c, element), v1 = get(v, channels + c, element);
            const double v2 = get(v, 2 * channels + c, element), v3 = get(v, 3 * channels + c, element);
            s[c] += (v0 + v1) + (v2 + v3);
            q[c] += (v0 * v0 + v1 * v1) + (v2 * v2 + v3 * v3);
        }
    }
    for (; row < rows; row++) {
        const void *v = number(values, row * channels, element);
        EACH_APART
        for (int32_t c = 0; c < channels; c++) {
            const double value = get(v, c, element);
            s[c] += value;
            q[c] += value * value;
        }
    }
}

GANTRY_MULTIVERSION
void gantry_row_sums(int32_t element, const void *values, int64_t rows, int32_t channels, double *sums,
                     double *squares) {
    WITH_ELEMENT(element, row_sums, values, rows, channels, sums, squares);
}

void gantry_row_sums_reference(int32_t element, const void *values, int64_t rows, int32_t channels, double *sums,
                               double *squares) {
    for (int32_t c = 0; c < channels; c++) {
        sums[c] = squares[c] = 0;
        for (int64_t row = 0; row < rows; row++) {
            const double value = get(values, row * channels + c, element);
            sums[c] += value;
            squares[c] += value * value;
        }
    }
}

/// `cuts` and `shifts` are constants wherever this is expanded.
INLINE void scale_rows(const int32_t element, const void *values, const float *scale, const float *shift, int64_t rows,
                       int32_t channels, const bool cuts, void *output) {
    for (int64_t row = 0; row < rows; row++) {
        const void *v = number(values, row * channels, element);
        void *out = number_to_write(output, row * channels, element);
        EACH_APART
        for (int32_t c = 0; c < channels; c++) {
            const float sum = scale[c] * get(v, c, element) + shift[c];
            put(out, c, element, cuts && sum < 0 ? 0 : sum);
        }
    }
}

GANTRY_MULTIVERSION
void gantry_scale_relu(int32_t element, const void *values, const float *scale, const float *shift, int64_t rows,
                       int32_t channels, void *output) {
    WITH_ELEMENT(element, scale_rows, values, scale, shift, rows, channels, true, output);
}

GANTRY_MULTIVERSION
void gantry_scale_shift(int32_t element, const void *values, const float *scale, const float *shift, int64_t rows,
                        int32_t channels, void *output) {
    WITH_ELEMENT(element, scale_rows, values, scale, shift, rows, channels, false, output);
}

INLINE void bias_relu(const int32_t element, void *values, const float *bias, int64_t rows, int32_t channels) {
    for (int64_t row = 0; row < rows; row++) {
        void *v = number_to_write(values, row * channels, element);
        EACH_APART
        for (int32_t c = 0; c < channels; c++) {
            const float sum = get(v, c, element) + bias[c];
            put(v, c, element, sum < 0 ? 0 : sum);
        }
    }
}

GANTRY_MULTIVERSION
void gantry_bias_relu(int32_t element, void *values, const float *bias, int64_t rows, int32_t channels) {
    WITH_ELEMENT(element, bias_relu, values, bias, rows, channels);
}

INLINE void scale_add_relu(const int32_t element, const void *values, const float *scale, const float *shift,
                           const void *other, int64_t rows, int32_t channels, void *output) {
    for (int64_t row = 0; row < rows; row++) {
        const void *v = number(values, row * channels, element), *o = number(other, row * channels, element);
        void *out = number_to_write(output, row * channels, element);
        EACH_APART
        for (int32_t c = 0; c < channels; c++) {
            const float sum = scale[c] * get(v, c, element) + shift[c] + get(o, c, element);
            put(out, c, element, sum < 0 ? 0 : sum);
        }
    }
}

GANTRY_MULTIVERSION
void gantry_scale_add_relu(int32_t element, const void *values, const float *scale, const float *shift,
                           const void *other, int64_t rows, int32_t channels, void *output) {
    WITH_ELEMENT(element, scale_add_relu, values, scale, shift, other, rows, channels, output);
}

INLINE void scale_add_scaled_relu(const int32_t element, const void *values, const float *scale, const float *shift,
                                  const void *other, const float *other_scale, const float *other_shift, int64_t rows,
                                  int32_t channels, void *output) {
    for (int64_t row = 0; row < rows; row++) {
        const void *v = number(values, row * channels, element), *o = number(other, row * channels, element);
        void *out = number_to_write(output, row * channels, element);
        EACH_APART
        for (int32_t c = 0; c < channels; c++) {
            const float sum = (scale[c] * get(v, c, element) + shift[c]) +
                              (other_scale[c] * get(o, c, element) + other_shift[c]);
            put(out, c, element, sum < 0 ? 0 : sum);
        }
    }
}

GANTRY_MULTIVERSION
void gantry_scale_add_scaled_relu(int32_t element, const void *values, const float *scale, const float *shift,
                                  const void *other, const float *other_scale, const float *other_shift, int64_t rows,
                                  int32_t channels, void *output) {
    WITH_ELEMENT(element, scale_add_scaled_relu, values, scale, shift, other, other_scale, other_shift, rows, channels,
                 output);
}

/// What cuts a gradient before its sums are taken; a constant wherever it is expanded.
typedef enum { CUT_NOTHING, CUT_BY_NORM, CUT_BY_OUTPUT } cut_by;

/// `scale`, `shift`: for `CUT_BY_NORM`; `output`: for `CUT_BY_OUTPUT`.
INLINE void norm_sums(const int32_t element, const cut_by cut, const void *values, const float *mean,
                      const float *scale, const float *shift, const void *output, void *gradient, int64_t rows,
                      int32_t channels, double *sums, double *products) {
    double *restrict s = sums, *restrict q = products;
    for (int32_t c = 0; c < channels; c++) s[c] = q[c] = 0;
    for (int64_t row = 0; row < rows; row++) {
        const void *v = number(values, row * channels, element), *out = number(output, row * channels, element);
        void *g = number_to_write(gradient, row * channels, element);
        EACH_APART
        for (int32_t c = 0; c < channels; c++) {
            const float value = get(v, c, element);
            float kept = get(g, c, element);
            if (cut == CUT_BY_NORM) kept = scale[c] * value + shift[c] <= 0 ? 0 : kept;
            if (cut == CUT_BY_OUTPUT) kept = get(out, c, element) <= 0 ? 0 : kept;
            if (cut != CUT_NOTHING) put(g, c, element, kept);
            s[c] += (double)kept;
            q[c] += (double)kept * ((double)value - mean[c]);
        }
    }
}

GANTRY_MULTIVERSION
void gantry_norm_sums(int32_t element, const void *values, const float *mean, const void *gradient, int64_t rows,
                      int32_t channels, double *sums, double *products) {
    // Nothing is written where nothing is cut.
    WITH_ELEMENT(element, norm_sums, CUT_NOTHING, values, mean, NULL, NULL, values, (void *)gradient, rows, channels,
                 sums, products);
}

GANTRY_MULTIVERSION
void gantry_norm_sums_relu(int32_t element, const void *values, const float *mean, const float *scale,
                           const float *shift, void *gradient, int64_t rows, int32_t channels, double *sums,
                           double *products) {
    WITH_ELEMENT(element, norm_sums, CUT_BY_NORM, values, mean, scale, shift, values, gradient, rows, channels, sums,
                 products);
}

GANTRY_MULTIVERSION
void gantry_norm_sums_output(int32_t element, const void *values, const float *mean, const void *output,
                             void *gradient, int64_t rows, int32_t channels, double *sums, double *products) {
    WITH_ELEMENT(element, norm_sums, CUT_BY_OUTPUT, values, mean, NULL, NULL, output, gradient, rows, channels, sums,
                 products);
}

void gantry_norm_sums_reference(int32_t element, const void *values, const float *mean, const void *output,
                                void *gradient, int64_t rows, int32_t channels, double *sums, double *products) {
    for (int32_t c = 0; c < channels; c++) {
        sums[c] = products[c] = 0;
        for (int64_t row = 0; row < rows; row++) {
            const int64_t at = row * channels + c;
            if (output != NULL && get(output, at, element) <= 0) put(gradient, at, element, 0);
            sums[c] += get(gradient, at, element);
            products[c] += (double)get(gradient, at, element) * ((double)get(values, at, element) - mean[c]);
        }
    }
}

INLINE void norm_gradient(const int32_t element, const void *values, const float *mean, const void *gradient,
                          const float *factor, const float *slope, const float *offset, int64_t rows,
                          int32_t channels, void *input_gradient) {
    for (int64_t row = 0; row < rows; row++) {
        const void *v = number(values, row * channels, element), *g = number(gradient, row * channels, element);
        void *out = number_to_write(input_gradient, row * channels, element);
        // `out` may be `g`, and nothing else.
        EACH_APART
        for (int32_t c = 0; c < channels; c++) {
            put(out, c, element,
                factor[c] * get(g, c, element) + slope[c] * (get(v, c, element) - mean[c]) + offset[c]);
        }
    }
}

GANTRY_MULTIVERSION
void gantry_norm_gradient(int32_t element, const void *values, const float *mean, const void *gradient,
                          const float *factor, const float *slope, const float *offset, int64_t rows,
                          int32_t channels, void *input_gradient) {
    WITH_ELEMENT(element, norm_gradient, values, mean, gradient, factor, slope, offset, rows, channels,
                 input_gradient);
}

INLINE void scale_gradient(const int32_t element, const void *gradient, const float *factor, int64_t rows,
                           int32_t channels, void *input_gradient) {
    for (int64_t row = 0; row < rows; row++) {
        const void *g = number(gradient, row * channels, element);
        void *out = number_to_write(input_gradient, row * channels, element);
        EACH_APART
        for (int32_t c = 0; c < channels; c++) put(out, c, element, factor[c] * get(g, c, element));
    }
}

GANTRY_MULTIVERSION
void gantry_scale_gradient(int32_t element, const void *gradient, const float *factor, int64_t rows, int32_t channels,
                           void *input_gradient) {
    WITH_ELEMENT(element, scale_gradient, gradient, factor, rows, channels, input_gradient);
}
