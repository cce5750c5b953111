#include "JPEGStream.hpp"

#include <charls/charls.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

namespace cdicom {

static CDICOMStatus statusOf(charls_jpegls_errc code) {
    switch (code) {
    case charls_jpegls_errc::parameter_value_not_supported:
    case charls_jpegls_errc::bit_depth_for_transform_not_supported:
    case charls_jpegls_errc::color_transform_not_supported:
    case charls_jpegls_errc::encoding_not_supported:
    case charls_jpegls_errc::jpegls_preset_extended_parameter_type_not_supported:
        return CDICOMStatusPixelDataUnsupported;
    case charls_jpegls_errc::not_enough_memory: return CDICOMStatusOutOfMemory;
    default: return CDICOMStatusPixelDataIncomplete;
    }
}

using Decoder = std::unique_ptr<charls_jpegls_decoder, void (*)(const charls_jpegls_decoder *)>;
using Encoder = std::unique_ptr<charls_jpegls_encoder, void (*)(const charls_jpegls_encoder *)>;

/// Decodes a stream that has an end marker into `samples`, of 1 or 2 bytes each as its precision asks. `near` is how
/// much a sample may differ from what was encoded.
static charls_jpegls_errc decodeSamples(
    const Decoder &decoder, FrameBytes frame, std::vector<uint8_t> &samples, int32_t &near) {
    charls_jpegls_errc code = charls_jpegls_decoder_set_source_buffer(decoder.get(), frame.first, frame.count);
    if (code == charls_jpegls_errc::success) code = charls_jpegls_decoder_read_header(decoder.get());
    if (code == charls_jpegls_errc::success) code = charls_jpegls_decoder_get_near_lossless(decoder.get(), 0, &near);
    if (code == charls_jpegls_errc::success)
        code = charls_jpegls_decoder_decode_to_buffer(decoder.get(), samples.data(), samples.size(), 0);
    return code;
}

/// The entropy-coded bytes that `samples` become with the settings of the stream that `decoder` has read; empty where
/// they become none.
static std::vector<uint8_t> encodedAgain(const Decoder &decoder, const std::vector<uint8_t> &samples, int32_t near) {
    charls_frame_info frame{};
    charls_jpegls_pc_parameters parameters{};
    const Encoder encoder(charls_jpegls_encoder_create(), charls_jpegls_encoder_destroy);
    if (!encoder) return {};
    std::vector<uint8_t> stream(2 * samples.size() + 4096);
    size_t written = 0;
    const auto isDone = [](charls_jpegls_errc code) { return code == charls_jpegls_errc::success; };
    if (!isDone(charls_jpegls_decoder_get_frame_info(decoder.get(), &frame)) ||
        !isDone(charls_jpegls_decoder_get_preset_coding_parameters(decoder.get(), 0, &parameters)) ||
        !isDone(charls_jpegls_encoder_set_frame_info(encoder.get(), &frame)) ||
        !isDone(charls_jpegls_encoder_set_near_lossless(encoder.get(), near)) ||
        !isDone(charls_jpegls_encoder_set_preset_coding_parameters(encoder.get(), &parameters)) ||
        !isDone(charls_jpegls_encoder_set_destination_buffer(encoder.get(), stream.data(), stream.size())) ||
        !isDone(charls_jpegls_encoder_encode_from_buffer(encoder.get(), samples.data(), samples.size(), 0)) ||
        !isDone(charls_jpegls_encoder_get_bytes_written(encoder.get(), &written)))
        return {};
    stream.resize(written);
    JPEGStream walked;
    if (walkJPEG({stream.data(), stream.size()}, walked) != CDICOMStatusOk || !walked.isEnded) return {};
    return std::vector<uint8_t>(stream.begin() + ptrdiff_t(walked.scan), stream.begin() + ptrdiff_t(walked.used) - 2);
}

/// Decodes a stream whose end marker is missing, where every sample is there: what was decoded must become the same
/// bytes again when it is encoded, for a decoder may take bits that are lost at the end for zeros. A zero that makes
/// the length even, and the first half of the marker, are none of them.
static bool decodeWithoutEnd(
    FrameBytes frame, const JPEGStream &stream, std::vector<uint8_t> &samples, int32_t &near) {
    for (const size_t without : {size_t(0), size_t(1), size_t(2)}) {
        if (stream.scan == 0 || frame.count < stream.scan + without) return false;
        const uint8_t *const end = frame.first + frame.count;
        if (without == 1 && end[-1] != 0 && end[-1] != 0xFF) return false;
        if (without == 2 && (end[-1] != 0 || end[-2] != 0xFF)) return false;
        std::vector<uint8_t> ended(frame.first, frame.first + frame.count - without);
        ended.insert(ended.end(), {0xFF, 0xD9});
        const Decoder decoder(charls_jpegls_decoder_create(), charls_jpegls_decoder_destroy);
        if (!decoder) return false;
        if (decodeSamples(decoder, {ended.data(), ended.size()}, samples, near) != charls_jpegls_errc::success) {
            continue;
        }
        const std::vector<uint8_t> again = encodedAgain(decoder, samples, near);
        if (!again.empty() && again.size() == ended.size() - 2 - stream.scan &&
            std::equal(again.begin(), again.end(), ended.begin() + ptrdiff_t(stream.scan)))
            return true;
    }
    return false;
}

CDICOMStatus decodeJPEGLS(
    FrameBytes frame, bool mayBeLossy, CDICOMHounsfieldRequest &layout, uint16_t *pixels,
    CDICOMHounsfieldFacts &facts) {
    JPEGStream stream;
    CDICOMStatus status = walkJPEG(frame, stream);
    if (status == CDICOMStatusOk) status = checkJPEG(stream, layout);
    if (status != CDICOMStatusOk) return status;
    if (stream.process != 0xF7)
        return fail(CDICOMStatusPixelDataUnsupported, "the stream is JPEG, which its transfer syntax is not");

    const size_t count = size_t(layout.rows) * layout.columns;
    std::vector<uint8_t> samples(stream.precision > 8 ? 2 * count : count);
    int32_t near = 0;
    // CharLS 2.4.1 searches without end for bits of a stream that has no end marker.
    if (!stream.isEnded) {
        if (!decodeWithoutEnd(frame, stream, samples, near))
            return fail(
                CDICOMStatusPixelDataIncomplete,
                "the JPEG-LS stream has no end of image, and ends before its last sample");
        facts.lacks_end = true;
    } else {
        const Decoder decoder(charls_jpegls_decoder_create(), charls_jpegls_decoder_destroy);
        if (!decoder) return fail(CDICOMStatusOutOfMemory, "memory ran out");
        const charls_jpegls_errc code = decodeSamples(decoder, frame, samples, near);
        if (code != charls_jpegls_errc::success)
            return fail(
                statusOf(code),
                std::string("the JPEG-LS stream does not decode: ") + charls_get_error_message(code));
    }
    if (near != 0 && !mayBeLossy)
        return fail(
            CDICOMStatusPixelDataUnsupported,
            "the JPEG-LS stream is lossy, which its transfer syntax does not allow");
    if (stream.precision > 8) {
        std::memcpy(pixels, samples.data(), samples.size());
    } else {
        std::copy(samples.begin(), samples.end(), pixels);
    }

    settleHighBit(layout, stream.precision);
    if (near != 0) keepLossyExcess(layout, stream.precision);
    if (stream.precision < layout.bits_stored) {
        // The stream knows no sign: where values are signed, it is in the highest bit that was encoded.
        layout.bits_stored = uint16_t(stream.precision);
        layout.high_bit = uint16_t(stream.precision - 1);
    }
    facts.trailing_bytes = trailingBytes(frame, stream.used);
    return CDICOMStatusOk;
}

}
