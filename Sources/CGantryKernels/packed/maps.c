// Feature maps: borders, conversion, pooling, and the reference of the convolutions.

#include "../multiversion.h"
#include "kernels.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

void gantry_clear_border(const gantry_maps *maps, int32_t border, int32_t first_row, int32_t end_row) {
    const int64_t size = gantry_element_size(maps->element);
    const size_t side = (size_t)(border * maps->pixel_step * size);
    const size_t row = (size_t)((maps->width + 2 * border) * maps->pixel_step * size);
    // The last word of a kernel row may reach past the pixels of a row without gaps: its weights are zeros, so it must
    // be finite.
    const bool is_dense = maps->pixel_step == maps->channels;
    const int64_t beyond = maps->row_step - (maps->width + 2 * border) * maps->pixel_step;
    const size_t tail = is_dense ? (size_t)(beyond * size) : 0;
    if (border == 0 && tail == 0) return;
    const int32_t begin = first_row == 0 ? -border : first_row;
    const int32_t end = end_row == maps->height ? maps->height + border : end_row;
    for (int32_t image = 0; image < maps->images; image++) {
        for (int32_t y = begin; y < end; y++) {
            if (y < 0 || y >= maps->height) {
                memset(gantry_pixel(maps, image, y, -border), maps->zero_point, row);
            } else {
                memset(gantry_pixel(maps, image, y, -border), maps->zero_point, side);
                memset(gantry_pixel(maps, image, y, maps->width), maps->zero_point, side);
            }
            memset(gantry_pixel(maps, image, y, maps->width + border), maps->zero_point, tail);
        }
    }
}

/// The byte that stands for `value`.
static inline uint8_t quantised(float value, float scale, int32_t zero_point) {
    const float level = rintf(value / scale) + (float)zero_point;
    return (uint8_t)(level > 255 ? 255 : level > 0 ? level : 0);
}

/// Numbers of a row that are rounded at a time.
enum { ROW_PIECE = 256 };

GANTRY_MULTIVERSION
static void round_to_bytes(const float *restrict row, int32_t width, uint8_t *restrict to, float scale,
                           int32_t zero_point) {
    for (int32_t x = 0; x < width; x++) to[x] = quantised(row[x], scale, zero_point);
}

GANTRY_MULTIVERSION
static void round_to_bfloat16(const float *restrict row, int32_t width, uint16_t *restrict to) {
    for (int32_t x = 0; x < width; x++) to[x] = gantry_bfloat16(row[x]);
}

/// Writes `row` as every `step`th element from `to` on.
static void write_row(const float *row, int32_t width, void *to, const gantry_maps *maps, int64_t step) {
    if (maps->element == GANTRY_F32) {
        for (int32_t x = 0; x < width; x++) ((float *)to)[x * step] = row[x];
        return;
    }
    union {
        uint8_t bytes[ROW_PIECE];
        uint16_t halves[ROW_PIECE];
    } piece;
    for (int32_t first = 0; first < width; first += ROW_PIECE) {
        const int32_t count = width - first < ROW_PIECE ? width - first : ROW_PIECE;
        if (maps->element == GANTRY_BF16) {
            round_to_bfloat16(row + first, count, piece.halves);
            for (int32_t x = 0; x < count; x++) ((uint16_t *)to)[(first + x) * step] = piece.halves[x];
        } else {
            round_to_bytes(row + first, count, piece.bytes, maps->scale, maps->zero_point);
            for (int32_t x = 0; x < count; x++) ((uint8_t *)to)[(first + x) * step] = piece.bytes[x];
        }
    }
}

void gantry_planes_to_maps(const float *planes, const gantry_maps *maps, int32_t index, int32_t first_row,
                           int32_t end_row) {
    const int64_t size = gantry_element_size(maps->element);
    for (int32_t c = 0; c < maps->channels; c++) {
        for (int32_t y = first_row; y < end_row; y++) {
            const float *row = planes + ((int64_t)c * maps->height + y) * maps->width;
            write_row(row, maps->width, gantry_pixel(maps, index, y, 0) + c * size, maps, maps->pixel_step);
        }
    }
}

