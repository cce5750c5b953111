// Which fragments make up a frame: whatever offset tables and marks say, every frame is made of fragments of the file, and
// no fragment belongs to two frames.

#include "FrameTable.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    if (size < 2) return 0;
    const uint32_t frames = 1 + bytes[0] % 12;
    const auto marks = static_cast<gantry::FrameMarks>(bytes[1] % 3);
    gantry::WalkLimits limits;
    limits.mostElements = 2000;
    limits.mostFragments = 200;
    limits.mostInflatedBytes = 1 << 16;
    gantry::ByteSource source = gantry::ByteSource::memory(bytes + 2, size - 2);
    gantry::ElementIndex index;
    if (index.walk(source, limits) != gantry::WalkEnd::done || !index.pixelData() || !index.pixelData()->isEncapsulated)
        return 0;
    if (index.walkFragments(source, limits) != gantry::WalkEnd::done) return 0;
    uint64_t held = 0;
    for (const gantry::Fragment &fragment : index.pixelData()->fragments) held += fragment.length;
    gantry::FrameTable table;
    if (table.build(index, frames, marks, source) != GantryDICOMStatusOk) return 0;
    uint64_t given = 0;
    for (uint32_t frame = 0; frame < frames; ++frame) {
        std::vector<uint8_t> encoded;
        if (table.read(frame, encoded, source) == GantryDICOMStatusOk) given += encoded.size();
    }
    if (given > held) std::abort();
    return 0;
}
