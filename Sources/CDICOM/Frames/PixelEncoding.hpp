// How the pixel data of a transfer syntax is encoded.

#pragma once

namespace cdicom {

enum class PixelEncoding { native, runLength, jpeg, jpegLS, jpeg2000, unknown };

/// What a transfer syntax says of pixel data.
struct PixelSyntax {
    PixelEncoding encoding = PixelEncoding::unknown;
    /// Decoded values may differ from what was encoded.
    bool mayBeLossy = false;
};

/// What the transfer syntax of this UID says. DCMTK is not asked: it takes what it does not know for little endian.
///
/// **Source** PS3.5 annex A, PS3.6 table A-1.
PixelSyntax pixelSyntax(const char *uid);

}
