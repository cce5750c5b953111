// 8-bit integers with AVX2, any weights: a word is four channels; without VNNI they are widened to 16 bits, so that no
// sum saturates.

#include "kernels.h"

#if GANTRY_HAS_PACKED_KERNELS
#include "avx2.h"

#pragma clang attribute push(__attribute__((target("avx2,fma,prfchw"))), apply_to = function)

#include "avx2_bytes.inc"

typedef __m256i sum_vector;
#define INTEGER_SUMS
#define no_sum _mm256_setzero_si256()
#define to_floats _mm256_cvtepi32_ps

/// The even and the odd bytes as 16 bits each: unsigned values, signed weights.
static inline __attribute__((always_inline)) __m256i add_products(__m256i values, __m256i weights, __m256i sum) {
    const __m256i even = _mm256_and_si256(values, _mm256_set1_epi16(0xFF)), odd = _mm256_srli_epi16(values, 8);
    const __m256i even_weights = _mm256_srai_epi16(_mm256_slli_epi16(weights, 8), 8);
    const __m256i odd_weights = _mm256_srai_epi16(weights, 8);
    return _mm256_add_epi32(
        sum, _mm256_add_epi32(_mm256_madd_epi16(even, even_weights), _mm256_madd_epi16(odd, odd_weights)));
}
#define FOR_SET(name) name##_avx2_int8

#define MAPS_ELEMENT GANTRY_U8
#include "tile.inc"
#include "direct.inc"

#pragma clang attribute pop
#endif
