// Stored values to Hounsfield units, in place. Plain loops without branches, so that the compiler vectorises them.

#include "CDICOM.h"

#include "Multiversion.h"

// The reference multiplies, rounds, adds, rounds: never one fused step.
#pragma STDC FP_CONTRACT OFF

/// HU of what lies outside the field of view.
enum { air = -1024 };

/// The stored value in a bit pattern: `bits_stored` bits below and with `high_bit`, sign-extended where signed.
static inline int32_t stored_value(uint16_t pattern, int left, int right, bool is_signed) {
    const uint32_t shifted = (uint32_t)pattern << left;
    return is_signed ? (int32_t)shifted >> right : (int32_t)(shifted >> right);
}

static inline int32_t smaller(int32_t a, int32_t b) { return a < b ? a : b; }
static inline int32_t larger(int32_t a, int32_t b) { return a > b ? a : b; }

/// The rescaled value of `stored`, rounded but not clamped to Int16; beyond +-40000 it stops there.
static inline int32_t rescaled(int32_t stored, bool is_integral, int32_t offset, double slope, double intercept) {
    if (is_integral) return stored + offset;
    double value = (double)stored * slope;
    value = value + intercept;
    value = value < -40000.0 ? -40000.0 : value;
    value = value > 40000.0 ? 40000.0 : value;
    // Adding 1.5 x 2^52 leaves no bits for a fraction: rounds to the nearest, ties to even.
    const double shift = 6755399441055744.0;
    return (int32_t)((value + shift) - shift);
}

/// What the bits of a cell mean, worked out once for a slice.
typedef struct Layout {
    /// Shifts that leave the stored value.
    int left;
    int right;
    /// Shift that puts the cell's highest bit on top.
    int cell;
    bool is_signed;
    /// Bits of a cell in which nothing may be; those of them that may repeat the sign.
    uint32_t outside;
    uint32_t sign_copies;
    uint32_t without_overlays;
    /// Stored values that are padding; an empty range where none is.
    int32_t padding_smallest;
    int32_t padding_largest;
    /// Cells that are padding as they stand in the file; empty where padding is a stored value.
    int32_t padding_cell_smallest;
    int32_t padding_cell_largest;
} Layout;

static Layout layout_of(const CDICOMHounsfieldRequest *request) {
    const uint32_t allocated = (1u << request->bits_allocated) - 1;
    const uint32_t upper = allocated & ~((2u << request->high_bit) - 1);
    const uint32_t lower = (1u << (request->high_bit + 1 - request->bits_stored)) - 1;
    const uint32_t overlays = request->overlay_bits & (upper | lower);
    Layout layout = {
        .left = 31 - request->high_bit,
        .right = 32 - request->bits_stored,
        .cell = 32 - request->bits_allocated,
        .is_signed = request->is_signed,
        .outside = (upper | lower) & ~overlays,
        .sign_copies = request->is_signed ? upper & ~overlays : 0,
        .without_overlays = ~overlays,
        .padding_smallest = INT32_MAX,
        .padding_largest = INT32_MIN,
        .padding_cell_smallest = INT32_MAX,
        .padding_cell_largest = INT32_MIN,
    };
    if (!request->has_padding) return layout;
    layout.padding_smallest = request->padding_smallest;
    layout.padding_largest = request->padding_largest;
    const int64_t values = (int64_t)1 << request->bits_stored;
    const int64_t smallest = request->is_signed ? -values / 2 : 0;
    if (layout.padding_smallest < smallest || layout.padding_largest >= smallest + values) {
        layout.padding_cell_smallest = layout.padding_smallest;
        layout.padding_cell_largest = layout.padding_largest;
    }
    return layout;
}

/// A cell as a number, with the sign of Pixel Representation.
static inline int32_t cell_value(uint32_t pattern, int shift, bool is_signed) {
    const uint32_t shifted = pattern << shift;
    return is_signed ? (int32_t)shifted >> shift : (int32_t)(shifted >> shift);
}

/// 1 or 0, so that it can be put together without a branch.
static inline int is_between(int32_t value, int32_t smallest, int32_t largest) {
    return (value >= smallest) & (value <= largest);
}

/// Whether a cell with `stored` in it is padding; adds to `stray` where it has bits that mean nothing.
static inline __attribute__((always_inline)) bool is_padding_cell(
    const Layout *layout, uint32_t pattern, int32_t stored, int32_t *stray) {
    const uint32_t outside = pattern & layout->outside;
    const int is_plain = (outside == 0) | ((stored < 0) & (outside == layout->sign_copies));
    const int32_t cell = cell_value(pattern, layout->cell, layout->is_signed);
    const int32_t bare = cell_value(pattern & layout->without_overlays, layout->cell, layout->is_signed);
    const int is_padding = (is_plain & is_between(stored, layout->padding_smallest, layout->padding_largest)) |
                            is_between(cell, layout->padding_cell_smallest, layout->padding_cell_largest) |
                            is_between(bare, layout->padding_cell_smallest, layout->padding_cell_largest);
    *stray += (is_plain | is_padding) == 0;
    return is_padding;
}

