// The JPEG 2000 decoder: whatever the codestream says, it stays inside its buffers, ends, and every sample of an image
// that it accepts comes from the codestream. What OpenJPEG encodes, it decodes to what was encoded.

#include "Codecs/JPEG2000Decoder.h"
#include "FuzzInput.hpp"

extern "C" {
#include "openjpeg_encode.h"
}

/// A way of coding, of the input.
static JPEG2000Encoding encoding(fuzz::Input &input, unsigned rows, unsigned columns) {
    JPEG2000Encoding encoding{};
    encoding.rows = rows;
    encoding.columns = columns;
    encoding.bits = 1 + input.byte() % 16;
    encoding.is_signed = input.byte() & 1;
    encoding.levels = input.byte() % 6;
    encoding.layers = 1 + input.byte() % 3;
    encoding.progression = input.byte() % 5;
    const unsigned columnPower = 2 + input.byte() % 9, rowPower = 2 + input.byte() % 9;
    encoding.block_columns = 1u << columnPower;
    encoding.block_rows = 1u << (columnPower + rowPower > 12 ? 12 - columnPower : rowPower);
    encoding.block_style = input.byte() & (2 | 8 | 16 | 32);
    const uint8_t flags = input.byte();
    // Halved at each level.
    if (flags & 1) encoding.precinct = 64u << input.byte() % 4;
    encoding.has_packet_starts = flags & 2;
    encoding.has_header_ends = flags & 4;
    return encoding;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    fuzz::Input input(bytes, size);
    const uint8_t kind = input.byte();
    const bool isImage = kind & 1, isLossy = kind & 2;
    const unsigned rows = 1 + input.byte() % 64;
    const unsigned columns = 1 + input.byte() % 64;
    if (!isImage) {
        const std::vector<uint8_t> stream = input.rest();
        fuzz::requireAllPixelsDecoded(size_t(rows) * columns, [&](uint16_t *samples) {
            const CDICOMJPEG2000Result result =
                cdicom_jpeg_2000_decode(stream.data(), stream.size(), rows, columns, isLossy, samples);
            if ((result.status == CDICOMStatusOk) != (result.problem == nullptr)) std::abort();
            return result.status;
        });
        return 0;
    }
    const JPEG2000Encoding how = encoding(input, rows, columns);
    const int32_t values = 1 << how.bits;
    std::vector<int32_t> image(size_t(rows) * columns);
    for (int32_t &sample : image)
        sample = ((how.bits > 8 ? input.word() : input.byte()) & (values - 1)) - (how.is_signed ? values / 2 : 0);
    std::vector<uint8_t> stream(16 * image.size() + (64 << 10));
    stream.resize(openjpeg_encode(&how, image.data(), stream.data(), stream.size()));
    if (stream.empty()) return 0;
    std::vector<uint16_t> samples(image.size());
    const CDICOMJPEG2000Result result =
        cdicom_jpeg_2000_decode(stream.data(), stream.size(), rows, columns, false, samples.data());
    if (result.status != CDICOMStatusOk) std::abort();
    for (size_t i = 0; i < image.size(); ++i)
        if (samples[i] != uint16_t(image[i])) std::abort();
    return 0;
}
