// Lossless JPEG (ITU-T T.81, process 14): the mode that scanners and archives use most, decoded without DCMTK.

#ifndef CDICOM_JPEG_LOSSLESS_H
#define CDICOM_JPEG_LOSSLESS_H

#include "CDICOM.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma clang assume_nonnull begin

/// What decoding a lossless JPEG stream came to.
typedef struct CDICOMLosslessResult {
    /// `Ok` where every sample was decoded; `PixelDataIncomplete`, `PixelDataUnsupported`, `OutOfMemory`.
    CDICOMStatus status;
    /// Why there is no image, a sentence; NULL where there is one.
    const char *_Nullable problem;
    /// Bits of a sample, 2 to 16.
    unsigned precision;
    /// Bytes of the stream up to and with its end marker, without padding inside.
    size_t used;
    /// Samples that left the range of the precision and were taken modulo it.
    int32_t wrapped;
} CDICOMLosslessResult;

/// Decodes a stream of one component, `rows` x `columns` samples, row by row into `samples`.
///
/// All seven predictors, point transform, restart intervals, 2 to 16 bits. Every sample comes from the stream: one that
/// ends early, has a code of no table, or bits left over that are no padding is refused. `samples` means nothing then.
///
/// Samples are worked out modulo 2^16, as the standard says; a stream in which one comes out with more bits than it
/// declares is decoded once more with each taken modulo 2^precision before it predicts the next, as some encoders mean
/// it. `wrapped` counts those samples. **Source** ITU-T T.81 annexes B, C, H.
CDICOMLosslessResult cdicom_lossless_decode(
    const uint8_t *bytes, size_t size, unsigned rows, unsigned columns, uint16_t *samples);

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif

#endif
