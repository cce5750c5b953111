// What every walk over a file comes to.

#pragma once

#include <string>

namespace cdicom {

/// How a walk ended.
enum class WalkEnd {
    /// Everything asked for is found.
    done,
    /// The bytes are no DICOM object.
    notDICOM,
    /// They begin as one, and cannot be followed to Pixel Data or the end.
    damaged,
    /// A cap was exceeded.
    limitExceeded,
    /// Pixel Data's fragments cannot be followed.
    pixelDataIncomplete,
};

/// What a walk came to.
struct WalkResult {
    WalkEnd end = WalkEnd::done;
    /// A sentence that says why, where the end is not `done`.
    std::string explanation;
};

}
