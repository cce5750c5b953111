#include "Codecs/FrameDecoders.hpp"
#include "Object.hpp"
#include "PixelEncoding.hpp"

#include <algorithm>
#include <climits>
#include <cmath>

using cdicom::PixelEncoding;
using cdicom::PixelSyntax;

/// Whether every number of the request is within its range.
static bool isSound(const CDICOMHounsfieldRequest &request) {
    return request.rows > 0 && request.columns > 0 && request.number_of_frames > 0 &&
           (request.bits_allocated == 8 || request.bits_allocated == 16) && request.bits_stored > 0 &&
           request.bits_stored <= request.bits_allocated && request.high_bit + 1 >= request.bits_stored &&
           request.high_bit < request.bits_allocated && std::isfinite(request.rescale_slope) &&
           std::isfinite(request.rescale_intercept) && size_t(request.rows) * request.columns <= INT_MAX / 2 &&
           (request.lut == nullptr || (request.lut_count > 0 && request.lut_count <= 65536));
}

/// Copies `size` bytes of Pixel Data from `start`, words of big-endian data swapped: a frame of bytes may begin or end
/// within one. False where the file ends before.
static bool copyNative(
    CDICOMObject &object, const cdicom::PixelElement &pixelData, uint64_t start, uint64_t size, uint8_t *bytes) {
    const bool hasWords = pixelData.isBigEndian && pixelData.vr == cdicom::vr("OW");
    if (!hasWords) return object.source.copy(pixelData.offset + start, bytes, size);
    const uint64_t first = start & ~uint64_t(1);
    std::vector<uint8_t> words(size_t((start + size + 1) & ~uint64_t(1)) - size_t(first));
    if (first + words.size() > pixelData.length) return false;
    if (!object.source.copy(pixelData.offset + first, words.data(), words.size())) return false;
    cdicom::swapWords(words.data(), words.size());
    std::copy_n(words.data() + (start - first), size, bytes);
    return true;
}

/// Reads a frame of native pixel data. Bytes behind the last frame are counted where they are fewer than a frame:
/// more of them say that rows, columns, frames or bits are not what the attributes say.
static CDICOMStatus readNative(
    CDICOMObject &object, const cdicom::PixelElement &pixelData, uint32_t frame,
    const CDICOMHounsfieldRequest &request, uint8_t *bytes, CDICOMHounsfieldFacts &facts) {
    // Below 2^31 a frame, so that all frames stay below 2^63.
    const uint64_t size = uint64_t(request.rows) * request.columns * (request.bits_allocated / 8);
    const uint64_t required = size * request.number_of_frames;
    const uint64_t found = pixelData.length;
    if (found < required || found - required >= size + (size & 1))
        return cdicom::fail(
            CDICOMStatusPixelDataIncomplete, "Pixel Data has " + std::to_string(found) +
                                             " bytes where the attributes require " +
                                             std::to_string(required));
    if (request.bits_allocated == 16 && pixelData.isBigEndian && pixelData.vr != cdicom::vr("OW"))
        return cdicom::fail(
            CDICOMStatusPixelDataUnsupported, "Pixel Data of 16 bits has a value representation of bytes");
    if (!copyNative(object, pixelData, size * frame, size, bytes))
        return cdicom::fail(
            CDICOMStatusPixelDataIncomplete,
            "the file ends " + std::to_string(object.source.rest(pixelData.offset, found)) +
                " bytes into Pixel Data, which has " + std::to_string(found));
    facts.trailing_bytes = found - required <= 1 ? 0 : found - required;
    return CDICOMStatusOk;
}

/// Finds the frame's encoded bytes and decodes them.
static CDICOMStatus decodeFrame(
    CDICOMObject &object, PixelSyntax syntax, uint32_t frame, CDICOMHounsfieldRequest &layout, uint16_t *pixels,
    CDICOMHounsfieldFacts &facts) {
    using cdicom::FrameMarks;
    cdicom::PixelAccess &access = object.pixels;
    if (!access.frames || access.numberOfFrames != layout.number_of_frames) {
        const FrameMarks marks = syntax.encoding == PixelEncoding::runLength  ? FrameMarks::runLength
                                 : syntax.encoding == PixelEncoding::jpeg2000 ? FrameMarks::jpeg2000
                                                                              : FrameMarks::jpeg;
        access.frames.reset();
        CDICOMStatus status = object.loadFragments();
        if (status != CDICOMStatusOk) return status;
        cdicom::FrameTable table;
        status = table.build(
            object.index, *object.pixelFragments, layout.number_of_frames, marks, object.source);
        if (status != CDICOMStatusOk) return status;
        access.frames = std::move(table);
        access.numberOfFrames = layout.number_of_frames;
    }
    const CDICOMStatus status = access.frames->read(frame, access.encoded, object.source);
    if (status != CDICOMStatusOk) return status;
    const cdicom::FrameBytes bytes{access.encoded.data(), access.encoded.size()};
    switch (syntax.encoding) {
    case PixelEncoding::runLength: return cdicom::decodeRunLength(bytes, layout, pixels, facts);
    case PixelEncoding::jpeg: return cdicom::decodeJPEG(bytes, syntax.mayBeLossy, layout, pixels, facts);
    case PixelEncoding::jpegLS: return cdicom::decodeJPEGLS(bytes, syntax.mayBeLossy, layout, pixels, facts);
    case PixelEncoding::jpeg2000: return cdicom::decodeJPEG2000(bytes, syntax.mayBeLossy, layout, pixels, facts);
    case PixelEncoding::native:
    case PixelEncoding::unknown: break;
    }
    return cdicom::fail(CDICOMStatusTransferSyntaxUnsupported, "no codec decodes it");
}

