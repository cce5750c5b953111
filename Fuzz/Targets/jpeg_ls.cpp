// The JPEG-LS decoder: whatever the stream says, it stays inside its buffers, ends, and every sample of an image that
// it accepts comes from the stream. What CharLS encodes, it decodes to what was encoded, within the tolerance.

#include "Codecs/JPEGLSDecoder.h"
#include "FuzzInput.hpp"

#include <charls/charls.h>

#include <algorithm>

static CDICOMStatus decodeStream(
    const std::vector<uint8_t> &stream, unsigned rows, unsigned columns, uint16_t *samples) {
    const CDICOMJPEGLSResult result = cdicom_jpeg_ls_decode(stream.data(), stream.size(), rows, columns, samples);
    return fuzz::requireSoundSamples(result, stream.size(), samples, size_t(rows) * columns);
}

/// Preset parameters of the input, with all thresholds and the usual MAXVAL, which CharLS needs; or the default ones.
static charls_jpegls_pc_parameters presets(fuzz::Input &input, unsigned bits, unsigned near) {
    if ((input.byte() & 1) == 0) return {};
    const int32_t maxval = (1 << bits) - 1;
    charls_jpegls_pc_parameters parameters{maxval, int32_t(near), 0, 0, 3 + input.byte() % 253};
    int32_t *const thresholds[] = {&parameters.threshold1, &parameters.threshold2, &parameters.threshold3};
    int32_t floor = int32_t(near) + 1;
    for (int32_t *threshold : thresholds) floor = *threshold = std::min(maxval, floor + input.byte());
    return parameters;
}

/// An image of the rest of the input, encoded by CharLS; empty where CharLS does not take it.
static std::vector<uint8_t> encoded(
    fuzz::Input &input, unsigned rows, unsigned columns, unsigned bits, unsigned near, std::vector<uint16_t> &image) {
    const charls_jpegls_pc_parameters parameters = presets(input, bits, near);
    std::vector<uint8_t> bytes;
    for (uint16_t &sample : image) {
        sample = uint16_t((bits > 8 ? input.word() : input.byte()) & ((1u << bits) - 1));
        bytes.push_back(uint8_t(sample));
        if (bits > 8) bytes.push_back(uint8_t(sample >> 8));
    }
    std::vector<uint8_t> stream(8 * bytes.size() + 1024);
    charls_jpegls_encoder *encoder = charls_jpegls_encoder_create();
    const charls_frame_info frame{columns, rows, int32_t(bits), 1};
    const auto isDone = [](charls_jpegls_errc code) { return code == charls_jpegls_errc::success; };
    size_t written = 0;
    const bool isEncoded =
        isDone(charls_jpegls_encoder_set_frame_info(encoder, &frame)) &&
        isDone(charls_jpegls_encoder_set_near_lossless(encoder, int32_t(near))) &&
        isDone(charls_jpegls_encoder_set_preset_coding_parameters(encoder, &parameters)) &&
        isDone(charls_jpegls_encoder_set_destination_buffer(encoder, stream.data(), stream.size())) &&
        isDone(charls_jpegls_encoder_encode_from_buffer(encoder, bytes.data(), bytes.size(), 0)) &&
        isDone(charls_jpegls_encoder_get_bytes_written(encoder, &written));
    charls_jpegls_encoder_destroy(encoder);
    stream.resize(isEncoded ? written : 0);
    return stream;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    fuzz::Input input(bytes, size);
    const bool isImage = input.byte() & 1;
    const unsigned rows = 1 + input.byte() % 64;
    const unsigned columns = 1 + input.byte() % 64;
    if (!isImage) {
        const std::vector<uint8_t> stream = input.rest();
        fuzz::requireAllPixelsDecoded(size_t(rows) * columns, [&](uint16_t *samples) {
            return decodeStream(stream, rows, columns, samples);
        });
        return 0;
    }
    const unsigned bits = 2 + input.byte() % 15;
    const unsigned near = input.byte() % (1u << (bits - 1));
    std::vector<uint16_t> image(size_t(rows) * columns);
    const std::vector<uint8_t> stream = encoded(input, rows, columns, bits, near, image);
    if (stream.empty()) return 0;
    std::vector<uint16_t> samples(image.size());
    if (decodeStream(stream, rows, columns, samples.data()) != CDICOMStatusOk) std::abort();
    for (size_t i = 0; i < image.size(); ++i)
        if (unsigned(std::abs(int(samples[i]) - int(image[i]))) > near) std::abort();
    return 0;
}
