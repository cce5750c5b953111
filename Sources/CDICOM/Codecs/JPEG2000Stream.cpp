#include "JPEG2000Stream.hpp"

#include <cstring>
#include <vector>

namespace cdicom {

namespace {

enum Marker : uint16_t {
    startOfCodestream = 0xFF4F,
    imageAndTileSize = 0xFF51,
    startOfTilePart = 0xFF90,
    codingStyle = 0xFF52,
    componentCodingStyle = 0xFF53,
    startOfPacket = 0xFF91,
    endOfPacketHeader = 0xFF92,
    startOfData = 0xFF93,
    endOfCodestream = 0xFFD9,
};

/// More tiles than this are never taken for a CT image, whatever its size: a structure is allocated for each.
constexpr uint64_t mostTiles = 4096;

uint64_t bigEndian(const uint8_t *bytes, size_t count) {
    uint64_t number = 0;
    for (size_t i = 0; i < count; ++i) number = number << 8 | bytes[i];
    return number;
}

CDICOMStatus incomplete(const char *text) { return fail(CDICOMStatusPixelDataIncomplete, text); }

/// The codestream within a JP2 file, or the frame itself. Empty where a JP2 file has none.
FrameBytes withoutBoxes(FrameBytes frame) {
    static const uint8_t signature[] = {0, 0, 0, 12, 'j', 'P', ' ', ' '};
    if (frame.count < 8 || std::memcmp(frame.first, signature, 8) != 0) return frame;
    size_t at = 0;
    while (frame.count - at >= 8) {
        const uint8_t *box = frame.first + at;
        uint64_t length = bigEndian(box, 4);
        size_t header = 8;
        if (length == 1 && frame.count - at >= 16) {
            length = bigEndian(box + 8, 8);
            header = 16;
        }
        if (length == 0) length = frame.count - at;
        if (length < header || length > frame.count - at) break;
        if (std::memcmp(box + 4, "jp2c", 4) == 0) return {box + header, size_t(length) - header};
        at += size_t(length);
    }
    return {frame.first + frame.count, 0};
}

/// Reads the image and tile size; `bytes` begins behind the segment's length and has at least 36 + 3 bytes.
void takeSize(const uint8_t *bytes, JPEG2000Stream &stream) {
    const auto number = [&](size_t index) { return bigEndian(bytes + 2 + 4 * index, 4); };
    const uint64_t right = number(0), bottom = number(1), left = number(2), top = number(3);
    const uint64_t tileWidth = number(4), tileHeight = number(5), tileLeft = number(6), tileTop = number(7);
    stream.columns = right > left ? right - left : 0;
    stream.rows = bottom > top ? bottom - top : 0;
    if (tileWidth > 0 && tileHeight > 0 && right > tileLeft && bottom > tileTop)
        stream.tiles =
            ((right - tileLeft + tileWidth - 1) / tileWidth) * ((bottom - tileTop + tileHeight - 1) / tileHeight);
    stream.components = unsigned(bigEndian(bytes + 34, 2));
    stream.isSigned = (bytes[36] & 0x80) != 0;
    stream.precision = (bytes[36] & 0x7Fu) + 1;
    stream.isFullySampled = bytes[37] == 1 && bytes[38] == 1;
}

/// The tile-parts seen of each tile, and how many it shall have (0 where none said).
struct TileParts {
    std::vector<uint16_t> seen;
    std::vector<uint16_t> declared;

    explicit TileParts(uint64_t tiles) : seen(tiles), declared(tiles) {}

