#include "FrameDecoders.hpp"

#include <algorithm>
#include <cstring>
#include <memory>

namespace cdicom {

/// Unpacks a segment into `plane` of `count` bytes. Returns how many bytes it took, 0 where it ends before the plane
/// does.
static size_t unpackSegment(const uint8_t *bytes, size_t size, uint8_t *plane, size_t count) {
    size_t from = 0;
    size_t to = 0;
    while (to < count) {
        if (from >= size) return 0;
        const uint8_t control = bytes[from++];
        if (control < 128) {
            const size_t run = std::min(size_t(control) + 1, count - to);
            if (run > size - from) return 0;
            std::memcpy(plane + to, bytes + from, run);
            // The whole run belongs to the segment, also where the plane ends within it.
            from += std::min(size_t(control) + 1, size - from);
            to += run;
        } else if (control > 128) {
            const size_t run = std::min(size_t(257) - control, count - to);
            if (from >= size) return 0;
            std::memset(plane + to, bytes[from++], run);
            to += run;
        }
    }
    return from;
}

static uint32_t littleEndian32(const uint8_t *bytes) {
    return uint32_t(bytes[0]) | uint32_t(bytes[1]) << 8 | uint32_t(bytes[2]) << 16 | uint32_t(bytes[3]) << 24;
}

CDICOMStatus decodeRunLength(
    FrameBytes frame, CDICOMHounsfieldRequest &layout, uint16_t *pixels, CDICOMHounsfieldFacts &facts) {
    constexpr size_t headerSize = 64;
    const size_t count = size_t(layout.rows) * layout.columns;
    const size_t segments = layout.bits_allocated / 8;
    if (frame.count < headerSize) return fail(CDICOMStatusPixelDataIncomplete, "the RLE header is cut short");
    const uint32_t declared = littleEndian32(frame.first);
    if (declared != segments)
        return fail(
            CDICOMStatusPixelDataIncomplete,
            "the RLE header declares " + std::to_string(declared) + " segments where the attributes require " +
                std::to_string(segments));
    const std::unique_ptr<uint8_t[]> planes(new uint8_t[count * segments]);
    for (size_t segment = 0; segment < segments; ++segment) {
        const size_t begin = littleEndian32(frame.first + 4 + 4 * segment);
        const bool isLast = segment + 1 == segments;
        const size_t end = isLast ? frame.count : littleEndian32(frame.first + 8 + 4 * segment);
        if (begin < headerSize || begin > end || end > frame.count)
            return fail(CDICOMStatusPixelDataIncomplete, "an RLE segment lies outside the frame");
        const size_t used =
            unpackSegment(frame.first + begin, end - begin, planes.get() + segment * count, count);
        if (used == 0)
            return fail(
                CDICOMStatusPixelDataIncomplete,
                "RLE segment " + std::to_string(segment + 1) + " ends before its last pixel");
        facts.trailing_bytes += trailingBytes({frame.first + begin, end - begin}, used);
    }
    // The first segment holds the most significant bytes.
    const uint8_t *high = planes.get();
    const uint8_t *low = planes.get() + (segments - 1) * count;
    if (segments == 1) {
        for (size_t i = 0; i < count; ++i) pixels[i] = low[i];
    } else {
        for (size_t i = 0; i < count; ++i) pixels[i] = uint16_t(high[i] << 8 | low[i]);
    }
    return CDICOMStatusOk;
}

}
