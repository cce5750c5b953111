// The markers of a JPEG 2000 codestream, walked without decoding it.

#pragma once

#include "FrameDecoders.hpp"

namespace cdicom {

/// What the markers of a codestream say.
struct JPEG2000Stream {
    /// The codestream alone, also where it lies in a JP2 file, without what follows it.
    FrameBytes codestream = {nullptr, 0};
    unsigned precision = 0;
    bool isSigned = false;
    uint64_t rows = 0;
    uint64_t columns = 0;
    unsigned components = 0;
    /// The component has a sample for every point of the grid.
    bool isFullySampled = false;
    uint64_t tiles = 0;
    /// Coded, with every tile, by the wavelet that loses nothing by itself.
    bool isReversible = true;
    /// Bytes of the frame up to and with the end marker, or the last tile-part where it is missing.
    size_t used = 0;
    bool isEnded = false;
};

/// Walks the codestream from tile-part to tile-part: each must be there in the length it declares, and every tile
/// have all its parts. OpenJPEG takes a missing tile, and packets missing at the end of one, for an image of less
/// detail.
///
/// **Source** ITU-T T.800 annex A, I.5 (JP2 boxes).
CDICOMStatus walkJPEG2000(FrameBytes frame, JPEG2000Stream &stream);

/// Whether the codestream holds one component of the size that the attributes describe, in tiles of sensible size.
CDICOMStatus checkJPEG2000(const JPEG2000Stream &stream, const CDICOMHounsfieldRequest &layout);

}