    bool areComplete() const {
        for (size_t tile = 0; tile < seen.size(); ++tile)
            if (seen[tile] == 0 || (declared[tile] != 0 && seen[tile] != declared[tile])) return false;
        return true;
    }
};

/// Whether a segment says that the image, or a tile, is coded by a wavelet that loses something. `bytes` begins with
/// the marker and has all of the segment, of `length` behind the marker.
///
/// **Source** T.800 A.6.1, A.6.2: of one component, whose number takes a byte.
bool isIrreversible(const uint8_t *bytes, size_t length) {
    const uint64_t marker = bigEndian(bytes, 2);
    if (marker == codingStyle) return length >= 12 && bytes[13] != 1;
    if (marker == componentCodingStyle) return length >= 9 && bytes[10] != 1;
    return false;
}

/// Where the packets of a tile-part begin; 0 where its header does not end before `end`. `at` is behind its first
/// segment. **Source** T.800 A.3.
size_t startOfPackets(const uint8_t *bytes, size_t at, size_t end, JPEG2000Stream &stream) {
    while (end - at >= 4 && bigEndian(bytes + at, 2) != startOfData) {
        const size_t length = size_t(bigEndian(bytes + at + 2, 2));
        if (bytes[at] != 0xFF || length < 2 || length > end - at - 2) return 0;
        if (isIrreversible(bytes + at, length)) stream.isReversible = false;
        at += 2 + length;
    }
    return end - at >= 2 && bigEndian(bytes + at, 2) == startOfData ? at + 2 : 0;
}

/// Where packets from `at` on come to an end: at the first marker that none of them has, or at `end`. Their data never
/// look like a marker; those around packet headers do.
///
/// **Source** T.800 A.1.1, B.10.1.
size_t endOfPackets(const uint8_t *bytes, size_t at, size_t end) {
    while (at + 1 < end) {
        const void *found = std::memchr(bytes + at, 0xFF, end - at - 1);
        if (found == nullptr) return end;
        at = size_t(static_cast<const uint8_t *>(found) - bytes);
        const uint64_t marker = bigEndian(bytes + at, 2);
        if (marker >= startOfTilePart && marker != startOfPacket && marker != endOfPacketHeader) return at;
        // The number of a packet may look like the first half of a marker.
        at += marker == startOfPacket ? 6 : 1;
    }
    return end;
}

/// Walks the tile-parts from `at`; on `Ok`, `at` is behind the last one.
CDICOMStatus walkTileParts(FrameBytes codestream, JPEG2000Stream &stream, size_t &at) {
    const uint64_t tiles = stream.tiles;
    TileParts parts(tiles);
    while (codestream.count - at >= 12 && bigEndian(codestream.first + at, 2) == startOfTilePart) {
        const uint8_t *segment = codestream.first + at;
        const uint64_t tile = bigEndian(segment + 4, 2);
        if (tile >= tiles) return incomplete("the JPEG 2000 codestream has a tile outside its image");
        uint64_t length = bigEndian(segment + 6, 4);
        const size_t rest = codestream.count - at;
        const bool isOpen = length == 0;
        if (isOpen) length = rest;
        if (length < 14 || length > rest)
            return incomplete("a tile-part of the JPEG 2000 codestream is cut short");
        const size_t packets = startOfPackets(segment, 12, size_t(length), stream);
        const size_t end = packets == 0 ? 0 : endOfPackets(segment, packets, size_t(length));
        // The last tile-part may leave its length open: it goes as far as the end marker.
        if (isOpen && end == rest) return incomplete("the JPEG 2000 codestream has no end");
        if (isOpen && bigEndian(segment + end, 2) == endOfCodestream) length = end;
        // An end marker within packets, or behind half a marker, has taken the place of data.
        if (end != length || segment[length - 1] == 0xFF)
            return incomplete("a tile-part of the JPEG 2000 codestream is cut short");
        // Counted in a byte, by encoders that write more than it can count.
        if (segment[10] != (parts.seen[tile] & 0xFF))
            return incomplete("tile-parts of the JPEG 2000 codestream are missing, or not in their order");
        parts.seen[tile] += 1;
        if (segment[11] != 0) parts.declared[tile] = segment[11];
        at += size_t(length);
    }
    if (!parts.areComplete()) return incomplete("the JPEG 2000 codestream ends before its last tile-part");
    return CDICOMStatusOk;
}

}

CDICOMStatus walkJPEG2000(FrameBytes frame, JPEG2000Stream &stream) {
    const FrameBytes codestream = withoutBoxes(frame);
    const uint8_t *bytes = codestream.first;
    constexpr size_t smallestSize = 2 + 36 + 3;
    if (codestream.count < 4 + 2 + smallestSize || bigEndian(bytes, 2) != startOfCodestream ||
        bigEndian(bytes + 2, 2) != imageAndTileSize || bigEndian(bytes + 4, 2) < smallestSize)
        return incomplete("the frame does not begin as a JPEG 2000 codestream");
    takeSize(bytes + 6, stream);
    size_t at = 2;
    while (codestream.count - at >= 4 && bigEndian(bytes + at, 2) != startOfTilePart) {
        const size_t length = size_t(bigEndian(bytes + at + 2, 2));
        if (bytes[at] != 0xFF || length < 2 || length > codestream.count - at - 2)
            return incomplete("the JPEG 2000 codestream ends within its header, or has no marker where one should be");
        if (isIrreversible(bytes + at, length)) stream.isReversible = false;
        at += 2 + length;
    }
    // Checked before anything of their number is allocated.
    if (stream.tiles == 0 || stream.tiles > mostTiles)
        return fail(
            CDICOMStatusPixelDataUnsupported,
            "the JPEG 2000 codestream has " + std::to_string(stream.tiles) + " tiles; at most " +
                std::to_string(mostTiles) + " are decoded");
    const CDICOMStatus status = walkTileParts(codestream, stream, at);
    if (status != CDICOMStatusOk) return status;
    stream.isEnded = codestream.count - at >= 2 && bigEndian(bytes + at, 2) == endOfCodestream;
    if (stream.isEnded) at += 2;
    // A zero that makes the length even may have taken the place of the last byte.
    if (!stream.isEnded && at == codestream.count && bytes[at - 1] == 0)
        return incomplete("the JPEG 2000 codestream has no end");
    stream.codestream = {bytes, at};
    stream.used = size_t(bytes - frame.first) + at;
    return CDICOMStatusOk;
}

CDICOMStatus checkJPEG2000(const JPEG2000Stream &stream, const CDICOMHounsfieldRequest &layout) {
    if (stream.rows != layout.rows || stream.columns != layout.columns)
        return fail(
            CDICOMStatusPixelDataIncomplete,
            "the JPEG 2000 codestream holds " + std::to_string(stream.rows) + " x " +
                std::to_string(stream.columns) + " pixels where the attributes say " + std::to_string(layout.rows) +
                " x " + std::to_string(layout.columns));
    if (stream.components != 1 || !stream.isFullySampled)
        return fail(
            CDICOMStatusPixelDataUnsupported,
            "the JPEG 2000 codestream has " + std::to_string(stream.components) +
                " components, or fewer samples than pixels; one component with all is expected");
    if (stream.precision > layout.bits_allocated)
        return fail(
            CDICOMStatusPixelDataUnsupported,
            "the JPEG 2000 codestream has " + std::to_string(stream.precision) +
                " bits a sample, which do not go into " + std::to_string(layout.bits_allocated) + " bits allocated");
    return CDICOMStatusOk;
}

}
