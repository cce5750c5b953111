// Which fragments make up a frame: whatever offset tables and marks say, every frame is made of fragments of the file,
// and no fragment belongs to two frames.

#include "Frames/FrameTable.hpp"
#include "Structure/ElementWalk.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    if (size < 2) return 0;
    const uint32_t frames = 1 + bytes[0] % 12;
    const auto marks = static_cast<cdicom::FrameMarks>(bytes[1] % 3);
    cdicom::WalkLimits limits;
    limits.mostElements = 2000;
    limits.mostFragments = 200;
    limits.mostInflatedBytes = 1 << 16;
    cdicom::ByteSource source = cdicom::ByteSource::memory(bytes + 2, size - 2);
    cdicom::ElementIndex index;
    if (cdicom::ElementWalk(source, limits).run(index).end != cdicom::WalkEnd::done || !index.pixelData() ||
        !index.pixelData()->isEncapsulated)
        return 0;
    cdicom::PixelFragments found;
    if (cdicom::walkFragments(*index.pixelData(), source, limits, found).end != cdicom::WalkEnd::done) return 0;
    uint64_t held = 0;
    for (const cdicom::Fragment &fragment : found.fragments) held += fragment.length;
    cdicom::FrameTable table;
    if (table.build(index, found, frames, marks, source) != CDICOMStatusOk) return 0;
    uint64_t given = 0;
    for (uint32_t frame = 0; frame < frames; ++frame) {
        std::vector<uint8_t> encoded;
        if (table.read(frame, encoded, source) == CDICOMStatusOk) given += encoded.size();
    }
    if (given > held) std::abort();
    return 0;
}
