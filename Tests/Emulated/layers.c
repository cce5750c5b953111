// Convolutions: what a layer's output is, in how many ways it is computed, and which layers.

#include "trials.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef enum { DIRECT, WINOGRAD, LATE_WINOGRAD } algorithm;
static const char *const algorithms[] = {"direct", "Winograd", "late Winograd"};

typedef struct {
    int32_t kernel, stride, height, width, inputs, outputs, groups, images;
    bool is_dense;
    algorithm algorithm;
} layer;

typedef struct {
    layer layer;
    char name[80];
    gantry_convolution shape;
    int32_t output_height, output_width;
    /// OIHW; the bytes are those of `GANTRY_U8`.
    float *weights;
    int8_t *bytes;
    /// [output channels], in real numbers.
    float *bias;
    void *packed;
    gantry_maps input;
} trial;

static const float input_scale = 0.008f, weight_scale = 0.0005f, output_scale = 0.01f, residual_scale = 0.004f;

static trial trial_of(layer layer) {
    trial t = {.layer = layer};
    const int32_t padding = layer.kernel / 2;
    snprintf(t.name, sizeof t.name, "%s %dx%d/%d of %dx%d, %d to %d channels, %d groups, %d images%s",
             algorithms[layer.algorithm], layer.kernel, layer.kernel, layer.stride, layer.height, layer.width,
             layer.inputs, layer.outputs, layer.groups, layer.images, layer.is_dense ? ", dense" : "");
    t.shape = (gantry_convolution){
        .input_channels = layer.inputs, .output_channels = layer.outputs, .groups = layer.groups,
        .kernel = layer.kernel, .stride = layer.stride, .padding = padding, .element = element,
        .is_dense = layer.is_dense, .transforms_late = layer.algorithm == LATE_WINOGRAD,
    };
    t.output_height = (layer.height + 2 * padding - layer.kernel) / layer.stride + 1;
    t.output_width = (layer.width + 2 * padding - layer.kernel) / layer.stride + 1;

    t.input = maps_of(layer.images, layer.height, layer.width, layer.inputs, padding, element, layer.is_dense,
                      layer.is_dense ? 0xFF : 0);
    if (element == GANTRY_U8) t.input.scale = input_scale;
    if (element == GANTRY_U8 && layer.is_dense) t.input.zero_point = 125;
    gantry_clear_border(&t.input, padding, 0, layer.height);
    fill(&t.input, 100, element == GANTRY_U8 && !layer.is_dense);

    const int64_t inner = layer.inputs / layer.groups * layer.kernel * layer.kernel, count = inner * layer.outputs;
    t.weights = fenced(count * 4);
    t.bytes = fenced(count);
    t.bias = fenced(layer.outputs * 4);
    for (int32_t i = 0; i < layer.outputs; i++) t.bias[i] = drawn(2, i);
    // Bytes up to 32 take a way of their own with AVX2 alone.
    const float largest = layer.outputs % 2 == 0 ? 32.9f : 127.4f;
    for (int64_t i = 0; i < count; i++) {
        const float value = drawn(1, i) * sqrtf(3 / (float)inner);
        t.bytes[i] = (int8_t)(drawn(1, i) * largest);
        t.weights[i] = element == GANTRY_BF16 ? gantry_float_of_bfloat16(gantry_bfloat16(value)) : value;
    }
    if (is_judging) return t;
    if (layer.algorithm != DIRECT && element == GANTRY_U8) {
        t.packed = fenced(gantry_winograd_int8_weight_count(&t.shape) * 4);
        gantry_pack_winograd_int8(&t.shape, t.bytes, t.packed);
    } else if (layer.algorithm != DIRECT) {
        t.packed = fenced(gantry_winograd_weight_count(cpu, &t.shape) * 4);
        gantry_pack_winograd(cpu, &t.shape, t.weights, t.packed);
    } else {
        const int64_t words = gantry_direct_weight_count(cpu, &t.shape);
        t.packed = fenced(words * 4);
        if (element == GANTRY_U8) {
            gantry_pack_direct_int8(cpu, &t.shape, t.bytes, t.packed);
            t.shape.has_small_fours = gantry_has_small_fours(cpu, &t.shape, t.packed);
        } else {
            gantry_pack_direct(cpu, &t.shape, t.weights, t.packed);
        }
    }
    return t;
}

