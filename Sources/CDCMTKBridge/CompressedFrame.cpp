#include "CompressedFrame.hpp"

#include "dcmtk/config/osconfig.h"
#include "dcmtk/dcmdata/dcpixseq.h"
#include "dcmtk/dcmdata/dcpxitem.h"

#include <algorithm>

namespace gantry {

bool CompressedFrame::take(DcmPixelSequence &fragments) {
    const unsigned long count = fragments.card();
    for (unsigned long i = 1; i < count; ++i) {
        DcmPixelItem *item = nullptr;
        Uint8 *bytes = nullptr;
        if (fragments.getItem(item, i).bad() || item == nullptr) return false;
        const Uint32 size = item->getLength();
        if (size == 0) continue;
        if (item->getUint8Array(bytes).bad() || bytes == nullptr) return false;
        if (count == 2) {
            first = bytes;
            length = size;
            return true;
        }
        joined.insert(joined.end(), bytes, bytes + size);
        // The codec reads it again where it needs it.
        item->compact();
    }
    first = joined.data();
    length = joined.size();
    return length > 0;
}

/// Whether a marker begins a frame header: SOF0 to SOF15 without DHT, JPG and DAC, and JPEG-LS's SOF55.
static bool beginsFrame(uint8_t marker) {
    if (marker == 0xF7) return true;
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

/// Whether a marker stands alone, without a length: TEM, RST0 to RST7, SOI.
static bool standsAlone(uint8_t marker) { return marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8); }

GantryDICOMStatus checkJPEGHeader(const CompressedFrame &frame, const GantryHounsfieldRequest &request) {
    const uint8_t *bytes = frame.bytes();
    const size_t size = frame.size();
    const auto incomplete = [](const char *text) { return fail(GantryDICOMStatusPixelDataIncomplete, text); };
    if (size < 4 || bytes[0] != 0xFF || bytes[1] != 0xD8) return incomplete("the JPEG stream has no start of image");
    size_t at = 2;
    while (at + 4 <= size) {
        if (bytes[at] != 0xFF) return incomplete("the JPEG stream has a byte where a marker should be");
        const uint8_t marker = bytes[at + 1];
        if (marker == 0xFF) {  // fill byte
            at += 1;
            continue;
        }
        at += 2;
        if (standsAlone(marker)) continue;
        const size_t segment = size_t(bytes[at]) << 8 | bytes[at + 1];
        if (segment < 2 || segment > size - at) return incomplete("a JPEG segment is longer than the stream");
        if (!beginsFrame(marker)) {
            at += segment;
            continue;
        }
        if (segment < 8) return incomplete("the JPEG frame header is too short");
        const unsigned precision = bytes[at + 2];
        const unsigned rows = unsigned(bytes[at + 3]) << 8 | bytes[at + 4];
        const unsigned columns = unsigned(bytes[at + 5]) << 8 | bytes[at + 6];
        const unsigned components = bytes[at + 7];
        if (rows != request.rows || columns != request.columns)
            return fail(
                GantryDICOMStatusPixelDataIncomplete,
                "the JPEG stream holds " + std::to_string(rows) + " x " + std::to_string(columns) +
                    " pixels where the attributes say " + std::to_string(request.rows) + " x " +
                    std::to_string(request.columns));
        if (components != 1)
            return fail(
                GantryDICOMStatusPixelDataUnsupported,
                "the JPEG stream has " + std::to_string(components) + " components where one is expected");
        if (precision < 2 || precision > 16 || (precision > 8 ? 16 : 8) != request.bits_allocated)
            return fail(
                GantryDICOMStatusPixelDataUnsupported,
                "the JPEG stream has " + std::to_string(precision) + " bits a sample, which does not go with " +
                    std::to_string(request.bits_allocated) + " bits allocated");
        return GantryDICOMStatusOk;
    }
    return incomplete("the JPEG stream has no frame header");
}

/// Unpacks one RLE segment into `plane` of `count` bytes; false where it ends before.
static bool unpackSegment(const uint8_t *bytes, size_t size, uint8_t *plane, size_t count) {
    size_t from = 0;
    size_t to = 0;
    while (to < count) {
        if (from >= size) return false;
        const uint8_t control = bytes[from++];
        if (control == 128) continue;
        if (control < 128) {
            const size_t run = std::min(size_t(control) + 1, count - to);
            if (run > size - from) return false;
            std::copy_n(bytes + from, run, plane + to);
            from += run;
            to += run;
        } else {
            const size_t run = std::min(size_t(257) - control, count - to);
            if (from >= size) return false;
            std::fill_n(plane + to, run, bytes[from++]);
            to += run;
        }
    }
    return true;
}

static uint32_t littleEndian32(const uint8_t *bytes) {
    return uint32_t(bytes[0]) | uint32_t(bytes[1]) << 8 | uint32_t(bytes[2]) << 16 | uint32_t(bytes[3]) << 24;
}

GantryDICOMStatus decodeRunLength(
    const CompressedFrame &frame, const GantryHounsfieldRequest &request, uint16_t *pixels) {
    constexpr size_t headerSize = 64;
    const size_t count = size_t(request.rows) * request.columns;
    const size_t segments = request.bits_allocated / 8;
    const uint8_t *bytes = frame.bytes();
    const size_t size = frame.size();
    if (size < headerSize) return fail(GantryDICOMStatusPixelDataIncomplete, "the RLE header is cut short");
    const uint32_t declared = littleEndian32(bytes);
    if (declared != segments)
        return fail(
            GantryDICOMStatusPixelDataIncomplete,
            "the RLE header declares " + std::to_string(declared) + " segments where the attributes require " +
                std::to_string(segments));
    std::vector<uint8_t> planes(count * segments);
    for (size_t segment = 0; segment < segments; ++segment) {
        const size_t begin = littleEndian32(bytes + 4 + 4 * segment);
        const size_t end = segment + 1 < segments ? littleEndian32(bytes + 8 + 4 * segment) : size;
        if (begin < headerSize || begin > end || end > size)
            return fail(GantryDICOMStatusPixelDataIncomplete, "an RLE segment lies outside the frame");
        if (!unpackSegment(bytes + begin, end - begin, planes.data() + segment * count, count))
            return fail(
                GantryDICOMStatusPixelDataIncomplete,
                "RLE segment " + std::to_string(segment + 1) + " ends before its last pixel");
    }
    // The first segment holds the most significant bytes.
    const uint8_t *high = planes.data();
    const uint8_t *low = planes.data() + (segments - 1) * count;
    if (segments == 1) {
        for (size_t i = 0; i < count; ++i) pixels[i] = low[i];
    } else {
        for (size_t i = 0; i < count; ++i) pixels[i] = uint16_t(high[i] << 8 | low[i]);
    }
    return GantryDICOMStatusOk;
}

}
