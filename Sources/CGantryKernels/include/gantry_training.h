// What learning computes beside products of matrices: plain C, no allocation, no global state, safe from any thread.
//
// Maps are rows of channels, [pixels, channels] without gaps, where a batch's pixels follow each other image by image,
// row by row (NHWC); weights are [output channels, kernel rows, kernel columns, input channels of a group] (OHWI).
// What takes an `element` reads and writes maps of Float32 or, half as large, of bfloat16 (`gantry_element`), and
// computes in Float32 or double either way; what takes none has Float32. Every function trusts its sizes. Sums are made
// in an order that follows from the sizes alone. Beside each kernel that is more than a line stands its `_reference`:
// the formula written out, for the tests.

#ifndef GANTRY_TRAINING_H
#define GANTRY_TRAINING_H

#include "gantry_packed.h"

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
/// `maps`: the first image; `strip`: [images, rows, border + width + border] pixels, of the same element.
void gantry_fill_strip(const gantry_strip *_Nonnull shape, int32_t element, const void *_Nonnull maps,
                       const float *_Nullable scale, const float *_Nullable shift, void *_Nonnull strip);
void gantry_fill_strip_reference(const gantry_strip *_Nonnull shape, int32_t element, const void *_Nonnull maps,
                                 const float *_Nullable scale, const float *_Nullable shift, void *_Nonnull strip);

/// A panel of weights as the tiles read them: [segments, words of a segment, width] from `width` rows of [segments,
/// length] numbers. A word is one number in Float32, two in bfloat16, where zeros fill the last.
void gantry_pack_rows(int32_t element, const float *_Nonnull weights, int32_t segments, int32_t length, int32_t width,
                      void *_Nonnull packed);
/// A panel for the gradient to the input, whose outputs are the inputs from `first_input` on: [wanted_count, words of
/// outputs, width] from [outputs, taps, inputs].
void gantry_pack_turned(int32_t element, const float *_Nonnull weights, int32_t outputs, int32_t taps, int32_t inputs,
                        int32_t first_input, const int32_t *_Nonnull wanted, int32_t wanted_count, int32_t width,
                        void *_Nonnull packed);
/// For the gradient to the weights of one tap: the pixel under each output pixel of some rows, through scale, shift and
/// ReLU as `gantry_fill_strip` has them; zeros outside the image. Rows count through the batch. `panels`:
/// [patch_channels / width, row_count * output_width, width].
void gantry_pack_pixels(const gantry_window_taps *_Nonnull taps, int64_t first_row, int64_t row_count, int32_t tap,
                        int32_t element, const float *_Nullable scale, const float *_Nullable shift, int32_t width,
                        const void *_Nonnull maps, void *_Nonnull panels);
void gantry_pack_pixels_reference(const gantry_window_taps *_Nonnull taps, int64_t first_row, int64_t row_count,
                                  int32_t tap, int32_t element, const float *_Nullable scale,
                                  const float *_Nullable shift, int32_t width, const void *_Nonnull maps,
                                  void *_Nonnull panels);
/// The most numbers of a window of `gantry_pack_windows`, in whole panels.
enum { GANTRY_LARGEST_WINDOW = 768 };
/// The same for all taps of a map of few channels at once: `panels` is [kernel * kernel * channels, in whole panels;
/// row_count * output_width; width], zeros behind the last tap.
void gantry_pack_windows(const gantry_window_taps *_Nonnull taps, int64_t first_row, int64_t row_count,
                         int32_t element, int32_t width, const void *_Nonnull maps, void *_Nonnull panels);
void gantry_pack_windows_reference(const gantry_window_taps *_Nonnull taps, int64_t first_row, int64_t row_count,
                                   int32_t element, int32_t width, const void *_Nonnull maps, void *_Nonnull panels);
/// Words of two pixels each, for sums over pixels of bfloat16: [pixels / 2, width] from `pixels` rows of `width`
/// numbers that begin `pixel_step` numbers apart, through scale, shift and ReLU as `gantry_fill_strip` has them; the
/// last word of an odd number of pixels ends in zeros.
void gantry_pair_pixels(const uint16_t *_Nonnull numbers, int64_t pixel_step, int32_t pixels,
                        const float *_Nullable scale, const float *_Nullable shift, int32_t width,
                        uint32_t *_Nonnull words);
void gantry_pair_pixels_reference(const uint16_t *_Nonnull numbers, int64_t pixel_step, int32_t pixels,
                                  const float *_Nullable scale, const float *_Nullable shift, int32_t width,
                                  uint32_t *_Nonnull words);
