#include "DecoderWarnings.hpp"
#include "JPEGLossless.h"
#include "JPEGStream.hpp"

#include "dcmtk/config/osconfig.h"
#include "dcmtk/dcmjpeg/djcparam.h"
#include "dcmtk/dcmjpeg/djdijg12.h"
#include "dcmtk/dcmjpeg/djdijg8.h"

#include <memory>
#include <vector>

namespace gantry {

static GantryDICOMStatus decodeLossless(
    FrameBytes frame, const GantryHounsfieldRequest &layout, uint16_t *pixels, size_t &used,
    GantryHounsfieldFacts &facts) {
    const GantryLosslessResult result =
        gantry_lossless_decode(frame.first, frame.count, layout.rows, layout.columns, pixels);
    used = result.used;
    facts.wrapped_samples = result.wrapped;
    return result.problem == nullptr ? result.status : fail(result.status, result.problem);
}

/// Runs one of DCMTK's decoders; one that warns of missing or broken data has failed.
static GantryDICOMStatus run(
    DJDecoder &decoder, FrameBytes frame, const GantryHounsfieldRequest &layout, uint8_t *samples, size_t size) {
    DecoderWarnings warnings;
    OFCondition condition = decoder.init();
    if (condition.good())
        condition = decoder.decode(
            const_cast<Uint8 *>(frame.first), Uint32(frame.count), samples, Uint32(size), layout.is_signed);
    if (condition.bad())
        return fail(
            GantryDICOMStatusPixelDataIncomplete, std::string("the JPEG stream does not decode: ") + condition.text());
    if (!warnings.firstDoubt().empty())
        return fail(
            GantryDICOMStatusPixelDataIncomplete,
            "the JPEG stream does not decode completely: " + warnings.firstDoubt());
    return GantryDICOMStatusOk;
}

static GantryDICOMStatus decodeLossy(
    FrameBytes frame, unsigned precision, const GantryHounsfieldRequest &layout, uint16_t *pixels) {
    const DJCodecParameter parameter(ECC_lossyYCbCr, EDC_never, EUC_never, EPC_default);
    const size_t count = size_t(layout.rows) * layout.columns;
    if (precision == 12) {
        DJDecompressIJG12Bit decoder(parameter, OFFalse);
        return run(decoder, frame, layout, reinterpret_cast<uint8_t *>(pixels), 2 * count);
    }
    DJDecompressIJG8Bit decoder(parameter, OFFalse);
    std::vector<uint8_t> bytes(count);
    const GantryDICOMStatus status = run(decoder, frame, layout, bytes.data(), count);
    if (status == GantryDICOMStatusOk) std::copy(bytes.begin(), bytes.end(), pixels);
    return status;
}

GantryDICOMStatus decodeJPEG(
    FrameBytes frame, bool mayBeLossy, GantryHounsfieldRequest &layout, uint16_t *pixels, GantryHounsfieldFacts &facts) {
    JPEGStream stream;
    GantryDICOMStatus status = walkJPEG(frame, stream);
    if (status == GantryDICOMStatusOk) status = checkJPEG(stream, layout);
    if (status != GantryDICOMStatusOk) return status;
    const auto unsupported = [](const std::string &text) {
        return fail(GantryDICOMStatusPixelDataUnsupported, "the JPEG stream " + text);
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
                GantryDICOMStatusPixelDataIncomplete, "the progressive JPEG stream ends before its last scan");
        status = decodeLossy(frame, stream.precision, layout, pixels);
        keepLossyExcess(layout, stream.precision);
        break;
    default: return unsupported("is of a process that is not decoded (hierarchical, arithmetic coding, JPEG-LS)");
    }
    if (status == GantryDICOMStatusOk) facts.trailing_bytes = trailingBytes(frame, used);
    return status;
}

}
