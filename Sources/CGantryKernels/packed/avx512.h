// AVX-512: 32 registers of 16 words, so a tile of 2 runs x 7 pixels x 2 vectors takes 28, two hold weights and one a
// pixel.

#include "kernels.h"

#include <immintrin.h>

typedef __m512 vector;
#define LANES 16
#define RUN 7
#define PANEL GANTRY_PANEL_AVX512
#define load _mm512_loadu_ps
#define store _mm512_storeu_ps
#define broadcast _mm512_set1_ps
#define add _mm512_add_ps
#define subtract _mm512_sub_ps
#define multiply_add _mm512_fmadd_ps
// The second operand where either is NaN: NaN stays NaN.
#define cut_negative(x) _mm512_max_ps(_mm512_setzero_ps(), x)
