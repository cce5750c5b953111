#include "gantry_kernels.h"

#include <string.h>

/// The smallest value that is not below numerator / denominator, for a positive denominator and any numerator.
static int32_t ceiling_division(int32_t numerator, int32_t denominator) {
    return numerator <= 0 ? -(-numerator / denominator) : (numerator + denominator - 1) / denominator;
}

static int32_t clamp(int32_t value, int32_t low, int32_t high) {
    return value < low ? low : (value > high ? high : value);
}

void gantry_im2col(const gantry_patches *p, int32_t first_row, int32_t row_count, const float *image, float *columns) {
    const int32_t out_width = p->output_width;
    for (int32_t c = 0; c < p->channels; c++) {
        const float *channel = image + (size_t)c * p->height * p->width;
        for (int32_t ky = 0; ky < p->kernel; ky++) {
            for (int32_t kx = 0; kx < p->kernel; kx++) {
                // Output columns low ..< high read inside the image; source column = x * stride + shift.
                const int32_t shift = kx - p->left;
                const int32_t low = clamp(ceiling_division(-shift, p->stride), 0, out_width);
                const int32_t high = clamp(ceiling_division(p->width - shift, p->stride), low, out_width);
                for (int32_t y = first_row; y < first_row + row_count; y++, columns += out_width) {
                    const int32_t source_y = y * p->stride + ky - p->top;
                    if (source_y < 0 || source_y >= p->height) {
                        memset(columns, 0, (size_t)out_width * sizeof(float));
                        continue;
                    }
                    const float *source = channel + (size_t)source_y * p->width;
                    for (int32_t x = 0; x < low; x++) columns[x] = 0;
                    if (p->stride == 1) {
                        if (high > low) {
                            memcpy(columns + low, source + low + shift, (size_t)(high - low) * sizeof(float));
                        }
                    } else {
                        for (int32_t x = low; x < high; x++) columns[x] = source[x * p->stride + shift];
                    }
                    for (int32_t x = high; x < out_width; x++) columns[x] = 0;
                }
            }
        }
    }
}

void gantry_im2col_reference(const gantry_patches *p, int32_t first_row, int32_t row_count, const float *image,
                             float *columns) {
    const int32_t out_width = p->output_width;
    const int32_t patch = p->channels * p->kernel * p->kernel;
    for (int32_t row = 0; row < patch; row++) {
        const int32_t c = row / (p->kernel * p->kernel);
        const int32_t ky = row / p->kernel % p->kernel;
        const int32_t kx = row % p->kernel;
        for (int32_t position = 0; position < row_count * out_width; position++) {
            const int32_t y = (first_row + position / out_width) * p->stride + ky - p->top;
            const int32_t x = position % out_width * p->stride + kx - p->left;
            const bool inside = y >= 0 && y < p->height && x >= 0 && x < p->width;
            columns[(size_t)row * row_count * out_width + position] =
                inside ? image[((size_t)c * p->height + y) * p->width + x] : 0;
        }
    }
}
