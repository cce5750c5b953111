#include "../multiversion.h"
#include "element.h"

#include <math.h>

/// Sixteen running sums, so that the compiler can vectorise without reordering what the source says.
#define LANES 16

const char *gantry_training_instructions(void) {
#if defined(__x86_64__) && defined(__linux__) && !defined(GANTRY_THREAD_SANITIZED)
    // What the loader asks for each function of several versions.
    return __builtin_cpu_supports("avx512f") ? "avx512f" : __builtin_cpu_supports("avx2") ? "avx2" : "default";
#else
    return "default";
#endif
}

GANTRY_MULTIVERSION
void gantry_add(const float *addend, int64_t count, float *target) {
    const float *restrict from = addend;
    float *restrict to = target;
    for (int64_t i = 0; i < count; i++) to[i] += from[i];
}

GANTRY_MULTIVERSION
double gantry_square_sum(const float *values, int64_t count) {
    double lanes[LANES] = {0};
    int64_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        for (int lane = 0; lane < LANES; lane++) lanes[lane] += (double)values[i + lane] * (double)values[i + lane];
    }
    double sum = 0;
    for (; i < count; i++) sum += (double)values[i] * (double)values[i];
    for (int lane = 0; lane < LANES; lane++) sum += lanes[lane];
    return sum;
}

/// 0 for a finite number, NaN for any other.
static inline float nothing(float value) { return value * 0; }

INLINE void find_nothing(const int32_t element, const void *values, int64_t count, float *found) {
    float lanes[LANES] = {0};
    int64_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        for (int lane = 0; lane < LANES; lane++) lanes[lane] += nothing(get(values, i + lane, element));
    }
    float sum = 0;
    for (; i < count; i++) sum += nothing(get(values, i, element));
    for (int lane = 0; lane < LANES; lane++) sum += lanes[lane];
    *found = sum;
}

GANTRY_MULTIVERSION
bool gantry_is_finite(int32_t element, const void *values, int64_t count) {
    float found;
    WITH_ELEMENT(element, find_nothing, values, count, &found);
    return found == 0;
}

GANTRY_MULTIVERSION
bool gantry_nesterov_step(const gantry_step *step, const float *gradient, int64_t count, float *weights,
                          float *momentum) {
    const gantry_step s = *step;
    const float *restrict g = gradient;
    float *restrict w = weights, *restrict m = momentum;
    for (int64_t i = 0; i < count; i++) {
        const float slope = s.gradient_scale * g[i] + s.decay * w[i];
        const float moved = s.momentum * m[i] + slope;
        m[i] = moved;
        w[i] -= s.learning_rate * (slope + s.momentum * moved);
    }
    return gantry_is_finite(GANTRY_F32, weights, count);
}

GANTRY_MULTIVERSION
bool gantry_adam_step(const gantry_step *step, const float *gradient, int64_t count, float *weights, float *means,
                      float *squares) {
    const gantry_step s = *step;
    const float *restrict g = gradient;
    float *restrict w = weights, *restrict m = means, *restrict q = squares;
    const float shrink = s.is_decoupled ? 1 - s.learning_rate * s.decay : 1;
    const float decay = s.is_decoupled ? 0 : s.decay;
    const float rate = s.learning_rate / s.correction;
    for (int64_t i = 0; i < count; i++) {
        const float weight = w[i] * shrink;
        const float slope = s.gradient_scale * g[i] + decay * weight;
        m[i] = m[i] + (1 - s.momentum) * (slope - m[i]);
        q[i] = s.square_momentum * q[i] + (1 - s.square_momentum) * slope * slope;
        w[i] = weight - rate * m[i] / (sqrtf(q[i]) / s.square_correction + s.epsilon);
    }
    return gantry_is_finite(GANTRY_F32, weights, count);
}
