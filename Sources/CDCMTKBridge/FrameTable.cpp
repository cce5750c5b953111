#include "FrameTable.hpp"

#include "dcmtk/config/osconfig.h"
#include "dcmtk/dcmdata/dcfcache.h"
#include "dcmtk/dcmdata/dcitem.h"
#include "dcmtk/dcmdata/dcpixseq.h"
#include "dcmtk/dcmdata/dcpxitem.h"

#include <algorithm>
#include <cstring>

namespace gantry {

/// Bytes of an item's tag and length.
static constexpr uint64_t itemHeader = 8;

/// A value is read in steps of this many bytes: what it declares is only believed as far as the file goes.
static constexpr uint32_t step = 4 << 20;

/// Appends `count` bytes of `element` from `offset`; false where the file ends before.
static bool append(
    DcmElement &element, uint32_t offset, uint32_t count, std::vector<uint8_t> &bytes, DcmFileCache &cache) {
    while (count > 0) {
        const uint32_t wanted = std::min(count, step);
        const size_t filled = bytes.size();
        bytes.resize(filled + wanted);
        if (element.getPartialValue(bytes.data() + filled, offset, wanted, &cache, EBO_LittleEndian).bad())
            return false;
        offset += wanted;
        count -= wanted;
    }
    return true;
}

/// The little-endian numbers of `width` bytes that `element` holds; none where there are not exactly `count`.
static std::vector<uint64_t> numbers(DcmElement &element, size_t width, size_t count, DcmFileCache &cache) {
    const uint32_t length = element.getLengthField();
    std::vector<uint8_t> bytes;
    if (length != width * count || !append(element, 0, length, bytes, cache)) return {};
    std::vector<uint64_t> values(count);
    for (size_t i = 0; i < bytes.size(); ++i) values[i / width] |= uint64_t(bytes[i]) << (8 * (i % width));
    return values;
}

GantryDICOMStatus FrameTable::build(
    DcmPixelSequence &sequence, DcmItem &dataset, uint32_t frames, FrameMarks marks, DcmFileCache &cache) {
    fragments.clear();
    firstFragments.clear();
    DcmObject *object = sequence.nextInContainer(nullptr);
    DcmPixelItem *const basic = dynamic_cast<DcmPixelItem *>(object);
    uint64_t offset = 0;
    while (object != nullptr && (object = sequence.nextInContainer(object)) != nullptr) {
        DcmPixelItem *const item = dynamic_cast<DcmPixelItem *>(object);
        if (item == nullptr) return fail(GantryDICOMStatusPixelDataIncomplete, "a fragment cannot be read");
        const uint32_t length = item->getLengthField();
        fragments.push_back({item, length, offset});
        offset += itemHeader + length;
    }
    if (fragments.empty() || fragments.size() < frames)
        return fail(
            GantryDICOMStatusPixelDataIncomplete,
            "Pixel Data has " + std::to_string(fragments.size()) + " fragments where there are " +
                std::to_string(frames) + " frames");
    if (frames == 1) {
        firstFragments = {0, fragments.size()};
        return GantryDICOMStatusOk;
    }
    if (fragments.size() == frames) {
        for (size_t i = 0; i <= fragments.size(); ++i) firstFragments.push_back(i);
        return GantryDICOMStatusOk;
    }
    DcmElement *extended = nullptr;
    if (dataset.findAndGetElement(DcmTagKey(0x7FE0, 0x0001), extended).good() && extended != nullptr &&
        takeOffsets(numbers(*extended, 8, frames, cache), marks, cache))
        return GantryDICOMStatusOk;
    if (basic != nullptr && takeOffsets(numbers(*basic, 4, frames, cache), marks, cache)) return GantryDICOMStatusOk;
    findMarks(marks, cache);
    if (firstFragments.size() == size_t(frames) + 1) return GantryDICOMStatusOk;
    const size_t found = firstFragments.size() - 1;
    return fail(
        GantryDICOMStatusPixelDataIncomplete,
        "Pixel Data has " + std::to_string(fragments.size()) + " fragments, in which " + std::to_string(found) +
            (found == 1 ? " frame begins" : " frames begin") + ", where there are " + std::to_string(frames) +
            " frames");
}

bool FrameTable::begins(size_t fragment, FrameMarks marks, DcmFileCache &cache) const {
    std::vector<uint8_t> head;
    if (!append(*fragments[fragment].item, 0, std::min<uint32_t>(fragments[fragment].length, 8), head, cache) ||
        head.size() < 8)
        return false;
    static const uint8_t codestream[] = {0xFF, 0x4F, 0xFF, 0x51};
    static const uint8_t signature[] = {0, 0, 0, 12, 'j', 'P', ' ', ' '};
    static const uint8_t firstSegment[] = {64, 0, 0, 0};
    switch (marks) {
    case FrameMarks::jpeg: return head[0] == 0xFF && head[1] == 0xD8 && head[2] == 0xFF;
    case FrameMarks::jpeg2000:
        return std::memcmp(head.data(), codestream, 4) == 0 || std::memcmp(head.data(), signature, 8) == 0;
    case FrameMarks::runLength:
        return head[0] >= 1 && head[0] <= 15 && head[1] == 0 && head[2] == 0 && head[3] == 0 &&
               std::memcmp(head.data() + 4, firstSegment, 4) == 0;
    }
    return false;
}

/// Whether an end marker stands at the end of the fragment, before padding at most.
bool FrameTable::ends(size_t fragment, DcmFileCache &cache) const {
    const uint32_t length = fragments[fragment].length;
    const uint32_t count = std::min<uint32_t>(length, 16);
    std::vector<uint8_t> tail;
    if (!append(*fragments[fragment].item, length - count, count, tail, cache)) return false;
    while (!tail.empty() && tail.back() == 0) tail.pop_back();
    return tail.size() >= 2 && tail[tail.size() - 2] == 0xFF && tail.back() == 0xD9;
}

/// Takes the table where each offset is that of a fragment with which a frame begins.
bool FrameTable::takeOffsets(const std::vector<uint64_t> &offsets, FrameMarks marks, DcmFileCache &cache) {
    if (offsets.empty()) return false;
    std::vector<size_t> first;
    size_t fragment = 0;
    for (const uint64_t offset : offsets) {
        while (fragment < fragments.size() && fragments[fragment].offset < offset) ++fragment;
        const bool isFirst = first.empty() ? fragment == 0 : fragment > first.back();
        if (!isFirst || fragment == fragments.size() || fragments[fragment].offset != offset ||
            !begins(fragment, marks, cache))
            return false;
        first.push_back(fragment);
    }
    first.push_back(fragments.size());
    firstFragments = std::move(first);
    return true;
}

/// Finds the fragments with which a frame begins. In JPEG no other fragment can look so, because FFD8 never stands in
/// entropy-coded data; elsewhere the frame before must have ended, where it has an end.
void FrameTable::findMarks(FrameMarks marks, DcmFileCache &cache) {
    firstFragments.clear();
    // Empty fragments belong to the frame before them.
    size_t last = fragments.size();
    for (size_t i = 0; i < fragments.size(); ++i) {
        if (fragments[i].length == 0) continue;
        const bool mayBegin =
            marks != FrameMarks::jpeg2000 || last == fragments.size() || ends(last, cache);
        if (mayBegin && begins(i, marks, cache)) firstFragments.push_back(i);
        last = i;
    }
    firstFragments.push_back(fragments.size());
}

GantryDICOMStatus FrameTable::read(uint32_t frame, std::vector<uint8_t> &bytes, DcmFileCache &cache) const {
    bytes.clear();
    uint64_t length = 0;
    for (size_t i = firstFragments[frame]; i < firstFragments[frame + 1]; ++i) length += fragments[i].length;
    bytes.reserve(std::min<uint64_t>(length, step));
    for (size_t i = firstFragments[frame]; i < firstFragments[frame + 1]; ++i)
        if (!append(*fragments[i].item, 0, fragments[i].length, bytes, cache))
            return fail(GantryDICOMStatusPixelDataIncomplete, "a fragment of Pixel Data is cut short");
    if (bytes.empty())
        return fail(
            GantryDICOMStatusPixelDataIncomplete, "frame " + std::to_string(uint64_t(frame) + 1) + " has no bytes");
    return GantryDICOMStatusOk;
}

}
