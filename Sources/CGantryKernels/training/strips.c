// What the register tiles of `gantry_packed.h` read, from maps and weights as learning keeps them.

#include "../multiversion.h"
#include "element.h"

#include <stddef.h>
#include <string.h>

/// relu(scale * value + shift) for a row of pixels, or the numbers as they are. Steps are in numbers.
INLINE void fill_rows(const int32_t element, const void *from, const float *scale, const float *shift, int32_t pixels,
                      int32_t channels, int64_t from_step, void *to, int64_t to_step) {
    for (int32_t x = 0; x < pixels; x++) {
        const void *v = number(from, x * from_step, element);
        void *out = number_to_write(to, x * to_step, element);
        if (scale == NULL) {
            memcpy(out, v, (size_t)(channels * gantry_element_size(element)));
            continue;
        }
        EACH_APART
        for (int32_t c = 0; c < channels; c++) {
            const float sum = scale[c] * get(v, c, element) + shift[c];
            put(out, c, element, sum < 0 ? 0 : sum);
        }
    }
}

GANTRY_MULTIVERSION
static void fill_pixels(int32_t element, const void *from, const float *scale, const float *shift, int32_t pixels,
                        int32_t channels, int64_t from_step, void *to, int64_t to_step) {
    WITH_ELEMENT(element, fill_rows, from, scale, shift, pixels, channels, from_step, to, to_step);
}

void gantry_fill_strip(const gantry_strip *s, int32_t element, const void *maps, const float *scale,
                       const float *shift, void *strip) {
    const int64_t size = gantry_element_size(element), pixel = s->pixel_step;
    const int64_t row_bytes = (s->width + 2 * (int64_t)s->border) * pixel * size;
    const int64_t side = s->border * pixel * size;
    char *to = strip;
    for (int32_t image = 0; image < s->images; image++) {
        for (int32_t y = s->first_row; y < s->first_row + s->rows; y++, to += row_bytes) {
            if (y < 0 || y >= s->height) {
                memset(to, 0, (size_t)row_bytes);
                continue;
            }
            memset(to, 0, (size_t)side);
            memset(to + row_bytes - side, 0, (size_t)side);
            const int64_t first = ((int64_t)image * s->height + y) * s->width * s->channels;
            fill_pixels(element, number(maps, first, element), scale, shift, s->width, s->channels, s->channels,
                        to + side, pixel);
        }
    }
}

/// relu(scale * value + shift), or the value where there is no scale.
static float normed(float value, const float *scale, const float *shift, int32_t channel) {
    if (scale == NULL) return value;
    const float sum = scale[channel] * value + shift[channel];
    return sum < 0 ? 0 : sum;
}

void gantry_fill_strip_reference(const gantry_strip *s, int32_t element, const void *maps, const float *scale,
                                 const float *shift, void *strip) {
    const int32_t across = s->width + 2 * s->border;
    for (int32_t row = 0; row < s->images * s->rows; row++) {
        for (int32_t column = 0; column < across; column++) {
            const int32_t y = s->first_row + row % s->rows, x = column - s->border;
            const bool inside = y >= 0 && y < s->height && x >= 0 && x < s->width;
            const int64_t pixel = ((int64_t)(row / s->rows) * s->height + y) * s->width + x;
            for (int32_t c = 0; c < s->channels; c++) {
                put(strip, ((int64_t)row * across + column) * s->pixel_step + c, element,
                    inside ? normed(get(maps, pixel * s->channels + c, element), scale, shift, c) : 0);
            }
        }
    }
}

/// Word `word` of a segment of weights for one output, whose numbers are `step` apart: one number in Float32, two in
/// bfloat16, of which those past the segment's end are zeros.
INLINE uint32_t word_of(const int32_t element, const float *segment, int32_t word, int32_t length, int64_t step) {
    if (element == GANTRY_F32) {
        uint32_t bits;
        memcpy(&bits, segment + word * step, sizeof bits);
        return bits;
    }
    const uint32_t first = gantry_bfloat16(segment[2 * word * step]);
    // Of the last number there is no other: it is read, and not taken.
    const bool is_whole = 2 * word + 1 < length;
    const uint32_t second = gantry_bfloat16(segment[(2 * word + is_whole) * step]);
    return first | (is_whole ? second << 16 : 0);
}

