// The check of a JPEG stream's frame header before a codec sees it: it never reads outside the stream.

#include "FuzzInput.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    fuzz::Input input(bytes, size);
    const GantryHounsfieldRequest request = fuzz::soundRequest(input);
    const size_t fragments = 1 + input.byte() % 4;
    DcmPixelSequence sequence(DcmTag(DCM_PixelData, EVR_OB));
    fuzz::fillFragments(sequence, input.rest(), fragments);
    gantry::CompressedFrame frame;
    if (!frame.take(sequence)) return 0;
    // What passes has a start of image and at least a frame header of eleven bytes.
    if (gantry::checkJPEGHeader(frame, request) == GantryDICOMStatusOk && frame.size() < 13) std::abort();
    return 0;
}
