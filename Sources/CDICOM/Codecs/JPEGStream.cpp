#include "JPEGStream.hpp"

#include "JPEGSegments.h"

#include <algorithm>
#include <cstring>

namespace cdicom {

/// The process of JPEG-LS, SOF55.
static constexpr uint8_t jpegLS = 0xF7;

/// Whether a marker begins a frame header: SOF0 to SOF15 without DHT, JPG and DAC, and JPEG-LS's SOF55.
static bool beginsFrame(uint8_t marker) {
    if (marker == jpegLS) return true;
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

/// The next marker at or after `at`, past entropy-coded data; `frame.count` where there is none.
static size_t nextMarker(FrameBytes frame, size_t at, bool isJPEGLS) {
    while (at < frame.count) {
        const void *found = std::memchr(frame.first + at, 0xFF, frame.count - at);
        if (found == nullptr) break;
        at = size_t(static_cast<const uint8_t *>(found) - frame.first);
        if (at + 1 >= frame.count) break;
        const uint8_t second = frame.first[at + 1];
        // Stuffed: a zero byte in JPEG, a zero bit in JPEG-LS. Restart markers are part of the data.
        const bool isData = isJPEGLS ? second < 0x80 : second == 0;
        const bool isRestart = second >= 0xD0 && second <= 0xD7;
        if (!isData && !isRestart && second != 0xFF) return at;
        at += second == 0xFF ? 1 : 2;
    }
    return frame.count;
}

CDICOMStatus walkJPEG(FrameBytes frame, JPEGStream &stream) {
    const auto incomplete = [](const char *text) { return fail(CDICOMStatusPixelDataIncomplete, text); };
    // The bits of each coefficient that are still to come; all of them before the first scan.
    uint8_t missing[64];
    std::fill_n(missing, 64, uint8_t(255));
    stream.used = frame.count;
    for (size_t at = 0;;) {
        JPEGSegment segment;
        const char *problem = jpeg_next_segment(frame.first, frame.count, &at, &segment);
        if (problem != nullptr) return incomplete(problem);
        if (segment.marker == 0xD9) stream.used = at;
        if (segment.marker == 0xD9 || segment.marker == 0xFF) break;
        const uint8_t *header = segment.parameters;
        if (beginsFrame(segment.marker) && stream.process == 0) {
            if (segment.size < 6) return incomplete("the JPEG frame header is too short");
            stream.process = segment.marker;
            stream.precision = header[0];
            stream.rows = jpeg_big_endian16(header + 1);
            stream.columns = jpeg_big_endian16(header + 3);
            stream.components = header[5];
        }
        if (segment.marker != 0xDA) continue;
        if (stream.process == 0) return incomplete("the JPEG stream has a scan before its frame header");
        // Behind the components: first and last coefficient, and which bits of them (high, low).
        const uint8_t *range = header + segment.size - 3;
        if (segment.size >= 4 && range[0] <= range[1] && range[1] < 64)
            std::fill(missing + range[0], missing + range[1] + 1, uint8_t(range[2] & 15));
        at = nextMarker(frame, at, stream.process == jpegLS);
    }
    if (stream.process == 0) return incomplete("the JPEG stream has no frame header");
    stream.isFullyRefined = std::all_of(missing, missing + 64, [](uint8_t bits) { return bits == 0; });
    return CDICOMStatusOk;
}

CDICOMStatus checkJPEG(const JPEGStream &stream, const CDICOMHounsfieldRequest &layout) {
    if (stream.rows != layout.rows || stream.columns != layout.columns)
        return fail(
            CDICOMStatusPixelDataIncomplete,
            "the JPEG stream holds " + std::to_string(stream.rows) + " x " + std::to_string(stream.columns) +
                " pixels where the attributes say " + std::to_string(layout.rows) + " x " +
                std::to_string(layout.columns));
    if (stream.components != 1)
        return fail(
            CDICOMStatusPixelDataUnsupported, "the JPEG stream has " + std::to_string(stream.components) +
                                             " components where one is expected");
    if (stream.precision < 2 || stream.precision > layout.bits_allocated)
        return fail(
            CDICOMStatusPixelDataUnsupported,
            "the JPEG stream has " + std::to_string(stream.precision) + " bits a sample, which do not go into " +
                std::to_string(layout.bits_allocated) + " bits allocated");
    return CDICOMStatusOk;
}

}
