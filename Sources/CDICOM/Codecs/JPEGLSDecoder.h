// JPEG-LS (ITU-T T.87), decoded without CharLS.

#ifndef CDICOM_JPEG_LS_DECODER_H
#define CDICOM_JPEG_LS_DECODER_H

#include "CDICOM.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma clang assume_nonnull begin

/// What decoding a JPEG-LS stream came to.
typedef struct CDICOMJPEGLSResult {
    /// `Ok` where every sample was decoded; `PixelDataIncomplete`, `PixelDataUnsupported`, `OutOfMemory`.
    CDICOMStatus status;
    /// Why there is no image, a sentence; NULL where there is one.
    const char *_Nullable problem;
    /// Bits of a sample, 2 to 16.
    unsigned precision;
    /// How far a sample may lie from the one that was encoded; 0 where the stream is lossless.
    unsigned near;
    /// Bytes of the stream up to and with its end marker, or all where it is missing.
    size_t used;
    /// The end marker is there.
    bool is_ended;
} CDICOMJPEGLSResult;

/// Decodes a stream of one component, `rows` x `columns` samples, row by row into `samples`.
///
/// Lossless and near-lossless, 2 to 16 bits, restart intervals, preset parameters that CharLS understands as the
/// standard does (RESET up to 255, all thresholds or none); no mapping tables, no point transform. Every sample comes
/// from the stream: one that ends early, holds an error or a run outside its range, or has bits left over that are no
/// padding is refused. `samples` means nothing then. **Source** ITU-T T.87 annexes A and C.
CDICOMJPEGLSResult cdicom_jpeg_ls_decode(
    const uint8_t *bytes, size_t size, unsigned rows, unsigned columns, uint16_t *samples);

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif

#endif
