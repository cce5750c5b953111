// The walk over an object's structure: it ends, keeps to its caps, and every element, item and fragment that it found
// lies inside the bytes and inside its container.

#include "Frames/PixelFragments.hpp"
#include "Structure/ElementWalk.hpp"

#include <cstdlib>

static void require(bool holds) {
    if (!holds) std::abort();
}

/// Every element lies inside the source, and its children directly after it.
static void checkElements(const cdicom::ElementIndex &index, cdicom::ByteSource &source) {
    for (uint32_t number = 0; number < index.count(); ++number) {
        const cdicom::Element &element = index[number];
        require(element.end > number && element.end <= index.count());
        if (element.kind == cdicom::Element::Kind::value) {
            require(element.end == number + 1);
            require(source.has(element.offset, element.length));
            continue;
        }
        for (uint32_t inner = number + 1; inner < element.end; inner = index[inner].end)
            require(index[inner].end <= element.end);
    }
}

/// Asking for attributes and items comes to an end, whatever was asked for.
static void search(const cdicom::ElementIndex &index) {
    for (uint32_t number = 0; number < index.count() && number < 50; ++number) {
        const cdicom::Element &element = index[number];
        uint32_t steps = 0;
        if (element.kind == cdicom::Element::Kind::sequence) {
            for (uint32_t item = index.firstItem(number); item != index.none; item = index.nextItem(number, item)) {
                require(index[item].kind == cdicom::Element::Kind::item && steps++ <= index.count());
                (void)index.find(item, cdicom::tagOf(0x0020, 0x0032));
            }
        } else {
            uint32_t found = index.find(index.topLevel, element.tag);
            for (; found != index.none; found = index.findAfter(index.topLevel, found, element.tag))
                require(index[found].tag == element.tag && steps++ <= index.count());
        }
    }
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    // Small caps, so that inputs of a few hundred bytes meet them.
    cdicom::WalkLimits limits;
    limits.deepestNesting = 12;
    limits.mostElements = 2000;
    limits.mostFragments = 40;
    limits.mostInflatedBytes = 1 << 16;
    cdicom::ByteSource source = cdicom::ByteSource::memory(bytes, size);
    cdicom::ElementIndex index;
    const cdicom::WalkResult result = cdicom::ElementWalk(source, limits).run(index);
    if (result.end != cdicom::WalkEnd::done) {
        require(!result.explanation.empty());
        return 0;
    }
    require(index.count() <= limits.mostElements);
    checkElements(index, source);
    search(index);
    if (!index.pixelData()) return 0;
    cdicom::PixelFragments found;
    if (cdicom::walkFragments(*index.pixelData(), source, limits, found).end != cdicom::WalkEnd::done) return 0;
    require(found.fragments.size() <= limits.mostFragments);
    for (const cdicom::Fragment &fragment : found.fragments)
        require(source.has(fragment.offset, fragment.length));
    return 0;
}
