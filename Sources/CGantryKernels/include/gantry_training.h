// What learning computes beside products of matrices: plain C, no allocation, no global state, safe from any thread.
//
// Maps are rows of channels, [pixels, channels] without gaps, where a batch's pixels follow each other image by image,
// row by row (NHWC); weights are [output channels, kernel rows, kernel columns, input channels of a group] (OHWI).
// Every function trusts its sizes. Sums are made in an order that follows from the sizes alone. Beside each kernel that
// is more than a line stands its `_reference`: the formula written out, for the tests.

#ifndef GANTRY_TRAINING_H
#define GANTRY_TRAINING_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Which instruction set the loops of this header were picked for: `avx512f`, `avx2` or `default`; a static string.
const char *_Nonnull gantry_training_instructions(void);

/// A square window over maps; zeros outside the image.
typedef struct {
    int32_t height;
    int32_t width;
    /// Of a pixel of the map.
    int32_t channels;
    /// Those that a patch has: of one group, or all.
    int32_t first_channel;
    int32_t patch_channels;
    int32_t kernel;
    int32_t stride;
    /// Rows and columns of zeros before the image.
    int32_t top;
    int32_t left;
    int32_t output_height;
    int32_t output_width;
} gantry_window_taps;

/// Lays the patches under some output rows below each other, for a matrix product.
///
/// Rows count through the batch: row r is row r % output_height of image r / output_height. Of each patch the kernel
/// rows `first_tap_row ..< first_tap_row + tap_rows` are taken. `patches`: [row_count * output_width, tap_rows, kernel,
/// patch_channels].
void gantry_gather_patches(const gantry_window_taps *_Nonnull taps, int64_t first_row, int64_t row_count,
                           int32_t first_tap_row, int32_t tap_rows, const float *_Nonnull maps,
                           float *_Nonnull patches);
void gantry_gather_patches_reference(const gantry_window_taps *_Nonnull taps, int64_t first_row, int64_t row_count,
                                     int32_t first_tap_row, int32_t tap_rows, const float *_Nonnull maps,
                                     float *_Nonnull patches);

/// The other way: adds whole patches, [row_count * output_width, kernel, kernel, patch_channels], to the pixels that
/// they were taken from, in the order of the output pixels.
void gantry_scatter_patches(const gantry_window_taps *_Nonnull taps, int64_t first_row, int64_t row_count,
                            const float *_Nonnull patches, float *_Nonnull maps);
void gantry_scatter_patches_reference(const gantry_window_taps *_Nonnull taps, int64_t first_row, int64_t row_count,
                                      const float *_Nonnull patches, float *_Nonnull maps);

/// One tap of weights for the gradient to the input, which is a convolution with the kernel turned around: from
/// [outputs, taps, inputs] to [inputs, taps, outputs], tap `tap` to taps - 1 - tap.
void gantry_turn_weights(const float *_Nonnull weights, int32_t outputs, int32_t taps, int32_t inputs, int32_t tap,
                         float *_Nonnull turned);

/// Rows of some images' maps, with a border of zeros beside them: what a convolution of `gantry_packed.h` reads.
typedef struct {
    int32_t images;
    int32_t height;
    int32_t width;
    int32_t channels;
    /// Of each image; rows outside it are zeros.
    int32_t first_row;
    int32_t rows;
    /// Pixels of zeros on the left and on the right.
    int32_t border;
    /// Floats from pixel to pixel of the strip.
    int64_t pixel_step;
} gantry_strip;

/// strip = relu(scale * maps + shift), a scale and a shift a channel, or the maps as they are where these are null.
/// `maps`: the first image; `strip`: [images, rows, border + width + border] pixels.
void gantry_fill_strip(const gantry_strip *_Nonnull shape, const float *_Nonnull maps, const float *_Nullable scale,
                       const float *_Nullable shift, float *_Nonnull strip);
void gantry_fill_strip_reference(const gantry_strip *_Nonnull shape, const float *_Nonnull maps,
                                 const float *_Nullable scale, const float *_Nullable shift, float *_Nonnull strip);

/// A panel of weights as the tiles read them: [inner, width] from `width` rows of `inner` numbers.
void gantry_pack_rows(const float *_Nonnull weights, int64_t inner, int32_t width, float *_Nonnull packed);
/// A panel for the gradient to the input, whose outputs are the inputs from `first_input` on: [wanted_count, outputs,
/// width] from [outputs, taps, inputs].
void gantry_pack_turned(const float *_Nonnull weights, int32_t outputs, int32_t taps, int32_t inputs,
                        int32_t first_input, const int32_t *_Nonnull wanted, int32_t wanted_count, int32_t width,
                        float *_Nonnull packed);