/// Channel `channel` of a pixel as a real number.
static inline float value_at(const gantry_maps *maps, const char *pixel, int32_t channel) {
    switch (maps->element) {
    case GANTRY_BF16: return gantry_float_of_bfloat16(((const uint16_t *)pixel)[channel]);
    case GANTRY_U8: return (float)(((const uint8_t *)pixel)[channel] - maps->zero_point) * maps->scale;
    default: return ((const float *)pixel)[channel];
    }
}

void gantry_maps_to_planes(const gantry_maps *maps, int32_t index, float *planes) {
    const int64_t plane = (int64_t)maps->height * maps->width;
    for (int32_t y = 0; y < maps->height; y++) {
        for (int32_t x = 0; x < maps->width; x++) {
            const char *from = gantry_pixel(maps, index, y, x);
            for (int32_t c = 0; c < maps->channels; c++) {
                planes[c * plane + (int64_t)y * maps->width + x] = value_at(maps, from, c);
            }
        }
    }
}

/// Pixels under a window of 3x3.
enum { WINDOW = 9 };

#define LARGEST_OF(type, larger)                                      \
    type *restrict to = best;                                         \
    for (int32_t c = 0; c < count; c++) {                             \
        type most = ((const type *)pixels[0])[c];                     \
        _Pragma("clang loop unroll(full)") for (int32_t i = 1; i < WINDOW; i++) { \
            const type value = ((const type *)pixels[i])[c];          \
            most = (larger) ? value : most;                            \
        }                                                             \
        to[c] = most;                                                 \
    }

/// Each channel's largest value. NaN stays NaN; of bfloat16 that are not negative the larger has the larger bits.
GANTRY_MULTIVERSION
static void largest_of(void *restrict best, const char *const pixels[WINDOW], int32_t count, int32_t element) {
    if (element == GANTRY_F32) {
        LARGEST_OF(float, (value > most) | (value != value))
    } else if (element == GANTRY_BF16) {
        LARGEST_OF(uint16_t, value > most)
    } else {
        LARGEST_OF(uint8_t, value > most)
    }
}

void gantry_max_pool_maps(const gantry_maps *input, int32_t top, int32_t left, const gantry_maps *output,
                          int32_t first_row, int32_t end_row) {
    for (int32_t image = 0; image < output->images; image++) {
        for (int32_t y = first_row; y < end_row; y++) {
            for (int32_t x = 0; x < output->width; x++) {
                // Where the window reaches past the image, a pixel of it that never does once more.
                const char *pixels[WINDOW];
                for (int32_t i = 0; i < WINDOW; i++) {
                    const int32_t sy = 2 * y + i / 3 - top, sx = 2 * x + i % 3 - left;
                    const bool inside = sy >= 0 && sy < input->height && sx >= 0 && sx < input->width;
                    pixels[i] = gantry_pixel(input, image, inside ? sy : 2 * y, inside ? sx : 2 * x);
                }
                largest_of(gantry_pixel(output, image, y, x), pixels, output->channels, output->element);
            }
        }
    }
}

void gantry_shortcut_of_zeros(const gantry_maps *input, int32_t stride, int32_t before, const gantry_maps *output,
                              int32_t first_row, int32_t end_row) {
    const int64_t size = gantry_element_size(output->element);
    for (int32_t image = 0; image < output->images; image++) {
        for (int32_t y = first_row; y < end_row; y++) {
            for (int32_t x = 0; x < output->width; x++) {
                const char *from = gantry_pixel(input, image, (int64_t)y * stride, (int64_t)x * stride);
                char *to = gantry_pixel(output, image, y, x);
                memset(to, output->zero_point, (size_t)(output->pixel_step * size));
                for (int32_t c = 0; c < input->channels; c++) {
                    const float value = value_at(input, from, c);
                    write_row(&value, 1, to + (before + c) * size, output, 1);
                }
            }
        }
    }
}