/// Words of a lane that are made ready together, and then written across the lanes.
#define WORDS 16
#define MOST_LANES 32

INLINE void pack_rows(const int32_t element, const float *weights, int32_t segments, int32_t length, int32_t width,
                      uint32_t *packed) {
    const int32_t words = element == GANTRY_F32 ? length : (length + 1) / 2;
    const int64_t inner = (int64_t)segments * length;
    uint32_t block[MOST_LANES][WORDS];
    for (int32_t segment = 0; segment < segments; segment++, packed += (int64_t)words * width) {
        for (int32_t first = 0; first < words; first += WORDS) {
            const int32_t count = words - first < WORDS ? words - first : WORDS;
            for (int32_t lane = 0; lane < width; lane++) {
                const float *row = weights + lane * inner + (int64_t)segment * length;
                for (int32_t i = 0; i < count; i++) block[lane][i] = word_of(element, row, first + i, length, 1);
            }
            for (int32_t i = 0; i < count; i++) {
                uint32_t *to = packed + (int64_t)(first + i) * width;
                for (int32_t lane = 0; lane < width; lane++) to[lane] = block[lane][i];
            }
        }
    }
}

GANTRY_MULTIVERSION
void gantry_pack_rows(int32_t element, const float *weights, int32_t segments, int32_t length, int32_t width,
                      void *packed) {
    WITH_ELEMENT(element, pack_rows, weights, segments, length, width, packed);
}

INLINE void pack_turned(const int32_t element, const float *weights, int32_t outputs, int32_t taps, int32_t inputs,
                        int32_t first_input, const int32_t *wanted, int32_t wanted_count, int32_t width,
                        uint32_t *packed) {
    const int32_t words = element == GANTRY_F32 ? outputs : (outputs + 1) / 2;
    for (int32_t i = 0; i < wanted_count; i++) {
        const float *segment = weights + (int64_t)wanted[i] * inputs + first_input;
        for (int32_t word = 0; word < words; word++, packed += width) {
            EACH_APART
            for (int32_t lane = 0; lane < width; lane++) {
                packed[lane] = word_of(element, segment + lane, word, outputs, (int64_t)taps * inputs);
            }
        }
    }
}

GANTRY_MULTIVERSION
void gantry_pack_turned(int32_t element, const float *weights, int32_t outputs, int32_t taps, int32_t inputs,
                        int32_t first_input, const int32_t *wanted, int32_t wanted_count, int32_t width,
                        void *packed) {
    WITH_ELEMENT(element, pack_turned, weights, outputs, taps, inputs, first_input, wanted, wanted_count, width,
                 packed);
}

void gantry_pack_pixels(const gantry_window_taps *taps, int64_t first_row, int64_t row_count, int32_t tap,
                        int32_t element, const float *scale, const float *shift, int32_t width, const void *maps,
                        void *panels) {
    const int32_t stride = taps->stride, across = taps->output_width, channels = taps->channels;
    const int32_t left = tap % taps->kernel - taps->left;
    // Output columns low ..< high have their pixel inside the image.
    int32_t low = left < 0 ? (-left + stride - 1) / stride : 0;
    if (low > across) low = across;
    int32_t high = (taps->width - left + stride - 1) / stride;
    if (high > across) high = across;
    if (high < low) high = low;
    const int64_t row_numbers = (int64_t)across * width;
    const size_t pixel_bytes = (size_t)(width * gantry_element_size(element));
    for (int64_t row = 0; row < row_count; row++) {
        const int64_t from_row = first_row + row;
        const int32_t y = (int32_t)(from_row % taps->output_height) * stride + tap / taps->kernel - taps->top;
        const bool inside = y >= 0 && y < taps->height;
        const int64_t line = ((from_row / taps->output_height) * taps->height + y) * taps->width * channels;
        for (int32_t c = 0; c < taps->patch_channels; c += width) {
            char *to = number_to_write(panels, (c / width * row_count + row) * row_numbers, element);
            const int32_t channel = taps->first_channel + c;
            const int32_t begin = inside ? low : across, end = inside ? high : across;
            memset(to, 0, (size_t)begin * pixel_bytes);
            memset(to + (size_t)end * pixel_bytes, 0, (size_t)(across - end) * pixel_bytes);
            if (end <= begin) continue;
            const int64_t first = line + (int64_t)(begin * stride + left) * channels + channel;
            fill_pixels(element, number(maps, first, element), scale ? scale + channel : NULL,
                        shift ? shift + channel : NULL, end - begin, width, (int64_t)stride * channels,
                        to + (size_t)begin * pixel_bytes, width);
        }
    }
}

