// Winograd's F(4x4, 3x3) of bytes, in whole numbers and exact: 36 products of 16 bits for 16 outputs instead of 144.
//
// The interpolation points, B^T and A^T are those of `winograd.inc`. B^T d B of bytes lies in -12,750 ... 17,340. The
// weights are S G g G^T S for S = diag(24, 24, 24, 24, 24, 6), whose numbers are whole and at most 144 x 127 = 18,288.
// With 4 instead of 1 in A^T's last column, which makes up for the 6, what comes out is 576 = 9 x 64 times the
// convolution, modulo 2^32, whatever overflows on the way: multiplied by the inverse of 9 and shifted by 6 bits it is
// the convolution where that is between -2^25 and 2^25, which the weights tell (`gantry_fits_winograd_int8`).

#include "kernels.h"

/// Tiles that are transformed together, at most and at least: more where the weights are transformed for each time.
#define TILES 64
#define LEAST_TILES 16
#define LEAST_TILES_LATE 32
/// What transformed tiles take of a second-level cache of 512 KiB, and what products take.
#define INPUT_BYTES (200 << 10)
#define PRODUCT_BYTES (200 << 10)

/// How the work is cut into pieces that stay in that cache. Steps are in elements: 16 bits of the transformed input and
/// weights, 32 of products.
typedef struct {
    int32_t pairs;
    int32_t panels;
    int32_t tiles_at_a_time;
    int32_t panels_at_a_time;
    int64_t transformed_tile;
    int64_t transformed_plane;
    int64_t product_tile;
    int64_t product_plane;
    /// Of one panel's weights that are transformed late; 0 for others.
    int64_t weight_plane;
} winograd_layout;

enum { WIDTH = GANTRY_PANEL_AVX2 };

static winograd_layout layout_of(const gantry_convolution *c) {
    winograd_layout layout;
    // In whole words of bytes, so that weights transformed late take as much as a direct convolution's.
    layout.pairs = (c->input_channels + 3) / 4 * 2;
    layout.panels = (c->output_channels + WIDTH - 1) / WIDTH;
    layout.transformed_tile = (c->input_channels + 31) / 32 * 32 + 32;
    layout.tiles_at_a_time = (int32_t)gantry_clamp(INPUT_BYTES / (36 * 2 * layout.transformed_tile),
                                                   c->transforms_late ? LEAST_TILES_LATE : LEAST_TILES, TILES);
    const int64_t bytes_of_panel = 36 * 4 * (int64_t)WIDTH * layout.tiles_at_a_time;
    layout.panels_at_a_time =
        c->transforms_late ? 1 : (int32_t)gantry_clamp(PRODUCT_BYTES / bytes_of_panel, 1, layout.panels);
    layout.product_tile = (int64_t)layout.panels_at_a_time * WIDTH + 16;
    // An odd number of cache lines.
    layout.transformed_plane = (layout.tiles_at_a_time * layout.transformed_tile / 32 | 1) * 32;
    layout.product_plane = (layout.tiles_at_a_time * layout.product_tile / 16 | 1) * 16;
    layout.weight_plane = c->transforms_late ? (layout.pairs | 1) * WIDTH * 2 : 0;
    return layout;
}

int64_t gantry_winograd_int8_weight_count(const gantry_convolution *c) {
    const winograd_layout layout = layout_of(c);
    const int64_t pairs = (int64_t)layout.panels * WIDTH * layout.pairs;
    return c->transforms_late ? pairs * 9 / 2 : pairs * 36;
}

int64_t gantry_winograd_int8_scratch_count(const gantry_convolution *c) {
    const winograd_layout layout = layout_of(c);
    return 36 * (layout.transformed_plane / 2 + layout.product_plane + layout.weight_plane / 2);
}

bool gantry_fits_winograd_int8(const gantry_convolution *c, const int8_t *weights) {
    const int64_t inner = (int64_t)c->input_channels * 9;
    for (int32_t output = 0; output < c->output_channels; output++) {
        int64_t positive = 0, negative = 0;
        for (int64_t i = 0; i < inner; i++) {
            const int32_t weight = weights[output * inner + i];
            *(weight > 0 ? &positive : &negative) += weight;
        }
        if (255 * positive >= 1 << 25 || 255 * negative < -(1 << 25)) return false;
    }
    return true;
}

