// 8-bit integers with AVX2: a word is four channels; without VNNI they are widened to 16 bits, so that no sum
// saturates.

#include "kernels.h"

#if GANTRY_HAS_PACKED_KERNELS
#include "avx2.h"

#pragma clang attribute push(__attribute__((target("avx2,fma,prfchw"))), apply_to = function)

typedef __m256i sum_vector;
typedef __m256i word_vector;
#define INTEGER_SUMS
#define no_sum _mm256_setzero_si256()
#define to_floats _mm256_cvtepi32_ps
#define load_words(from) _mm256_loadu_si256((const __m256i *)(from))
#define broadcast_word(from) _mm256_set1_epi32(*(const int32_t *)(from))

/// The even and the odd bytes as 16 bits each: unsigned values, signed weights.
static inline __attribute__((always_inline)) __m256i add_products(__m256i values, __m256i weights, __m256i sum) {
    const __m256i even = _mm256_and_si256(values, _mm256_set1_epi16(0xFF)), odd = _mm256_srli_epi16(values, 8);
    const __m256i even_weights = _mm256_srai_epi16(_mm256_slli_epi16(weights, 8), 8);
    const __m256i odd_weights = _mm256_srai_epi16(weights, 8);
    return _mm256_add_epi32(
        sum, _mm256_add_epi32(_mm256_madd_epi16(even, even_weights), _mm256_madd_epi16(odd, odd_weights)));
}

/// Rounds to bytes, negative values to 0.
static inline __attribute__((always_inline)) void store_eight_bytes(char *to, __m256 values) {
    const __m256i whole = _mm256_cvtps_epi32(_mm256_min_ps(values, _mm256_set1_ps(255)));
    const __m128i half = _mm_packs_epi32(_mm256_castsi256_si128(whole), _mm256_extracti128_si256(whole, 1));
    _mm_storel_epi64((__m128i *)to, _mm_packus_epi16(half, half));
}

#define load_bytes(from) _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(from))))
#define store_bytes(first, second, values)          \
    do {                                             \
        store_eight_bytes(first, values[0][0]);      \
        store_eight_bytes(first + 8, values[0][1]);  \
        store_eight_bytes(second, values[1][0]);     \
        store_eight_bytes(second + 8, values[1][1]); \
    } while (0)

// bfloat16 rounded to even by whole numbers, NaN stays NaN.
#define load_bfloat16(from) \
    _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)(from))), 16))
static inline __attribute__((always_inline)) void store_rounded(char *to, __m256 values) {
    const __m256i bits = _mm256_castps_si256(values), upper = _mm256_srli_epi32(bits, 16);
    const __m256i half = _mm256_add_epi32(_mm256_and_si256(upper, _mm256_set1_epi32(1)), _mm256_set1_epi32(0x7FFF));
    const __m256i rounded = _mm256_srli_epi32(_mm256_add_epi32(bits, half), 16);
    const __m256 is_nan = _mm256_cmp_ps(values, values, _CMP_UNORD_Q);
    const __m256i all = _mm256_blendv_epi8(rounded, _mm256_or_si256(upper, _mm256_set1_epi32(0x40)),
                                           _mm256_castps_si256(is_nan));
    _mm_storeu_si128((__m128i *)to, _mm_packus_epi32(_mm256_castsi256_si128(all), _mm256_extracti128_si256(all, 1)));
}
#define store_bfloat16 store_rounded
#define FOR_SET(name) name##_avx2_int8

#include "tile.inc"
#include "direct.inc"
#include "burst.inc"

#pragma clang attribute pop
#endif
