#include "gantry_kernels.h"
#include "multiversion.h"

#include <math.h>
#include <stddef.h>

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

/// One row through a linear window, as clamp((x - middle) * slope + 0.5, 0, 1). Subtracting first keeps narrow windows exact.
GANTRY_MULTIVERSION
static void ramp_row(const int16_t *restrict hounsfield, int32_t columns, float middle, float slope,
                     float *restrict row) {
    for (int32_t x = 0; x < columns; x++) {
        const float value = ((float)hounsfield[x] - middle) * slope + 0.5f;
        const float above = value < 0 ? 0 : value;
        row[x] = above > 1 ? 1 : above;
    }
}

static void window_row(const int16_t *hounsfield, int32_t columns, gantry_window window, float *row) {
    const double c = window.centre, w = window.width;
    if (window.function == GANTRY_WINDOW_SIGMOID) {
        const float slope = (float)(-4 / w), centre = window.centre;
        for (int32_t x = 0; x < columns; x++) row[x] = 1 / (1 + expf(slope * ((float)hounsfield[x] - centre)));
    } else if (window.function == GANTRY_WINDOW_LINEAR_EXACT) {
        ramp_row(hounsfield, columns, (float)c, (float)(1 / w), row);
    } else if (w > 1) {
        ramp_row(hounsfield, columns, (float)(c - 0.5), (float)(1 / (w - 1)), row);
    } else {
        for (int32_t x = 0; x < columns; x++) row[x] = (float)hounsfield[x] > window.centre - 0.5f ? 1 : 0;
    }
}

GANTRY_MULTIVERSION
static void add_scaled(const float *restrict row, float weight, int32_t columns, float *restrict sums) {
    for (int32_t x = 0; x < columns; x++) sums[x] += weight * row[x];
}

/// In units of 1 / out_size source pixels, output cell `cell` covers [cell * size, (cell + 1) * size) and source pixel `pixel`
/// covers [pixel * out_size, (pixel + 1) * out_size): their overlap is a whole number, and the overlaps of a cell add up to size.
static inline int64_t overlap(int64_t cell, int64_t size, int64_t pixel, int64_t out_size) {
    const int64_t cell_begin = cell * size, cell_end = cell_begin + size;
    const int64_t pixel_begin = pixel * out_size, pixel_end = pixel_begin + out_size;
    const int64_t begin = cell_begin > pixel_begin ? cell_begin : pixel_begin;
    const int64_t end = cell_end < pixel_end ? cell_end : pixel_end;
    return end > begin ? end - begin : 0;
}

/// The weighted mean of `sums` under each output column; the pixels wholly inside a cell have weight out_columns / columns.
static void average_columns(const float *sums, int32_t columns, float mean, float deviation, float *plane,
                            int32_t out_columns) {
    const float share = 1 / (float)columns;
    for (int32_t x = 0; x < out_columns; x++) {
        const int32_t first = (int32_t)((int64_t)x * columns / out_columns);
        const int32_t last = (int32_t)((((int64_t)x + 1) * columns - 1) / out_columns);
        float value = (float)overlap(x, columns, first, out_columns) * sums[first];
        if (last > first) {
            float inner = 0;
            for (int32_t pixel = first + 1; pixel < last; pixel++) inner += sums[pixel];
            value += inner * (float)out_columns + (float)overlap(x, columns, last, out_columns) * sums[last];
        }
        plane[x] = (value * share - mean) / deviation;
    }
}

void gantry_window_resize(const int16_t *hounsfield, int32_t rows, int32_t columns, gantry_window window, float mean,
                          float deviation, float *plane, int32_t out_rows, int32_t out_columns, float *scratch) {
    float *row = scratch, *sums = scratch + columns;
    int32_t row_held = -1;  // the source row that `row` holds windowed: neighbouring cells share their border row
    for (int32_t y = 0; y < out_rows; y++) {
        const int32_t first = (int32_t)((int64_t)y * rows / out_rows);
        const int32_t last = (int32_t)((((int64_t)y + 1) * rows - 1) / out_rows);
        for (int32_t x = 0; x < columns; x++) sums[x] = 0;
        for (int32_t source = first; source <= last; source++) {
            if (source != row_held) {
                window_row(hounsfield + (size_t)source * columns, columns, window, row);
                row_held = source;
            }
            add_scaled(row, (float)overlap(y, rows, source, out_rows) / (float)rows, columns, sums);
        }
        average_columns(sums, columns, mean, deviation, plane + (size_t)y * out_columns, out_columns);
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