#if GANTRY_HAS_PACKED_KERNELS
#include "avx2.h"

#pragma clang attribute push(__attribute__((target("avx2,fma,prfchw"))), apply_to = function)

#include "avx2_bytes.inc"

// Words are two channels of 16 bits. Sums are whole numbers in registers that the tile takes for Float32 and stores as
// they are.
typedef vector sum_vector;
#define no_sum _mm256_setzero_ps()
static inline __attribute__((always_inline)) vector add_products(__m256i values, __m256i weights, vector sum) {
    return _mm256_castsi256_ps(
        _mm256_add_epi32(_mm256_castps_si256(sum), _mm256_madd_epi16(values, weights)));
}
#undef store_bytes
#define MAPS_ELEMENT GANTRY_F32
#include "tile.inc"

/// Weights of a pair of input channels under one tap: [channel of the panel][channel of the pair].
typedef int8_t tap_weights[WIDTH][2];

/// The weights of one pair of one panel, zeros where there is no such channel.
static void gather_weights(const gantry_convolution *c, const int8_t *weights, int32_t panel, int32_t pair,
                           tap_weights taps[9]) {
    for (int32_t lane = 0; lane < WIDTH; lane++) {
        const int32_t output = panel * WIDTH + lane;
        for (int32_t i = 0; i < 2; i++) {
            const int32_t input = pair * 2 + i;
            const bool is_there = output < c->output_channels && input < c->input_channels;
            const int8_t *from = weights + ((int64_t)output * c->input_channels + input) * 9;
            for (int32_t tap = 0; tap < 9; tap++) taps[tap][lane][i] = is_there ? from[tap] : 0;
        }
    }
}

/// S G g for three values of 16 bits.
INLINE void transform_weight(const __m256i g[3], __m256i t[6]) {
    const __m256i twice = _mm256_add_epi16(g[1], g[1]), outer = _mm256_add_epi16(g[0], _mm256_slli_epi16(g[2], 2));
    const __m256i ends = _mm256_sub_epi16(_mm256_setzero_si256(), _mm256_add_epi16(g[0], g[2]));
    t[0] = _mm256_mullo_epi16(g[0], _mm256_set1_epi16(6));
    t[1] = _mm256_slli_epi16(_mm256_sub_epi16(ends, g[1]), 2);
    t[2] = _mm256_slli_epi16(_mm256_add_epi16(ends, g[1]), 2);
    t[3] = _mm256_add_epi16(outer, twice);
    t[4] = _mm256_sub_epi16(outer, twice);
    t[5] = _mm256_mullo_epi16(g[2], _mm256_set1_epi16(6));
}

/// S G g G^T S of one pair: a row of each of 36 planes.
static void transform_weights(const tap_weights taps[9], int16_t *planes, int64_t plane_step) {
    for (int32_t lane = 0; lane < WIDTH; lane += LANES) {
        __m256i half[6][3];
        UNROLL for (int32_t x = 0; x < 3; x++) {
            __m256i g[3], t[6];
            UNROLL for (int32_t y = 0; y < 3; y++) {
                g[y] = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)taps[y * 3 + x][lane]));
            }
            transform_weight(g, t);
            UNROLL for (int32_t y = 0; y < 6; y++) half[y][x] = t[y];
        }
        UNROLL for (int32_t y = 0; y < 6; y++) {
            __m256i t[6];
            transform_weight(half[y], t);
            UNROLL for (int32_t x = 0; x < 6; x++) {
                _mm256_storeu_si256((__m256i *)(planes + (y * 6 + x) * plane_step + lane * 2), t[x]);
            }
        }
    }
}

void gantry_pack_winograd_int8_avx2(const gantry_convolution *c, const int8_t *weights, void *packed) {
    const winograd_layout layout = layout_of(c);
    const int64_t panel_step = (int64_t)layout.pairs * WIDTH * 2;
    for (int32_t panel = 0; panel < layout.panels; panel++) {
        // Panels that are multiplied together lie together: [group][36][panel of the group].
        const int32_t group = panel / layout.panels_at_a_time * layout.panels_at_a_time;
        const int64_t plane_step = panel_step * at_most(layout.panels - group, layout.panels_at_a_time);
        int16_t *planes = (int16_t *)packed + (group * 36 + panel - group) * panel_step;
        tap_weights *late = (tap_weights *)packed + (int64_t)panel * layout.pairs * 9;
        for (int32_t pair = 0; pair < layout.pairs; pair++) {
            tap_weights taps[9];
            gather_weights(c, weights, panel, pair, c->transforms_late ? late + pair * 9 : taps);
            if (!c->transforms_late) transform_weights(taps, planes + pair * WIDTH * 2, plane_step);
        }
    }
}