/// target[output, panel, lane] = sum over pixels of gradient[pixel, output] * panels[panel, pixel, lane], added to what
/// is there where `adds`, by the register tile of `cpu` (`gantry_packed.h`), in the order of the pixels.
///
/// `gradient` and `panels` have `words` words of 32 bits: of one pixel each in Float32, in bfloat16 of two, as
/// `gantry_pair_pixels` makes them. Words of `gradient` are `gradient_step` words apart, outputs of `target`
/// `target_step` floats.
void gantry_sum_weight_gradient(int32_t cpu, int32_t element, const void *_Nonnull gradient, int64_t gradient_step,
                                int32_t outputs, const void *_Nonnull panels, int32_t panel_count, int32_t words,
                                bool adds, float *_Nonnull target, int64_t target_step);
/// The same in double, for panels of `width`.
void gantry_sum_weight_gradient_reference(int32_t element, int32_t width, const void *_Nonnull gradient,
                                          int64_t gradient_step, int32_t outputs, const void *_Nonnull panels,
                                          int32_t panel_count, int32_t words, bool adds, float *_Nonnull target,
                                          int64_t target_step);

/// Floats from tile to tile of the transformed gradients.
int64_t gantry_winograd_gradient_step(int32_t cpu, int32_t outputs);
/// The gradient to the weights of a 3x3 convolution with stride 1 by Winograd's F(4x4, 3x3), on whole panels of input
/// channels and whole vectors of output channels. First, for some maps, the transforms of each tile of 4x4 outputs.
///
/// `input`: with a readable border of one pixel of zeros; `gradient`: to the output, of the same height and width.
/// Tiles count image by image, row by row, from `first_tile` on, of `tile_count` that are summed together. `inputs`:
/// [36, panels of input channels, tile_count, panel]; `gradients`: [36, tile_count, `gantry_winograd_gradient_step`].
/// Then `gantry_sum_weight_gradient` in Float32, plane by plane, and `gantry_winograd_gradient_sums`. **Source**: the
/// transposes of Lavin and Gray, "Fast algorithms for convolutional neural networks" (2015), section 4.3.
void gantry_winograd_gradient_tiles(int32_t cpu, const gantry_maps *_Nonnull input,
                                    const gantry_maps *_Nonnull gradient, int64_t first_tile, int64_t tile_count,
                                    float *_Nonnull inputs, float *_Nonnull gradients);
/// Last, for one output channel: from `sums`, [36, inputs], planes `plane_step` floats apart, to `target`, [3, 3,
/// inputs].
void gantry_winograd_gradient_sums(int32_t cpu, const float *_Nonnull sums, int64_t plane_step, int32_t inputs,
                                   float *_Nonnull target);
/// What all of it comes to, by the formula of the gradient, for one output channel: `target`, [3, 3, inputs].
void gantry_winograd_gradient_reference(const gantry_maps *_Nonnull input, const gantry_maps *_Nonnull gradient,
                                        int32_t output, double *_Nonnull target);

/// Sum and sum of squares of each channel, in double. `values`: [rows, channels]; `sums`, `squares`: [channels],
/// written.
void gantry_row_sums(int32_t element, const void *_Nonnull values, int64_t rows, int32_t channels,
                     double *_Nonnull sums, double *_Nonnull squares);
void gantry_row_sums_reference(int32_t element, const void *_Nonnull values, int64_t rows, int32_t channels,
                               double *_Nonnull sums, double *_Nonnull squares);

/// output = relu(scale * values + shift), a scale and a shift a channel. NaN stays NaN.
void gantry_scale_relu(int32_t element, const void *_Nonnull values, const float *_Nonnull scale,
                       const float *_Nonnull shift, int64_t rows, int32_t channels, void *_Nonnull output);
/// values = relu(values + bias), in place.
void gantry_bias_relu(int32_t element, void *_Nonnull values, const float *_Nonnull bias, int64_t rows,
                      int32_t channels);
/// output = scale * values + shift.
void gantry_scale_shift(int32_t element, const void *_Nonnull values, const float *_Nonnull scale,
                        const float *_Nonnull shift, int64_t rows, int32_t channels, void *_Nonnull output);
/// output = relu(scale * values + shift + other).
void gantry_scale_add_relu(int32_t element, const void *_Nonnull values, const float *_Nonnull scale,
                           const float *_Nonnull shift, const void *_Nonnull other, int64_t rows, int32_t channels,
                           void *_Nonnull output);
/// output = relu(scale * values + shift + other_scale * other + other_shift).
void gantry_scale_add_scaled_relu(int32_t element, const void *_Nonnull values, const float *_Nonnull scale,
                                  const float *_Nonnull shift, const void *_Nonnull other,
                                  const float *_Nonnull other_scale, const float *_Nonnull other_shift, int64_t rows,
                                  int32_t channels, void *_Nonnull output);

