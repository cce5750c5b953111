// Where reading the pixel data of an opened file stands.

#pragma once

#include "FrameTable.hpp"

#include <optional>
#include <utility>

namespace cdicom {

/// What calls on the same object share, so that each frame of many is found and read without beginning again.
struct PixelAccess {
    /// The frames of encapsulated pixel data, and how many it was built for; empty until the first is decoded.
    std::optional<FrameTable> frames;
    uint32_t numberOfFrames = 0;
    /// The encoded bytes of one frame.
    std::vector<uint8_t> encoded;

    /// Where `cdicom_encoded_pixels_next` stands: fragment, and byte in it.
    size_t nextFragment = 0;
    uint64_t nextByte = 0;
};

/// Swaps the two bytes of each word.
inline void swapWords(uint8_t *bytes, size_t count) {
    for (size_t i = 0; i + 1 < count; i += 2) std::swap(bytes[i], bytes[i + 1]);
}

}
