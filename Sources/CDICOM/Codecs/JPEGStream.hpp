// The markers of a JPEG or JPEG-LS stream, walked without decoding it.

#pragma once

#include "FrameDecoders.hpp"

namespace cdicom {

/// What the markers of a stream say.
struct JPEGStream {
    /// The second byte of the frame header's marker: C0 baseline, C1 extended, C2 progressive, C3 lossless, F7 JPEG-LS.
    uint8_t process = 0;
    unsigned precision = 0;
    unsigned rows = 0;
    unsigned columns = 0;
    unsigned components = 0;
    /// Bytes up to and with the end marker, or all where it is missing.
    size_t used = 0;
    /// Every coefficient of the image was sent to its last bit; only of meaning where the stream is progressive.
    bool isFullyRefined = false;
};

/// Walks the stream; it must begin with a start of image and have a frame header.
///
/// **Source** ITU-T T.81 annex B, G.1.1.1 (progression), T.87 annex C.
CDICOMStatus walkJPEG(FrameBytes frame, JPEGStream &stream);

/// Whether the stream holds one component of the size that the attributes describe: decoders leave the rest of a buffer
/// as it was where their image is smaller.
CDICOMStatus checkJPEG(const JPEGStream &stream, const CDICOMHounsfieldRequest &layout);

}
