#include "gantry_kernels.h"
#include "multiversion.h"

#include <stddef.h>

GANTRY_MULTIVERSION
void gantry_bias_residual_relu(float *values, const float *bias, const float *residual, int32_t channels,
                               int64_t positions, int64_t row_stride, bool relu) {
    for (int32_t c = 0; c < channels; c++) {
        float *restrict row = values + c * row_stride;
        const float b = bias[c];
        if (residual != NULL) {
            const float *restrict other = residual + c * row_stride;
            if (relu) {
                for (int64_t i = 0; i < positions; i++) {
                    const float sum = row[i] + b + other[i];
                    row[i] = sum < 0 ? 0 : sum;
                }
            } else {
                for (int64_t i = 0; i < positions; i++) row[i] = row[i] + b + other[i];
            }
        } else if (relu) {
            for (int64_t i = 0; i < positions; i++) {
                const float sum = row[i] + b;
                row[i] = sum < 0 ? 0 : sum;
            }
        } else {
            for (int64_t i = 0; i < positions; i++) row[i] += b;
        }
    }
}

void gantry_bias_residual_relu_reference(float *values, const float *bias, const float *residual, int32_t channels,
                                         int64_t positions, int64_t row_stride, bool relu) {
    for (int32_t c = 0; c < channels; c++) {
        for (int64_t i = 0; i < positions; i++) {
            const int64_t at = c * row_stride + i;
            float sum = values[at] + bias[c];
            if (residual != NULL) sum += residual[at];
            values[at] = relu && sum < 0 ? 0 : sum;
        }
    }
}
