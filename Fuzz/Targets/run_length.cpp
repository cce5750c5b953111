// The RLE decoder: whatever the segments say, it stays inside its buffers, and every pixel of an image that it accepts
// comes from the frame.

#include "FuzzInput.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    fuzz::Input input(bytes, size);
    const CDICOMHounsfieldRequest described = fuzz::soundLayout(input);
    const std::vector<uint8_t> frame = input.rest();
    fuzz::requireAllPixelsDecoded(size_t(described.rows) * described.columns, [&](uint16_t *pixels) {
        CDICOMHounsfieldRequest layout = described;
        CDICOMHounsfieldFacts facts{};
        const CDICOMStatus status =
            cdicom::decodeRunLength({frame.data(), frame.size()}, layout, pixels, facts);
        if (facts.trailing_bytes > frame.size()) std::abort();
        return status;
    });
    return 0;
}