/// One loop for each combination of the flags, which are constants where this is inlined. `is_full`: a cell is its
/// stored value, no bit is left over.
static inline __attribute__((always_inline)) void convert(
    const CDICOMHounsfieldRequest *request, int16_t *pixels, int32_t count, CDICOMHounsfieldFacts *facts,
    bool is_signed, bool is_integral, bool is_full) {
    Layout layout = layout_of(request);
    layout.is_signed = is_signed;
    const int left = layout.left;
    const int right = layout.right;
    int32_t stray = 0;
    const double slope = request->rescale_slope;
    const double intercept = request->rescale_intercept;
    const int32_t offset = is_integral ? (int32_t)intercept : 0;
    const bool padding_becomes_air = request->padding_becomes_air;
    const bool pixels_become_mask = request->pixels_become_mask;
    int32_t clamped = 0;
    int32_t padding = 0;
    int32_t smallest = INT32_MAX;
    int32_t largest = INT32_MIN;
    int32_t smallest_padding = INT32_MAX;
    int32_t largest_padding = INT32_MIN;
    for (int32_t i = 0; i < count; ++i) {
        const uint16_t pattern = (uint16_t)pixels[i];
        const int32_t stored = stored_value(pattern, left, right, is_signed);
        const int32_t exact = rescaled(stored, is_integral, offset, slope, intercept);
        const int32_t value = smaller(larger(exact, INT16_MIN), INT16_MAX);
        const bool is_padding = is_full ? is_between(stored, layout.padding_smallest, layout.padding_largest)
                                        : is_padding_cell(&layout, pattern, stored, &stray);
        padding += is_padding;
        clamped += (exact != value) & !is_padding;
        smallest = smaller(smallest, is_padding ? INT32_MAX : value);
        largest = larger(largest, is_padding ? INT32_MIN : value);
        smallest_padding = smaller(smallest_padding, is_padding ? value : INT32_MAX);
        largest_padding = larger(largest_padding, is_padding ? value : INT32_MIN);
        const int32_t hounsfield = (is_padding & padding_becomes_air) ? air : value;
        pixels[i] = (int16_t)(pixels_become_mask ? is_padding : hounsfield);
    }
    facts->clamped_pixels = clamped;
    facts->padding_pixels = padding;
    facts->smallest_padding_hu = smallest_padding;
    facts->largest_padding_hu = largest_padding;
    facts->stray_cells = stray;
    facts->smallest_hu = smallest;
    facts->largest_hu = largest;
}

/// The same through a modality LUT.
static void convert_with_lut(
    const CDICOMHounsfieldRequest *request, int16_t *pixels, int32_t count, CDICOMHounsfieldFacts *facts) {
    const Layout layout = layout_of(request);
    const int32_t last = (int32_t)request->lut_count - 1;
    facts->clamped_pixels = 0;
    facts->padding_pixels = 0;
    facts->smallest_padding_hu = INT32_MAX;
    facts->largest_padding_hu = INT32_MIN;
    facts->stray_cells = 0;
    facts->smallest_hu = INT32_MAX;
    facts->largest_hu = INT32_MIN;
    for (int32_t i = 0; i < count; ++i) {
        const uint16_t pattern = (uint16_t)pixels[i];
        const int32_t stored = stored_value(pattern, layout.left, layout.right, request->is_signed);
        const int32_t exact = request->lut[smaller(larger(stored - request->lut_first, 0), last)];
        const int32_t value = smaller(exact, INT16_MAX);
        const bool is_padding = is_padding_cell(&layout, pattern, stored, &facts->stray_cells);
        if (is_padding) {
            facts->padding_pixels += 1;
            facts->smallest_padding_hu = smaller(facts->smallest_padding_hu, value);
            facts->largest_padding_hu = larger(facts->largest_padding_hu, value);
        } else {
            facts->clamped_pixels += exact != value;
            facts->smallest_hu = smaller(facts->smallest_hu, value);
            facts->largest_hu = larger(facts->largest_hu, value);
        }
        const int32_t hounsfield = is_padding && request->padding_becomes_air ? air : value;
        pixels[i] = (int16_t)(request->pixels_become_mask ? is_padding : hounsfield);
    }
}

#define CONVERT(is_signed, is_integral)                                                                                \
    if (is_full) {                                                                                                     \
        convert(request, pixels, number, facts, is_signed, is_integral, true);                                         \
    } else {                                                                                                           \
        convert(request, pixels, number, facts, is_signed, is_integral, false);                                        \
    }

CDICOM_MULTIVERSION void cdicom_hounsfield_from_stored(
    const CDICOMHounsfieldRequest *request, int16_t *pixels, size_t count, CDICOMHounsfieldFacts *facts) {
    const double intercept = request->rescale_intercept;
    const bool is_integral = request->rescale_slope == 1.0 && intercept >= -1e6 && intercept <= 1e6 &&
                             intercept == (double)(int32_t)intercept;
    const int32_t number = (int32_t)count;
    const bool is_full = request->bits_stored == 16;
    if (request->lut != NULL) {
        convert_with_lut(request, pixels, number, facts);
    } else if (is_integral) {
        if (request->is_signed) {
            CONVERT(true, true);
        } else {
            CONVERT(false, true);
        }
    } else if (request->is_signed) {
        CONVERT(true, false);
    } else {
        CONVERT(false, false);
    }
}