/// Sets `syntax` for fragments of an object that declares no compression, by how the first of them begins. Lossless
/// encodings only: nothing says that such an object has lost something.
static CDICOMStatus recognise(CDICOMObject &object, PixelSyntax &syntax) {
    const CDICOMStatus status = object.loadFragments();
    if (status != CDICOMStatusOk) return status;
    syntax = {};
    for (const cdicom::Fragment &fragment : object.pixelFragments->fragments) {
        const size_t size = std::min<size_t>(fragment.length, 4096);
        const uint8_t *bytes = size < 64 ? nullptr : object.source.at(fragment.offset, size);
        if (bytes == nullptr) continue;
        static constexpr uint8_t jp2[] = {0, 0, 0, 12, 'j', 'P', ' ', ' '};
        if (bytes[0] == 0xFF && bytes[1] == 0x4F && bytes[2] == 0xFF) {
            syntax.encoding = PixelEncoding::jpeg2000;
        } else if (std::equal(std::begin(jp2), std::end(jp2), bytes)) {
            syntax.encoding = PixelEncoding::jpeg2000;
        } else if (bytes[0] == 0xFF && bytes[1] == 0xD8) {
            static constexpr uint8_t jpegLS[] = {0xFF, 0xF7};
            const bool isLS = std::search(bytes, bytes + size, std::begin(jpegLS), std::end(jpegLS)) != bytes + size;
            syntax.encoding = isLS ? PixelEncoding::jpegLS : PixelEncoding::jpeg;
        } else if ((bytes[0] == 1 || bytes[0] == 2) && bytes[1] == 0 && bytes[4] == 64 && bytes[5] == 0) {
            syntax.encoding = PixelEncoding::runLength;
        }
        break;
    }
    if (syntax.encoding != PixelEncoding::unknown) return CDICOMStatusOk;
    return cdicom::fail(
        CDICOMStatusPixelDataUnsupported,
        "Pixel Data is encapsulated, which its transfer syntax does not allow, and nothing tells how");
}

/// Brings the bit patterns of a frame into `pixels`, and into `layout` how stored values lie in them.
static CDICOMStatus readStored(
    CDICOMObject &object, PixelSyntax syntax, uint32_t frame, CDICOMHounsfieldRequest &layout, uint16_t *pixels,
    CDICOMHounsfieldFacts &facts) {
    if (!object.index.pixelData())
        return cdicom::fail(CDICOMStatusPixelDataIncomplete, "Pixel Data is absent");
    const cdicom::PixelElement &pixelData = *object.index.pixelData();
    if (pixelData.isEncapsulated && syntax.encoding == PixelEncoding::native) {
        const CDICOMStatus status = recognise(object, syntax);
        if (status != CDICOMStatusOk) return status;
    }
    // Native pixels under the name of a compressed syntax: their length says whether they are what they seem.
    if (pixelData.isEncapsulated) return decodeFrame(object, syntax, frame, layout, pixels, facts);
    if (layout.bits_allocated == 16)
        return readNative(object, pixelData, frame, layout, reinterpret_cast<uint8_t *>(pixels), facts);
    std::vector<uint8_t> bytes(size_t(layout.rows) * layout.columns);
    const CDICOMStatus status = readNative(object, pixelData, frame, layout, bytes.data(), facts);
    if (status == CDICOMStatusOk) std::copy(bytes.begin(), bytes.end(), pixels);
    return status;
}

extern "C" CDICOMStatus cdicom_decode_hounsfield(
    CDICOMObject *object, const char *transferSyntax, uint32_t frame, const CDICOMHounsfieldRequest *request,
    int16_t *pixels, size_t capacity, CDICOMHounsfieldFacts *facts) noexcept {
    return cdicom::guarded([&] {
        if (!isSound(*request) || frame >= request->number_of_frames)
            return cdicom::fail(CDICOMStatusInternal, "a number is outside its range");
        const size_t count = size_t(request->rows) * request->columns;
        if (capacity < count) return cdicom::fail(CDICOMStatusInternal, "the buffer is too small");
        const PixelSyntax syntax = cdicom::pixelSyntax(transferSyntax);
        if (syntax.encoding == PixelEncoding::unknown)
            return cdicom::fail(CDICOMStatusTransferSyntaxUnsupported, "no codec decodes it");
        CDICOMHounsfieldRequest layout = *request;
        *facts = {};
        const CDICOMStatus status =
            readStored(*object, syntax, frame, layout, reinterpret_cast<uint16_t *>(pixels), *facts);
        if (status != CDICOMStatusOk) return status;
        cdicom_hounsfield_from_stored(&layout, pixels, count, facts);
        return CDICOMStatusOk;
    });
}
