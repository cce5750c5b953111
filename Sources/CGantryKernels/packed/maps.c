// Feature maps: borders, conversion, pooling, and the reference of the convolutions.

#include "../multiversion.h"
#include "gantry_packed.h"

#include <stddef.h>
#include <string.h>

static float *pixel(const gantry_maps *maps, int64_t image, int64_t y, int64_t x) {
    return maps->pixels + image * maps->image_step + y * maps->row_step + x * maps->pixel_step;
}

void gantry_clear_border(const gantry_maps *maps, int32_t border) {
    const size_t side = (size_t)(border * maps->pixel_step) * sizeof(float);
    const size_t row = (size_t)((maps->width + 2 * border) * maps->pixel_step) * sizeof(float);
    if (border == 0) return;
    for (int32_t image = 0; image < maps->images; image++) {
        for (int32_t y = -border; y < maps->height + border; y++) {
            if (y < 0 || y >= maps->height) {
                memset(pixel(maps, image, y, -border), 0, row);
            } else {
                memset(pixel(maps, image, y, -border), 0, side);
                memset(pixel(maps, image, y, maps->width), 0, side);
            }
        }
    }
}

void gantry_planes_to_maps(const float *planes, const gantry_maps *maps, int32_t index) {
    const int64_t plane = (int64_t)maps->height * maps->width;
    for (int32_t y = 0; y < maps->height; y++) {
        for (int32_t x = 0; x < maps->width; x++) {
            float *to = pixel(maps, index, y, x);
            const float *from = planes + (int64_t)y * maps->width + x;
            for (int32_t c = 0; c < maps->channels; c++) to[c] = from[c * plane];
        }
    }
}

void gantry_maps_to_planes(const gantry_maps *maps, int32_t index, float *planes) {
    const int64_t plane = (int64_t)maps->height * maps->width;
    for (int32_t y = 0; y < maps->height; y++) {
        for (int32_t x = 0; x < maps->width; x++) {
            const float *from = pixel(maps, index, y, x);
            for (int32_t c = 0; c < maps->channels; c++) planes[c * plane + (int64_t)y * maps->width + x] = from[c];
        }
    }
}

GANTRY_MULTIVERSION
void gantry_max_pool_maps(const gantry_maps *input, const gantry_maps *output) {
    for (int32_t image = 0; image < output->images; image++) {
        for (int32_t y = 0; y < output->height; y++) {
            for (int32_t x = 0; x < output->width; x++) {
                float *restrict best = pixel(output, image, y, x);
                memcpy(best, pixel(input, image, 2 * y, 2 * x), (size_t)output->channels * sizeof(float));
                for (int32_t sy = 2 * y - 1; sy <= 2 * y + 1; sy++) {
                    for (int32_t sx = 2 * x - 1; sx <= 2 * x + 1; sx++) {
                        if (sy < 0 || sy >= input->height || sx < 0 || sx >= input->width) continue;
                        const float *restrict value = pixel(input, image, sy, sx);
                        for (int32_t c = 0; c < output->channels; c++) {
                            // NaN stays NaN.
                            if (value[c] > best[c] || value[c] != value[c]) best[c] = value[c];
                        }
                    }
                }
            }
        }
    }
}

GANTRY_MULTIVERSION
void gantry_average_maps(const gantry_maps *input, const gantry_maps *output) {
    const float count = (float)input->height * (float)input->width;
    for (int32_t image = 0; image < output->images; image++) {
        float *restrict mean = pixel(output, image, 0, 0);
        memset(mean, 0, (size_t)output->channels * sizeof(float));
        for (int32_t y = 0; y < input->height; y++) {
            for (int32_t x = 0; x < input->width; x++) {
                const float *restrict value = pixel(input, image, y, x);
                for (int32_t c = 0; c < output->channels; c++) mean[c] += value[c];
            }
        }
        for (int32_t c = 0; c < output->channels; c++) mean[c] /= count;
    }
}

void gantry_convolve_reference(const gantry_convolution *convolution, const float *weights, const float *bias,
                               const gantry_maps *input, const gantry_maps *residual, bool relu,
                               const gantry_maps *output) {
    const int32_t kernel = convolution->kernel, channels = convolution->input_channels;
    for (int32_t image = 0; image < output->images; image++) {
        for (int32_t oy = 0; oy < output->height; oy++) {
            for (int32_t ox = 0; ox < output->width; ox++) {
                for (int32_t o = 0; o < convolution->output_channels; o++) {
                    double sum = bias[o];
                    for (int32_t ky = 0; ky < kernel; ky++) {
                        for (int32_t kx = 0; kx < kernel; kx++) {
                            const int32_t y = oy * convolution->stride + ky - convolution->padding;
                            const int32_t x = ox * convolution->stride + kx - convolution->padding;
                            if (y < 0 || y >= input->height || x < 0 || x >= input->width) continue;
                            const float *from = pixel(input, image, y, x);
                            for (int32_t i = 0; i < channels; i++) {
                                sum += (double)from[i] *
                                       weights[(((int64_t)o * channels + i) * kernel + ky) * kernel + kx];
                            }
                        }
                    }
                    if (residual) sum += pixel(residual, image, oy, ox)[o];
                    pixel(output, image, oy, ox)[o] = relu && sum < 0 ? 0 : (float)sum;
                }
            }
        }
    }
}