/// For the gradient to the weights of one tap: the pixel under each output pixel of some rows, through scale, shift and
/// ReLU as `gantry_fill_strip` has them; zeros outside the image. Rows count through the batch. `panels`:
/// [patch_channels / width, row_count * output_width, width].
void gantry_pack_pixels(const gantry_window_taps *_Nonnull taps, int64_t first_row, int64_t row_count, int32_t tap,
                        const float *_Nullable scale, const float *_Nullable shift, int32_t width,
                        const float *_Nonnull maps, float *_Nonnull panels);
void gantry_pack_pixels_reference(const gantry_window_taps *_Nonnull taps, int64_t first_row, int64_t row_count,
                                  int32_t tap, const float *_Nullable scale, const float *_Nullable shift,
                                  int32_t width, const float *_Nonnull maps, float *_Nonnull panels);
/// target[output, panel, lane] = sum over `pixels` of gradient[pixel, output] * panels[panel, pixel, lane], added to
/// what is there where `adds`, by the register tile of `cpu` (`gantry_packed.h`), in the order of the pixels. Pixels of
/// `gradient` are `gradient_step` floats apart, outputs of `target` `target_step`.
void gantry_sum_weight_gradient(int32_t cpu, const float *_Nonnull gradient, int64_t gradient_step, int32_t outputs,
                                const float *_Nonnull panels, int32_t panel_count, int32_t pixels, bool adds,
                                float *_Nonnull target, int64_t target_step);
/// The same in double, for panels of `width`.
void gantry_sum_weight_gradient_reference(int32_t width, const float *_Nonnull gradient, int64_t gradient_step,
                                          int32_t outputs, const float *_Nonnull panels, int32_t panel_count,
                                          int32_t pixels, bool adds, float *_Nonnull target, int64_t target_step);

/// Sum and sum of squares of each channel, in double. `values`: [rows, channels]; `sums`, `squares`: [channels],
/// written.
void gantry_row_sums(const float *_Nonnull values, int64_t rows, int32_t channels, double *_Nonnull sums,
                     double *_Nonnull squares);
void gantry_row_sums_reference(const float *_Nonnull values, int64_t rows, int32_t channels, double *_Nonnull sums,
                               double *_Nonnull squares);

/// output = relu(scale * values + shift), a scale and a shift a channel. NaN stays NaN.
void gantry_scale_relu(const float *_Nonnull values, const float *_Nonnull scale, const float *_Nonnull shift,
                       int64_t rows, int32_t channels, float *_Nonnull output);
/// values = relu(values + bias), in place.
void gantry_bias_relu(float *_Nonnull values, const float *_Nonnull bias, int64_t rows, int32_t channels);
/// output = scale * values + shift.
void gantry_scale_shift(const float *_Nonnull values, const float *_Nonnull scale, const float *_Nonnull shift,
                        int64_t rows, int32_t channels, float *_Nonnull output);
/// output = relu(scale * values + shift + other).
void gantry_scale_add_relu(const float *_Nonnull values, const float *_Nonnull scale, const float *_Nonnull shift,
                           const float *_Nonnull other, int64_t rows, int32_t channels, float *_Nonnull output);
/// output = relu(scale * values + shift + other_scale * other + other_shift).
void gantry_scale_add_scaled_relu(const float *_Nonnull values, const float *_Nonnull scale,
                                  const float *_Nonnull shift, const float *_Nonnull other,
                                  const float *_Nonnull other_scale, const float *_Nonnull other_shift, int64_t rows,
                                  int32_t channels, float *_Nonnull output);

/// What a batch norm's gradients are made of: `sums` = sum of gradient, `products` = sum of gradient * (values - mean),
/// each [channels], in double, written.
void gantry_norm_sums(const float *_Nonnull values, const float *_Nonnull mean, const float *_Nonnull gradient,
                      int64_t rows, int32_t channels, double *_Nonnull sums, double *_Nonnull products);
/// The same behind a ReLU: `gradient` first becomes 0, in place, where scale * values + shift is not above 0.
void gantry_norm_sums_relu(const float *_Nonnull values, const float *_Nonnull mean, const float *_Nonnull scale,
                           const float *_Nonnull shift, float *_Nonnull gradient, int64_t rows, int32_t channels,
                           double *_Nonnull sums, double *_Nonnull products);
/// The same where the ReLU's output is at hand.
void gantry_norm_sums_output(const float *_Nonnull values, const float *_Nonnull mean, const float *_Nonnull output,
                             float *_Nonnull gradient, int64_t rows, int32_t channels, double *_Nonnull sums,
                             double *_Nonnull products);
/// All three, by formula; `output` is the ReLU's, or null where there is none.
void gantry_norm_sums_reference(const float *_Nonnull values, const float *_Nonnull mean,
                                const float *_Nullable output, float *_Nonnull gradient, int64_t rows,
                                int32_t channels, double *_Nonnull sums, double *_Nonnull products);

