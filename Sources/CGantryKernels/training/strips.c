// What the register tiles of `gantry_packed.h` read, from maps and weights as learning keeps them.

#include "../multiversion.h"
#include "gantry_training.h"

#include <stddef.h>
#include <string.h>

/// relu(scale * value + shift) for a row of pixels, or the numbers as they are.
GANTRY_MULTIVERSION
static void fill_pixels(const float *from, const float *scale, const float *shift, int32_t pixels, int32_t channels,
                        int64_t from_step, float *to, int64_t to_step) {
    for (int32_t x = 0; x < pixels; x++) {
        const float *restrict v = from + x * from_step;
        float *restrict out = to + x * to_step;
        if (scale != NULL) {
            for (int32_t c = 0; c < channels; c++) {
                const float sum = scale[c] * v[c] + shift[c];
                out[c] = sum < 0 ? 0 : sum;
            }
        } else {
            for (int32_t c = 0; c < channels; c++) out[c] = v[c];
        }
    }
}

void gantry_fill_strip(const gantry_strip *s, const float *maps, const float *scale, const float *shift, float *strip) {
    const int64_t pixel = s->pixel_step, row_floats = (s->width + 2 * (int64_t)s->border) * pixel;
    for (int32_t image = 0; image < s->images; image++) {
        for (int32_t y = s->first_row; y < s->first_row + s->rows; y++, strip += row_floats) {
            if (y < 0 || y >= s->height) {
                memset(strip, 0, (size_t)row_floats * sizeof(float));
                continue;
            }
            const size_t side = (size_t)(s->border * pixel) * sizeof(float);
            memset(strip, 0, side);
            memset(strip + (s->border + s->width) * pixel, 0, side);
            const float *row = maps + ((int64_t)image * s->height + y) * s->width * s->channels;
            fill_pixels(row, scale, shift, s->width, s->channels, s->channels, strip + s->border * pixel, pixel);
        }
    }
}

/// relu(scale * value + shift), or the value where there is no scale.
static float normed(float value, const float *scale, const float *shift, int32_t channel) {
    if (scale == NULL) return value;
    const float sum = scale[channel] * value + shift[channel];
    return sum < 0 ? 0 : sum;
}

void gantry_fill_strip_reference(const gantry_strip *s, const float *maps, const float *scale, const float *shift,
                                 float *strip) {
    const int32_t across = s->width + 2 * s->border;
    for (int32_t row = 0; row < s->images * s->rows; row++) {
        for (int32_t column = 0; column < across; column++) {
            const int32_t y = s->first_row + row % s->rows, x = column - s->border;
            const bool inside = y >= 0 && y < s->height && x >= 0 && x < s->width;
            const int64_t pixel = ((int64_t)(row / s->rows) * s->height + y) * s->width + x;
            for (int32_t c = 0; c < s->channels; c++) {
                strip[((int64_t)row * across + column) * s->pixel_step + c] =
                    inside ? normed(maps[pixel * s->channels + c], scale, shift, c) : 0;
            }
        }
    }
}

GANTRY_MULTIVERSION
void gantry_pack_rows(const float *weights, int64_t inner, int32_t width, float *packed) {
    for (int64_t i = 0; i < inner; i++) {
        for (int32_t lane = 0; lane < width; lane++) packed[i * width + lane] = weights[lane * inner + i];
    }
}

void gantry_pack_turned(const float *weights, int32_t outputs, int32_t taps, int32_t inputs, int32_t first_input,
                        const int32_t *wanted, int32_t wanted_count, int32_t width, float *packed) {
    for (int32_t i = 0; i < wanted_count; i++) {
        for (int32_t o = 0; o < outputs; o++, packed += width) {
            memcpy(packed, weights + ((int64_t)o * taps + wanted[i]) * inputs + first_input,
                   (size_t)width * sizeof(float));
        }
    }
}

void gantry_pack_pixels(const gantry_window_taps *taps, int64_t first_row, int64_t row_count, int32_t tap,
                        const float *scale, const float *shift, int32_t width, const float *maps, float *panels) {
    const int32_t stride = taps->stride, across = taps->output_width, channels = taps->channels;
    const int32_t left = tap % taps->kernel - taps->left;
    // Output columns low ..< high have their pixel inside the image.
    int32_t low = left < 0 ? (-left + stride - 1) / stride : 0;
    if (low > across) low = across;
    int32_t high = (taps->width - left + stride - 1) / stride;
    if (high > across) high = across;
    if (high < low) high = low;
    const int64_t panel_step = row_count * across * width;
    for (int64_t row = first_row; row < first_row + row_count; row++, panels += (int64_t)across * width) {
        const int32_t y = (int32_t)(row % taps->output_height) * stride + tap / taps->kernel - taps->top;
        const bool inside = y >= 0 && y < taps->height;
        const float *line = maps + ((row / taps->output_height) * taps->height + y) * taps->width * channels;
        for (int32_t c = 0; c < taps->patch_channels; c += width) {
            float *to = panels + c / width * panel_step;
            const int32_t channel = taps->first_channel + c;
            const int32_t begin = inside ? low : across, end = inside ? high : across;
            memset(to, 0, (size_t)begin * (size_t)width * sizeof(float));
            memset(to + (int64_t)end * width, 0, (size_t)(across - end) * (size_t)width * sizeof(float));
            if (end <= begin) continue;
            const float *from = line + (int64_t)(begin * stride + left) * channels + channel;
            fill_pixels(from, scale ? scale + channel : NULL, shift ? shift + channel : NULL, end - begin, width,
                        (int64_t)stride * channels, to + (int64_t)begin * width, width);
        }
    }
}

void gantry_pack_pixels_reference(const gantry_window_taps *taps, int64_t first_row, int64_t row_count, int32_t tap,
                                  const float *scale, const float *shift, int32_t width, const float *maps,
                                  float *panels) {
    const int64_t pixels = row_count * taps->output_width;
    for (int64_t pixel = 0; pixel < pixels; pixel++) {
        const int64_t row = first_row + pixel / taps->output_width;
        const int32_t y =
            (int32_t)(row % taps->output_height) * taps->stride - taps->top + tap / taps->kernel;
        const int32_t x =
            (int32_t)(pixel % taps->output_width) * taps->stride - taps->left + tap % taps->kernel;
        const bool inside = y >= 0 && y < taps->height && x >= 0 && x < taps->width;
        const int64_t from = (row / taps->output_height * taps->height + y) * taps->width + x;
        for (int32_t c = 0; c < taps->patch_channels; c++) {
            const int32_t channel = taps->first_channel + c;
            panels[(c / width * pixels + pixel) * width + c % width] =
                inside ? normed(maps[from * taps->channels + channel], scale, shift, channel) : 0;
        }
    }
}

void gantry_sum_weight_gradient_reference(int32_t width, const float *gradient, int64_t gradient_step, int32_t outputs,
                                          const float *panels, int32_t panel_count, int32_t pixels, bool adds,
                                          float *target, int64_t target_step) {
    for (int32_t output = 0; output < outputs; output++) {
        for (int32_t column = 0; column < panel_count * width; column++) {
            float *to = target + output * target_step + column;
            double sum = adds ? *to : 0;
            for (int32_t p = 0; p < pixels; p++) {
                sum += (double)gradient[p * gradient_step + output] *
                       panels[((int64_t)(column / width) * pixels + p) * width + column % width];
            }
            *to = (float)sum;
        }
    }
}
