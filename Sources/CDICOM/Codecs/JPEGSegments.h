// The marker segments of a stream of JPEG's family (ITU-T T.81 annex B): lossless JPEG, JPEG-LS, lossy JPEG.

#ifndef CDICOM_JPEG_SEGMENTS_H
#define CDICOM_JPEG_SEGMENTS_H

#include "CDICOM.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma clang assume_nonnull begin

/// A marker and its parameters, which stand behind their length.
typedef struct JPEGSegment {
    /// The marker's second byte; 0xFF, which is none, where the stream ends without one.
    uint8_t marker;
    size_t size;
    const uint8_t *_Nullable parameters;
} JPEGSegment;

/// Reads the segment at `at`, before which fill bytes may stand, and moves `at` behind it; where `at` is 0, the first
/// one behind the start of image. Returns NULL, or why there is none. **Source** T.81 B.1.1.
const char *_Nullable jpeg_next_segment(const uint8_t *bytes, size_t size, size_t *at, JPEGSegment *segment);

static inline unsigned jpeg_big_endian16(const uint8_t *bytes) { return (unsigned)bytes[0] << 8 | bytes[1]; }

/// An image of one component while it is decoded.
typedef struct JPEGImage {
    const uint8_t *bytes;
    size_t size;
    /// Where reading stands.
    size_t at;
    unsigned rows;
    unsigned columns;
    /// Bits of a sample, 2 to 16; 0 before the frame header.
    unsigned precision;
    uint8_t component;
    /// What a problem means: `PixelDataIncomplete` unless something else is said.
    CDICOMStatus status;
} JPEGImage;

/// Returns `problem`, which means `PixelDataUnsupported`.
const char *jpeg_unsupported(JPEGImage *image, const char *problem);

/// Takes a segment of a stream's headers. Returns NULL, or why there is no image.
typedef const char *_Nullable JPEGTakeSegment(JPEGImage *image, const JPEGSegment *segment);

/// Reads up to where the first scan's data begins: takes the frame header, whose marker is `process`, and hands each
/// other segment to `take`, the scan header last. Returns NULL, or why there is no image.
const char *_Nullable jpeg_take_headers(JPEGImage *image, uint8_t process, JPEGTakeSegment *take);

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif

#endif