/// B^T d for six values of 16 bits.
INLINE void transform_input(const __m256i d[6], __m256i t[6]) {
    const __m256i even = _mm256_sub_epi16(d[4], d[2]), odd = _mm256_sub_epi16(d[3], d[1]);
    const __m256i even4 = _mm256_sub_epi16(d[4], _mm256_slli_epi16(d[2], 2));
    const __m256i odd4 = _mm256_sub_epi16(d[3], _mm256_slli_epi16(d[1], 2));
    const __m256i odd2 = _mm256_add_epi16(odd, odd);
    t[0] = _mm256_add_epi16(_mm256_slli_epi16(_mm256_sub_epi16(d[0], d[2]), 2), even);
    t[1] = _mm256_add_epi16(even4, odd4);
    t[2] = _mm256_sub_epi16(even4, odd4);
    t[3] = _mm256_add_epi16(even, odd2);
    t[4] = _mm256_sub_epi16(even, odd2);
    t[5] = _mm256_sub_epi16(_mm256_sub_epi16(d[5], d[3]), _mm256_slli_epi16(odd, 2));
}

/// A^T m for six values, with 4 for the last column's 1.
INLINE void transform_output(const __m256i m[6], __m256i y[4]) {
    const __m256i sum1 = _mm256_add_epi32(m[1], m[2]), difference1 = _mm256_sub_epi32(m[1], m[2]);
    const __m256i sum2 = _mm256_add_epi32(m[3], m[4]), difference2 = _mm256_sub_epi32(m[3], m[4]);
    y[0] = _mm256_add_epi32(m[0], _mm256_add_epi32(sum1, sum2));
    y[1] = _mm256_add_epi32(difference1, _mm256_add_epi32(difference2, difference2));
    y[2] = _mm256_add_epi32(sum1, _mm256_slli_epi32(sum2, 2));
    y[3] = _mm256_add_epi32(
        difference1, _mm256_slli_epi32(_mm256_add_epi32(_mm256_add_epi32(difference2, difference2), m[5]), 2));
}

typedef struct {
    int64_t image;
    int32_t y;
    int32_t x;
} tile_place;

/// Writes B^T d B, where `rows` x `columns` of the 6x6 inputs from `corner` on are in memory; the others count for
/// nothing that is stored. Steps of the maps are in bytes.
INLINE void transform_input_window(const char *corner, int64_t row_step, int64_t pixel_step, int32_t rows,
                                   int32_t columns, int32_t channels, int16_t *first, int64_t plane_step) {
    for (int32_t channel = 0; channel < channels; channel += 16) {
        __m256i half[6][6];
        UNROLL for (int32_t x = 0; x < 6; x++) {
            __m256i d[6], t[6];
            const char *column = corner + x * pixel_step + channel;
            UNROLL for (int32_t y = 0; y < 6; y++) {
                d[y] = x < columns && y < rows
                           ? _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(column + y * row_step)))
                           : _mm256_setzero_si256();
            }
            transform_input(d, t);
            UNROLL for (int32_t y = 0; y < 6; y++) half[y][x] = t[y];
        }
        UNROLL for (int32_t y = 0; y < 6; y++) {
            __m256i t[6];
            transform_input(half[y], t);
            UNROLL for (int32_t x = 0; x < 6; x++) {
                _mm256_storeu_si256((__m256i *)(first + (y * 6 + x) * plane_step + channel), t[x]);
            }
        }
    }
}

