#include "gantry_kernels.h"
#include "multiversion.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/// The window function as the standard writes it, with output 0..1.
static double windowed_reference(double x, gantry_window window) {
    const double c = window.centre, w = window.width;
    switch (window.function) {
    case GANTRY_WINDOW_SIGMOID:
        return 1 / (1 + exp(-4 * (x - c) / w));
    case GANTRY_WINDOW_LINEAR_EXACT:
        if (x <= c - w / 2) return 0;
        if (x > c + w / 2) return 1;
        return (x - c) / w + 0.5;
    default:
        if (x <= c - 0.5 - (w - 1) / 2) return 0;
        if (x > c - 0.5 + (w - 1) / 2) return 1;
        return (x - (c - 0.5)) / (w - 1) + 0.5;
    }
}

enum { most_channels = 3 };

/// A linear window, clamp((x - middle) * slope + 0.5, 0, 1), of one row, added to `sums` by its share. Subtracting
/// first keeps narrow windows exact.
GANTRY_MULTIVERSION
static void add_ramp(const int16_t *restrict hounsfield, int32_t columns, float middle, float slope, float weight,
                     float *restrict sums) {
    for (int32_t x = 0; x < columns; x++) {
        const float value = ((float)hounsfield[x] - middle) * slope + 0.5f;
        const float above = value < 0 ? 0 : value;
        sums[x] += weight * (above > 1 ? 1 : above);
    }
}

/// The same of a linear window of width 1: a step.
GANTRY_MULTIVERSION
static void add_step(const int16_t *restrict hounsfield, int32_t columns, float middle, float weight,
                     float *restrict sums) {
    for (int32_t x = 0; x < columns; x++) sums[x] += (float)hounsfield[x] > middle ? weight : 0;
}

/// The same of 1 / (1 + 2^((x - centre) * slope)). The power's whole part goes into a float's exponent, the rest, -0.5
/// to 0.5, through the series of e^x to its seventh power: plain arithmetic, so that the loop becomes vectors.
GANTRY_MULTIVERSION
static void add_sigmoid(const int16_t *restrict hounsfield, int32_t columns, float centre, float slope, float weight,
                        float *restrict sums) {
    for (int32_t x = 0; x < columns; x++) {
        float power = ((float)hounsfield[x] - centre) * slope;
        power = power < -126 ? -126 : power;
        power = power > 126 ? 126 : power;
        // Adding 1.5 x 2^23 leaves no bits for a fraction.
        const float whole = (power + 12582912.0f) - 12582912.0f;
        const float rest = (power - whole) * 0.69314718f;
        float series = 1.0f / 5040;
        series = series * rest + 1.0f / 720;
        series = series * rest + 1.0f / 120;
        series = series * rest + 1.0f / 24;
        series = series * rest + 1.0f / 6;
        series = series * rest + 0.5f;
        series = series * rest + 1;
        series = series * rest + 1;
        union {
            int32_t bits;
            float value;
        } scale = {((int32_t)whole + 127) * (1 << 23)};
        sums[x] += weight / (1 + series * scale.value);
    }
}

static void add_windowed(const int16_t *hounsfield, int32_t columns, gantry_window window, float weight, float *sums) {
    const double c = window.centre, w = window.width;
    if (window.function == GANTRY_WINDOW_SIGMOID) {
        add_sigmoid(hounsfield, columns, window.centre, (float)(-4 / w * 1.4426950408889634), weight, sums);  // log2 e
    } else if (window.function == GANTRY_WINDOW_LINEAR_EXACT) {
        add_ramp(hounsfield, columns, (float)c, (float)(1 / w), weight, sums);
    } else if (w > 1) {
        add_ramp(hounsfield, columns, (float)(c - 0.5), (float)(1 / (w - 1)), weight, sums);
    } else {
        add_step(hounsfield, columns, (float)(c - 0.5), weight, sums);
    }
}

