// Gradients to weights: sums over pixels, and all steps of those by Winograd's transforms.

#include "trials.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/// A word of one number or of two of bfloat16.
static uint32_t word(uint32_t series, int64_t index) {
    const float first = drawn(series, 2 * index), second = drawn(series, 2 * index + 1);
    if (element == GANTRY_BF16) return gantry_bfloat16(first) | (uint32_t)gantry_bfloat16(second) << 16;
    uint32_t bits;
    memcpy(&bits, &first, sizeof bits);
    return bits;
}

static void judge_near(const float *found, const float *expected, int64_t count, double allowed, const char *what,
                       const char *name) {
    bool is_right = true;
    for (int64_t i = 0; i < count; i++) is_right &= fabs((double)found[i] - (double)expected[i]) <= allowed;
    judge(is_right, what, name);
}

static void try_sum(int32_t outputs, int32_t words, int32_t panels) {
    const int32_t width = gantry_panel_width(cpu, element), step = outputs + 3, target_step = panels * width + 5;
    uint32_t *gradient = fenced((int64_t)words * step * 4), *inputs = fenced((int64_t)panels * words * width * 4);
    for (int64_t i = 0; i < (int64_t)words * step; i++) gradient[i] = word(1, i);
    for (int64_t i = 0; i < (int64_t)panels * words * width; i++) inputs[i] = word(2, i);
    const int64_t count = (int64_t)outputs * target_step;
    float *found = fenced(count * 4), *expected = fenced(count * 4);
    memset(found, 0x40, (size_t)count * 4);
    memset(expected, 0x40, (size_t)count * 4);
    char name[80];
    snprintf(name, sizeof name, "%d outputs, %d words, %d panels", outputs, words, panels);
    for (int32_t adds = 0; adds < 2; adds++) {
        if (!is_judging) {
            gantry_sum_weight_gradient(cpu, element, gradient, step, outputs, inputs, panels, words, adds, found,
                                       target_step);
        }
        pass_on(found, count * 4, name);
        if (!is_judging) continue;
        gantry_sum_weight_gradient_reference(element, width, gradient, step, outputs, inputs, panels, words, adds,
                                             expected, target_step);
        judge_near(found, expected, count, 2e-5, "a sum over pixels", name);
    }
    unfence(0);
}

/// All steps of a 3x3 layer's gradient to its weights by Winograd's transforms.
static void try_winograd_gradient(int32_t images, int32_t height, int32_t width) {
    const int32_t panel = gantry_panel_width(cpu, GANTRY_F32), inputs = 2 * panel, outputs = panel;
    gantry_maps input = maps_of(images, height, width, inputs, 1, element, false, 0xFF);
    gantry_clear_border(&input, 1, 0, height);
    fill(&input, 100, false);
    gantry_maps gradient = maps_of(images, height, width, outputs, 0, element, false, 0xFF);
    fill(&gradient, 200, false);
    // As if they were the second of three parts.
    const int64_t tiles = images * ((height + 3) / 4) * ((width + 3) / 4), all = 3 * tiles;
    const int64_t step = gantry_winograd_gradient_step(cpu, outputs), plane = (int64_t)outputs * inputs;
    float *transformed = fenced(36 * all * inputs * 4), *gradients = fenced(36 * all * step * 4);
    float *sums = fenced(36 * plane * 4), *found = fenced(9 * plane * 4), *expected = fenced(9 * plane * 4);
    double *exactly = fenced(9 * inputs * 8);
    if (!is_judging) {
        gantry_winograd_gradient_tiles(cpu, &input, &gradient, tiles, all, transformed, gradients);
        for (int32_t i = 0; i < 36; i++) {
            gantry_sum_weight_gradient(cpu, GANTRY_F32, gradients + i * all * step, step, outputs,
                                       transformed + i * all * inputs, inputs / panel, (int32_t)all, false,
                                       sums + i * plane, inputs);
        }
        for (int32_t o = 0; o < outputs; o++) {
            gantry_winograd_gradient_sums(cpu, sums + o * inputs, plane, inputs, found + o * 9 * inputs);
        }
    }
    char name[80];
    snprintf(name, sizeof name, "%d images of %dx%d", images, height, width);
    pass_on(found, 9 * plane * 4, name);
    for (int32_t o = 0; is_judging && o < outputs; o++) {
        gantry_winograd_gradient_reference(&input, &gradient, o, exactly);
        for (int32_t i = 0; i < 9 * inputs; i++) expected[o * 9 * inputs + i] = (float)exactly[i];
    }
    if (is_judging) judge_near(found, expected, 9 * plane, 3e-4, "Winograd's gradient", name);
    unfence(0);
}

void try_gradients(void) {
    for (int32_t outputs = 1; outputs <= 30; outputs++) try_sum(outputs, 7, 2);
    static const int32_t many[] = {64, 255, 256, 257, 300};
    for (int32_t i = 0; i < 5; i++) {
        try_sum(many[i], 1, 1);
        try_sum(many[i], 50, 2);
    }
    try_winograd_gradient(1, 4, 4);
    try_winograd_gradient(2, 7, 9);
    try_winograd_gradient(3, 1, 6);
    try_winograd_gradient(1, 14, 13);
}
