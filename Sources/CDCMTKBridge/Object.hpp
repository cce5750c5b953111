// An opened DICOM file, for the files of this bridge.

#pragma once

#include "ByteSource.hpp"
#include "CharacterSet.hpp"
#include "ElementIndex.hpp"
#include "Guard.hpp"
#include "PixelAccess.hpp"

#include <optional>

namespace gantry {

/// An open file, closed with its owner.
class OpenFile {
public:
    explicit OpenFile(int number) : number(number) {}
    OpenFile(const OpenFile &) = delete;
    OpenFile &operator=(const OpenFile &) = delete;
    ~OpenFile();

    const int number;
};

}

struct GantryDICOMObject {
    GantryDICOMObject(int descriptor, uint64_t size)
        : descriptor(descriptor), source(gantry::ByteSource::file(descriptor, size)) {}

    gantry::OpenFile descriptor;
    gantry::ByteSource source;
    gantry::ElementIndex index;
    gantry::WalkLimits limits;

    /// The character sets that the file declares; empty until the first text needs them.
    std::optional<gantry::CharacterSet> characterSet;

    /// Finds the fragments of encapsulated pixel data, once. Returns `PixelDataIncomplete`, `LimitExceeded`.
    GantryDICOMStatus loadFragments();
    bool fragmentsKnown = false;

    /// Where reading pixel data stands.
    gantry::PixelAccess pixels;
};

namespace gantry {

/// The status of a walk that ended like this; `explanation` becomes the call's.
GantryDICOMStatus statusOf(WalkEnd end, const std::string &explanation);

}
