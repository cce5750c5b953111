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
        if ((result.status == CDICOMStatusOk) != (result.problem == nullptr)) std::abort();
        if (result.status != CDICOMStatusOk) return result.status;
        if (result.used > stream.size() || result.precision < 2 || result.precision > 16) std::abort();
        for (size_t i = 0; i < size_t(rows) * columns; ++i)
            if (samples[i] >> result.precision != 0) std::abort();
        return result.status;
    });
    return 0;
}
