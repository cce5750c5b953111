// Which instruction set's kernels run, and what does not depend on it but for the panel's width.

#include "gantry_training.h"
#include "kernels.h"

bool gantry_has_cpu(int32_t cpu) {
#if GANTRY_HAS_PACKED_KERNELS
    __builtin_cpu_init();
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    const bool avx512 = avx2 && __builtin_cpu_supports("avx512f");
    const bool vnni = avx512 && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vnni");
    switch (cpu) {
    case GANTRY_CPU_AVX2: return avx2;
    case GANTRY_CPU_AVX2_VNNI: return avx2 && __builtin_cpu_supports("avxvnni");
    case GANTRY_CPU_AVX512: return avx512;
    case GANTRY_CPU_AVX512_VNNI: return vnni;
    case GANTRY_CPU_AVX512_BF16:
        return vnni && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bf16");
    }
#endif
    return cpu == GANTRY_CPU_OTHER;
}

bool gantry_has_element(int32_t cpu, int32_t element) {
    return cpu != GANTRY_CPU_OTHER && (element != GANTRY_BF16 || cpu == GANTRY_CPU_AVX512_BF16);
}

/// Whether the set's 512-bit kernels compute this element.
static bool is_wide(int32_t cpu, int32_t element) {
    return cpu >= (element == GANTRY_U8 ? GANTRY_CPU_AVX512_VNNI : GANTRY_CPU_AVX512);
}

int32_t gantry_panel_width(int32_t cpu, int32_t element) {
    return is_wide(cpu, element) ? GANTRY_PANEL_AVX512 : GANTRY_PANEL_AVX2;
}

int32_t gantry_padded_channels(int32_t cpu, int32_t channels) {
    const int32_t panel = gantry_panel_width(cpu, GANTRY_F32);
    return (channels + panel - 1) / panel * panel;
}

#if GANTRY_HAS_PACKED_KERNELS
/// The direct kernel of bytes of a set, for weights as they are.
static convolve_direct *direct_int8(int32_t cpu, bool has_small_fours) {
    if (is_wide(cpu, GANTRY_U8)) return gantry_convolve_direct_avx512_int8;
    if (cpu == GANTRY_CPU_AVX2_VNNI) return gantry_convolve_direct_avx2_vnni;
    return has_small_fours ? gantry_convolve_direct_avx2_int8_fours : gantry_convolve_direct_avx2_int8;
}
#endif

void gantry_convolve_direct(int32_t cpu, const gantry_convolution *convolution, const void *packed,
                            const float *multiplier, const float *bias, const gantry_maps *input,
                            const gantry_maps *residual, bool relu, const gantry_maps *output,
                            const gantry_part *part) {
#if GANTRY_HAS_PACKED_KERNELS
    const bool wide = is_wide(cpu, convolution->element);
    switch (convolution->element) {
    case GANTRY_BF16:
        gantry_convolve_direct_avx512_bf16(convolution, packed, multiplier, bias, input, residual, relu, output, part);
        break;
    case GANTRY_U8:
        direct_int8(cpu, convolution->has_small_fours)(convolution, packed, multiplier, bias, input, residual, relu,
                                                       output, part);
        break;
    default:
        (wide ? gantry_convolve_direct_avx512 : gantry_convolve_direct_avx2)(
            convolution, packed, multiplier, bias, input, residual, relu, output, part);
    }
#endif
}

int64_t gantry_winograd_scratch_count(int32_t cpu, const gantry_convolution *convolution) {
    const gantry_winograd_layout layout = gantry_winograd_layout_of(convolution, gantry_panel_width(cpu, GANTRY_F32));
    return 36 * (layout.transformed_plane + layout.product_plane + layout.weight_plane);
}

void gantry_pack_winograd_panel(int32_t cpu, const gantry_convolution *c, int32_t panel, const float *direct,
                                float *packed) {
#if GANTRY_HAS_PACKED_KERNELS
    // Where `gantry_pack_winograd` puts it: panels that are multiplied together lie together.
    const int32_t width = gantry_panel_width(cpu, GANTRY_F32), inputs = c->input_channels;
    const int32_t together = gantry_winograd_layout_of(c, width).panels_at_a_time;
    const int32_t panels = (c->output_channels + width - 1) / width, first = panel / together * together;
    const int32_t some = panels - first < together ? panels - first : together;
    float *planes = packed + ((int64_t)first * 36 + (panel - first)) * inputs * width;
    (is_wide(cpu, GANTRY_F32) ? gantry_transform_panel_avx512 : gantry_transform_panel_avx2)(
        direct, inputs, (int64_t)inputs * some * width, planes);
#endif
}

