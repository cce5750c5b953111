// The decoders: the encoded bytes of one frame to stored values.
//
// Each brings rows x columns bit patterns into `pixels`, row by row; every one comes from the frame, or the call fails.
// `layout` comes in as the attributes describe the pixels, and goes out with Bits Stored and High Bit as the decoder
// delivered them. `facts` comes in empty, and goes out with what the decoder has to say: bytes after the last that
// matters, without one that makes an even length; samples that wrapped; an end that was missing.

#pragma once

#include "Guard.hpp"

#include <cstdint>

namespace cdicom {

/// The encoded bytes of a frame.
struct FrameBytes {
    const uint8_t *first;
    size_t count;
};

/// Bytes of a frame behind the `used` ones, without padding to an even length.
inline uint64_t trailingBytes(FrameBytes frame, size_t used) {
    const size_t rest = frame.count - used;
    return rest <= 1 ? 0 : rest;
}

/// A decoder that delivers samples of `precision` bits at the lower end cannot have kept a High Bit above them.
inline void settleHighBit(CDICOMHounsfieldRequest &layout, unsigned precision) {
    if (layout.high_bit >= precision) layout.high_bit = uint16_t(layout.bits_stored - 1);
}

/// Lossy samples may lie a little above the range of Bits Stored: their upper bits are a value, never an overlay.
inline void keepLossyExcess(CDICOMHounsfieldRequest &layout, unsigned precision) {
    if (layout.is_signed || precision <= layout.bits_stored) return;
    layout.bits_stored = uint16_t(precision);
    layout.high_bit = uint16_t(precision - 1);
}

/// Run-length encoding, bits allocated 8 or 16. **Source** PS3.5 annex G.
CDICOMStatus decodeRunLength(
    FrameBytes frame, CDICOMHounsfieldRequest &layout, uint16_t *pixels, CDICOMHounsfieldFacts &facts);

/// JPEG: lossless through our own decoder, baseline, extended and progressive through DCMTK's. `mayBeLossy`: the
/// transfer syntax allows lossy processes. **Source** ITU-T T.81, PS3.5 8.2.1.
CDICOMStatus decodeJPEG(
    FrameBytes frame, bool mayBeLossy, CDICOMHounsfieldRequest &layout, uint16_t *pixels, CDICOMHounsfieldFacts &facts);

/// JPEG-LS, lossless and near-lossless, by our own decoder. `mayBeLossy` as for JPEG. **Source** ITU-T T.87, PS3.5
/// 8.2.3.
CDICOMStatus decodeJPEGLS(
    FrameBytes frame, bool mayBeLossy, CDICOMHounsfieldRequest &layout, uint16_t *pixels, CDICOMHounsfieldFacts &facts);

/// JPEG 2000: what is without loss by our own decoder, the rest and high-throughput JPEG 2000 through OpenJPEG.
/// `mayBeLossy` as for JPEG. **Source** ITU-T T.800, T.814, PS3.5 8.2.4.
CDICOMStatus decodeJPEG2000(
    FrameBytes frame, bool mayBeLossy, CDICOMHounsfieldRequest &layout, uint16_t *pixels, CDICOMHounsfieldFacts &facts);

}
