#include "JPEGLSDecoder.h"
#include "JPEGStream.hpp"

namespace cdicom {

CDICOMStatus decodeJPEGLS(
    FrameBytes frame, bool mayBeLossy, CDICOMHounsfieldRequest &layout, uint16_t *pixels,
    CDICOMHounsfieldFacts &facts) {
    JPEGStream stream;
    CDICOMStatus status = walkJPEG(frame, stream);
    if (status == CDICOMStatusOk) status = checkJPEG(stream, layout);
    if (status != CDICOMStatusOk) return status;
    if (stream.process != 0xF7)
        return fail(CDICOMStatusPixelDataUnsupported, "the stream is JPEG, which its transfer syntax is not");

    const CDICOMJPEGLSResult result =
        cdicom_jpeg_ls_decode(frame.first, frame.count, layout.rows, layout.columns, pixels);
    if (result.problem != nullptr) return fail(result.status, result.problem);
    if (result.near != 0 && !mayBeLossy)
        return fail(
            CDICOMStatusPixelDataUnsupported,
            "the JPEG-LS stream is lossy, which its transfer syntax does not allow");
    facts.lacks_end = !result.is_ended;

    settleHighBit(layout, stream.precision);
    if (result.near != 0) keepLossyExcess(layout, stream.precision);
    if (stream.precision < layout.bits_stored) {
        // The stream knows no sign: where values are signed, it is in the highest bit that was encoded.
        layout.bits_stored = uint16_t(stream.precision);
        layout.high_bit = uint16_t(stream.precision - 1);
    }
    facts.trailing_bytes = trailingBytes(frame, result.used);
    return CDICOMStatusOk;
}

}