/// Multiplier and bias of an output channel in units of the output, as `QuantizedWeights.terms` has them.
static void terms_of(const trial *t, float scale, int32_t output, float *multiplier, float *bias) {
    *bias = t->bias[output];
    if (element != GANTRY_U8) return;
    const int64_t inner = t->layer.inputs / t->layer.groups * t->layer.kernel * t->layer.kernel;
    int64_t sum = 0;
    for (int64_t i = 0; i < inner; i++) sum += t->bytes[output * inner + i];
    const double unit = (double)input_scale * (double)weight_scale;
    *multiplier = (float)(unit / (double)scale);
    *bias = (float)(((double)*bias - t->input.zero_point * unit * (double)sum) / (double)scale);
}

static void convolve(const trial *t, const gantry_maps *input, const gantry_maps *residual, bool relu,
                     const gantry_maps *output, const gantry_part *part) {
    const int32_t padded = gantry_padded_channels(cpu, t->layer.outputs);
    float *multiplier = fenced(padded * 4), *bias = fenced(padded * 4);
    for (int32_t i = 0; i < t->layer.outputs; i++) terms_of(t, output->scale, i, &multiplier[i], &bias[i]);
    if (t->layer.algorithm == DIRECT) {
        gantry_convolve_direct(cpu, &t->shape, t->packed, multiplier, bias, input, residual, relu, output, part);
    } else if (element == GANTRY_U8) {
        gantry_convolve_winograd_int8(&t->shape, t->packed, multiplier, bias, input, residual, relu, output, part,
                                      fenced(gantry_winograd_int8_scratch_count(&t->shape) * 4));
    } else {
        gantry_convolve_winograd(cpu, &t->shape, t->packed, bias, input, residual, relu, output, part,
                                 fenced(gantry_winograd_scratch_count(cpu, &t->shape) * 4));
    }
}

// How an output is made: all but the first have a residual and a ReLU, and give the second's bits.
enum { PLAIN, WHOLE, PARTS, PARTS_BACKWARDS, ALONE, IN_PLACE, WAYS };
static const char *const ways[] = {"plain", "with residual and ReLU", "in parts", "in parts, the last one first",
                                   "the last image alone", "written over its residual"};

static void convolve_parts(const trial *t, const gantry_maps *residual, const gantry_maps *output, bool backwards) {
    enum { BANDS = 3, SLABS = 2 };
    const bool is_winograd = t->layer.algorithm != DIRECT;
    const int32_t width = gantry_panel_width(cpu, is_winograd && element != GANTRY_U8 ? GANTRY_F32 : element);
    const int32_t panels = (t->layer.outputs + width - 1) / width, together = is_winograd ? GANTRY_WINOGRAD_ROWS : 1;
    const int32_t rows = (t->output_height + together - 1) / together;
    for (int32_t i = 0; i < BANDS * SLABS; i++) {
        const int32_t index = backwards ? BANDS * SLABS - 1 - i : i, band = index / SLABS, slab = index % SLABS;
        const int32_t end = (band + 1) * rows / BANDS * together;
        const gantry_part part = {band * rows / BANDS * together, end < t->output_height ? end : t->output_height,
                                  slab * panels / SLABS, (slab + 1) * panels / SLABS};
        if (part.first_row < part.end_row && part.first_panel < part.end_panel) {
            convolve(t, &t->input, residual, true, output, &part);
        }
    }
}

