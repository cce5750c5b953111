// Float32 with AVX2 and FMA: a word is one channel.

#include "kernels.h"

#if GANTRY_HAS_PACKED_KERNELS
#include "avx2.h"

#pragma clang attribute push(__attribute__((target("avx2,fma,prfchw"))), apply_to = function)

typedef __m256 sum_vector;
typedef __m256 word_vector;
#define no_sum _mm256_setzero_ps()
#define load_words(from) load((const float *)(from))
#define broadcast_word(from) broadcast(*(const float *)(from))
#define add_products multiply_add
#define FOR_SET(name) name##_avx2

#define MAPS_ELEMENT GANTRY_F32
#include "tile.inc"
#include "direct.inc"
#include "winograd.inc"
#include "winograd_gradient.inc"
#include "gradient.inc"
#include "burst.inc"

#pragma clang attribute pop
#endif
