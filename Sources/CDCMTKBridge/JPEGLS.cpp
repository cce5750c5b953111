#include "JPEGStream.hpp"

#include <charls/charls.h>

#include <algorithm>
#include <memory>
#include <vector>

namespace gantry {

static GantryDICOMStatus statusOf(charls_jpegls_errc code) {
    switch (code) {
    case charls_jpegls_errc::parameter_value_not_supported:
    case charls_jpegls_errc::bit_depth_for_transform_not_supported:
    case charls_jpegls_errc::color_transform_not_supported:
    case charls_jpegls_errc::encoding_not_supported:
    case charls_jpegls_errc::jpegls_preset_extended_parameter_type_not_supported:
        return GantryDICOMStatusPixelDataUnsupported;
    case charls_jpegls_errc::not_enough_memory: return GantryDICOMStatusOutOfMemory;
    default: return GantryDICOMStatusPixelDataIncomplete;
    }
}

GantryDICOMStatus decodeJPEGLS(
    FrameBytes frame, bool mayBeLossy, GantryHounsfieldRequest &layout, uint16_t *pixels, uint64_t &trailing) {
    JPEGStream stream;
    GantryDICOMStatus status = walkJPEG(frame, stream);
    if (status == GantryDICOMStatusOk) status = checkJPEG(stream, layout);
    if (status != GantryDICOMStatusOk) return status;
    if (stream.process != 0xF7)
        return fail(GantryDICOMStatusPixelDataUnsupported, "the stream is JPEG, which its transfer syntax is not");
    // CharLS 2.4.1 searches without end for bits of a stream that has no end marker.
    if (!stream.isEnded)
        return fail(GantryDICOMStatusPixelDataIncomplete, "the JPEG-LS stream has no end of image");

    const std::unique_ptr<charls_jpegls_decoder, void (*)(const charls_jpegls_decoder *)> decoder(
        charls_jpegls_decoder_create(), charls_jpegls_decoder_destroy);
    if (!decoder) return fail(GantryDICOMStatusOutOfMemory, "memory ran out");
    charls_jpegls_errc code = charls_jpegls_decoder_set_source_buffer(decoder.get(), frame.first, frame.count);
    if (code == charls_jpegls_errc::success) code = charls_jpegls_decoder_read_header(decoder.get());
    int32_t near = 0;
    if (code == charls_jpegls_errc::success)
        code = charls_jpegls_decoder_get_near_lossless(decoder.get(), 0, &near);
    if (near != 0 && !mayBeLossy)
        return fail(
            GantryDICOMStatusPixelDataUnsupported,
            "the JPEG-LS stream is lossy, which its transfer syntax does not allow");
    const size_t count = size_t(layout.rows) * layout.columns;
    if (code == charls_jpegls_errc::success && stream.precision > 8) {
        code = charls_jpegls_decoder_decode_to_buffer(decoder.get(), pixels, 2 * count, 0);
    } else if (code == charls_jpegls_errc::success) {
        std::vector<uint8_t> bytes(count);
        code = charls_jpegls_decoder_decode_to_buffer(decoder.get(), bytes.data(), count, 0);
        std::copy(bytes.begin(), bytes.end(), pixels);
    }
    if (code != charls_jpegls_errc::success)
        return fail(
            statusOf(code),
            std::string("the JPEG-LS stream does not decode: ") + charls_get_error_message(code));

    settleHighBit(layout, stream.precision);
    if (near != 0) keepLossyExcess(layout, stream.precision);
    if (stream.precision < layout.bits_stored) {
        // The stream knows no sign: where values are signed, it is in the highest bit that was encoded.
        layout.bits_stored = uint16_t(stream.precision);
        layout.high_bit = uint16_t(stream.precision - 1);
    }
    trailing = trailingBytes(frame, stream.used);
    return GantryDICOMStatusOk;
}

}
