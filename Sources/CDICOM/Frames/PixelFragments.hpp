// Where the parts of encapsulated pixel data lie.

#pragma once

#include "Structure/ByteSource.hpp"
#include "Structure/ElementIndex.hpp"
#include "Structure/WalkLimits.hpp"
#include "Structure/WalkResult.hpp"

#include <cstdint>
#include <vector>

namespace cdicom {

/// A part of encapsulated pixel data.
struct Fragment {
    uint64_t offset;
    uint32_t length;
};

/// The offset table's bytes, and the fragments behind it. **Source** PS3.5 A.4.
struct PixelFragments {
    Fragment offsetTable = {0, 0};
    std::vector<Fragment> fragments;
};

/// Finds the fragments of encapsulated pixel data; there are none of native. On anything but `done`, `found` means
/// nothing.
WalkResult walkFragments(
    const PixelElement &pixelData, ByteSource &source, const WalkLimits &limits, PixelFragments &found);

}