void gantry_pack_pixels_reference(const gantry_window_taps *taps, int64_t first_row, int64_t row_count, int32_t tap,
                                  int32_t element, const float *scale, const float *shift, int32_t width,
                                  const void *maps, void *panels) {
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
            const float value =
                inside ? normed(get(maps, from * taps->channels + channel, element), scale, shift, channel) : 0;
            put(panels, (c / width * pixels + pixel) * width + c % width, element, value);
        }
    }
}

void gantry_pack_windows(const gantry_window_taps *taps, int64_t first_row, int64_t row_count, int32_t element,
                         int32_t width, const void *maps, void *panels) {
    const int64_t size = gantry_element_size(element), pixels = row_count * taps->output_width;
    const int32_t run = taps->kernel * taps->channels, numbers = taps->kernel * run;
    const int32_t panel_count = (numbers + width - 1) / width;
    // A patch is gathered here, and then cut into panels.
    char patch[GANTRY_LARGEST_WINDOW * sizeof(float)];
    memset(patch, 0, sizeof patch);
    for (int64_t pixel = 0; pixel < pixels; pixel++) {
        const int64_t row = first_row + pixel / taps->output_width;
        const int32_t left = (int32_t)(pixel % taps->output_width) * taps->stride - taps->left;
        // Kernel columns low ..< high lie inside the image.
        int32_t low = left < 0 ? -left : 0;
        if (low > taps->kernel) low = taps->kernel;
        int32_t high = taps->width - left < taps->kernel ? taps->width - left : taps->kernel;
        if (high < low) high = low;
        for (int32_t ky = 0; ky < taps->kernel; ky++) {
            const int32_t y = (int32_t)(row % taps->output_height) * taps->stride - taps->top + ky;
            char *to = patch + (int64_t)ky * run * size;
            memset(to, 0, (size_t)(run * size));
            if (y < 0 || y >= taps->height || high == low) continue;
            const int64_t from = ((row / taps->output_height * taps->height + y) * taps->width + left + low);
            memcpy(to + low * taps->channels * size, number(maps, from * taps->channels, element),
                   (size_t)((high - low) * taps->channels * size));
        }
        for (int32_t panel = 0; panel < panel_count; panel++) {
            memcpy(number_to_write(panels, (panel * pixels + pixel) * width, element), patch + panel * width * size,
                   (size_t)(width * size));
        }
    }
}

void gantry_pack_windows_reference(const gantry_window_taps *taps, int64_t first_row, int64_t row_count,
                                   int32_t element, int32_t width, const void *maps, void *panels) {
    const int64_t pixels = row_count * taps->output_width;
    const int32_t numbers = taps->kernel * taps->kernel * taps->channels;
    for (int64_t pixel = 0; pixel < pixels; pixel++) {
        for (int32_t i = 0; i < (numbers + width - 1) / width * width; i++) {
            const int64_t row = first_row + pixel / taps->output_width;
            const int32_t tap = i / taps->channels;
            const int32_t y =
                (int32_t)(row % taps->output_height) * taps->stride - taps->top + tap / taps->kernel;
            const int32_t x =
                (int32_t)(pixel % taps->output_width) * taps->stride - taps->left + tap % taps->kernel;
            const bool inside = i < numbers && y >= 0 && y < taps->height && x >= 0 && x < taps->width;
            const int64_t from = (row / taps->output_height * taps->height + y) * taps->width + x;
            put(panels, (i / width * pixels + pixel) * width + i % width, element,
                inside ? get(maps, from * taps->channels + i % taps->channels, element) : 0);
        }
    }
}

