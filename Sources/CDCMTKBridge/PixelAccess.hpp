// Where reading the pixel data of an opened file stands.

#pragma once

#include "FrameTable.hpp"

#include "dcmtk/config/osconfig.h"
#include "dcmtk/dcmdata/dcfcache.h"

#include <optional>

class DcmObject;

namespace gantry {

/// What calls on the same object share, so that each frame of many is found and read without beginning again.
struct PixelAccess {
    /// The open file of the element that was read last.
    DcmFileCache cache;

    /// The frames of encapsulated pixel data, and how many it was built for; empty until the first is decoded.
    std::optional<FrameTable> frames;
    uint32_t numberOfFrames = 0;
    /// The encoded bytes of one frame.
    std::vector<uint8_t> encoded;

    /// Where `gantry_dicom_encoded_pixels_next` stands: the fragment (NULL at the beginning) and the byte in it.
    DcmObject *fragment = nullptr;
    uint32_t nextByte = 0;
};

}
