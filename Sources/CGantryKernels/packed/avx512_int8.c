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
#define load_bytes(from) _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)(from))))

/// 16 bits of both vectors of a pixel, four channels of each in turn.
static inline __attribute__((always_inline)) __m512i rounded_pixel(__m512 first, __m512 second) {
    const __m512 largest = _mm512_set1_ps(255);
    return _mm512_packs_epi32(_mm512_cvtps_epi32(_mm512_min_ps(first, largest)),
                              _mm512_cvtps_epi32(_mm512_min_ps(second, largest)));
}

/// Rounds two pixels to bytes, negative values to 0, and puts each pixel's groups of four channels in order.
static inline __attribute__((always_inline)) void store_as_bytes(char *first, char *second, __m512 values[2][2]) {
    const __m512i bytes =
        _mm512_packus_epi16(rounded_pixel(values[0][0], values[0][1]), rounded_pixel(values[1][0], values[1][1]));
    const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    const __m512i pixels = _mm512_permutexvar_epi32(order, bytes);
    _mm256_storeu_si256((__m256i *)first, _mm512_castsi512_si256(pixels));
    _mm256_storeu_si256((__m256i *)second, _mm512_extracti64x4_epi64(pixels, 1));
}
#define store_bytes store_as_bytes
#define FOR_SET(name) name##_avx512_int8

#include "bfloat16_avx512.inc"
#define MAPS_ELEMENT GANTRY_U8
#include "tile.inc"
#include "direct.inc"
#include "burst.inc"

#pragma clang attribute pop
#endif
