// The lossless JPEG decoder: whatever the stream says, it stays inside its buffers, ends, and every sample of an image
// that it accepts comes from the stream.

#include "FuzzInput.hpp"
#include "Codecs/JPEGLossless.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    fuzz::Input input(bytes, size);
    const unsigned rows = 1 + input.byte() % 64;
    const unsigned columns = 1 + input.byte() % 64;
    const std::vector<uint8_t> stream = input.rest();
    fuzz::requireAllPixelsDecoded(size_t(rows) * columns, [&](uint16_t *samples) {
        const CDICOMLosslessResult result =
            cdicom_lossless_decode(stream.data(), stream.size(), rows, columns, samples);
        return fuzz::requireSoundSamples(result, stream.size(), samples, size_t(rows) * columns);
    });
    return 0;
}