/// input_gradient = factor * gradient + slope * (values - mean) + offset, each of these [channels]; may be `gradient`
/// itself.
void gantry_norm_gradient(const float *_Nonnull values, const float *_Nonnull mean, const float *_Nonnull gradient,
                          const float *_Nonnull factor, const float *_Nonnull slope, const float *_Nonnull offset,
                          int64_t rows, int32_t channels, float *_Nonnull input_gradient);
/// input_gradient = factor * gradient, of a batch norm with stored statistics.
void gantry_scale_gradient(const float *_Nonnull gradient, const float *_Nonnull factor, int64_t rows,
                           int32_t channels, float *_Nonnull input_gradient);

/// The largest relu(scale * value + shift) under each 3x3 window, stride 2, with padding as
/// `gantry_max_pool_3x3_stride_2` has it, and which of the nine it was: the first of equals, NaN before all. Without
/// the ReLU where `relu` is false. One image.
///
/// `values`: [height * width, channels]; `pooled`, `places`: [output pixels, channels], where an output's side is (side
/// - 1) / 2 + 1.
void gantry_max_pool_rows(const float *_Nonnull values, const float *_Nonnull scale, const float *_Nonnull shift,
                          int32_t height, int32_t width, int32_t channels, int32_t top, int32_t left, bool relu,
                          float *_Nonnull pooled, uint8_t *_Nonnull places);
void gantry_max_pool_rows_reference(const float *_Nonnull values, const float *_Nonnull scale,
                                    const float *_Nonnull shift, int32_t height, int32_t width, int32_t channels,
                                    int32_t top, int32_t left, bool relu, float *_Nonnull pooled,
                                    uint8_t *_Nonnull places);
/// Gives each output's gradient to the pixel that it came from. `gradient`: [height * width, channels], written.
void gantry_max_pool_gradient(const float *_Nonnull pooled_gradient, const uint8_t *_Nonnull places, int32_t height,
                              int32_t width, int32_t channels, int32_t top, int32_t left, float *_Nonnull gradient);
void gantry_max_pool_gradient_reference(const float *_Nonnull pooled_gradient, const uint8_t *_Nonnull places,
                                        int32_t height, int32_t width, int32_t channels, int32_t top, int32_t left,
                                        float *_Nonnull gradient);

/// The mean of each channel over an image's pixels, summed in double.
void gantry_average_rows(const float *_Nonnull values, int64_t rows, int32_t channels, float *_Nonnull means);
/// gradient = means_gradient / rows, for every pixel.
void gantry_average_gradient(const float *_Nonnull means_gradient, int64_t rows, int32_t channels,
                             float *_Nonnull gradient);

/// One image from planes to rows of channels, and back. `planes`: [channels, pixels]; `rows`: [pixels, channels].
void gantry_planes_to_rows(const float *_Nonnull planes, int32_t channels, int64_t pixels, float *_Nonnull rows);
void gantry_rows_to_planes(const float *_Nonnull rows, int32_t channels, int64_t pixels, float *_Nonnull planes);

/// target += addend.
void gantry_add(const float *_Nonnull addend, int64_t count, float *_Nonnull target);
/// The sum of squares, in double.
double gantry_square_sum(const float *_Nonnull values, int64_t count);
/// Whether no value is NaN or infinite.
bool gantry_is_finite(const float *_Nonnull values, int64_t count);

/// What an optimiser's step has in common for all weights.
typedef struct {
    float learning_rate;
    /// What the gradient is multiplied with first.
    float gradient_scale;
    /// Times the weight, added to the gradient; 0 where weights do not decay.
    float decay;
    /// Of the momentum, or of Adam's means.
    float momentum;
    float square_momentum;
    float epsilon;
    /// What the means are divided by: 1 - beta^step.
    float correction;
    /// The square root of the same for the squares.
    float square_correction;
    /// Whether decay shrinks the weight instead, by learning_rate * decay.
    bool is_decoupled;
} gantry_step;

/// `torch.optim.SGD(nesterov=True)`: momentum = m * momentum + g; weight -= rate * (g + m * momentum). False where a
/// weight is no longer finite.
bool gantry_nesterov_step(const gantry_step *_Nonnull step, const float *_Nonnull gradient, int64_t count,
                          float *_Nonnull weights, float *_Nonnull momentum);
/// `torch.optim.Adam` and `AdamW`. False where a weight is no longer finite.
bool gantry_adam_step(const gantry_step *_Nonnull step, const float *_Nonnull gradient, int64_t count,
                      float *_Nonnull weights, float *_Nonnull means, float *_Nonnull squares);

#ifdef __cplusplus
}
#endif

#endif
