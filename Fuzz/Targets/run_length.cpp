// The RLE decoder: whatever the segments say, it stays inside its buffers, and every pixel of an image it accepts comes
// from the file.

#include "FuzzInput.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    fuzz::Input input(bytes, size);
    const GantryHounsfieldRequest request = fuzz::soundRequest(input);
    const size_t fragments = 1 + input.byte() % 4;
    DcmPixelSequence sequence(DcmTag(DCM_PixelData, EVR_OB));
    fuzz::fillFragments(sequence, input.rest(), fragments);
    gantry::CompressedFrame frame;
    if (!frame.take(sequence)) return 0;
    // A pixel that is not written keeps what stood there: two different fillings show it.
    const size_t count = size_t(request.rows) * request.columns;
    std::vector<uint16_t> once(count, 0x5A5A);
    std::vector<uint16_t> again(count, 0xA5A5);
    const GantryDICOMStatus status = gantry::decodeRunLength(frame, request, once.data());
    if (gantry::decodeRunLength(frame, request, again.data()) != status) std::abort();
    if (status == GantryDICOMStatusOk && once != again) std::abort();
    return 0;
}
