// An opened DICOM file, for the entry points.

#pragma once

#include "Frames/PixelAccess.hpp"
#include "Frames/PixelFragments.hpp"
#include "Guard.hpp"
#include "Structure/ByteSource.hpp"
#include "Structure/ElementIndex.hpp"
#include "Structure/WalkLimits.hpp"
#include "Structure/WalkResult.hpp"
#include "Text/CharacterSet.hpp"

#include <optional>

namespace cdicom {

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

struct CDICOMObject {
    CDICOMObject(int descriptor, uint64_t size)
        : descriptor(descriptor), source(cdicom::ByteSource::file(descriptor, size)) {}

    cdicom::OpenFile descriptor;
    cdicom::ByteSource source;
    cdicom::ElementIndex index;
    cdicom::WalkLimits limits;

    /// The character sets that the file declares; empty until the first text needs them.
    std::optional<cdicom::CharacterSet> characterSet;

    /// Finds the fragments of encapsulated pixel data, once. Returns `PixelDataIncomplete`, `LimitExceeded`.
    CDICOMStatus loadFragments();
    /// The fragments, once they have been found.
    std::optional<cdicom::PixelFragments> pixelFragments;

    /// Where reading pixel data stands.
    cdicom::PixelAccess pixels;
};

namespace cdicom {

/// The status of a walk that ended like this; its explanation becomes the call's.
CDICOMStatus statusOf(const WalkResult &result);

}
