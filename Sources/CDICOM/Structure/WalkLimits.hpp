// What every walk over a file keeps to.

#pragma once

#include <cstdint>

namespace cdicom {

/// Caps of a walk.
struct WalkLimits {
    uint32_t deepestNesting = 128;
    uint32_t mostElements = 1'000'000;
    uint32_t mostFragments = 262'144;
    uint64_t mostInflatedBytes = 512 << 20;
};

}
