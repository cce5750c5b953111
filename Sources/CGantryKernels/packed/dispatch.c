// Which instruction set's kernels run, and what does not depend on it but for the panel's width.

#include "kernels.h"

int32_t gantry_detect_cpu(void) {
#if GANTRY_HAS_PACKED_KERNELS
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f")) return GANTRY_CPU_AVX512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return GANTRY_CPU_AVX2;
#endif
    return GANTRY_CPU_OTHER;
}

int32_t gantry_panel_width(int32_t cpu) { return cpu == GANTRY_CPU_AVX512 ? GANTRY_PANEL_AVX512 : GANTRY_PANEL_AVX2; }

int32_t gantry_padded_channels(int32_t cpu, int32_t channels) {
    const int32_t panel = gantry_panel_width(cpu);
    return (channels + panel - 1) / panel * panel;
}

void gantry_convolve_direct(int32_t cpu, const gantry_convolution *convolution, const float *packed, const float *bias,
                            const gantry_maps *input, const gantry_maps *residual, bool relu,
                            const gantry_maps *output) {
#if GANTRY_HAS_PACKED_KERNELS
    if (cpu == GANTRY_CPU_AVX512) {
        gantry_convolve_direct_avx512(convolution, packed, bias, input, residual, relu, output);
    } else {
        gantry_convolve_direct_avx2(convolution, packed, bias, input, residual, relu, output);
    }
#endif
}

int64_t gantry_winograd_scratch_count(int32_t cpu, const gantry_convolution *convolution) {
    const gantry_winograd_layout layout = gantry_winograd_layout_of(convolution, gantry_panel_width(cpu));
    return 36 * (layout.transformed_plane + layout.product_plane);
}

void gantry_convolve_winograd(int32_t cpu, const gantry_convolution *convolution, const float *packed,
                              const float *bias, const gantry_maps *input, const gantry_maps *residual, bool relu,
                              const gantry_maps *output, float *scratch) {
#if GANTRY_HAS_PACKED_KERNELS
    if (cpu == GANTRY_CPU_AVX512) {
        gantry_convolve_winograd_avx512(convolution, packed, bias, input, residual, relu, output, scratch);
    } else {
        gantry_convolve_winograd_avx2(convolution, packed, bias, input, residual, relu, output, scratch);
    }
#endif
}

float gantry_multiply_adds(int32_t cpu, int64_t rounds) {
#if GANTRY_HAS_PACKED_KERNELS
    return cpu == GANTRY_CPU_AVX512 ? gantry_multiply_adds_avx512(rounds) : gantry_multiply_adds_avx2(rounds);
#else
    return 0;
#endif
}
