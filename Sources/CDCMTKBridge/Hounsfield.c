// Stored values to Hounsfield units, in place. Plain loops without branches, so that the compiler vectorises them.

#include "CDCMTKBridge.h"

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

/// One loop for each combination of the two flags, which are constants where this is inlined.
static inline __attribute__((always_inline)) void convert(
    const GantryHounsfieldRequest *request, int16_t *pixels, int32_t count, GantryHounsfieldFacts *facts,
    bool is_signed, bool is_integral) {
    const int left = 31 - request->high_bit;
    const int right = 32 - request->bits_stored;
    const int32_t padding_smallest = request->has_padding ? request->padding_smallest : INT32_MAX;
    const int32_t padding_largest = request->has_padding ? request->padding_largest : INT32_MIN;
    const double slope = request->rescale_slope;
    const double intercept = request->rescale_intercept;
    const int32_t offset = is_integral ? (int32_t)intercept : 0;
    const bool padding_becomes_air = request->padding_becomes_air;
    int32_t clamped = 0;
    int32_t padding = 0;
    int32_t smallest = INT32_MAX;
    int32_t largest = INT32_MIN;
    for (int32_t i = 0; i < count; ++i) {
        const int32_t stored = stored_value((uint16_t)pixels[i], left, right, is_signed);
        const int32_t exact = rescaled(stored, is_integral, offset, slope, intercept);
        const int32_t value = smaller(larger(exact, INT16_MIN), INT16_MAX);
        const bool is_padding = (stored >= padding_smallest) & (stored <= padding_largest);
        padding += is_padding;
        clamped += (exact != value) & !is_padding;
        smallest = smaller(smallest, is_padding ? INT32_MAX : value);
        largest = larger(largest, is_padding ? INT32_MIN : value);
        pixels[i] = (int16_t)((is_padding & padding_becomes_air) ? air : value);
    }
    facts->clamped_pixels = clamped;
    facts->padding_pixels = padding;
    facts->smallest_hu = smallest;
    facts->largest_hu = largest;
}

/// The same through a modality LUT.
static void convert_with_lut(
    const GantryHounsfieldRequest *request, int16_t *pixels, int32_t count, GantryHounsfieldFacts *facts) {
    const int left = 31 - request->high_bit;
    const int right = 32 - request->bits_stored;
    const int32_t last = (int32_t)request->lut_count - 1;
    facts->clamped_pixels = 0;
    facts->padding_pixels = 0;
    facts->smallest_hu = INT32_MAX;
    facts->largest_hu = INT32_MIN;
    for (int32_t i = 0; i < count; ++i) {
        const int32_t stored = stored_value((uint16_t)pixels[i], left, right, request->is_signed);
        const int32_t exact = request->lut[smaller(larger(stored - request->lut_first, 0), last)];
        const int32_t value = smaller(exact, INT16_MAX);
        const bool is_padding =
            request->has_padding && stored >= request->padding_smallest && stored <= request->padding_largest;
        if (is_padding) {
            facts->padding_pixels += 1;
        } else {
            facts->clamped_pixels += exact != value;
            facts->smallest_hu = smaller(facts->smallest_hu, value);
            facts->largest_hu = larger(facts->largest_hu, value);
        }
        pixels[i] = (int16_t)(is_padding && request->padding_becomes_air ? air : value);
    }
}

GANTRY_MULTIVERSION void gantry_hounsfield_from_stored(
    const GantryHounsfieldRequest *request, int16_t *pixels, size_t count, GantryHounsfieldFacts *facts) {
    const double intercept = request->rescale_intercept;
    const bool is_integral = request->rescale_slope == 1.0 && intercept >= -1e6 && intercept <= 1e6 &&
                             intercept == (double)(int32_t)intercept;
    const int32_t number = (int32_t)count;
    if (request->lut != NULL) {
        convert_with_lut(request, pixels, number, facts);
    } else if (is_integral) {
        if (request->is_signed) {
            convert(request, pixels, number, facts, true, true);
        } else {
            convert(request, pixels, number, facts, false, true);
        }
    } else if (request->is_signed) {
        convert(request, pixels, number, facts, true, false);
    } else {
        convert(request, pixels, number, facts, false, false);
    }
}
