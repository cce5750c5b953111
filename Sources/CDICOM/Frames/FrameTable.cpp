#include "FrameTable.hpp"

#include <algorithm>
#include <cstring>

namespace cdicom {

/// A value is read in steps of this many bytes: what it declares is only believed as far as the file goes.
static constexpr uint32_t step = 4 << 20;

/// Appends `count` bytes from `offset`; false where the file ends before.
static bool append(uint64_t offset, uint64_t count, std::vector<uint8_t> &bytes, ByteSource &source) {
    while (count > 0) {
        const size_t wanted = size_t(std::min<uint64_t>(count, step));
        const size_t filled = bytes.size();
        bytes.resize(filled + wanted);
        if (!source.copy(offset, bytes.data() + filled, wanted)) return false;
        offset += wanted;
        count -= wanted;
    }
    return true;
}

/// The little-endian numbers of `width` bytes at `offset`; none where there are not exactly `count`.
static std::vector<uint64_t> numbers(
    uint64_t offset, uint32_t length, size_t width, size_t count, ByteSource &source) {
    std::vector<uint8_t> bytes;
    if (length != width * count || !append(offset, length, bytes, source)) return {};
    std::vector<uint64_t> values(count);
    for (size_t i = 0; i < bytes.size(); ++i) values[i / width] |= uint64_t(bytes[i]) << (8 * (i % width));
    return values;
}

CDICOMStatus FrameTable::build(
    const ElementIndex &index, const PixelFragments &pixelFragments, uint32_t frames, FrameMarks marks,
    ByteSource &source) {
    firstFragments.clear();
    fragments = pixelFragments.fragments;
    if (fragments.empty() || fragments.size() < frames)
        return fail(
            CDICOMStatusPixelDataIncomplete,
            "Pixel Data has " + std::to_string(fragments.size()) + " fragments where there are " +
                std::to_string(frames) + " frames");
    if (frames == 1) {
        firstFragments = {0, fragments.size()};
        return CDICOMStatusOk;
    }
    if (fragments.size() == frames) {
        for (size_t i = 0; i <= fragments.size(); ++i) firstFragments.push_back(i);
        return CDICOMStatusOk;
    }
    // Extended Offset Table.
    const uint32_t extended = index.find(ElementIndex::topLevel, tagOf(0x7FE0, 0x0001));
    if (extended != ElementIndex::none &&
        takeOffsets(numbers(index[extended].offset, index[extended].length, 8, frames, source), marks, source))
        return CDICOMStatusOk;
    const Fragment basic = pixelFragments.offsetTable;
    if (takeOffsets(numbers(basic.offset, basic.length, 4, frames, source), marks, source)) return CDICOMStatusOk;
    findMarks(marks, source);
    if (firstFragments.size() == size_t(frames) + 1) return CDICOMStatusOk;
    const size_t found = firstFragments.size() - 1;
    return fail(
        CDICOMStatusPixelDataIncomplete,
        "Pixel Data has " + std::to_string(fragments.size()) + " fragments, in which " + std::to_string(found) +
            (found == 1 ? " frame begins" : " frames begin") + ", where there are " + std::to_string(frames) +
            " frames");
}

bool FrameTable::begins(size_t fragment, FrameMarks marks, ByteSource &source) const {
    std::vector<uint8_t> head;
    if (!append(fragments[fragment].offset, std::min<uint32_t>(fragments[fragment].length, 8), head, source) ||
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
bool FrameTable::ends(size_t fragment, ByteSource &source) const {
    const uint32_t length = fragments[fragment].length;
    const uint32_t count = std::min<uint32_t>(length, 16);
    std::vector<uint8_t> tail;
    if (!append(fragments[fragment].offset + length - count, count, tail, source)) return false;
    while (!tail.empty() && tail.back() == 0) tail.pop_back();
    return tail.size() >= 2 && tail[tail.size() - 2] == 0xFF && tail.back() == 0xD9;
}

/// Takes the table where each offset is that of a fragment with which a frame begins.
bool FrameTable::takeOffsets(const std::vector<uint64_t> &offsets, FrameMarks marks, ByteSource &source) {
    if (offsets.empty()) return false;
    std::vector<size_t> first;
    size_t fragment = 0;
    for (const uint64_t counted : offsets) {
        // Tables count from the first fragment's item tag, as fragments lie in the file.
        const uint64_t offset = counted > UINT64_MAX - fragments[0].offset ? UINT64_MAX : counted + fragments[0].offset;
        while (fragment < fragments.size() && fragments[fragment].offset < offset) ++fragment;
        const bool isFirst = first.empty() ? fragment == 0 : fragment > first.back();
        if (!isFirst || fragment == fragments.size() || fragments[fragment].offset != offset ||
            !begins(fragment, marks, source))
            return false;
        first.push_back(fragment);
    }
    first.push_back(fragments.size());
    firstFragments = std::move(first);
    return true;
}

/// Finds the fragments with which a frame begins. In JPEG no other fragment can look so, because FFD8 never stands in
/// entropy-coded data; elsewhere the frame before must have ended, where it has an end.
void FrameTable::findMarks(FrameMarks marks, ByteSource &source) {
    firstFragments.clear();
    // Empty fragments belong to the frame before them.
    size_t last = fragments.size();
    for (size_t i = 0; i < fragments.size(); ++i) {
        if (fragments[i].length == 0) continue;
        const bool mayBegin =
            marks != FrameMarks::jpeg2000 || last == fragments.size() || ends(last, source);
        if (mayBegin && begins(i, marks, source)) firstFragments.push_back(i);
        last = i;
    }
    firstFragments.push_back(fragments.size());
}

CDICOMStatus FrameTable::read(uint32_t frame, std::vector<uint8_t> &bytes, ByteSource &source) const {
    bytes.clear();
    uint64_t length = 0;
    for (size_t i = firstFragments[frame]; i < firstFragments[frame + 1]; ++i) length += fragments[i].length;
    bytes.reserve(std::min<uint64_t>(length, step));
    for (size_t i = firstFragments[frame]; i < firstFragments[frame + 1]; ++i)
        if (!append(fragments[i].offset, fragments[i].length, bytes, source))
            return fail(CDICOMStatusPixelDataIncomplete, "a fragment of Pixel Data is cut short");
    if (bytes.empty())
        return fail(
            CDICOMStatusPixelDataIncomplete, "frame " + std::to_string(uint64_t(frame) + 1) + " has no bytes");
    return CDICOMStatusOk;
}

}
