// The walk over the markers of a JPEG 2000 codestream, also in a JP2 file: it never reads outside the frame, and what
// it finds lies inside.

#include "Codecs/JPEG2000Stream.hpp"

#include "FuzzInput.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    fuzz::Input input(bytes, size);
    const CDICOMHounsfieldRequest layout = fuzz::soundLayout(input);
    const std::vector<uint8_t> frame = input.rest();
    cdicom::JPEG2000Stream stream;
    if (cdicom::walkJPEG2000({frame.data(), frame.size()}, stream) != CDICOMStatusOk) return 0;
    const uint8_t *end = frame.data() + frame.size();
    if (stream.used > frame.size() || stream.codestream.first < frame.data() || stream.codestream.first > end ||
        stream.codestream.count > size_t(end - stream.codestream.first))
        std::abort();
    if (cdicom::checkJPEG2000(stream, layout) != CDICOMStatusOk) return 0;
    if (stream.rows != layout.rows || stream.columns != layout.columns || stream.components != 1) std::abort();
    return 0;
}
