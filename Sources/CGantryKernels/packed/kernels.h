// What each instruction set's file gives: the same functions, compiled for other registers.

#ifndef GANTRY_PACKED_KERNELS_H
#define GANTRY_PACKED_KERNELS_H

#include "gantry_packed.h"

#if defined(__x86_64__)
#define GANTRY_HAS_PACKED_KERNELS 1
#else
#define GANTRY_HAS_PACKED_KERNELS 0
#endif

/// Output channels of a panel: two vectors.
enum { GANTRY_PANEL_AVX2 = 16, GANTRY_PANEL_AVX512 = 32 };

/// Winograd tiles that are transformed together, at most and at least: with fewer, the weights are fetched too often.
#define GANTRY_WINOGRAD_TILES 56
#define GANTRY_WINOGRAD_LEAST_TILES 32
/// What transformed tiles, and products, take of a second-level cache of 1 MiB.
#define GANTRY_WINOGRAD_INPUT_BYTES (600 << 10)
#define GANTRY_WINOGRAD_PRODUCT_BYTES (200 << 10)

/// A finite number's upper half, rounded to even as VCVTNEPS2BF16 does; NaN stays NaN.
static inline uint16_t gantry_bfloat16(float value) {
    uint32_t bits;
    __builtin_memcpy(&bits, &value, sizeof bits);
    if (value != value) return (uint16_t)(bits >> 16 | 0x40);
    return (uint16_t)((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

static inline float gantry_float_of_bfloat16(uint16_t upper) {
    const uint32_t bits = (uint32_t)upper << 16;
    float value;
    __builtin_memcpy(&value, &bits, sizeof value);
    return value;
}

/// Channel 0 of a pixel.
static inline char *gantry_pixel(const gantry_maps *maps, int64_t image, int64_t y, int64_t x) {
    return (char *)maps->pixels +
           (image * maps->image_step + y * maps->row_step + x * maps->pixel_step) * gantry_element_size(maps->element);
}

/// Channels of a 32-bit word: what a tile broadcasts at once.
static inline int32_t gantry_channels_of_word(int32_t element) { return 4 / (int32_t)gantry_element_size(element); }

/// The inner dimension: runs of a pixel's channels, or of a kernel row where pixels have no gap.
typedef struct {
    int32_t segments;
    int32_t channels_of_segment;
    int32_t words_of_segment;
} gantry_inner;

static inline int32_t gantry_whole_words(int32_t channels, int32_t word) { return (channels + word - 1) / word * word; }

/// Where the input channels begin that a panel of `width` output channels sees, and where they end: of its first group
/// to its last, in whole words.
static inline int32_t gantry_begin_of_inputs(const gantry_convolution *c, int32_t panel, int32_t width) {
    const int32_t word = gantry_channels_of_word(c->element);
    return panel * width / (c->output_channels / c->groups) * (c->input_channels / c->groups) / word * word;
}

static inline int32_t gantry_end_of_inputs(const gantry_convolution *c, int32_t panel, int32_t width) {
    const int32_t end = (panel + 1) * width < c->output_channels ? (panel + 1) * width : c->output_channels;
    const int32_t groups = (end - 1) / (c->output_channels / c->groups) + 1;
    return gantry_whole_words(groups * (c->input_channels / c->groups), gantry_channels_of_word(c->element));
}

/// With groups, each panel sums over as many input channels as the one that sees most; those beside its groups have
/// weights of zero.
static inline gantry_inner gantry_inner_of(const gantry_convolution *c, int32_t panel_width) {
    const int32_t word = gantry_channels_of_word(c->element);
    int32_t channels = c->input_channels;
    if (c->groups > 1) {
        channels = 0;
        for (int32_t panel = 0; panel * panel_width < c->output_channels; panel++) {
            const int32_t seen =
                gantry_end_of_inputs(c, panel, panel_width) - gantry_begin_of_inputs(c, panel, panel_width);
            if (seen > channels) channels = seen;
        }
    }
    gantry_inner inner;
    inner.segments = c->is_dense ? c->kernel : c->kernel * c->kernel;
    inner.channels_of_segment = c->is_dense ? c->kernel * channels : channels;
    inner.words_of_segment = (inner.channels_of_segment + word - 1) / word;
    return inner;
}

/// The first input channel of a panel's sums: earlier than its groups begin where it would read past the last.
static inline int32_t gantry_first_input_of_panel(const gantry_convolution *c, gantry_inner inner, int32_t panel,
                                                  int32_t panel_width) {
    if (c->groups == 1) return 0;
    const int32_t latest =
        gantry_whole_words(c->input_channels, gantry_channels_of_word(c->element)) - inner.channels_of_segment;
    const int32_t begin = gantry_begin_of_inputs(c, panel, panel_width);
    return begin < latest ? begin : latest;
}

/// How Winograd's algorithm is cut into pieces that stay in a second-level cache of 1 MiB. Steps are in floats.
typedef struct {
    int32_t tiles_at_a_time;
    int32_t panels_at_a_time;
    /// The scratch: 36 planes of transformed tiles, then 36 planes of the products of some panels, then those of one
    /// panel's weights, where these are transformed late.
    int64_t transformed_tile;
    int64_t transformed_plane;
    int64_t product_tile;
    int64_t product_plane;
    int64_t weight_plane;
} gantry_winograd_layout;

static inline int64_t gantry_clamp(int64_t value, int64_t low, int64_t high) {
    return value < low ? low : (value > high ? high : value);
}

/// Follows from the layer alone. Tiles are a cache line apart and planes an odd number of lines, so that neither alias.
static inline gantry_winograd_layout gantry_winograd_layout_of(const gantry_convolution *c, int32_t panel) {
    const int32_t panels = (c->output_channels + panel - 1) / panel;
    gantry_winograd_layout layout;
    layout.transformed_tile = (c->input_channels + 15) / 16 * 16 + 16;
    layout.tiles_at_a_time =
        (int32_t)gantry_clamp(GANTRY_WINOGRAD_INPUT_BYTES / (36 * 4 * layout.transformed_tile),
                              GANTRY_WINOGRAD_LEAST_TILES, GANTRY_WINOGRAD_TILES);
    const int64_t bytes_of_panel = 36 * 4 * (int64_t)panel * layout.tiles_at_a_time;
    layout.panels_at_a_time =
        c->transforms_late ? 1 : (int32_t)gantry_clamp(GANTRY_WINOGRAD_PRODUCT_BYTES / bytes_of_panel, 1, panels);
    layout.product_tile = (int64_t)layout.panels_at_a_time * panel + 16;
    layout.transformed_plane = (layout.tiles_at_a_time * layout.transformed_tile / 16 | 1) * 16;
    layout.product_plane = (layout.tiles_at_a_time * layout.product_tile / 16 | 1) * 16;
    layout.weight_plane = c->transforms_late ? ((int64_t)c->input_channels * panel / 16 | 1) * 16 : 0;
    return layout;
}

/// `part`, or the whole output where it is null.
static inline gantry_part gantry_part_of(const gantry_part *part, const gantry_convolution *c,
                                         const gantry_maps *output, int32_t panel) {
    if (part) return *part;
    return (gantry_part){.end_row = output->height, .end_panel = (c->output_channels + panel - 1) / panel};
}

/// A direct convolution of a set and element.
typedef void convolve_direct(const gantry_convolution *convolution, const void *packed, const float *multiplier,
                             const float *bias, const gantry_maps *input, const gantry_maps *residual, bool relu,
                             const gantry_maps *output, const gantry_part *part);
/// And its multiply-adds alone.
#define GANTRY_DECLARE_DIRECT_KERNELS(set)                                                                         \
    convolve_direct gantry_convolve_direct_##set;                                                                  \
    float gantry_multiply_adds_##set(int64_t rounds);
#define GANTRY_DECLARE_WINOGRAD_KERNEL(set)                                                                        \
    void gantry_transform_panel_##set(const float *panel, int32_t inputs, int64_t plane_step, float *planes);      \
    void gantry_convolve_winograd_##set(const gantry_convolution *convolution, const float *packed,                \
                                        const float *bias, const gantry_maps *input, const gantry_maps *residual,  \
                                        bool relu, const gantry_maps *output, const gantry_part *part,             \
                                        float *scratch);

#define GANTRY_DECLARE_WINOGRAD_GRADIENT_KERNEL(set)                                                               \
    void gantry_winograd_gradient_tiles_##set(const gantry_maps *input, const gantry_maps *gradient,               \
                                              int64_t first_tile, int64_t tile_count, float *inputs,               \
                                              float *gradients);                                                   \
    void gantry_winograd_gradient_sums_##set(const float *sums, int64_t plane_step, int32_t inputs, float *target);

#define GANTRY_DECLARE_GRADIENT_KERNEL(set)                                                                        \
    void gantry_sum_weight_gradient_##set(const void *gradient, int64_t gradient_step, int32_t outputs,            \
                                          const void *panels, int32_t panel_count, int32_t words, bool adds,       \
                                          float *target, int64_t target_step);