GANTRY_MULTIVERSION
void gantry_average_maps(const gantry_maps *input, const gantry_maps *output) {
    const float count = (float)input->height * (float)input->width;
    for (int32_t image = 0; image < output->images; image++) {
        float *restrict mean = (float *)gantry_pixel(output, image, 0, 0);
        memset(mean, 0, (size_t)output->channels * sizeof(float));
        for (int32_t y = 0; y < input->height; y++) {
            for (int32_t x = 0; x < input->width; x++) {
                const float *restrict value = (const float *)gantry_pixel(input, image, y, x);
                for (int32_t c = 0; c < output->channels; c++) mean[c] += value[c];
            }
        }
        for (int32_t c = 0; c < output->channels; c++) mean[c] /= count;
    }
}

#define ADD_PIXEL(type, real)                                                  \
    const type *restrict stored = (const type *)gantry_pixel(maps, index, y, x); \
    for (int32_t c = 0; c < maps->channels; c++) means[c] += real;

GANTRY_MULTIVERSION
void gantry_channel_means(const gantry_maps *maps, int32_t index, float *restrict means) {
    const float count = (float)maps->height * (float)maps->width;
    memset(means, 0, (size_t)maps->channels * sizeof(float));
    for (int32_t y = 0; y < maps->height; y++) {
        for (int32_t x = 0; x < maps->width; x++) {
            if (maps->element == GANTRY_BF16) {
                ADD_PIXEL(uint16_t, gantry_float_of_bfloat16(stored[c]))
            } else if (maps->element == GANTRY_U8) {
                ADD_PIXEL(uint8_t, (float)stored[c])
            } else {
                ADD_PIXEL(float, stored[c])
            }
        }
    }
    for (int32_t c = 0; c < maps->channels; c++) means[c] /= count;
    if (maps->element == GANTRY_U8) {
        for (int32_t c = 0; c < maps->channels; c++) means[c] = (means[c] - (float)maps->zero_point) * maps->scale;
    }
}

void gantry_convolve_reference(const gantry_convolution *convolution, const float *weights, const float *bias,
                               const gantry_maps *input, const gantry_maps *residual, bool relu,
                               const gantry_maps *output) {
    const int32_t kernel = convolution->kernel, channels = convolution->input_channels / convolution->groups;
    const int32_t outputs = convolution->output_channels / convolution->groups;
    for (int32_t image = 0; image < output->images; image++) {
        for (int32_t oy = 0; oy < output->height; oy++) {
            for (int32_t ox = 0; ox < output->width; ox++) {
                for (int32_t o = 0; o < convolution->output_channels; o++) {
                    double sum = bias[o];
                    for (int32_t ky = 0; ky < kernel; ky++) {
                        for (int32_t kx = 0; kx < kernel; kx++) {
                            const int32_t y = oy * convolution->stride + ky - convolution->padding;
                            const int32_t x = ox * convolution->stride + kx - convolution->padding;
                            if (y < 0 || y >= input->height || x < 0 || x >= input->width) continue;
                            const char *from = gantry_pixel(input, image, y, x);
                            for (int32_t i = 0; i < channels; i++) {
                                sum += (double)value_at(input, from, o / outputs * channels + i) *
                                       weights[(((int64_t)o * channels + i) * kernel + ky) * kernel + kx];
                            }
                        }
                    }
                    if (residual) sum += value_at(residual, gantry_pixel(residual, image, oy, ox), o);
                    write_row(&(float){relu && sum < 0 ? 0 : (float)sum}, 1,
                              gantry_pixel(output, image, oy, ox) + o * gantry_element_size(output->element),
                              output, 1);
                }
            }
        }
    }
}
