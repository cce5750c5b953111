#include "ElementIndex.hpp"

#include "ElementWalk.hpp"

namespace gantry {

WalkEnd ElementIndex::walk(ByteSource &source, const WalkLimits &limits) {
    *this = ElementIndex();
    return Walk(source, *this, limits).run();
}

uint32_t ElementIndex::findAfter(uint32_t item, uint32_t element, Tag tag) const {
    uint32_t at = item == topLevel ? 0 : item + 1;
    const uint32_t end = item == topLevel ? count() : elements_[item].end;
    if (element != none) at = elements_[element].end;
    for (; at < end; at = elements_[at].end)
        if (elements_[at].tag == tag) return at;
    return none;
}

uint32_t ElementIndex::firstItem(uint32_t sequence) const {
    return elements_[sequence].end > sequence + 1 ? sequence + 1 : none;
}

uint32_t ElementIndex::nextItem(uint32_t sequence, uint32_t item) const {
    const uint32_t next = elements_[item].end;
    return next < elements_[sequence].end ? next : none;
}

/// One more fragment, or the end of them.
static uint32_t littleEndian(const uint8_t *bytes) {
    return uint32_t(bytes[0]) | uint32_t(bytes[1]) << 8 | uint32_t(bytes[2]) << 16 | uint32_t(bytes[3]) << 24;
}

WalkEnd ElementIndex::walkFragments(ByteSource &source, const WalkLimits &limits) {
    if (!pixelData_ || !pixelData_->isEncapsulated) return WalkEnd::done;
    PixelElement &pixels = *pixelData_;
    pixels.fragments.clear();
    pixels.offsetTable = {0, 0};
    uint64_t at = pixels.offset;
    for (uint64_t number = 0;; ++number) {
        const uint8_t *head = source.at(at, 8);
        // Without a delimiter, the end of the file or what is no item ends the fragments.
        if (head == nullptr || littleEndian(head) != 0xE000FFFE) return WalkEnd::done;
        const Fragment fragment = {at + 8, littleEndian(head + 4)};
        const uint64_t there = source.rest(fragment.offset, fragment.length);
        if (there < fragment.length) {
            explanation_ = "fragment " + std::to_string(number) + " of Pixel Data declares " +
                           std::to_string(fragment.length) + " bytes where " + std::to_string(there) + " are left";
            return WalkEnd::pixelDataIncomplete;
        }
        if (number == 0) {
            pixels.offsetTable = fragment;
        } else if (pixels.fragments.size() >= limits.mostFragments) {
            explanation_ = "Pixel Data has more than " + std::to_string(limits.mostFragments) +
                           " fragments; the limit is the setting most-fragments";
            return WalkEnd::limitExceeded;
        } else {
            pixels.fragments.push_back(fragment);
        }
        at = fragment.offset + fragment.length;
    }
}

}
