#include "JPEGLSEncoder.hpp"

#include "dcmtk/dcmdata/dcdeftag.h"
#include "dcmtk/dcmdata/dcpixel.h"
#include "dcmtk/dcmdata/dcpixseq.h"
#include "dcmtk/dcmdata/dcpxitem.h"

#include <charls/charls.h>

#include <memory>
#include <string>
#include <vector>

namespace cdcmtk {

static OFCondition failure(const char *text) { return makeOFCondition(OFM_dcmjpls, 1, OF_error, text); }

/// The stream of these samples, of even length; empty where CharLS refuses them.
static std::vector<uint8_t> encoded(const void *samples, size_t bytes, charls_frame_info frame) {
    const std::unique_ptr<charls_jpegls_encoder, void (*)(const charls_jpegls_encoder *)> encoder(
        charls_jpegls_encoder_create(), charls_jpegls_encoder_destroy);
    if (!encoder) return {};
    size_t estimate = 0;
    size_t written = 0;
    std::vector<uint8_t> stream;
    charls_jpegls_errc code = charls_jpegls_encoder_set_frame_info(encoder.get(), &frame);
    if (code == charls_jpegls_errc::success)
        code = charls_jpegls_encoder_get_estimated_destination_size(encoder.get(), &estimate);
    if (code == charls_jpegls_errc::success) {
        // Noise may grow beyond the estimate.
        stream.resize(2 * estimate + 1024);
        code = charls_jpegls_encoder_set_destination_buffer(encoder.get(), stream.data(), stream.size());
    }
    if (code == charls_jpegls_errc::success)
        code = charls_jpegls_encoder_encode_from_buffer(encoder.get(), samples, bytes, 0);
    if (code == charls_jpegls_errc::success)
        code = charls_jpegls_encoder_get_bytes_written(encoder.get(), &written);
    if (code != charls_jpegls_errc::success) return {};
    stream.resize(written);
    if (written % 2 != 0) stream.push_back(0);
    return stream;
}

OFCondition encodeJPEGLS(DcmDataset &dataset) {
    Uint16 rows = 0, columns = 0, bitsAllocated = 0;
    DcmElement *element = nullptr;
    OFCondition condition = dataset.findAndGetUint16(DCM_Rows, rows);
    if (condition.good()) condition = dataset.findAndGetUint16(DCM_Columns, columns);
    if (condition.good()) condition = dataset.findAndGetUint16(DCM_BitsAllocated, bitsAllocated);
    if (condition.good()) condition = dataset.findAndGetElement(DCM_PixelData, element);
    if (condition.bad()) return condition;
    DcmPixelData *pixelData = dynamic_cast<DcmPixelData *>(element);
    Sint32 frames = 1;
    if (dataset.findAndGetSint32(DCM_NumberOfFrames, frames).bad()) frames = 1;
    const size_t size = size_t(rows) * columns * (bitsAllocated / 8);
    if (pixelData == nullptr || frames < 1 || pixelData->getLength() / frames < size) {
        return failure("Pixel Data is absent or too short");
    }

    const Uint8 *samples = nullptr;
    Uint8 *bytes = nullptr;
    Uint16 *words = nullptr;
    if (bitsAllocated == 8) {
        condition = pixelData->getUint8Array(bytes);
        samples = bytes;
    } else {
        condition = pixelData->getUint16Array(words);
        samples = reinterpret_cast<const Uint8 *>(words);
    }
    if (condition.bad()) return condition;
    auto fragments = std::make_unique<DcmPixelSequence>(DCM_PixelSequenceTag);
    const auto append = [&](const std::vector<uint8_t> &stream) {
        auto item = std::make_unique<DcmPixelItem>(DCM_PixelItemTag);
        if (!stream.empty()) condition = item->putUint8Array(stream.data(), static_cast<unsigned long>(stream.size()));
        if (condition.good()) condition = fragments->insert(item.get());
        if (condition.good()) item.release();
    };
    append({});  // an offset table without entries
    for (Sint32 frame = 0; frame < frames && condition.good(); ++frame) {
        const std::vector<uint8_t> stream = encoded(samples + frame * size, size, {columns, rows, bitsAllocated, 1});
        if (stream.empty()) return failure("CharLS does not encode the image");
        append(stream);
    }
    if (condition.bad()) return condition;
    pixelData->putOriginalRepresentation(EXS_JPEGLSLossless, nullptr, fragments.release());
    return EC_Normal;
}

}
