// One compressed frame: its bytes, and what of it is checked or decoded without DCMTK.

#pragma once

#include "Guard.hpp"

#include <cstdint>
#include <vector>

class DcmPixelSequence;

namespace gantry {

/// The bytes of a frame that may lie in several fragments; a single fragment is not copied.
class CompressedFrame {
public:
    /// Takes all fragments after the offset table. Returns false where there is none, or one cannot be read.
    bool take(DcmPixelSequence &fragments);

    const uint8_t *bytes() const { return first; }
    size_t size() const { return length; }

private:
    const uint8_t *first = nullptr;
    size_t length = 0;
    std::vector<uint8_t> joined;
};

/// Checks that a JPEG or JPEG-LS stream holds exactly the image that the attributes describe: DCMTK leaves the rest of
/// the buffer as it was where the stream's image is smaller.
///
/// **Source** ITU-T T.81 B.2.2, T.87 C.2.2 (frame header).
GantryDICOMStatus checkJPEGHeader(const CompressedFrame &frame, const GantryHounsfieldRequest &request);

/// Decodes RLE into 16-bit patterns, bits allocated 8 or 16, one sample a pixel. Every pixel comes from the file or the
/// call fails.
///
/// **Source** PS3.5 annex G.
GantryDICOMStatus decodeRunLength(
    const CompressedFrame &frame, const GantryHounsfieldRequest &request, uint16_t *pixels);

}
