// How fast a core of this CPU multiplies and adds in each precision: what no engine that multiplies plainly can pass.

#ifndef MULTIPLY_ADD_PEAK_H
#define MULTIPLY_ADD_PEAK_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Does `rounds` of multiply-adds in registers and nothing else; returns how many operations these were, a multiplication and an addition counted as two,
/// or 0 where the CPU has no instruction for it.
///
/// f32: fused multiply-adds of AVX-512, else of AVX2 with FMA.
int64_t peak_f32(int64_t rounds);
/// bf16: VDPBF16PS of AVX512-BF16, products of pairs summed in f32.
int64_t peak_bf16(int64_t rounds);
/// int8: VPDPBUSD of AVX512-VNNI, products of fours summed in int32.
int64_t peak_int8(int64_t rounds);

#ifdef __cplusplus
}
#endif

#endif