GANTRY_DECLARE_DIRECT_KERNELS(avx2)
GANTRY_DECLARE_DIRECT_KERNELS(avx2_int8)
GANTRY_DECLARE_DIRECT_KERNELS(avx2_int8_fours)
GANTRY_DECLARE_DIRECT_KERNELS(avx2_vnni)
GANTRY_DECLARE_DIRECT_KERNELS(avx512)
GANTRY_DECLARE_DIRECT_KERNELS(avx512_bf16)
GANTRY_DECLARE_DIRECT_KERNELS(avx512_int8)
void gantry_pack_winograd_int8_avx2(const gantry_convolution *convolution, const int8_t *weights, void *packed);
void gantry_convolve_winograd_int8_avx2(const gantry_convolution *convolution, const void *packed,
                                        const float *multiplier, const float *bias, const gantry_maps *input,
                                        const gantry_maps *residual, bool relu, const gantry_maps *output,
                                        const gantry_part *part, void *scratch);
GANTRY_DECLARE_WINOGRAD_KERNEL(avx2)
GANTRY_DECLARE_WINOGRAD_KERNEL(avx512)
GANTRY_DECLARE_WINOGRAD_GRADIENT_KERNEL(avx2)
GANTRY_DECLARE_WINOGRAD_GRADIENT_KERNEL(avx512)
GANTRY_DECLARE_GRADIENT_KERNEL(avx2)
GANTRY_DECLARE_GRADIENT_KERNEL(avx512)
GANTRY_DECLARE_GRADIENT_KERNEL(avx512_bf16)

#endif
