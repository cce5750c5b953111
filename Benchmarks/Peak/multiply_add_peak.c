#include "multiply_add_peak.h"

#if defined(__x86_64__)
#include <immintrin.h>

/// Independent sums: more than the units' latency times their number, fewer than registers.
enum { CHAINS = 12 };

#define UNROLL _Pragma("clang loop unroll(full)")

/// One function for an instruction: `CHAINS` registers are each summed into `rounds` times. Nobody reads what comes out of it, so the compiler is told
/// that somebody might.
#define BURST(name, features, vector, zero, step)                                        \
    __attribute__((target(features))) static void name(int64_t rounds) {                \
        vector sums[CHAINS];                                                             \
        UNROLL for (int i = 0; i < CHAINS; i++) sums[i] = zero;                          \
        for (int64_t round = 0; round < rounds; round++) {                              \
            UNROLL for (int i = 0; i < CHAINS; i++) sums[i] = step;                      \
        }                                                                                \
        UNROLL for (int i = 0; i < CHAINS; i++) __asm__ volatile("" : : "v"(sums[i]));   \
    }

BURST(burst_avx2, "avx2,fma", __m256, _mm256_setzero_ps(),
      _mm256_fmadd_ps(sums[i], _mm256_set1_ps(0.999f), _mm256_set1_ps(0.001f)))
BURST(burst_avx512, "avx512f", __m512, _mm512_setzero_ps(),
      _mm512_fmadd_ps(sums[i], _mm512_set1_ps(0.999f), _mm512_set1_ps(0.001f)))
// 0x3F00 is one half in bf16; VDPBF16PS takes the sum as its destination, as VPDPBUSD does.
BURST(burst_bf16, "avx512f,avx512bf16", __m512, _mm512_setzero_ps(),
      _mm512_dpbf16_ps(sums[i], (__m512bh)_mm512_set1_epi16(0x3F00), (__m512bh)_mm512_set1_epi16(0x3F00)))
BURST(burst_int8, "avx512f,avx512vnni", __m512i, _mm512_setzero_si512(),
      _mm512_dpbusd_epi32(sums[i], _mm512_set1_epi8(3), _mm512_set1_epi8(5)))

int64_t peak_f32(int64_t rounds) {
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f")) {
        burst_avx512(rounds);
        return rounds * CHAINS * 16 * 2;
    }
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        burst_avx2(rounds);
        return rounds * CHAINS * 8 * 2;
    }
    return 0;
}

int64_t peak_bf16(int64_t rounds) {
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx512bf16")) return 0;
    burst_bf16(rounds);
    return rounds * CHAINS * 32 * 2;
}

int64_t peak_int8(int64_t rounds) {
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx512vnni")) return 0;
    burst_int8(rounds);
    return rounds * CHAINS * 64 * 2;
}

#else

int64_t peak_f32(int64_t rounds) { return 0; }
int64_t peak_bf16(int64_t rounds) { return 0; }
int64_t peak_int8(int64_t rounds) { return 0; }

#endif