static void transform_input_tile(const gantry_maps *input, tile_place tile, int16_t *first, int64_t plane_step) {
    const int32_t rows = at_most(input->height + 2 - tile.y, 6), columns = at_most(input->width + 2 - tile.x, 6);
    const char *corner = gantry_pixel(input, tile.image, tile.y - 1, tile.x - 1);
    const int64_t row = input->row_step, pixel = input->pixel_step;
    if (rows == 6 && columns == 6) {
        transform_input_window(corner, row, pixel, 6, 6, input->channels, first, plane_step);
    } else {
        transform_input_window(corner, row, pixel, rows, columns, input->channels, first, plane_step);
    }
}

/// What a panel's sums become.
typedef struct {
    const float *multiplier;
    const float *bias;
    const gantry_maps *residual;
    float residual_scale;
    bool relu;
    const gantry_maps *output;
} output_terms;

/// Writes `rows` x `columns` of the 4x4 outputs of a panel.
INLINE void transform_output_window(const int32_t *products, int64_t plane_step, const output_terms *terms,
                                    tile_place tile, int32_t channel, int32_t rows, int32_t columns) {
    const gantry_maps *output = terms->output, *residual = terms->residual;
    const int64_t output_size = gantry_element_size(output->element);
    const int64_t residual_size = residual ? gantry_element_size(residual->element) : 0;
    char *to = gantry_pixel(output, tile.image, tile.y, tile.x) + channel * output_size;
    const char *from =
        residual ? gantry_pixel(residual, tile.image, tile.y, tile.x) + channel * residual_size : NULL;
    const vector residual_scale = broadcast(terms->residual_scale);
    for (int32_t v = 0; v < WIDTH; v += LANES) {
        __m256i half[4][6];
        UNROLL for (int32_t x = 0; x < 6; x++) {
            __m256i m[6], y[4];
            UNROLL for (int32_t i = 0; i < 6; i++) {
                m[i] = _mm256_loadu_si256((const __m256i *)(products + (i * 6 + x) * plane_step + v));
            }
            transform_output(m, y);
            UNROLL for (int32_t i = 0; i < 4; i++) half[i][x] = y[i];
        }
        const vector factor = load(terms->multiplier + channel + v), shift = load(terms->bias + channel + v);
        const __m256i inverse_of_9 = _mm256_set1_epi32(0x38E38E39);
        UNROLL for (int32_t y = 0; y < 4; y++) {
            __m256i sums[4];
            transform_output(half[y], sums);
            UNROLL for (int32_t x = 0; x < 4; x++) {
                if (y >= rows || x >= columns) continue;
                const __m256i sum = _mm256_srai_epi32(_mm256_mullo_epi32(sums[x], inverse_of_9), 6);
                vector value = multiply_add(_mm256_cvtepi32_ps(sum), factor, shift);
                if (residual) {
                    const char *more =
                        from + (y * residual->row_step + x * residual->pixel_step + v) * residual_size;
                    value = multiply_add(load_values(more, residual->element), residual_scale, value);
                }
                char *at = to + (y * output->row_step + x * output->pixel_step + v) * output_size;
                if (output->element == GANTRY_U8) {
                    store_eight_bytes(at, value);
                } else {
                    store_values(at, output->element, terms->relu ? cut_negative(value) : value);
                }
            }
        }
    }
}

static void transform_output_tile(const int32_t *products, int64_t plane_step, const output_terms *terms,
                                  tile_place tile, int32_t channel) {
    const int32_t rows = at_most(terms->output->height - tile.y, 4);
    const int32_t columns = at_most(terms->output->width - tile.x, 4);
    if (rows == 4 && columns == 4) {
        transform_output_window(products, plane_step, terms, tile, channel, 4, 4);
    } else {
        transform_output_window(products, plane_step, terms, tile, channel, rows, columns);
    }
}

