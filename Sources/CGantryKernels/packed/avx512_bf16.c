// bfloat16 with AVX512-BF16: a word is two channels, whose products VDPBF16PS adds to a Float32 sum.

#include "kernels.h"

#if GANTRY_HAS_PACKED_KERNELS
#include "avx512.h"

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512bf16,prfchw"))), \
                             apply_to = function)

typedef __m512 sum_vector;
typedef __m512i word_vector;
#define no_sum _mm512_setzero_ps()
#define load_words(from) _mm512_loadu_si512(from)
#define broadcast_word(from) _mm512_set1_epi32(*(const int32_t *)(from))
#define add_products(value, weights, sum) _mm512_dpbf16_ps(sum, (__m512bh)(value), (__m512bh)(weights))
#define load_bfloat16(from) \
    _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)(from))), 16))
#define store_bfloat16(to, values) _mm256_storeu_si256((__m256i *)(to), (__m256i)_mm512_cvtneps_pbh(values))
#define FOR_SET(name) name##_avx512_bf16

#define MAPS_ELEMENT GANTRY_BF16
#include "tile.inc"
#include "direct.inc"
#include "gradient.inc"
#include "burst.inc"

#pragma clang attribute pop
#endif
