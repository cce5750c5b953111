// 8-bit integers with AVX512-VNNI: a word is four channels, whose products VPDPBUSD adds to a 32-bit sum, exactly.

#include "kernels.h"

#if GANTRY_HAS_PACKED_KERNELS
#include "avx512.h"

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vnni,prfchw"))), apply_to = function)

typedef __m512i sum_vector;
typedef __m512i word_vector;
#define INTEGER_SUMS
#define no_sum _mm512_setzero_si512()
#define to_floats _mm512_cvtepi32_ps
#define load_words(from) _mm512_loadu_si512(from)
#define broadcast_word(from) _mm512_set1_epi32(*(const int32_t *)(from))
#define add_products(value, weights, sum) _mm512_dpbusd_epi32(sum, value, weights)
#define load_narrow(from) _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)(from))))
// Values are not negative here: what is stored has been through the ReLU.
#define store_narrow(to, values) \
    _mm_storeu_si128((__m128i *)(to), _mm512_cvtusepi32_epi8(_mm512_cvtps_epi32(values)))
#define FOR_SET(name) name##_avx512_int8

#include "tile.inc"
#include "direct.inc"
#include "burst.inc"

#pragma clang attribute pop
#endif
