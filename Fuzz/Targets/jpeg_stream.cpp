// The walk over the markers of a JPEG stream: it never reads outside the stream, and what it counts lies inside.

#include "Codecs/JPEGStream.hpp"

#include "FuzzInput.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    fuzz::Input input(bytes, size);
    const CDICOMHounsfieldRequest layout = fuzz::soundLayout(input);
    const std::vector<uint8_t> frame = input.rest();
    cdicom::JPEGStream stream;
    if (cdicom::walkJPEG({frame.data(), frame.size()}, stream) != CDICOMStatusOk) return 0;
    if (stream.used > frame.size()) std::abort();
    if (cdicom::checkJPEG(stream, layout) != CDICOMStatusOk) return 0;
    if (stream.rows != layout.rows || stream.columns != layout.columns || stream.components != 1) std::abort();
    return 0;
}
