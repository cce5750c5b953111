// The kernels around the matrix products: plain C, no allocation, no global state, safe from any thread.
//
// Every function trusts its sizes: the Swift callers derive them from shapes they have checked. Images are CHW,
// row-major, without padding between rows. Beside each kernel stands its `_reference`: the formula written out, for the
// tests.

#ifndef GANTRY_KERNELS_H
#define GANTRY_KERNELS_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What a thread does that looks at a number in memory again and again: nothing, and leaves the core to others.
static inline void gantry_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

/// A square two-dimensional convolution window over a CHW image; all sizes in pixels, zeros outside the image: `top`
/// rows before it and `left` columns, behind it as many as the output needs.
typedef struct {
    int32_t channels;
    int32_t height;
    int32_t width;
    int32_t kernel;
    int32_t stride;
    int32_t top;
    int32_t left;
    int32_t output_width;
} gantry_patches;

/// Lays the patches under output rows `first_row ..< first_row + row_count` side by side, for a matrix product.
///
/// `image`: [channels, height, width]; `columns`: [channels * kernel * kernel, row_count * output_width]. Row
/// order is (channel, kernel row, kernel column), as OIHW weights have it.
void gantry_im2col(const gantry_patches *_Nonnull patches, int32_t first_row, int32_t row_count,
                   const float *_Nonnull image, float *_Nonnull columns);
void gantry_im2col_reference(const gantry_patches *_Nonnull patches, int32_t first_row, int32_t row_count,
                             const float *_Nonnull image, float *_Nonnull columns);

/// values = relu(values + bias + residual), in place; without `residual` where it is null, without the cut where `relu`
/// is false.
///
/// `values`, `residual`: [channels, positions] whose rows begin `row_stride` elements apart; `bias`: [channels]. NaN
/// stays NaN.
void gantry_bias_residual_relu(float *_Nonnull values, const float *_Nonnull bias, const float *_Nullable residual,
                               int32_t channels, int64_t positions, int64_t row_stride, bool relu);
void gantry_bias_residual_relu_reference(float *_Nonnull values, const float *_Nonnull bias,
                                         const float *_Nullable residual, int32_t channels, int64_t positions,
                                         int64_t row_stride, bool relu);

/// The largest value under each 3x3 window, stride 2, with pixels of padding that never win: `top` rows above the image
/// and `left` columns before it, each 0 or 1, and behind it as many as the windows need.
///
/// `image`: [channels, height, width]; `pooled`: [channels, (height - 1) / 2 + 1, (width - 1) / 2 + 1].
void gantry_max_pool_3x3_stride_2(const float *_Nonnull image, int32_t channels, int32_t height, int32_t width,
                                  int32_t top, int32_t left, float *_Nonnull pooled);
void gantry_max_pool_3x3_stride_2_reference(const float *_Nonnull image, int32_t channels, int32_t height,
                                            int32_t width, int32_t top, int32_t left, float *_Nonnull pooled);

/// The mean of each channel. `image`: [channels, positions]; `means`: [channels].
void gantry_global_average_pool(const float *_Nonnull image, int32_t channels, int64_t positions,
                                float *_Nonnull means);
void gantry_global_average_pool_reference(const float *_Nonnull image, int32_t channels, int64_t positions,
                                          float *_Nonnull means);

/// Sum and sum of squares of each channel, in double. `image`: [channels, positions]; `sums`, `squares`: [channels],
/// written.
void gantry_channel_sums(const float *_Nonnull image, int32_t channels, int64_t positions, double *_Nonnull sums,
                         double *_Nonnull squares);
void gantry_channel_sums_reference(const float *_Nonnull image, int32_t channels, int64_t positions,
                                   double *_Nonnull sums, double *_Nonnull squares);

/// The three window functions of DICOM PS3.3 C.11.2: LINEAR (C.11.2.1.2.1), SIGMOID (C.11.2.1.3.1), LINEAR_EXACT
/// (C.11.2.1.3.2).
typedef enum {
    GANTRY_WINDOW_LINEAR = 0,
    GANTRY_WINDOW_LINEAR_EXACT = 1,
    GANTRY_WINDOW_SIGMOID = 2,
} gantry_window_function;

/// A window in HU. Width is at least 1 for LINEAR, above 0 for the others; output 0..1.
typedef struct {
    int32_t function;
    float centre;
    float width;
} gantry_window;

/// What becomes of a slice: up to three channels, each windowed and then normalised, (x - mean) / deviation.
typedef struct {
    /// 1 to 3.
    int32_t count;
    /// As many as channels, or 1, which is every channel's.
    int32_t window_count;
    gantry_window windows[3];
    float mean[3];
    float deviation[3];
} gantry_channels;

/// Windows each source pixel, averages by area to `out_rows` x `out_columns`, normalises: in one pass over the source,
/// whatever the number of windows.
///
/// `hounsfield`: [rows, columns], HU; `planes`: [channels, out_rows, out_columns]; `scratch`: as many floats as
/// `gantry_window_resize_scratch_count` says, overwritten. An output pixel is the mean over its exact share of the
/// source, fractions of pixels included, at any ratio (also upwards).
void gantry_window_resize(const int16_t *_Nonnull hounsfield, int32_t rows, int32_t columns,
                          const gantry_channels *_Nonnull channels, float *_Nonnull planes, int32_t out_rows,
                          int32_t out_columns, float *_Nonnull scratch);
int64_t gantry_window_resize_scratch_count(int32_t columns, int32_t out_columns);
/// One channel.
void gantry_window_resize_reference(const int16_t *_Nonnull hounsfield, int32_t rows, int32_t columns,
                                    gantry_window window, float mean, float deviation, float *_Nonnull plane,
                                    int32_t out_rows, int32_t out_columns);

#ifdef __cplusplus
}
#endif

#endif