void gantry_convolve_winograd(int32_t cpu, const gantry_convolution *convolution, const float *packed,
                              const float *bias, const gantry_maps *input, const gantry_maps *residual, bool relu,
                              const gantry_maps *output, const gantry_part *part, float *scratch) {
#if GANTRY_HAS_PACKED_KERNELS
    (is_wide(cpu, GANTRY_F32) ? gantry_convolve_winograd_avx512 : gantry_convolve_winograd_avx2)(
        convolution, packed, bias, input, residual, relu, output, part, scratch);
#endif
}

bool gantry_has_winograd_int8(int32_t cpu) {
    // With VNNI the direct kernels do four products a lane where Winograd's does two.
    return cpu == GANTRY_CPU_AVX2 || cpu == GANTRY_CPU_AVX512;
}

void gantry_pack_winograd_int8(const gantry_convolution *convolution, const int8_t *weights, void *packed) {
#if GANTRY_HAS_PACKED_KERNELS
    gantry_pack_winograd_int8_avx2(convolution, weights, packed);
#endif
}

void gantry_convolve_winograd_int8(const gantry_convolution *convolution, const void *packed, const float *multiplier,
                                   const float *bias, const gantry_maps *input, const gantry_maps *residual, bool relu,
                                   const gantry_maps *output, const gantry_part *part, void *scratch) {
#if GANTRY_HAS_PACKED_KERNELS
    gantry_convolve_winograd_int8_avx2(convolution, packed, multiplier, bias, input, residual, relu, output, part,
                                       scratch);
#endif
}

void gantry_sum_weight_gradient(int32_t cpu, int32_t element, const void *gradient, int64_t gradient_step,
                                int32_t outputs, const void *panels, int32_t panel_count, int32_t words, bool adds,
                                float *target, int64_t target_step) {
#if GANTRY_HAS_PACKED_KERNELS
    (element == GANTRY_BF16       ? gantry_sum_weight_gradient_avx512_bf16
     : is_wide(cpu, GANTRY_F32) ? gantry_sum_weight_gradient_avx512
                                : gantry_sum_weight_gradient_avx2)(gradient, gradient_step, outputs, panels,
                                                                   panel_count, words, adds, target, target_step);
#endif
}

int64_t gantry_winograd_gradient_step(int32_t cpu, int32_t outputs) {
    return outputs + gantry_panel_width(cpu, GANTRY_F32) / 2;
}

void gantry_winograd_gradient_tiles(int32_t cpu, const gantry_maps *input, const gantry_maps *gradient,
                                    int64_t first_tile, int64_t tile_count, float *inputs, float *gradients) {
#if GANTRY_HAS_PACKED_KERNELS
    (is_wide(cpu, GANTRY_F32) ? gantry_winograd_gradient_tiles_avx512 : gantry_winograd_gradient_tiles_avx2)(
        input, gradient, first_tile, tile_count, inputs, gradients);
#endif
}

void gantry_winograd_gradient_sums(int32_t cpu, const float *sums, int64_t plane_step, int32_t inputs, float *target) {
#if GANTRY_HAS_PACKED_KERNELS
    (is_wide(cpu, GANTRY_F32) ? gantry_winograd_gradient_sums_avx512 : gantry_winograd_gradient_sums_avx2)(
        sums, plane_step, inputs, target);
#endif
}

float gantry_multiply_adds(int32_t cpu, int32_t element, int64_t rounds) {
#if GANTRY_HAS_PACKED_KERNELS
    const bool wide = is_wide(cpu, element);
    switch (element) {
    case GANTRY_BF16: return gantry_multiply_adds_avx512_bf16(rounds);
    case GANTRY_U8:
        return (wide                            ? gantry_multiply_adds_avx512_int8
                : cpu == GANTRY_CPU_AVX2_VNNI ? gantry_multiply_adds_avx2_vnni
                                                : gantry_multiply_adds_avx2_int8_fours)(rounds);
    default: return (wide ? gantry_multiply_adds_avx512 : gantry_multiply_adds_avx2)(rounds);
    }
#else
    return 0;
#endif
}

int32_t gantry_multiply_adds_a_register(int32_t cpu, int32_t element) {
    return gantry_panel_width(cpu, element) / 2 * gantry_channels_of_word(element);
}
