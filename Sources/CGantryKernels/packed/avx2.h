// AVX2 with FMA: 16 registers of 8 words, so a tile of 2 runs x 3 pixels x 2 vectors takes 12, two hold weights and one
// a pixel; where a step takes two words, 2 runs x 2 pixels x 2 vectors take 8, four hold weights and two a pixel.

#include "kernels.h"

#include <immintrin.h>

typedef __m256 vector;
#define LANES 8
#ifndef RUN
#define RUN 3
#endif
#define PANEL GANTRY_PANEL_AVX2
#define load _mm256_loadu_ps
#define store _mm256_storeu_ps
#define broadcast _mm256_set1_ps
#define add _mm256_add_ps
#define subtract _mm256_sub_ps
#define multiply_add _mm256_fmadd_ps
// The second operand where either is NaN: NaN stays NaN.
#define cut_negative(x) _mm256_max_ps(_mm256_setzero_ps(), x)