/// One output, as the kernels of bytes and the direct ones of Float32 promise it to the bit: summed in whole numbers,
/// or in the order of taps and channels, each product added with one rounding.
__attribute__((target("fma"))) static float exact(const trial *t, const gantry_maps *residual, bool relu,
                                                  const gantry_maps *output, int32_t image, int32_t y, int32_t x,
                                                  int32_t o) {
    const int32_t kernel = t->layer.kernel, inputs = t->layer.inputs / t->layer.groups;
    const int32_t first = o / (t->layer.outputs / t->layer.groups) * inputs;
    int32_t whole = 0;
    float multiplier = 1, value;
    terms_of(t, output->scale, o, &multiplier, &value);
    for (int32_t tap = 0; tap < kernel * kernel; tap++) {
        const char *from = gantry_pixel(&t->input, image, y * t->layer.stride + tap / kernel - kernel / 2,
                                        x * t->layer.stride + tap % kernel - kernel / 2);
        for (int32_t i = 0; i < inputs; i++) {
            const int64_t at = ((int64_t)o * inputs + i) * kernel * kernel + tap;
            if (element == GANTRY_U8) {
                whole += (int32_t)((const uint8_t *)from)[first + i] * t->bytes[at];
            } else {
                value = __builtin_fmaf(((const float *)from)[first + i], t->weights[at], value);
            }
        }
    }
    if (element == GANTRY_U8) value = __builtin_fmaf((float)whole, multiplier, value);
    if (residual) {
        const char *from = gantry_pixel(residual, image, y, x);
        const float more = residual->element == GANTRY_U8     ? (float)((const uint8_t *)from)[o]
                           : residual->element == GANTRY_BF16 ? gantry_float_of_bfloat16(((const uint16_t *)from)[o])
                                                              : ((const float *)from)[o];
        value = element == GANTRY_U8 ? __builtin_fmaf(more, residual->scale / output->scale, value) : value + more;
    }
    if (relu && value < 0) value = 0;
    if (output->element == GANTRY_U8) return rintf(value < 255 ? value : 255) * output->scale;
    return output->element == GANTRY_BF16 ? gantry_float_of_bfloat16(gantry_bfloat16(value)) : value;
}

/// Compares an output with the formula's; exactly where the kernel is exact.
static void judge_output(const trial *t, const gantry_maps *residual, bool relu, const gantry_maps *output,
                         const char *how) {
    const bool is_exact = element == GANTRY_U8 || (element == GANTRY_F32 && t->layer.algorithm == DIRECT);
    const int64_t plane = (int64_t)t->output_height * t->output_width, count = plane * t->layer.outputs;
    float *found = fenced(count * 4), *expected = fenced(count * 4);
    gantry_maps reference = maps_of(t->layer.images, t->output_height, t->output_width, t->layer.outputs, 0,
                                    GANTRY_F32, false, 0xFF);
    if (!is_exact) gantry_convolve_reference(&t->shape, t->weights, t->bias, &t->input, residual, relu, &reference);
    // Of the sums; then that of rounding to bfloat16, half a unit in the last of 8 places.
    const double sums = 1e-4, rounding = output->element == GANTRY_BF16 ? 0x1p-8 : 0;
    bool is_right = true;
    for (int32_t image = 0; image < t->layer.images; image++) {
        gantry_maps_to_planes(output, image, found);
        if (!is_exact) gantry_maps_to_planes(&reference, image, expected);
        for (int64_t i = 0; i < count; i++) {
            const int32_t y = (int32_t)(i % plane / t->output_width), x = (int32_t)(i % t->output_width);
            if (is_exact) expected[i] = exact(t, residual, relu, output, image, y, x, (int32_t)(i / plane));
            const double error = fabs((double)found[i] - (double)expected[i]);
            const double allowed = is_exact ? 0 : sums + rounding * fabs((double)expected[i]);
            if (rounding == 0 && error > largest_error) largest_error = error;
            if (error <= allowed || (isnan(found[i]) && isnan(expected[i]))) continue;
            if (is_right) {
                printf("image %d, row %d, column %d, channel %lld: %.9g instead of %.9g\n", image, y, x,
                       (long long)(i / plane), (double)found[i], (double)expected[i]);
            }
            is_right = false;
        }
    }
    judge(is_right, t->name, how);
}

static gantry_maps last_image_of(const gantry_maps *maps) {
    gantry_maps last = *maps;
    last.pixels = gantry_pixel(maps, maps->images - 1, 0, 0);
    last.images = 1;
    return last;
}

