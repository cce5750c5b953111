#include "JPEG2000Wavelet.h"

#include <string.h>

// Sums of what a broken stream holds may not fit: they wrap.

/// A sample of the low-pass band between two of the high-pass band.
static inline int32_t low(int32_t own, int32_t before, int32_t after) {
    return (int32_t)((uint32_t)own - (uint32_t)((int32_t)((uint32_t)before + (uint32_t)after + 2) >> 2));
}

/// A sample of the high-pass band between two that `low` made.
static inline int32_t high(int32_t own, int32_t before, int32_t after) {
    return (int32_t)((uint32_t)own + (uint32_t)((int32_t)((uint32_t)before + (uint32_t)after) >> 1));
}

/// One row: `low_count` samples of the low-pass band in `from`, then those of the high-pass band. The first of the row
/// is of the high-pass band where `is_odd`; beyond both ends the row is mirrored.
static void synthesize_row(const int32_t *from, uint32_t width, unsigned is_odd, int32_t *to) {
    const uint32_t low_count = (width + 1 - is_odd) / 2, high_count = width - low_count;
    const int32_t *const lows = from, *const highs = from + low_count;
    if (width == 1) {
        *to = is_odd ? *from / 2 : *from;
        return;
    }
    int32_t *const evens = to + is_odd, *const odds = to + 1 - is_odd;
    // The low-pass sample i lies between the high-pass samples i - 1 and i, one later in an odd row.
    const uint32_t inner = high_count - is_odd < low_count ? high_count - is_odd : low_count;
    uint32_t i = 0;
    if (!is_odd) evens[0] = low(lows[0], highs[0], highs[0]), i = 1;
    for (; i < inner; ++i) evens[2 * i] = low(lows[i], highs[i - 1 + is_odd], highs[i + is_odd]);
    if (i < low_count) evens[2 * i] = low(lows[i], highs[high_count - 1], highs[high_count - 1]);
    // The high-pass sample i between the low-pass ones i and i + 1, one earlier in an odd row.
    const uint32_t between = low_count - 1 + is_odd < high_count ? low_count - 1 + is_odd : high_count;
    i = 0;
    if (is_odd) odds[0] = high(highs[0], evens[0], evens[0]), i = 1;
    for (; i < between; ++i) odds[2 * i] = high(highs[i], evens[2 * (i - is_odd)], evens[2 * (i - is_odd) + 2]);
    if (i < high_count) odds[2 * i] = high(highs[i], evens[2 * (low_count - 1)], evens[2 * (low_count - 1)]);
}

static void low_row(const int32_t *own, const int32_t *before, const int32_t *after, uint32_t width, int32_t *to) {
    for (uint32_t i = 0; i < width; ++i) to[i] = low(own[i], before[i], after[i]);
}

static void high_row(const int32_t *own, const int32_t *before, const int32_t *after, uint32_t width, int32_t *to) {
    for (uint32_t i = 0; i < width; ++i) to[i] = high(own[i], before[i], after[i]);
}

/// `width` columns of at least two samples at once, as `synthesize_row` does for a row; rows of `to` are a strip apart.
static void synthesize_columns(
    const int32_t *from, size_t stride, uint32_t width, uint32_t height, unsigned is_odd, int32_t *to) {
    enum { strip = jpeg_2000_strip_columns };
    const uint32_t low_count = (height + 1 - is_odd) / 2, high_count = height - low_count;
    const int32_t *const highs = from + low_count * stride;
    // Each high-pass row as soon as the low-pass rows around it are there.
    for (uint32_t i = 0; i <= low_count; ++i) {
        if (i < low_count) {
            const uint32_t after = i + is_odd < high_count ? i + is_odd : high_count - 1;
            const uint32_t before = i + is_odd == 0 ? 0 : i + is_odd - 1;
            low_row(
                from + i * stride, highs + before * stride, highs + after * stride, width,
                to + (size_t)(2 * i + is_odd) * strip);
        }
        if (i == 0 && !is_odd) continue;
        const uint32_t row = i - 1 + is_odd;
        if (row >= high_count) continue;
        const uint32_t before = i == 0 ? 0 : i - 1, after = i < low_count ? i : low_count - 1;
        high_row(
            highs + row * stride, to + (size_t)(2 * before + is_odd) * strip,
            to + (size_t)(2 * after + is_odd) * strip, width, to + (size_t)(2 * row + 1 - is_odd) * strip);
    }
}

bool jpeg_2000_synthesize(JPEG2000Rectangle resolution, int32_t *samples, size_t stride, int32_t *scratch) {
    const uint32_t width = jpeg_2000_width(resolution), height = jpeg_2000_height(resolution);
    if (width == 0 || height == 0) return true;
    uint32_t doubled = 0;
    for (uint32_t row = 0; row < height; ++row) {
        if (width == 1 && (resolution.left & 1)) doubled |= (uint32_t)samples[row * stride];
        synthesize_row(samples + row * stride, width, resolution.left & 1, scratch);
        memcpy(samples + row * stride, scratch, width * sizeof *scratch);
    }
    const unsigned is_odd = resolution.top & 1;
    if (height == 1) {
        for (uint32_t i = 0; i < width && is_odd; ++i) {
            doubled |= (uint32_t)samples[i];
            samples[i] /= 2;
        }
        return (doubled & 1) == 0;
    }
    for (uint32_t column = 0; column < width; column += jpeg_2000_strip_columns) {
        const uint32_t columns =
            width - column < jpeg_2000_strip_columns ? width - column : jpeg_2000_strip_columns;
        synthesize_columns(samples + column, stride, columns, height, is_odd, scratch);
        for (uint32_t row = 0; row < height; ++row)
            memcpy(
                samples + row * stride + column, scratch + (size_t)row * jpeg_2000_strip_columns,
                columns * sizeof *scratch);
    }
    return (doubled & 1) == 0;
}
