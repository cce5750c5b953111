// The entropy-coded samples of a JPEG-LS scan, of one component (ITU-T T.87 annex A).

#ifndef CDICOM_JPEG_LS_SCAN_H
#define CDICOM_JPEG_LS_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// What the headers of a stream say of its code. **Source** T.87 A.2.1, C.2.4.1.1.
typedef struct JPEGLSParameters {
    int32_t maxval;
    int32_t near;
    int32_t thresholds[3];
    int32_t reset;
    /// Values that an error may have.
    int32_t range;
    /// Bits of a mapped error that is written as it is.
    int32_t error_bits;
    /// The longest code.
    int32_t limit;
} JPEGLSParameters;

/// Fills in defaults where a value is 0, and works out the rest. Returns false where the parameters contradict each
/// other. **Source** T.87 C.2.4.1.1.1.
bool jpeg_ls_complete_parameters(JPEGLSParameters *parameters, unsigned precision);

/// What decodes one restart interval after the other.
typedef struct JPEGLSInterval JPEGLSInterval;

/// Returns NULL where memory ran out. No interval has more than `most_bytes` encoded bytes.
JPEGLSInterval *_Nullable jpeg_ls_make_interval(
    const JPEGLSParameters *parameters, unsigned precision, unsigned columns, size_t most_bytes);

void jpeg_ls_free_interval(JPEGLSInterval *_Nullable interval);

/// Decodes `rows` rows into `samples` from the bytes of `from`..<`end`, up to the marker that follows them. `next` is
/// where that stands, or the end where there is none, or its first half alone. Returns NULL, or why there are no rows.
const char *_Nullable jpeg_ls_decode_interval(
    JPEGLSInterval *interval, const uint8_t *from, const uint8_t *end, unsigned rows, uint16_t *samples,
    const uint8_t *_Nonnull *_Nonnull next);

#pragma clang assume_nonnull end

#endif
