// 8-bit integers with AVX-VNNI on registers of 256 bits: a word is four channels, whose products VPDPBUSD adds to a
// 32-bit sum, exactly.

#include "kernels.h"

#if GANTRY_HAS_PACKED_KERNELS
#include "avx2.h"

#pragma clang attribute push(__attribute__((target("avx2,fma,avxvnni,prfchw"))), apply_to = function)

#include "avx2_bytes.inc"

typedef __m256i sum_vector;
#define INTEGER_SUMS
#define no_sum _mm256_setzero_si256()
#define to_floats _mm256_cvtepi32_ps
#define add_products(value, weights, sum) _mm256_dpbusd_avx_epi32(sum, value, weights)
#define FOR_SET(name) name##_avx2_vnni

#define MAPS_ELEMENT GANTRY_U8
#include "tile.inc"
#include "direct.inc"
#include "burst.inc"

#pragma clang attribute pop
#endif