static void compute(const trial *t, int way, const gantry_maps *residual, const gantry_maps *output) {
    switch (way) {
    case PLAIN: convolve(t, &t->input, NULL, output->element == GANTRY_U8, output, NULL); break;
    case WHOLE: convolve(t, &t->input, residual, true, output, NULL); break;
    case PARTS: convolve_parts(t, residual, output, false); break;
    case PARTS_BACKWARDS: convolve_parts(t, residual, output, true); break;
    case ALONE: {
        const gantry_maps input = last_image_of(&t->input), more = last_image_of(residual);
        const gantry_maps only = last_image_of(output);
        convolve(t, &input, &more, true, &only, NULL);
        break;
    }
    case IN_PLACE:
        memcpy(output->pixels, residual->pixels, (size_t)bytes_of(output));
        convolve(t, &t->input, output, true, output, NULL);
    }
}

static void try_output(const trial *t, int32_t type, int32_t residual_type) {
    const int level = fences();
    const int32_t images = t->layer.images;
    gantry_maps residual = maps_of(images, t->output_height, t->output_width, t->layer.outputs, 0, residual_type,
                                   false, 0xFF);
    if (residual_type == GANTRY_U8) residual.scale = type == GANTRY_U8 ? output_scale : residual_scale;
    fill(&residual, 200, residual_type == GANTRY_U8);
    // NaN stays NaN.
    if (residual_type != GANTRY_U8) memset(residual.pixels, 0xFF, (size_t)gantry_element_size(residual_type));
    char *whole = NULL;
    for (int way = 0; way < WAYS; way++) {
        if (way == IN_PLACE && type != residual_type) continue;
        gantry_maps output = maps_of(images, t->output_height, t->output_width, t->layer.outputs, 0, type, false, 0xFF);
        if (type == GANTRY_U8) output.scale = output_scale;
        if (!is_judging) compute(t, way, &residual, &output);
        pass_on(output.pixels, bytes_of(&output), t->name);
        if (!is_judging) continue;
        char how[80];
        snprintf(how, sizeof how, "%s, as %s, residual %s", ways[way], element_names[type],
                 element_names[residual_type]);
        if (way == PLAIN) judge_output(t, NULL, type == GANTRY_U8, &output, how);
        if (way == WHOLE) judge_output(t, &residual, true, &output, how);
        if (way == WHOLE) whole = output.pixels;
        if (way <= WHOLE) continue;
        const int64_t before = way == ALONE ? (char *)last_image_of(&output).pixels - (char *)output.pixels : 0;
        const size_t count = (size_t)(bytes_of(&output) - before);
        judge(memcmp((char *)output.pixels + before, whole + before, count) == 0, t->name, how);
    }
    unfence(level);
}

/// With outputs and residuals of every element that the kernels can store, or in turn of one of them.
static void try_layer(layer layer, bool with_all) {
    static int32_t turn;
    if (layer.images == 0) layer.images = 2;
    if (layer.groups == 0) layer.groups = 1;
    const trial t = trial_of(layer);
    // Those up to the element that is multiplied.
    const int32_t stored = element + 1, ways = stored * stored;
    for (int32_t i = 0; i < (with_all ? ways : 1); i++, turn++) try_output(&t, turn % ways / stored, turn % stored);
    unfence(0);
}

