// JPEG 2000 (ITU-T T.800) without loss, of one component, decoded without OpenJPEG.

#ifndef CDICOM_JPEG_2000_DECODER_H
#define CDICOM_JPEG_2000_DECODER_H

#include "CDICOM.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma clang assume_nonnull begin

/// What decoding a JPEG 2000 codestream came to.
typedef struct CDICOMJPEG2000Result {
    /// `Ok` where every sample was decoded; `PixelDataIncomplete`, `OutOfMemory`; `PixelDataUnsupported` where the
    /// codestream may be sound, but needs what this decoder does not have.
    CDICOMStatus status;
    /// Why there is no image, a sentence; NULL where there is one.
    const char *_Nullable problem;
} CDICOMJPEG2000Result;

/// Decodes a codestream of one component, `rows` x `columns` samples, row by row into `samples`, signed ones in two's
/// complement.
///
/// The reversible wavelet, up to 16 bits, any tiles, precincts, layers and orders of packets, and code-blocks without
/// bypass and with one segment of code each. Not the irreversible wavelet, high throughput (T.814), regions of
/// interest, packed packet headers, changes of order, and codings that differ by tile or component. All packets must
/// be there: a codestream from which layers or resolutions were taken away is an image of less detail, and is refused.
///
/// Unless it `may_be_lossy`, so is one that left something out while it was encoded, or whose coding is not what its
/// headers say: a code-block without all its passes, bytes behind the last packet, a sample outside the range, half of
/// an odd number where encoders double. **Source** ITU-T T.800 annex A.
CDICOMJPEG2000Result cdicom_jpeg_2000_decode(
    const uint8_t *bytes, size_t size, unsigned rows, unsigned columns, bool may_be_lossy, uint16_t *samples);

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif

#endif