/// products[count][panels] = transformed[count][pairs] x weights[panels][pairs][WIDTH], of one of the 36 planes.
static void multiply_plane(const int16_t *transformed, const winograd_layout *layout, const int16_t *weights,
                           int32_t panels, int32_t *products, int32_t count) {
    static const int64_t here = 0;
    const int64_t panel_step = (int64_t)layout->pairs * WIDTH * 2;
    tile_job job = {
        .input_step = layout->transformed_tile * 2,
        .segments = &here,
        .segment_count = 1,
        .segment_length = layout->pairs,
        .output_step = layout->product_tile * 4,
        .ahead = (const char *)weights,
        .ahead_end = (const char *)weights,
    };
    // Tiles as equal as can be.
    const int32_t parts = (count + 2 * RUN - 1) / (2 * RUN);
    for (int32_t panel = 0; panel < panels; panel++) {
        job.weights = (const char *)(weights + panel * panel_step);
        for (int32_t part = 0; part < parts; part++) {
            const int32_t first = part * count / parts, pixels = (part + 1) * count / parts - first;
            const int32_t second = first + (pixels + 1) / 2;
            job.input[0] = (const char *)(transformed + first * layout->transformed_tile);
            job.input[1] = (const char *)(transformed + second * layout->transformed_tile);
            job.output[0] = (char *)(products + first * layout->product_tile + panel * WIDTH);
            job.output[1] = (char *)(products + second * layout->product_tile + panel * WIDTH);
            tiles[pixels - 1](&job);
        }
    }
}

void gantry_convolve_winograd_int8_avx2(const gantry_convolution *c, const void *packed, const float *multiplier,
                                        const float *bias, const gantry_maps *input, const gantry_maps *residual,
                                        bool relu, const gantry_maps *output, const gantry_part *part, void *scratch) {
    const winograd_layout layout = layout_of(c);
    const gantry_part whole = {0, output->height, 0, layout.panels};
    if (!part) part = &whole;
    int16_t *transformed = scratch;
    int32_t *products = (int32_t *)(transformed + 36 * layout.transformed_plane);
    int16_t *late_weights = (int16_t *)(products + 36 * layout.product_plane);
    const int64_t panel_step = (int64_t)layout.pairs * WIDTH * 2;
    const output_terms terms = {
        .multiplier = multiplier,
        .bias = bias,
        .residual = residual,
        .residual_scale = residual ? residual->scale / output->scale : 0,
        .relu = relu,
        .output = output,
    };
    const int32_t top = part->first_row / 4, down = (part->end_row + 3) / 4 - top, across = (output->width + 3) / 4;
    const int64_t total = (int64_t)output->images * down * across;
    const int64_t blocks = (total + layout.tiles_at_a_time - 1) / layout.tiles_at_a_time;
    for (int64_t block = 0; block < blocks; block++) {
        const int64_t first = block * total / blocks;
        const int32_t count = (int32_t)((block + 1) * total / blocks - first);
        tile_place places[TILES];
        for (int32_t i = 0; i < count; i++) {
            const int64_t tile = first + i;
            places[i] = (tile_place){
                .image = tile / (down * across),
                .y = (int32_t)(top + tile / across % down) * 4,
                .x = (int32_t)(tile % across) * 4,
            };
            transform_input_tile(input, places[i], transformed + i * layout.transformed_tile,
                                 layout.transformed_plane);
        }
        int32_t panel = part->first_panel;
        while (panel < part->end_panel) {
            // The rest of a group of panels whose weights lie together.
            const int32_t group = panel / layout.panels_at_a_time * layout.panels_at_a_time;
            const int32_t width = at_most(layout.panels - group, layout.panels_at_a_time);
            const int32_t some = at_most(group + width, part->end_panel) - panel;
            const int16_t *weights = (const int16_t *)packed + (group * 36 + panel - group) * panel_step;
            int64_t weight_plane = width * panel_step;
            if (c->transforms_late) {
                const tap_weights *late = (const tap_weights *)packed + (int64_t)panel * layout.pairs * 9;
                for (int32_t pair = 0; pair < layout.pairs; pair++) {
                    transform_weights(late + pair * 9, late_weights + pair * WIDTH * 2, layout.weight_plane);
                }
                weights = late_weights;
                weight_plane = layout.weight_plane;
            }
            for (int32_t plane = 0; plane < 36; plane++) {
                multiply_plane(transformed + plane * layout.transformed_plane, &layout,
                               weights + plane * weight_plane, some, products + plane * layout.product_plane,
                               count);
            }
            for (int32_t i = 0; i < count; i++) {
                for (int32_t p = 0; p < some; p++) {
                    transform_output_tile(products + i * layout.product_tile + p * WIDTH, layout.product_plane, &terms,
                                          places[i], (panel + p) * WIDTH);
                }
            }
            panel += some;
        }
    }
}

#pragma clang attribute pop
#endif
