#include "../multiversion.h"
#include "element.h"

#include <stddef.h>
#include <string.h>

static inline int32_t smaller(int32_t a, int32_t b) { return a < b ? a : b; }
static inline int32_t larger(int32_t a, int32_t b) { return a > b ? a : b; }

static inline void copy_or_clear(float *restrict to, const float *restrict from, int64_t count) {
    if (from != NULL) {
        for (int64_t i = 0; i < count; i++) to[i] = from[i];
    } else {
        for (int64_t i = 0; i < count; i++) to[i] = 0;
    }
}

GANTRY_MULTIVERSION
void gantry_gather_patches(const gantry_window_taps *taps, int64_t first_row, int64_t row_count, int32_t first_tap_row,
                           int32_t tap_rows, const float *maps, float *patches) {
    const int32_t kernel = taps->kernel, channels = taps->channels, width = taps->width, share = taps->patch_channels;
    const bool whole = share == channels;
    const size_t line = (size_t)kernel * (size_t)share;
    for (int64_t row = first_row; row < first_row + row_count; row++) {
        const float *image = maps + (size_t)(row / taps->output_height) * taps->height * width * channels;
        const int32_t top = (int32_t)(row % taps->output_height) * taps->stride - taps->top;
        for (int32_t x = 0; x < taps->output_width; x++) {
            const int32_t left = x * taps->stride - taps->left;
            // Kernel columns low ..< high lie inside the image.
            const int32_t low = smaller(larger(-left, 0), kernel);
            const int32_t high = larger(smaller(width - left, kernel), low);
            for (int32_t ky = first_tap_row; ky < first_tap_row + tap_rows; ky++, patches += line) {
                const int32_t y = top + ky;
                if (y < 0 || y >= taps->height) {
                    copy_or_clear(patches, NULL, (int64_t)line);
                    continue;
                }
                const float *source = image + ((ptrdiff_t)y * width + left) * channels + taps->first_channel;
                copy_or_clear(patches, NULL, (int64_t)low * share);
                if (whole) {
                    copy_or_clear(patches + (size_t)low * share, source + (ptrdiff_t)low * channels,
                                  (int64_t)(high - low) * share);
                } else {
                    for (int32_t kx = low; kx < high; kx++) {
                        copy_or_clear(patches + (size_t)kx * share, source + (ptrdiff_t)kx * channels, share);
                    }
                }
                copy_or_clear(patches + (size_t)high * share, NULL, (int64_t)(kernel - high) * share);
            }
        }
    }
}

void gantry_gather_patches_reference(const gantry_window_taps *taps, int64_t first_row, int64_t row_count,
                                     int32_t first_tap_row, int32_t tap_rows, const float *maps, float *patches) {
    for (int64_t row = 0; row < row_count; row++) {
        for (int32_t ox = 0; ox < taps->output_width; ox++) {
            for (int32_t tap = 0; tap < tap_rows * taps->kernel; tap++) {
                const int64_t image = (first_row + row) / taps->output_height;
                const int32_t oy = (int32_t)((first_row + row) % taps->output_height);
                const int32_t y = oy * taps->stride - taps->top + first_tap_row + tap / taps->kernel;
                const int32_t x = ox * taps->stride - taps->left + tap % taps->kernel;
                const bool inside = y >= 0 && y < taps->height && x >= 0 && x < taps->width;
                for (int32_t c = 0; c < taps->patch_channels; c++) {
                    const int64_t pixel = (image * taps->height + y) * taps->width + x;
                    const int64_t place = (row * taps->output_width + ox) * tap_rows * taps->kernel + tap;
                    patches[place * taps->patch_channels + c] =
                        inside ? maps[pixel * taps->channels + taps->first_channel + c] : 0;
                }
            }
        }
    }
}

