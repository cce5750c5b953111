// 8-bit integers with AVX2, for weights of which four add up to 128 at most: the first two channels of a word and of
// the word after it, or the last two of both. VPMADDUBSW adds the products of two channels in 16 bits; those of both
// words are 255 x 128 = 32,640 at most together and are added there too, so that VPMADDWD is needed once for both.

#include "kernels.h"

#if GANTRY_HAS_PACKED_KERNELS
// Two words' weights take the registers of two pixels.
#define RUN 2
#include "avx2.h"

#pragma clang attribute push(__attribute__((target("avx2,fma,prfchw"))), apply_to = function)

#include "avx2_bytes.inc"

typedef __m256i sum_vector;
#define INTEGER_SUMS
#define no_sum _mm256_setzero_si256()
#define to_floats _mm256_cvtepi32_ps

/// 1 in each of 16 lanes. It stays in memory: sums, weights, values and products take all of the 16 registers.
static const __attribute__((aligned(32))) int16_t ones[16] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};

#define WORDS_OF_STEP 2
static inline __attribute__((always_inline)) __m256i add_step(const __m256i values[2], const __m256i weights[2][2],
                                                              int v, __m256i sum) {
    __m256i products = _mm256_add_epi16(_mm256_maddubs_epi16(values[0], weights[0][v]),
                                        _mm256_maddubs_epi16(values[1], weights[1][v]));
    __asm__("vpmaddwd %1, %0, %0" : "+x"(products) : "m"(ones));
    return _mm256_add_epi32(sum, products);
}
#define FOR_SET(name) name##_avx2_int8_fours

#define MAPS_ELEMENT GANTRY_U8
#include "tile.inc"
#include "direct.inc"
#include "burst.inc"

#pragma clang attribute pop
#endif
