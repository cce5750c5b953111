#include "PixelFragments.hpp"

#include <string>

namespace cdicom {

static uint32_t littleEndian(const uint8_t *bytes) {
    return uint32_t(bytes[0]) | uint32_t(bytes[1]) << 8 | uint32_t(bytes[2]) << 16 | uint32_t(bytes[3]) << 24;
}

WalkResult walkFragments(
    const PixelElement &pixelData, ByteSource &source, const WalkLimits &limits, PixelFragments &found) {
    found = PixelFragments();
    if (!pixelData.isEncapsulated) return {};
    uint64_t at = pixelData.offset;
    for (uint64_t number = 0;; ++number) {
        const uint8_t *head = source.at(at, 8);
        // Without a delimiter, the end of the file or what is no item ends the fragments.
        if (head == nullptr || littleEndian(head) != 0xE000FFFE) return {};
        const Fragment fragment = {at + 8, littleEndian(head + 4)};
        const uint64_t there = source.rest(fragment.offset, fragment.length);
        if (there < fragment.length)
            return {
                WalkEnd::pixelDataIncomplete, "fragment " + std::to_string(number) + " of Pixel Data declares " +
                                                  std::to_string(fragment.length) + " bytes where " +
                                                  std::to_string(there) + " are left"};
        if (number == 0) {
            found.offsetTable = fragment;
        } else if (found.fragments.size() >= limits.mostFragments) {
            return {
                WalkEnd::limitExceeded, "Pixel Data has more than " + std::to_string(limits.mostFragments) +
                                            " fragments; the limit is the setting most-fragments"};
        } else {
            found.fragments.push_back(fragment);
        }
        at = fragment.offset + fragment.length;
    }
}

}
