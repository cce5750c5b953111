#include "JPEGLossless.h"
#include "JPEGStream.hpp"

#include "CDCMTK.h"

#include <string>

namespace cdicom {

static CDICOMStatus decodeLossless(
    FrameBytes frame, const CDICOMHounsfieldRequest &layout, uint16_t *pixels, size_t &used,
    CDICOMHounsfieldFacts &facts) {
    const CDICOMLosslessResult result =
        cdicom_lossless_decode(frame.first, frame.count, layout.rows, layout.columns, pixels);
    used = result.used;
    facts.wrapped_samples = result.wrapped;
    return result.problem == nullptr ? result.status : fail(result.status, result.problem);
}

/// The status that this library knows for one of DCMTK's decoder.
static CDICOMStatus statusOf(CDCMTKStatus status) {
    switch (status) {
    case CDCMTKStatusOk: return CDICOMStatusOk;
    case CDCMTKStatusPixelDataIncomplete: return CDICOMStatusPixelDataIncomplete;
    case CDCMTKStatusOutOfMemory: return CDICOMStatusOutOfMemory;
    default: return CDICOMStatusInternal;
    }
}

static CDICOMStatus decodeLossy(
    FrameBytes frame, unsigned precision, const CDICOMHounsfieldRequest &layout, uint16_t *pixels) {
    const CDCMTKStatus status = cdcmtk_decode_lossy_jpeg(
        frame.first, uint32_t(frame.count), precision, layout.is_signed, pixels,
        size_t(layout.rows) * layout.columns);
    if (status == CDCMTKStatusOk) return CDICOMStatusOk;
    std::string explanation(cdcmtk_explanation(nullptr, 0), '\0');
    cdcmtk_explanation(explanation.data(), explanation.size());
    return fail(statusOf(status), explanation);
}

CDICOMStatus decodeJPEG(
    FrameBytes frame, bool mayBeLossy, CDICOMHounsfieldRequest &layout, uint16_t *pixels,
    CDICOMHounsfieldFacts &facts) {
    JPEGStream stream;
    CDICOMStatus status = walkJPEG(frame, stream);
    if (status == CDICOMStatusOk) status = checkJPEG(stream, layout);
    if (status != CDICOMStatusOk) return status;
    const auto unsupported = [](const std::string &text) {
        return fail(CDICOMStatusPixelDataUnsupported, "the JPEG stream " + text);
    };
    settleHighBit(layout, stream.precision);
    size_t used = stream.used;
    switch (stream.process) {
    case 0xC3: status = decodeLossless(frame, layout, pixels, used, facts); break;
    case 0xC0:
    case 0xC1:
    case 0xC2:
        if (!mayBeLossy) return unsupported("is lossy, which its transfer syntax does not allow");
        if (frame.count > UINT32_MAX) return unsupported("is longer than its decoder takes");
        // What the values mean is not known where an encoder made fewer bits of them.
        if ((stream.precision != 8 && stream.precision != 12) || stream.precision < layout.bits_stored)
            return unsupported(
                "has lossy samples of " + std::to_string(stream.precision) + " bits where " +
                std::to_string(layout.bits_stored) + " are stored");
        if (stream.process == 0xC2 && !stream.isFullyRefined)
            return fail(
                CDICOMStatusPixelDataIncomplete, "the progressive JPEG stream ends before its last scan");
        status = decodeLossy(frame, stream.precision, layout, pixels);
        keepLossyExcess(layout, stream.precision);
        break;
    default: return unsupported("is of a process that is not decoded (hierarchical, arithmetic coding, JPEG-LS)");
    }
    if (status == CDICOMStatusOk) facts.trailing_bytes = trailingBytes(frame, used);
    return status;
}

}