/// `has_norm` is a constant wherever this is expanded.
INLINE uint32_t paired(uint16_t number, const float *scale, const float *shift, int32_t i, const bool has_norm) {
    if (!has_norm) return number;
    const float sum = scale[i] * gantry_float_of_bfloat16(number) + shift[i];
    return gantry_bfloat16(sum < 0 ? 0 : sum);
}

INLINE void pair_pixels(const uint16_t *numbers, int64_t pixel_step, int32_t pixels, const float *scale,
                        const float *shift, int32_t width, uint32_t *words, const bool has_norm) {
    for (int32_t p = 0; p < pixels; p += 2) {
        const uint16_t *first = numbers + p * pixel_step, *second = first + pixel_step;
        uint32_t *to = words + (int64_t)(p / 2) * width;
        if (p + 1 < pixels) {
            EACH_APART
            for (int32_t i = 0; i < width; i++) {
                const uint32_t lower = paired(first[i], scale, shift, i, has_norm);
                to[i] = lower | paired(second[i], scale, shift, i, has_norm) << 16;
            }
        } else {
            EACH_APART
            for (int32_t i = 0; i < width; i++) to[i] = paired(first[i], scale, shift, i, has_norm);
        }
    }
}

GANTRY_MULTIVERSION
void gantry_pair_pixels(const uint16_t *numbers, int64_t pixel_step, int32_t pixels, const float *scale,
                        const float *shift, int32_t width, uint32_t *words) {
    if (scale != NULL) {
        pair_pixels(numbers, pixel_step, pixels, scale, shift, width, words, true);
    } else {
        pair_pixels(numbers, pixel_step, pixels, scale, shift, width, words, false);
    }
}

void gantry_pair_pixels_reference(const uint16_t *numbers, int64_t pixel_step, int32_t pixels, const float *scale,
                                  const float *shift, int32_t width, uint32_t *words) {
    for (int32_t p = 0; p < (pixels + 1) / 2 * 2; p++) {
        for (int32_t i = 0; i < width; i++) {
            const float value = p < pixels ? normed(get(numbers, p * pixel_step + i, GANTRY_BF16), scale, shift, i) : 0;
            put(words, 2 * ((int64_t)(p / 2) * width + i) + p % 2, GANTRY_BF16, value);
        }
    }
}

/// Number `lane` of pixel `p`, where `count` pixels of `width` numbers are words of one pixel or of two.
static float of_words(const void *words, int32_t element, int64_t p, int32_t width, int32_t lane) {
    const int64_t word = gantry_channels_of_word(element);
    return get(words, (p / word * width + lane) * word + p % word, element);
}

void gantry_sum_weight_gradient_reference(int32_t element, int32_t width, const void *gradient, int64_t gradient_step,
                                          int32_t outputs, const void *panels, int32_t panel_count, int32_t words,
                                          bool adds, float *target, int64_t target_step) {
    const int64_t pixels = (int64_t)words * gantry_channels_of_word(element);
    for (int32_t output = 0; output < outputs; output++) {
        for (int32_t column = 0; column < panel_count * width; column++) {
            float *to = target + output * target_step + column;
            const void *panel = (const char *)panels + (int64_t)(column / width) * words * width * 4;
            double sum = adds ? *to : 0;
            for (int64_t p = 0; p < pixels; p++) {
                sum += (double)of_words(gradient, element, p, (int32_t)gradient_step, output) *
                       of_words(panel, element, p, width, column % width);
            }
            *to = (float)sum;
        }
    }
}

void gantry_winograd_gradient_reference(const gantry_maps *input, const gantry_maps *gradient, int32_t output,
                                        double *target) {
    for (int32_t tap = 0; tap < 9; tap++) {
        for (int32_t i = 0; i < input->channels; i++) {
            double sum = 0;
            for (int32_t image = 0; image < gradient->images; image++) {
                for (int32_t y = 0; y < gradient->height; y++) {
                    for (int32_t x = 0; x < gradient->width; x++) {
                        const float slope = get(gantry_pixel(gradient, image, y, x), output, gradient->element);
                        const char *from = gantry_pixel(input, image, y + tap / 3 - 1, x + tap % 3 - 1);
                        sum += (double)slope * get(from, i, input->element);
                    }
                }
            }
            target[tap * input->channels + i] = sum;
        }
    }
}
