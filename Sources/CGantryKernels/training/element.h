// Numbers of maps, Float32 or bfloat16: each loop is written once, and compiled with either element as a constant.

#ifndef GANTRY_TRAINING_ELEMENT_H
#define GANTRY_TRAINING_ELEMENT_H

#include "../packed/kernels.h"
#include "gantry_training.h"

#define INLINE static inline __attribute__((always_inline))

INLINE float get(const void *from, int64_t index, const int32_t element) {
    return element == GANTRY_BF16 ? gantry_float_of_bfloat16(((const uint16_t *)from)[index])
                                  : ((const float *)from)[index];
}

INLINE void put(void *to, int64_t index, const int32_t element, float value) {
    if (element == GANTRY_BF16) {
        ((uint16_t *)to)[index] = gantry_bfloat16(value);
    } else {
        ((float *)to)[index] = value;
    }
}

/// Number `index` of maps.
INLINE const void *number(const void *maps, int64_t index, const int32_t element) {
    return (const char *)maps + index * gantry_element_size(element);
}
INLINE void *number_to_write(void *maps, int64_t index, const int32_t element) {
    return (char *)maps + index * gantry_element_size(element);
}

/// Before a loop whose rounds do not depend on each other: what it writes may be what it reads at the same index.
#define EACH_APART _Pragma("clang loop vectorize(assume_safety)")
// With a sanitizer built in a loop may not be vectorised: that is no fault.
#pragma clang diagnostic ignored "-Wpass-failed"

/// Calls `loops` with the element as a constant.
#define WITH_ELEMENT(element, loops, ...)                                                                              \
    do {                                                                                                               \
        if ((element) == GANTRY_BF16) {                                                                                \
            loops(GANTRY_BF16, __VA_ARGS__);                                                                           \
        } else {                                                                                                       \
            loops(GANTRY_F32, __VA_ARGS__);                                                                            \
        }                                                                                                              \
    } while (0)

#endif
