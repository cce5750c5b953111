// Float32 with AVX-512: a word is one channel.

#include "kernels.h"

#if GANTRY_HAS_PACKED_KERNELS
#include "avx512.h"

#pragma clang attribute push(__attribute__((target("avx512f,prfchw"))), apply_to = function)

typedef __m512 sum_vector;
typedef __m512 word_vector;
#define no_sum _mm512_setzero_ps()
#define load_words(from) load((const float *)(from))
#define broadcast_word(from) broadcast(*(const float *)(from))
#define add_products multiply_add
#define FOR_SET(name) name##_avx512

#include "bfloat16_avx512.inc"
#define MAPS_ELEMENT GANTRY_F32
#include "tile.inc"
#include "direct.inc"
#include "winograd.inc"
#include "winograd_gradient.inc"
#include "gradient.inc"
#include "burst.inc"

#pragma clang attribute pop
#endif
