#include "JPEGSegments.h"

/// Whether a marker has no length and no parameters: TEM, RST0 to RST7, SOI, EOI.
static bool stands_alone(uint8_t marker) { return marker == 0x01 || (marker >= 0xD0 && marker <= 0xD9); }

const char *jpeg_next_segment(const uint8_t *bytes, size_t size, size_t *at, JPEGSegment *segment) {
    *segment = (JPEGSegment){.marker = 0xFF};
    if (*at == 0) {
        if (size < 2 || jpeg_big_endian16(bytes) != 0xFFD8) return "the JPEG stream has no start of image";
        *at = 2;
    }
    while (size - *at >= 2 && jpeg_big_endian16(bytes + *at) == 0xFFFF) *at += 1;  // fill bytes
    if (size - *at < 2) return NULL;
    if (bytes[*at] != 0xFF) return "the JPEG stream has a byte where a marker should be";
    segment->marker = bytes[*at + 1];
    *at += 2;
    if (stands_alone(segment->marker)) return NULL;
    const unsigned length = size - *at < 2 ? 0 : jpeg_big_endian16(bytes + *at);
    if (length < 2 || length > size - *at) return "a JPEG segment is longer than the stream";
    segment->parameters = bytes + *at + 2;
    segment->size = length - 2;
    *at += length;
    return NULL;
}

const char *jpeg_unsupported(JPEGImage *image, const char *problem) {
    image->status = CDICOMStatusPixelDataUnsupported;
    return problem;
}

/// Takes a frame header. **Source** T.81 B.2.2, T.87 C.2.2.
static const char *take_frame(JPEGImage *image, const JPEGSegment *segment) {
    const uint8_t *const header = segment->parameters;
    if (segment->size < 9) return "the JPEG frame header is too short";
    if (image->precision != 0) return "the JPEG stream has two frame headers";
    if (header[5] != 1) return jpeg_unsupported(image, "the JPEG stream has several components");
    if (jpeg_big_endian16(header + 1) != image->rows || jpeg_big_endian16(header + 3) != image->columns)
        return "the JPEG stream holds an image of another size";
    if (header[0] < 2 || header[0] > 16)
        return jpeg_unsupported(image, "the JPEG stream has samples of an impossible size");
    image->precision = header[0];
    image->component = header[6];
    return NULL;
}

const char *jpeg_take_headers(JPEGImage *image, uint8_t process, JPEGTakeSegment *take) {
    image->status = CDICOMStatusPixelDataIncomplete;
    if (image->rows == 0 || image->columns == 0) return "an image without samples";
    JPEGSegment segment;
    do {
        const char *problem = jpeg_next_segment(image->bytes, image->size, &image->at, &segment);
        if (problem != NULL) return problem;
        if (segment.marker == 0xFF) return "the JPEG stream ends before its image";
        if (segment.marker < 0xC0 || stands_alone(segment.marker))
            return "the JPEG stream has a marker where none may be";
        if (segment.marker == 0xDA && image->precision == 0)
            return "the JPEG stream has a scan before its frame header";
        problem = (segment.marker == process ? take_frame : take)(image, &segment);
        if (problem != NULL) return problem;
    } while (segment.marker != 0xDA);
    return NULL;
}