/// In units of 1 / out_size source pixels, output cell `cell` covers [cell * size, (cell + 1) * size) and source pixel
/// `pixel` covers [pixel * out_size, (pixel + 1) * out_size): their overlap is a whole number, and the overlaps of a
/// cell add up to size.
static inline int64_t overlap(int64_t cell, int64_t size, int64_t pixel, int64_t out_size) {
    const int64_t cell_begin = cell * size, cell_end = cell_begin + size;
    const int64_t pixel_begin = pixel * out_size, pixel_end = pixel_begin + out_size;
    const int64_t begin = cell_begin > pixel_begin ? cell_begin : pixel_begin;
    const int64_t end = cell_end < pixel_end ? cell_end : pixel_end;
    return end > begin ? end - begin : 0;
}

/// The first and last source pixel under an output cell.
static inline int32_t first_under(int64_t cell, int64_t size, int64_t out_size) {
    return (int32_t)(cell * size / out_size);
}
static inline int32_t last_under(int64_t cell, int64_t size, int64_t out_size) {
    return (int32_t)(((cell + 1) * size - 1) / out_size);
}

/// Weights of an output column, a multiple of four: one cell of `columns` / `out_columns` pixels can touch one pixel
/// more than it is wide, and another.
static inline int32_t tap_count(int32_t columns, int32_t out_columns) {
    return (columns / out_columns + 2 + 3) / 4 * 4;
}

/// Floats between the sums of two windows: a row, and room behind it for weights of zero.
static inline int64_t sums_step(int32_t columns, int32_t out_columns) {
    return (int64_t)columns + tap_count(columns, out_columns);
}

static inline int64_t in_fours(int32_t count) { return ((int64_t)count + 3) / 4 * 4; }

int64_t gantry_window_resize_scratch_count(int32_t columns, int32_t out_columns) {
    return most_channels * sums_step(columns, out_columns) +
           in_fours(out_columns) * (tap_count(columns, out_columns) + 2);
}

/// Four floats: one register of every instruction set.
typedef float quad __attribute__((vector_size(16), aligned(4)));

/// Four output columns: the pixels under each times its weights, added up across.
static inline __attribute__((always_inline)) quad weighted(const float *sums, const int32_t *firsts,
                                                           const float *weights, int32_t taps) {
    quad column[4];
    for (int32_t lane = 0; lane < 4; lane++) {
        const float *source = sums + firsts[lane], *weight = weights + (int64_t)lane * taps;
        column[lane] = *(const quad *)source * *(const quad *)weight;
        for (int32_t tap = 4; tap < taps; tap += 4) {
            column[lane] += *(const quad *)(source + tap) * *(const quad *)(weight + tap);
        }
    }
    const quad front = __builtin_shufflevector(column[0], column[1], 0, 4, 1, 5) +
                       __builtin_shufflevector(column[0], column[1], 2, 6, 3, 7);
    const quad back = __builtin_shufflevector(column[2], column[3], 0, 4, 1, 5) +
                      __builtin_shufflevector(column[2], column[3], 2, 6, 3, 7);
    return __builtin_shufflevector(front, back, 0, 1, 4, 5) + __builtin_shufflevector(front, back, 2, 3, 6, 7);
}

/// One output row out of its sums; `averages` has room for a multiple of four.
GANTRY_MULTIVERSION
static void average_columns(const float *restrict sums, const int32_t *restrict firsts, const float *restrict weights,
                            int32_t taps, int32_t out_columns, float *restrict averages) {
    if (taps == 4) {
        for (int32_t x = 0; x < out_columns; x += 4) {
            *(quad *)(averages + x) = weighted(sums, firsts + x, weights + (int64_t)x * 4, 4);
        }
    } else {
        for (int32_t x = 0; x < out_columns; x += 4) {
            *(quad *)(averages + x) = weighted(sums, firsts + x, weights + (int64_t)x * taps, taps);
        }
    }
}

