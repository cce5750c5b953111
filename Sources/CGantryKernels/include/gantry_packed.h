// The engine's own convolutions: NHWC feature maps, weights packed once a layer for a register tile, no patches in
// memory.
//
// docs/engine.md tells the design. Everything here is plain C, without allocation or global state, safe from any
// thread, and trusts its sizes: the Swift callers derive them from shapes they have checked. One output is always the
// same sequence of operations on the same numbers, whatever the number of images in a call.

#ifndef GANTRY_PACKED_H
#define GANTRY_PACKED_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The instruction sets for which there are kernels, each with those before it but for AVX-VNNI.
typedef enum {
    GANTRY_CPU_OTHER = 0,
    /// AVX2 with FMA: tiles of 6 pixels x 16 channels, of 4 where `has_small_fours`.
    GANTRY_CPU_AVX2 = 1,
    /// And AVX-VNNI: four products of 8-bit integers a lane, on the same registers.
    GANTRY_CPU_AVX2_VNNI = 2,
    /// AVX2 and AVX-512F: tiles of 14 pixels x 32 channels.
    GANTRY_CPU_AVX512 = 3,
    /// And AVX512-BW and VNNI: four products of 8-bit integers a lane.
    GANTRY_CPU_AVX512_VNNI = 4,
    /// And AVX512-BF16: two products of bfloat16 a lane.
    GANTRY_CPU_AVX512_BF16 = 5,
} gantry_cpu;

/// Whether this CPU and its operating system offer a set; always `GANTRY_CPU_OTHER`.
bool gantry_has_cpu(int32_t cpu);

/// What a number of a map is stored as, and with which arithmetic a convolution that reads it computes.
typedef enum {
    /// Float32, summed in Float32.
    GANTRY_F32 = 0,
    /// The upper half of a Float32, rounded to even; products are summed in Float32.
    GANTRY_BF16 = 1,
    /// An integer of 0 to 255 that stands for (integer - zero point) x scale; products are summed exactly, in 32 bits.
    GANTRY_U8 = 2,
} gantry_element;

/// Bytes of an element.
static inline int64_t gantry_element_size(int32_t element) {
    return element == GANTRY_F32 ? 4 : element == GANTRY_BF16 ? 2 : 1;
}

/// Whether `cpu` has convolutions of this element.
bool gantry_has_element(int32_t cpu, int32_t element);

/// Feature maps of `images` images, NHWC. Steps are in elements; `pixels` is channel 0 of pixel (0, 0) of the first
/// image.
///
/// A pixel's channels are followed by others up to a whole number of panels, which a convolution writes as relu(0) or 0
/// and nothing reads as values, and by a cache line, because pixels that are a power of two apart share few lines of
/// the first-level cache.
typedef struct {
    void *_Nonnull pixels;
    /// A `gantry_element`.
    int32_t element;
    int32_t images;
    int32_t height;
    int32_t width;
    int32_t channels;
    /// Of `GANTRY_U8`; 1 and 0 for the others.
    float scale;
    int32_t zero_point;
    int64_t pixel_step;
    int64_t row_step;
    int64_t image_step;
} gantry_maps;

/// A square convolution over zero-padded maps; kernel, stride and padding in pixels.
typedef struct {
    int32_t input_channels;
    int32_t output_channels;
    /// Equal shares of both, each output channel seeing the input channels of its own; 1 for a convolution without
    /// groups. Weights are [output channels, input channels / groups, kernel, kernel]. With groups, the input is not
    /// dense.
    int32_t groups;
    int32_t kernel;
    int32_t stride;
    int32_t padding;
    /// The `gantry_element` of the input.
    int32_t element;
    /// Whether the input's pixels follow each other without a gap, so that a kernel row is one run of numbers.
    bool is_dense;
    /// Whether Winograd's convolution transforms the weights itself, a panel at a time, instead of finding them
    /// transformed: a quarter of the memory, an eighth with `GANTRY_U8`, for some percent of the arithmetic. Of
    /// `GANTRY_F32` and `GANTRY_U8`.
    bool transforms_late;
    /// Whether `gantry_has_small_fours` is true of the packed weights; false for elements other than `GANTRY_U8`.
    bool has_small_fours;
} gantry_convolution;

/// A part of a convolution's output, of every image: the rows `first_row ..< end_row` of the panels
/// `first_panel ..< end_panel`, whose width is `gantry_panel_width` of the element that is multiplied: the input's, and
/// Float32 for Winograd's algorithm.
///
/// An output is computed by the same operations in the same order whatever part it is computed in.
typedef struct {
    int32_t first_row;
    int32_t end_row;
    int32_t first_panel;
    int32_t end_panel;
} gantry_part;

/// Output channels of one register tile: packed weights, biases and pixels are multiples of it.
int32_t gantry_panel_width(int32_t cpu, int32_t element);

/// Output channels rounded up to whole panels of any element.
int32_t gantry_padded_channels(int32_t cpu, int32_t channels);

