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

/// Winograd tiles that are transformed together: their transforms stay in a second-level cache of 1 MiB beside a panel of weights.
static inline int32_t gantry_winograd_tiles_at_a_time(int32_t input_channels, int32_t panel) {
    // 36 products of each tile: the transformed input and one panel of results.
    const int32_t floats = 36 * (input_channels + 16 + panel);
    const int32_t tiles = (640 << 10) / 4 / floats / 14 * 14;
    return tiles < 14 ? 14 : (tiles > 56 ? 56 : tiles);
}

/// Floats between the 36 planes of `rows` rows of `step` floats: an odd number of cache lines, so that the planes do not alias.
static inline int64_t gantry_winograd_plane_step(int64_t rows, int64_t step) {
    return ((rows * step + 15) / 16 | 1) * 16;
}

/// Floats between the transformed channels of two tiles.
static inline int64_t gantry_winograd_row_step(int32_t input_channels) { return (input_channels + 15) / 16 * 16 + 16; }

#define GANTRY_DECLARE_PACKED_KERNELS(set)                                                                         \
    void gantry_convolve_direct_##set(const gantry_convolution *convolution, const float *packed,                  \
                                      const float *bias, const gantry_maps *input, const gantry_maps *residual,    \
                                      bool relu, const gantry_maps *output);                                       \
    void gantry_convolve_winograd_##set(const gantry_convolution *convolution, const float *packed,                \
                                        const float *bias, const gantry_maps *input, const gantry_maps *residual,  \
                                        bool relu, const gantry_maps *output, float *scratch);

GANTRY_DECLARE_PACKED_KERNELS(avx2)
GANTRY_DECLARE_PACKED_KERNELS(avx512)

#endif
