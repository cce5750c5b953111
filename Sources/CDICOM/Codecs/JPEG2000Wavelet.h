// The reversible wavelet of JPEG 2000, back to samples (ITU-T T.800 annex F).

#ifndef CDICOM_JPEG_2000_WAVELET_H
#define CDICOM_JPEG_2000_WAVELET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// A rectangle of a resolution, of a subband or of the image: columns `left`..<`right`, rows `top`..<`bottom`.
typedef struct JPEG2000Rectangle {
    uint32_t left;
    uint32_t top;
    uint32_t right;
    uint32_t bottom;
} JPEG2000Rectangle;

static inline uint32_t jpeg_2000_width(JPEG2000Rectangle rectangle) { return rectangle.right - rectangle.left; }
static inline uint32_t jpeg_2000_height(JPEG2000Rectangle rectangle) { return rectangle.bottom - rectangle.top; }

/// Columns that are put together at once.
enum { jpeg_2000_strip_columns = 16 };

/// Puts the four subbands of `resolution` together, in place.
///
/// They lie in `samples`, rows `stride` apart, as in a picture of a wavelet: low-pass both ways in the upper left,
/// high-pass across on its right, high-pass down below it. `scratch` has room for a row, and for
/// `jpeg_2000_strip_columns` columns. Returns whether samples that encoders double, single ones in an odd place, were
/// all even: some forget it. **Source** T.800 F.3, with the filter of F.3.8.2.1.
bool jpeg_2000_synthesize(JPEG2000Rectangle resolution, int32_t *samples, size_t stride, int32_t *scratch);

#pragma clang assume_nonnull end

#endif