/// Words of 32 bits of packed weights: [panel][kernel row][kernel column][input channels][channel of the panel][input
/// channels of a word].
///
/// A word holds one input channel in Float32, two in bfloat16, four in 8 bits; rows or pixels that do not fill the last
/// word end in zeros. With groups, a panel has the input channels that its outputs see, as many as any panel's, and
/// zeros between the groups.
int64_t gantry_direct_weight_count(int32_t cpu, const gantry_convolution *_Nonnull convolution);
/// Packs OIHW `weights` for `gantry_convolve_direct` of `GANTRY_F32` or `GANTRY_BF16`; channels past the last are
/// zeros.
void gantry_pack_direct(int32_t cpu, const gantry_convolution *_Nonnull convolution, const float *_Nonnull weights,
                        void *_Nonnull packed);
/// As `gantry_pack_direct`, for `GANTRY_U8`.
void gantry_pack_direct_int8(int32_t cpu, const gantry_convolution *_Nonnull convolution,
                             const int8_t *_Nonnull weights, void *_Nonnull packed);
/// Whether four weights' magnitudes add up to 128 at most wherever AVX2 would add their products in 16 bits: of these
/// packed `GANTRY_U8` weights the first two of a word and of the word after it, and the last two of both. AVX2 then
/// does so, with the same result. False where a segment has an odd number of words.
bool gantry_has_small_fours(int32_t cpu, const gantry_convolution *_Nonnull convolution, const void *_Nonnull packed);

/// output = relu(weights * input + bias + residual); without `residual` where it is null, without the cut where `relu`
/// is false.
///
/// `input` has a readable border of `padding` pixels of zeros (of its zero point) on every side, as
/// `gantry_clear_border` makes it; `bias`: [padded output channels]. `output` has the convolution's size, and the
/// input's element, Float32 or, with `GANTRY_U8`, bfloat16; `residual` has the same size, any of these elements too,
/// and may be `output` itself, not `input`. NaN stays NaN.
///
/// With `GANTRY_U8`, output = (multiplier x products + bias + residual x residual's scale / output's scale), rounded to
/// even; `multiplier`, [padded output channels], is the input's scale x the channel's weight scale / the output's
/// scale, and `bias` is in units of the output's scale too. An output of `GANTRY_U8` needs `relu`. Every instruction
/// set gives the same bits. `multiplier` is null for the other elements.
///
/// `part` is what is computed and written, the whole output where it is null.
void gantry_convolve_direct(int32_t cpu, const gantry_convolution *_Nonnull convolution, const void *_Nonnull packed,
                            const float *_Nullable multiplier, const float *_Nonnull bias,
                            const gantry_maps *_Nonnull input, const gantry_maps *_Nullable residual, bool relu,
                            const gantry_maps *_Nonnull output, const gantry_part *_Nullable part);

/// Rows of output that Winograd's algorithm computes together.
#define GANTRY_WINOGRAD_ROWS 4

/// Floats of weights transformed for F(4x4, 3x3): [36][panel][input channel][channel of the panel]; with
/// `transforms_late`, of weights as `gantry_pack_direct` leaves them.
int64_t gantry_winograd_weight_count(int32_t cpu, const gantry_convolution *_Nonnull convolution);
/// Packs OIHW `weights` of a 3x3 convolution for `gantry_convolve_winograd`, transformed (in double) but with
/// `transforms_late`.
void gantry_pack_winograd(int32_t cpu, const gantry_convolution *_Nonnull convolution, const float *_Nonnull weights,
                          float *_Nonnull packed);
/// The same for one panel of a layer, from the panel as `gantry_convolve_direct` reads it, in Float32: for weights that
/// are packed again with every step of training.
void gantry_pack_winograd_panel(int32_t cpu, const gantry_convolution *_Nonnull convolution, int32_t panel,
                                const float *_Nonnull direct, float *_Nonnull packed);
/// Floats of scratch for one call; at most, whatever the maps' size.
int64_t gantry_winograd_scratch_count(int32_t cpu, const gantry_convolution *_Nonnull convolution);

/// As `gantry_convolve_direct`, in Float32 on maps of Float32 or, where the set has that element, of bfloat16, for
/// kernel 3, stride 1, padding 1, by Winograd's F(4x4, 3x3): 36 products for 16 outputs instead of 144.
///
/// The rows of a `part` begin and end at whole `GANTRY_WINOGRAD_ROWS`, or at the output's last. `scratch` begins on a
/// cache line. **Source**: Lavin and Gray, "Fast algorithms for convolutional neural networks" (2015), section 4.3.
void gantry_convolve_winograd(int32_t cpu, const gantry_convolution *_Nonnull convolution,
                              const float *_Nonnull packed, const float *_Nonnull bias,
                              const gantry_maps *_Nonnull input, const gantry_maps *_Nullable residual, bool relu,
                              const gantry_maps *_Nonnull output, const gantry_part *_Nullable part,
                              float *_Nonnull scratch);