GANTRY_MULTIVERSION
void gantry_scatter_patches(const gantry_window_taps *taps, int64_t first_row, int64_t row_count, const float *patches,
                            float *maps) {
    const int32_t kernel = taps->kernel, channels = taps->channels, width = taps->width, share = taps->patch_channels;
    for (int64_t row = first_row; row < first_row + row_count; row++) {
        float *image = maps + (size_t)(row / taps->output_height) * taps->height * width * channels;
        const int32_t top = (int32_t)(row % taps->output_height) * taps->stride - taps->top;
        for (int32_t x = 0; x < taps->output_width; x++) {
            const int32_t left = x * taps->stride - taps->left;
            const int32_t low = smaller(larger(-left, 0), kernel);
            const int32_t high = larger(smaller(width - left, kernel), low);
            for (int32_t ky = 0; ky < kernel; ky++, patches += (size_t)kernel * share) {
                const int32_t y = top + ky;
                if (y < 0 || y >= taps->height) continue;
                float *target = image + ((ptrdiff_t)y * width + left) * channels + taps->first_channel;
                for (int32_t kx = low; kx < high; kx++) {
                    float *restrict to = target + (ptrdiff_t)kx * channels;
                    const float *restrict from = patches + (size_t)kx * share;
                    for (int32_t c = 0; c < share; c++) to[c] += from[c];
                }
            }
        }
    }
}

void gantry_scatter_patches_reference(const gantry_window_taps *taps, int64_t first_row, int64_t row_count,
                                      const float *patches, float *maps) {
    const int32_t area = taps->kernel * taps->kernel;
    for (int64_t row = 0; row < row_count; row++) {
        for (int32_t ox = 0; ox < taps->output_width; ox++) {
            for (int32_t tap = 0; tap < area; tap++) {
                const int64_t image = (first_row + row) / taps->output_height;
                const int32_t oy = (int32_t)((first_row + row) % taps->output_height);
                const int32_t y = oy * taps->stride - taps->top + tap / taps->kernel;
                const int32_t x = ox * taps->stride - taps->left + tap % taps->kernel;
                if (y < 0 || y >= taps->height || x < 0 || x >= taps->width) continue;
                for (int32_t c = 0; c < taps->patch_channels; c++) {
                    const int64_t pixel = (image * taps->height + y) * taps->width + x;
                    const int64_t place = (row * taps->output_width + ox) * area + tap;
                    maps[pixel * taps->channels + taps->first_channel + c] += patches[place * taps->patch_channels + c];
                }
            }
        }
    }
}

void gantry_turn_weights(const float *weights, int32_t outputs, int32_t taps, int32_t inputs, int32_t tap,
                         float *turned) {
    enum { side = 16 };
    for (int32_t o0 = 0; o0 < outputs; o0 += side) {
        for (int32_t i0 = 0; i0 < inputs; i0 += side) {
            for (int32_t i = i0; i < smaller(i0 + side, inputs); i++) {
                float *to = turned + ((size_t)i * taps + (taps - 1 - tap)) * outputs;
                for (int32_t o = o0; o < smaller(o0 + side, outputs); o++) {
                    to[o] = weights[((size_t)o * taps + tap) * inputs + i];
                }
            }
        }
    }
}

void gantry_planes_to_rows(const float *planes, int32_t channels, int64_t pixels, int32_t element, void *rows) {
    enum { side = 16 };
    for (int64_t p0 = 0; p0 < pixels; p0 += side) {
        const int64_t end = p0 + side < pixels ? p0 + side : pixels;
        for (int32_t c0 = 0; c0 < channels; c0 += side) {
            for (int64_t p = p0; p < end; p++) {
                for (int32_t c = c0; c < smaller(c0 + side, channels); c++) {
                    put(rows, p * channels + c, element, planes[c * pixels + p]);
                }
            }
        }
    }
}

void gantry_rows_to_planes(const float *rows, int32_t channels, int64_t pixels, float *planes) {
    enum { side = 16 };
    for (int64_t p0 = 0; p0 < pixels; p0 += side) {
        const int64_t end = p0 + side < pixels ? p0 + side : pixels;
        for (int32_t c0 = 0; c0 < channels; c0 += side) {
            for (int32_t c = c0; c < smaller(c0 + side, channels); c++) {
                for (int64_t p = p0; p < end; p++) planes[c * pixels + p] = rows[p * channels + c];
            }
        }
    }
}
