#include "CompressedFrame.hpp"
#include "DecoderWarnings.hpp"
#include "Object.hpp"

#include "dcmtk/dcmdata/dcxfer.h"

#include <algorithm>
#include <climits>
#include <cmath>

/// Whether every number of the request is within its range.
static bool isSound(const GantryHounsfieldRequest &request) {
    return request.rows > 0 && request.columns > 0 &&
           (request.bits_allocated == 8 || request.bits_allocated == 16) && request.bits_stored > 0 &&
           request.bits_stored <= request.bits_allocated && request.high_bit + 1 >= request.bits_stored &&
           request.high_bit < request.bits_allocated && std::isfinite(request.rescale_slope) &&
           std::isfinite(request.rescale_intercept) && size_t(request.rows) * request.columns <= INT_MAX / 2;
}

/// Reads native pixel data, which must have exactly the length that the attributes require.
static GantryDICOMStatus readNative(
    DcmPixelData &pixelData, DcmXfer syntax, const GantryHounsfieldRequest &request, uint8_t *bytes) {
    const uint64_t required = uint64_t(request.rows) * request.columns * (request.bits_allocated / 8);
    const uint64_t found = pixelData.getLength();
    if (found != required + (required & 1) && found != required)
        return gantry::fail(
            GantryDICOMStatusPixelDataIncomplete, "Pixel Data has " + std::to_string(found) +
                                                      " bytes where the attributes require " +
                                                      std::to_string(required));
    if (request.bits_allocated == 16 && syntax.isBigEndian() && pixelData.getVR() != EVR_OW)
        return gantry::fail(
            GantryDICOMStatusPixelDataUnsupported, "Pixel Data of 16 bits has a value representation of bytes");
    const OFCondition condition = pixelData.getPartialValue(bytes, 0, Uint32(required));
    if (condition.bad())
        return gantry::fail(
            GantryDICOMStatusPixelDataIncomplete, std::string("Pixel Data cannot be read: ") + condition.text());
    return GantryDICOMStatusOk;
}

/// Lets DCMTK's JPEG and JPEG-LS codecs decode the frame; a codec that warns of missing or broken data has failed.
static GantryDICOMStatus decodeJPEG(
    GantryDICOMObject &object, DcmPixelData &pixelData, const GantryHounsfieldRequest &request, uint8_t *bytes) {
    const size_t required = size_t(request.rows) * request.columns * (request.bits_allocated / 8);
    gantry::DecoderWarnings warnings;
    Uint32 startFragment = 0;
    OFString colourModel;
    const OFCondition condition = pixelData.getUncompressedFrame(
        object.file.getDataset(), 0, startFragment, bytes, Uint32(required + (required & 1)), colourModel);
    if (condition.bad())
        return gantry::fail(
            GantryDICOMStatusPixelDataIncomplete, std::string("Pixel Data does not decode: ") + condition.text());
    if (!warnings.firstDoubt().empty())
        return gantry::fail(
            GantryDICOMStatusPixelDataIncomplete, "Pixel Data does not decode completely: " + warnings.firstDoubt());
    return GantryDICOMStatusOk;
}

/// Whether DCMTK's codecs are asked to decode this syntax.
static bool isJPEG(E_TransferSyntax syntax) {
    switch (syntax) {
    case EXS_JPEGProcess1:
    case EXS_JPEGProcess2_4:
    case EXS_JPEGProcess6_8:
    case EXS_JPEGProcess10_12:
    case EXS_JPEGProcess14:
    case EXS_JPEGProcess14SV1:
    case EXS_JPEGLSLossless:
    case EXS_JPEGLSLossy: return true;
    default: return false;
    }
}

/// Brings the bit patterns of the only frame into `pixels`.
static GantryDICOMStatus readStored(
    GantryDICOMObject &object, DcmXfer syntax, const GantryHounsfieldRequest &request, uint16_t *pixels) {
    DcmPixelData *pixelData = object.pixelData();
    if (pixelData == nullptr) return gantry::fail(GantryDICOMStatusPixelDataIncomplete, "Pixel Data is absent");
    DcmPixelSequence *fragments = GantryDICOMObject::fragments(*pixelData);
    if (syntax.isEncapsulated() != (fragments != nullptr))
        return gantry::fail(
            GantryDICOMStatusPixelDataUnsupported,
            fragments != nullptr ? "Pixel Data is encapsulated, which its transfer syntax does not allow"
                                 : "Pixel Data is native, which its transfer syntax does not allow");

    const size_t count = size_t(request.rows) * request.columns;
    if (fragments != nullptr) {
        gantry::CompressedFrame frame;
        if (!frame.take(*fragments))
            return gantry::fail(GantryDICOMStatusPixelDataIncomplete, "Pixel Data has no readable fragment");
        if (syntax.getXfer() == EXS_RLELossless) return gantry::decodeRunLength(frame, request, pixels);
        if (!isJPEG(syntax.getXfer()))
            return gantry::fail(GantryDICOMStatusTransferSyntaxUnsupported, "no codec decodes it");
        const GantryDICOMStatus status = gantry::checkJPEGHeader(frame, request);
        if (status != GantryDICOMStatusOk) return status;
    }

    // Bytes are decoded apart and widened, words straight into place.
    std::vector<uint8_t> bytes(request.bits_allocated == 8 ? count + (count & 1) : 0);
    uint8_t *target = request.bits_allocated == 8 ? bytes.data() : reinterpret_cast<uint8_t *>(pixels);
    const GantryDICOMStatus status = fragments != nullptr ? decodeJPEG(object, *pixelData, request, target)
                                                          : readNative(*pixelData, syntax, request, target);
    if (status != GantryDICOMStatusOk) return status;
    if (request.bits_allocated == 8)
        for (size_t i = 0; i < count; ++i) pixels[i] = bytes[i];
    return GantryDICOMStatusOk;
}

extern "C" GantryDICOMStatus gantry_dicom_decode_hounsfield(
    GantryDICOMObject *object, const char *transferSyntax, const GantryHounsfieldRequest *request, int16_t *pixels,
    size_t capacity, GantryHounsfieldFacts *facts) noexcept {
    return gantry::guarded([&] {
        if (!isSound(*request)) return gantry::fail(GantryDICOMStatusInternal, "a number is outside its range");
        const size_t count = size_t(request->rows) * request->columns;
        if (capacity < count) return gantry::fail(GantryDICOMStatusInternal, "the buffer is too small");
        const DcmXfer syntax(transferSyntax);
        if (syntax.getXfer() == EXS_Unknown)
            return gantry::fail(GantryDICOMStatusTransferSyntaxUnsupported, "DCMTK does not know it");
        const GantryDICOMStatus status =
            readStored(*object, syntax, *request, reinterpret_cast<uint16_t *>(pixels));
        if (status != GantryDICOMStatusOk) return status;
        gantry_hounsfield_from_stored(request, pixels, count, facts);
        return GantryDICOMStatusOk;
    });
}