static void try_direct_layers(void) {
    // Tiles of every size, by runs of every length, alone and in pairs; of large weights and of small ones.
    for (int32_t width = 1; width <= 16; width++) {
        for (int32_t height = 1; height <= 3; height++) {
            layer layer = {.kernel = 3, .stride = 1, .height = height, .width = width, .inputs = 5, .outputs = 41};
            try_layer(layer, true);
            layer.outputs = 40;
            if (element == GANTRY_U8) try_layer(layer, true);
        }
    }
    static const layer layers[] = {
        {1, 1, 7, 7, 64, 64}, {1, 1, 5, 9, 16, 33}, {1, 1, 14, 14, 48, 80}, {1, 1, 13, 15, 3, 8}, {1, 1, 1, 1, 512, 40},
        {1, 1, 56, 56, 8, 16}, {1, 1, 28, 28, 32, 48}, {1, 1, 7, 7, 512, 32}, {1, 2, 14, 14, 64, 128},
        {1, 2, 9, 15, 80, 33}, {1, 2, 56, 56, 16, 32},
        {3, 1, 7, 7, 128, 64}, {3, 1, 14, 14, 32, 64}, {3, 1, 13, 15, 16, 80}, {3, 1, 5, 9, 1, 1},
        {3, 1, 3, 112, 8, 40}, {3, 1, 56, 56, 3, 16}, {3, 1, 7, 7, 512, 16, .images = 1}, {3, 1, 4, 4, 40, 200},
        {3, 2, 56, 56, 8, 16}, {3, 2, 28, 28, 16, 48}, {3, 2, 14, 14, 48, 64}, {3, 2, 13, 15, 80, 48},
        {3, 2, 5, 9, 3, 16}, {3, 2, 9, 31, 40, 36},
        // The last column along itself, whole runs of it and rests: with 7 pixels a run, with 3 and with 2.
        {1, 1, 5, 43, 16, 33}, {1, 1, 7, 64, 48, 64}, {3, 1, 17, 43, 8, 32}, {3, 2, 25, 85, 8, 16},
        {1, 1, 2, 10, 16, 32}, {3, 1, 8, 7, 16, 80}, {3, 1, 28, 28, 8, 16},
        // More pieces than one, of which the next is fetched ahead.
        {1, 1, 14, 14, 256, 32, .images = 3}, {3, 1, 28, 28, 8, 16, .images = 3},
        // The first layer of a network, whose pixels have no gaps.
        {7, 2, 32, 32, 3, 16, .is_dense = true}, {7, 2, 17, 23, 3, 64, .is_dense = true},
        {7, 2, 30, 86, 1, 16, .is_dense = true}, {3, 1, 17, 23, 1, 8, .is_dense = true},
        {3, 1, 32, 32, 3, 16, .is_dense = true}, {1, 1, 9, 13, 3, 33, .is_dense = true},
        {7, 2, 17, 23, 4, 40}, {7, 2, 14, 20, 3, 8},
        // Groups: of ResNeXt, of one channel, across panels.
        {3, 1, 7, 7, 128, 128, 32}, {3, 2, 14, 14, 64, 64, 8}, {3, 1, 5, 9, 12, 12, 6}, {3, 1, 7, 7, 24, 24, 24},
        {3, 1, 7, 7, 128, 128, 2, .images = 1}, {3, 2, 9, 31, 96, 96, 2, .images = 1}, {1, 1, 5, 9, 40, 80, 4},
        {3, 1, 7, 7, 36, 36, 3}, {3, 1, 5, 9, 80, 40, 20},
    };
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++) try_layer(layers[i], false);
}

static void try_winograd_layers(algorithm algorithm) {
    // Tiles of every size, then as many as are transformed together, and one less and more.
    static const int32_t tiles[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 31, 32, 33, 55, 56, 57, 65};
    for (size_t i = 0; i < sizeof tiles / sizeof *tiles; i++) {
        try_layer((layer){3, 1, 4, 4 * tiles[i], 16, 33, .images = 1, .algorithm = algorithm}, true);
    }
    static const layer layers[] = {
        {3, 1, 1, 1, 16, 16}, {3, 1, 2, 3, 3, 8}, {3, 1, 5, 9, 40, 100}, {3, 1, 7, 7, 64, 64}, {3, 1, 13, 15, 16, 80},
        {3, 1, 14, 14, 32, 64}, {3, 1, 28, 28, 16, 33}, {3, 1, 3, 75, 24, 33}, {3, 1, 56, 56, 16, 16, .images = 1},
        {3, 1, 9, 10, 136, 200, .images = 1}, {3, 1, 7, 7, 16, 48, .images = 9},
        {3, 1, 4, 124, 128, 32, .images = 1}, {3, 1, 4, 128, 128, 32, .images = 1},
        {3, 1, 4, 132, 128, 32, .images = 1}, {3, 1, 7, 7, 512, 96, .images = 1},
    };
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++) {
        layer layer = layers[i];
        layer.algorithm = algorithm;
        try_layer(layer, false);
    }
}

void try_layers(void) {
    try_direct_layers();
    const bool has_whole = element == GANTRY_U8 && gantry_has_winograd_int8(cpu);
    if (element != GANTRY_U8 || has_whole) try_winograd_layers(WINOGRAD);
    if (element == GANTRY_F32 || has_whole) try_winograd_layers(LATE_WINOGRAD);
}