GANTRY_MULTIVERSION
static void normalise(const float *restrict averages, int32_t count, float mean, float deviation, float *restrict row) {
    const float scale = 1 / deviation;
    for (int32_t x = 0; x < count; x++) row[x] = (averages[x] - mean) * scale;
}

/// Where each output column's pixels begin, and their shares; columns up to a multiple of four have none.
static void spread(int32_t columns, int32_t out_columns, int32_t taps, int32_t *firsts, float *weights) {
    const int64_t padded = in_fours(out_columns);
    memset(firsts, 0, sizeof(int32_t) * (size_t)padded);
    memset(weights, 0, sizeof(float) * (size_t)padded * (size_t)taps);
    for (int32_t x = 0; x < out_columns; x++) {
        firsts[x] = first_under(x, columns, out_columns);
        for (int32_t pixel = firsts[x]; pixel <= last_under(x, columns, out_columns); pixel++) {
            weights[(int64_t)x * taps + pixel - firsts[x]] =
                (float)overlap(x, columns, pixel, out_columns) / (float)columns;
        }
    }
}

void gantry_window_resize(const int16_t *hounsfield, int32_t rows, int32_t columns, const gantry_channels *channels,
                          float *planes, int32_t out_rows, int32_t out_columns, float *scratch) {
    const int32_t taps = tap_count(columns, out_columns);
    const int64_t step = sums_step(columns, out_columns);
    float *sums = scratch, *weights = sums + most_channels * step;
    float *averages = weights + in_fours(out_columns) * taps;
    int32_t *firsts = (int32_t *)(averages + in_fours(out_columns));
    spread(columns, out_columns, taps, firsts, weights);
    for (int32_t y = 0; y < out_rows; y++) {
        memset(sums, 0, sizeof(float) * (size_t)(channels->window_count * step));
        for (int32_t row = first_under(y, rows, out_rows); row <= last_under(y, rows, out_rows); row++) {
            const float weight = (float)overlap(y, rows, row, out_rows) / (float)rows;
            // A row that two cells share is windowed for each: that costs less than keeping it.
            for (int32_t index = 0; index < channels->window_count; index++) {
                add_windowed(hounsfield + (size_t)row * columns, columns, channels->windows[index], weight,
                             sums + index * step);
            }
        }
        for (int32_t channel = 0; channel < channels->count; channel++) {
            // Channels of one window share the average.
            if (channel < channels->window_count) {
                average_columns(sums + channel * step, firsts, weights, taps, out_columns, averages);
            }
            normalise(averages, out_columns, channels->mean[channel], channels->deviation[channel],
                      planes + ((size_t)channel * out_rows + y) * out_columns);
        }
    }
}

void gantry_window_resize_reference(const int16_t *hounsfield, int32_t rows, int32_t columns, gantry_window window,
                                    float mean, float deviation, float *plane, int32_t out_rows, int32_t out_columns) {
    for (int32_t oy = 0; oy < out_rows; oy++) {
        for (int32_t ox = 0; ox < out_columns; ox++) {
            const double top = (double)oy * rows / out_rows, bottom = (oy + 1.0) * rows / out_rows;
            const double left = (double)ox * columns / out_columns, right = (ox + 1.0) * columns / out_columns;
            double sum = 0;
            for (int32_t y = (int32_t)top; y < rows && y < bottom; y++) {
                const double covered_rows = fmin(bottom, y + 1.0) - fmax(top, y);
                for (int32_t x = (int32_t)left; x < columns && x < right; x++) {
                    const double covered_columns = fmin(right, x + 1.0) - fmax(left, x);
                    sum += covered_rows * covered_columns *
                           windowed_reference(hounsfield[(size_t)y * columns + x], window);
                }
            }
            const double average = sum / ((bottom - top) * (right - left));
            plane[(size_t)oy * out_columns + ox] = (float)((average - mean) / deviation);
        }
    }
}