/// What a batch norm's gradients are made of: `sums` = sum of gradient, `products` = sum of gradient * (values - mean),
/// each [channels], in double, written.
void gantry_norm_sums(int32_t element, const void *_Nonnull values, const float *_Nonnull mean,
                      const void *_Nonnull gradient, int64_t rows, int32_t channels, double *_Nonnull sums,
                      double *_Nonnull products);
/// The same behind a ReLU: `gradient` first becomes 0, in place, where scale * values + shift is not above 0.
void gantry_norm_sums_relu(int32_t element, const void *_Nonnull values, const float *_Nonnull mean,
                           const float *_Nonnull scale, const float *_Nonnull shift, void *_Nonnull gradient,
                           int64_t rows, int32_t channels, double *_Nonnull sums, double *_Nonnull products);
/// The same where the ReLU's output is at hand.
void gantry_norm_sums_output(int32_t element, const void *_Nonnull values, const float *_Nonnull mean,
                             const void *_Nonnull output, void *_Nonnull gradient, int64_t rows, int32_t channels,
                             double *_Nonnull sums, double *_Nonnull products);
/// All three, by formula; `output` is the ReLU's, or null where there is none.
void gantry_norm_sums_reference(int32_t element, const void *_Nonnull values, const float *_Nonnull mean,
                                const void *_Nullable output, void *_Nonnull gradient, int64_t rows, int32_t channels,
                                double *_Nonnull sums, double *_Nonnull products);

/// input_gradient = factor * gradient + slope * (values - mean) + offset, each of these [channels]; may be `gradient`
/// itself.
void gantry_norm_gradient(int32_t element, const void *_Nonnull values, const float *_Nonnull mean,
                          const void *_Nonnull gradient, const float *_Nonnull factor, const float *_Nonnull slope,
                          const float *_Nonnull offset, int64_t rows, int32_t channels,
                          void *_Nonnull input_gradient);
/// input_gradient = factor * gradient, of a batch norm with stored statistics.
void gantry_scale_gradient(int32_t element, const void *_Nonnull gradient, const float *_Nonnull factor, int64_t rows,
                           int32_t channels, void *_Nonnull input_gradient);

/// The largest relu(scale * value + shift) under each 3x3 window, stride 2, with padding as
/// `gantry_max_pool_3x3_stride_2` has it, and which of the nine it was: the first of equals, NaN before all. Without
/// the ReLU where `relu` is false. One image.
///
/// `values`: [height * width, channels]; `pooled`, `places`: [output pixels, channels], where an output's side is (side
/// - 1) / 2 + 1.
void gantry_max_pool_rows(int32_t element, const void *_Nonnull values, const float *_Nonnull scale,
                          const float *_Nonnull shift, int32_t height, int32_t width, int32_t channels, int32_t top,
                          int32_t left, bool relu, void *_Nonnull pooled, uint8_t *_Nonnull places);
void gantry_max_pool_rows_reference(int32_t element, const void *_Nonnull values, const float *_Nonnull scale,
                                    const float *_Nonnull shift, int32_t height, int32_t width, int32_t channels,
                                    int32_t top, int32_t left, bool relu, void *_Nonnull pooled,
                                    uint8_t *_Nonnull places);
/// Gives each output's gradient to the pixel that it came from. `gradient`: [height * width, channels], written.
void gantry_max_pool_gradient(int32_t element, const void *_Nonnull pooled_gradient, const uint8_t *_Nonnull places,
                              int32_t height, int32_t width, int32_t channels, int32_t top, int32_t left,
                              void *_Nonnull gradient);
void gantry_max_pool_gradient_reference(const float *_Nonnull pooled_gradient, const uint8_t *_Nonnull places,
                                        int32_t height, int32_t width, int32_t channels, int32_t top, int32_t left,
                                        float *_Nonnull gradient);

/// The mean of each channel over an image's pixels, summed in double.
void gantry_average_rows(int32_t element, const void *_Nonnull values, int64_t rows, int32_t channels,
                         float *_Nonnull means);
/// gradient = means_gradient / rows, for every pixel.
void gantry_average_gradient(int32_t element, const float *_Nonnull means_gradient, int64_t rows, int32_t channels,
                             void *_Nonnull gradient);

/// One image from planes to rows of channels, and back. `planes`: [channels, pixels]; `rows`: [pixels, channels].
void gantry_planes_to_rows(const float *_Nonnull planes, int32_t channels, int64_t pixels, int32_t element,
                           void *_Nonnull rows);
void gantry_rows_to_planes(const float *_Nonnull rows, int32_t channels, int64_t pixels, float *_Nonnull planes);

/// target += addend.
void gantry_add(const float *_Nonnull addend, int64_t count, float *_Nonnull target);
/// The sum of squares, in double.
double gantry_square_sum(const float *_Nonnull values, int64_t count);
/// Whether no value is NaN or infinite.
bool gantry_is_finite(int32_t element, const void *_Nonnull values, int64_t count);

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