/// Whether the set has `gantry_convolve_winograd_int8` and gains by it.
bool gantry_has_winograd_int8(int32_t cpu);
/// Whether no output can leave 26 bits with these OIHW weights, whatever the input: what makes
/// `gantry_convolve_winograd_int8` exact.
bool gantry_fits_winograd_int8(const gantry_convolution *_Nonnull convolution, const int8_t *_Nonnull weights);
/// Words of 32 bits of weights transformed for F(4x4, 3x3) in whole numbers: [36][panel][pair of input
/// channels][channel of the panel][channel of the pair], in 16 bits; with `transforms_late` [panel][pair of input
/// channels][kernel row][kernel column][channel of the panel][channel of the pair], in bytes.
int64_t gantry_winograd_int8_weight_count(const gantry_convolution *_Nonnull convolution);
/// Packs OIHW `weights` for `gantry_convolve_winograd_int8`, transformed but with `transforms_late`.
void gantry_pack_winograd_int8(const gantry_convolution *_Nonnull convolution, const int8_t *_Nonnull weights,
                               void *_Nonnull packed);
/// Words of 32 bits of scratch for one call; at most, whatever the maps' size.
int64_t gantry_winograd_int8_scratch_count(const gantry_convolution *_Nonnull convolution);

/// As `gantry_convolve_direct` of `GANTRY_U8`, to the same bits, for kernel 3, stride 1, padding 1, without groups,
/// where `gantry_fits_winograd_int8`.
///
/// `part` is what is computed and written, its rows in whole fours or to the output's last; the whole output where it
/// is null. `scratch` begins on a cache line.
void gantry_convolve_winograd_int8(const gantry_convolution *_Nonnull convolution, const void *_Nonnull packed,
                                   const float *_Nonnull multiplier, const float *_Nonnull bias,
                                   const gantry_maps *_Nonnull input, const gantry_maps *_Nullable residual,
                                   bool relu, const gantry_maps *_Nonnull output, const gantry_part *_Nullable part,
                                   void *_Nonnull scratch);

/// The formula of the direct and Winograd's convolution, summed in double, with OIHW weights and [output channels]
/// biases, in real numbers whatever the maps' elements.
void gantry_convolve_reference(const gantry_convolution *_Nonnull convolution, const float *_Nonnull weights,
                               const float *_Nonnull bias, const gantry_maps *_Nonnull input,
                               const gantry_maps *_Nullable residual, bool relu, const gantry_maps *_Nonnull output);

/// Zeros the `border` pixels around each image, and what follows a row of pixels without gaps up to the next row:
/// writes the zero point. Of rows `first_row ..< end_row` alone, to which the border above the first row and below the
/// last belongs.
void gantry_clear_border(const gantry_maps *_Nonnull maps, int32_t border, int32_t first_row, int32_t end_row);

/// Rows `first_row ..< end_row` of one CHW image into `maps`, as image `index`, rounded to the maps' element.
void gantry_planes_to_maps(const float *_Nonnull planes, const gantry_maps *_Nonnull maps, int32_t index,
                           int32_t first_row, int32_t end_row);
/// Image `index` of `maps` as real numbers, CHW.
void gantry_maps_to_planes(const gantry_maps *_Nonnull maps, int32_t index, float *_Nonnull planes);

/// The largest value under each 3x3 window, stride 2, with padding as `gantry_max_pool_3x3_stride_2` has it.
///
/// Both maps have the same element and scale; bfloat16 are not negative, as after a ReLU. Writes the output's rows
/// `first_row ..< end_row`.
void gantry_max_pool_maps(const gantry_maps *_Nonnull input, int32_t top, int32_t left,
                          const gantry_maps *_Nonnull output, int32_t first_row, int32_t end_row);

/// A shortcut without parameters: of `input`'s pixels every `stride`th of every `stride`th row, its channels from
/// channel `before` of the output on, zeros in the others. Elements may differ. Writes the output's rows
/// `first_row ..< end_row`.
void gantry_shortcut_of_zeros(const gantry_maps *_Nonnull input, int32_t stride, int32_t before,
                              const gantry_maps *_Nonnull output, int32_t first_row, int32_t end_row);

/// The mean of each channel of each image; `output` has one pixel an image. Both are Float32.
void gantry_average_maps(const gantry_maps *_Nonnull input, const gantry_maps *_Nonnull output);

/// The mean of each channel over the pixels of image `index`, as a real number whatever the maps' element: `means` has
/// [channels]. Pixels are added one after the other, so that every instruction set gives the same bits.
void gantry_channel_means(const gantry_maps *_Nonnull maps, int32_t index, float *_Nonnull means);

/// Does `rounds` x 12 multiply-adds of whole registers, for benchmarks: their rate is the CPU's peak. The result is of
/// no use.
float gantry_multiply_adds(int32_t cpu, int32_t element, int64_t rounds);

/// Multiply-adds of one register: lanes x products a lane.
int32_t gantry_multiply_adds_a_register(int32_t cpu, int32_t element);

#ifdef __cplusplus
}
#endif

#endif
