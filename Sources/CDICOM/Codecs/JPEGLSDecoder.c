#include "JPEGLSDecoder.h"

#include "JPEGLSScan.h"
#include "JPEGSegments.h"

/// A stream while it is decoded.
typedef struct Stream {
    JPEGImage image;
    /// Rows between restart markers; 0 where there are none.
    uint32_t restart_interval;
    bool is_ended;
    JPEGLSParameters parameters;
} Stream;

/// Decodes the scan whose entropy-coded bytes begin at `at`.
static const char *decode_scan(Stream *stream, uint16_t *samples) {
    JPEGImage *const image = &stream->image;
    JPEGLSInterval *const interval =
        jpeg_ls_make_interval(&stream->parameters, image->precision, image->columns, image->size - image->at);
    if (interval == NULL) {
        image->status = CDICOMStatusOutOfMemory;
        return "memory ran out";
    }
    const uint8_t *next = image->bytes + image->at;
    const uint8_t *const end = image->bytes + image->size;
    const char *problem = NULL;
    unsigned marker = 0;
    for (unsigned row = 0; row < image->rows && problem == NULL;) {
        if (row > 0) {
            while (end - next >= 2 && next[0] == 0xFF && next[1] == 0xFF) ++next;  // fill bytes
            if (end - next < 2 || next[0] != 0xFF || next[1] != 0xD0 + marker % 8) {
                problem = "the JPEG-LS stream ends before its last restart interval";
                break;
            }
            marker += 1;
            next += 2;
        }
        const unsigned left = image->rows - row;
        const bool is_last = stream->restart_interval == 0 || left <= stream->restart_interval;
        const unsigned rows = is_last ? left : stream->restart_interval;
        problem = jpeg_ls_decode_interval(
            interval, next, end, rows, samples + (size_t)row * image->columns, &next);
        row += rows;
    }
    jpeg_ls_free_interval(interval);
    image->at = (size_t)(next - image->bytes);
    return problem;
}

/// Takes preset parameters; mapping tables are of no meaning until a scan uses one. **Source** T.87 C.2.4.
static const char *take_presets(Stream *stream, const uint8_t *segment, size_t size) {
    JPEGImage *const image = &stream->image;
    if (size < 1) return "the JPEG-LS preset parameters are too short";
    if (segment[0] == 2 || segment[0] == 3) return NULL;
    if (segment[0] != 1) return jpeg_unsupported(image, "the JPEG-LS stream has an extension that is not decoded");
    if (size < 11) return "the JPEG-LS preset parameters are too short";
    // CharLS counts to 255 in runs, whatever the stream says, and takes the default of a threshold that is left out
    // without regard to the others: such streams would mean two things.
    if (segment[9] != 0) return jpeg_unsupported(image, "the JPEG-LS stream counts errors beyond 255");
    int given = 0;
    for (int i = 0; i < 3; ++i) given += jpeg_big_endian16(segment + 3 + 2 * i) != 0;
    if (given != 0 && given != 3)
        return jpeg_unsupported(image, "the JPEG-LS stream leaves out some of its thresholds");
    JPEGLSParameters *const parameters = &stream->parameters;
    parameters->maxval = (int32_t)jpeg_big_endian16(segment + 1);
    for (int i = 0; i < 3; ++i) parameters->thresholds[i] = (int32_t)jpeg_big_endian16(segment + 3 + 2 * i);
    parameters->reset = segment[10];
    return NULL;
}

/// Takes a restart interval, in rows. **Source** T.87 C.2.5.
static const char *take_restart_interval(Stream *stream, const uint8_t *segment, size_t size) {
    if (size < 2 || size > 4) return "the JPEG-LS restart interval is broken";
    stream->restart_interval = 0;
    for (size_t i = 0; i < size; ++i) stream->restart_interval = stream->restart_interval << 8 | segment[i];
    return NULL;
}

/// Takes a scan header. **Source** T.87 C.2.3.
static const char *take_scan(Stream *stream, const uint8_t *segment, size_t size) {
    JPEGImage *const image = &stream->image;
    // Interleaved by lines, one component is what it is without.
    if (size < 6 || segment[0] != 1 || segment[1] != image->component || segment[4] > 1)
        return "the JPEG-LS scan header is broken";
    if (segment[2] != 0) return jpeg_unsupported(image, "the JPEG-LS scan uses a mapping table");
    if (segment[5] != 0) return jpeg_unsupported(image, "the JPEG-LS scan has a point transform");
    stream->parameters.near = segment[3];
    if (!jpeg_ls_complete_parameters(&stream->parameters, image->precision))
        return "the JPEG-LS parameters contradict each other";
    return NULL;
}

/// Takes the end marker, or the end of the bytes.
static const char *take_end(Stream *stream) {
    JPEGImage *const image = &stream->image;
    JPEGSegment segment;
    const char *problem = jpeg_next_segment(image->bytes, image->size, &image->at, &segment);
    if (problem != NULL || (segment.marker != 0xD9 && segment.marker != 0xFF))
        return "the JPEG-LS stream goes on behind its last sample";
    stream->is_ended = segment.marker == 0xD9;
    return NULL;
}

/// Takes a segment before the scan's data.
static const char *take_segment(JPEGImage *image, const JPEGSegment *segment) {
    Stream *const stream = (Stream *)image;  // its first member
    switch (segment->marker) {
    case 0xF8: return take_presets(stream, segment->parameters, segment->size);
    case 0xDD: return take_restart_interval(stream, segment->parameters, segment->size);
    case 0xDA: return take_scan(stream, segment->parameters, segment->size);
    default:
        // Application data, comments and the like; another frame header has no place here.
        return segment->marker <= 0xCF ? jpeg_unsupported(image, "the stream is JPEG, not JPEG-LS") : NULL;
    }
}

CDICOMJPEGLSResult cdicom_jpeg_ls_decode(
    const uint8_t *bytes, size_t size, unsigned rows, unsigned columns, uint16_t *samples) {
    Stream stream = {.image = {.bytes = bytes, .size = size, .rows = rows, .columns = columns}};
    const char *problem = jpeg_take_headers(&stream.image, 0xF7, take_segment);
    if (problem == NULL) problem = decode_scan(&stream, samples);
    if (problem == NULL) problem = take_end(&stream);
    if (problem != NULL) return (CDICOMJPEGLSResult){.status = stream.image.status, .problem = problem};
    return (CDICOMJPEGLSResult){
        .status = CDICOMStatusOk,
        .precision = stream.image.precision,
        .near = (unsigned)stream.parameters.near,
        .used = stream.image.at,
        .is_ended = stream.is_ended,
    };
}
