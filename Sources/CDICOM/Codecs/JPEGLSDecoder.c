#include "JPEGLSDecoder.h"

#include "JPEGLSScan.h"

/// A stream while it is decoded.
typedef struct Stream {
    const uint8_t *bytes;
    size_t size;
    size_t at;
    unsigned rows;
    unsigned columns;
    unsigned precision;
    uint8_t component;
    /// Rows between restart markers; 0 where there are none.
    uint32_t restart_interval;
    bool is_ended;
    /// What a problem means.
    CDICOMStatus status;
    JPEGLSParameters parameters;
} Stream;

static const char *unsupported(Stream *stream, const char *problem) {
    stream->status = CDICOMStatusPixelDataUnsupported;
    return problem;
}

static unsigned big_endian16(const uint8_t *bytes) { return (unsigned)bytes[0] << 8 | bytes[1]; }

/// Decodes the scan whose entropy-coded bytes begin at `at`.
static const char *decode_scan(Stream *stream, uint16_t *samples) {
    JPEGLSInterval *const interval =
        jpeg_ls_make_interval(&stream->parameters, stream->precision, stream->columns, stream->size - stream->at);
    if (interval == NULL) {
        stream->status = CDICOMStatusOutOfMemory;
        return "memory ran out";
    }
    const uint8_t *next = stream->bytes + stream->at;
    const uint8_t *const end = stream->bytes + stream->size;
    const char *problem = NULL;
    unsigned marker = 0;
    for (unsigned row = 0; row < stream->rows && problem == NULL;) {
        if (row > 0) {
            while (end - next >= 2 && next[0] == 0xFF && next[1] == 0xFF) ++next;  // fill bytes
            if (end - next < 2 || next[0] != 0xFF || next[1] != 0xD0 + marker % 8) {
                problem = "the JPEG-LS stream ends before its last restart interval";
                break;
            }
            marker += 1;
            next += 2;
        }
        const unsigned left = stream->rows - row;
        const bool is_last = stream->restart_interval == 0 || left <= stream->restart_interval;
        const unsigned rows = is_last ? left : stream->restart_interval;
        problem = jpeg_ls_decode_interval(
            interval, next, end, rows, samples + (size_t)row * stream->columns, &next);
        row += rows;
    }
    jpeg_ls_free_interval(interval);
    stream->at = (size_t)(next - stream->bytes);
    return problem;
}

/// Takes a frame header. **Source** T.87 C.2.2.
static const char *take_frame(Stream *stream, const uint8_t *segment, size_t size) {
    if (size < 9) return "the JPEG-LS frame header is too short";
    if (stream->precision != 0) return "the JPEG-LS stream has two frame headers";
    if (segment[5] != 1) return unsupported(stream, "the JPEG-LS stream has several components");
    if (big_endian16(segment + 1) != stream->rows || big_endian16(segment + 3) != stream->columns)
        return "the JPEG-LS stream holds an image of another size";
    if (segment[0] < 2 || segment[0] > 16)
        return unsupported(stream, "the JPEG-LS stream has samples of an impossible size");
    stream->precision = segment[0];
    stream->component = segment[6];
    return NULL;
}

/// Takes preset parameters; mapping tables are of no meaning until a scan uses one. **Source** T.87 C.2.4.
static const char *take_presets(Stream *stream, const uint8_t *segment, size_t size) {
    if (size < 1) return "the JPEG-LS preset parameters are too short";
    if (segment[0] == 2 || segment[0] == 3) return NULL;
    if (segment[0] != 1) return unsupported(stream, "the JPEG-LS stream has an extension that is not decoded");
    if (size < 11) return "the JPEG-LS preset parameters are too short";
    // CharLS counts to 255 in runs, whatever the stream says, and takes the default of a threshold that is left out
    // without regard to the others: such streams would mean two things.
    if (segment[9] != 0) return unsupported(stream, "the JPEG-LS stream counts errors beyond 255");
    int given = 0;
    for (int i = 0; i < 3; ++i) given += big_endian16(segment + 3 + 2 * i) != 0;
    if (given != 0 && given != 3) return unsupported(stream, "the JPEG-LS stream leaves out some of its thresholds");
    JPEGLSParameters *const parameters = &stream->parameters;
    parameters->maxval = (int32_t)big_endian16(segment + 1);
    for (int i = 0; i < 3; ++i) parameters->thresholds[i] = (int32_t)big_endian16(segment + 3 + 2 * i);
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
    if (stream->precision == 0) return "the JPEG-LS stream has a scan before its frame header";
    // Interleaved by lines, one component is what it is without.
    if (size < 6 || segment[0] != 1 || segment[1] != stream->component || segment[4] > 1)
        return "the JPEG-LS scan header is broken";
    if (segment[2] != 0) return unsupported(stream, "the JPEG-LS scan uses a mapping table");
    if (segment[5] != 0) return unsupported(stream, "the JPEG-LS scan has a point transform");
    stream->parameters.near = segment[3];
    if (!jpeg_ls_complete_parameters(&stream->parameters, stream->precision))
        return "the JPEG-LS parameters contradict each other";
    return NULL;
}

/// Takes the end marker, before which fill bytes may stand, or the end of the bytes.
static const char *take_end(Stream *stream) {
    if (stream->at == stream->size) return NULL;
    while (stream->at < stream->size && stream->bytes[stream->at] == 0xFF) ++stream->at;
    if (stream->at == stream->size) return NULL;
    if (stream->bytes[stream->at] != 0xD9) return "the JPEG-LS stream goes on behind its last sample";
    stream->at += 1;
    stream->is_ended = true;
    return NULL;
}

/// Reads markers up to the scan, and decodes it.
static const char *decode(Stream *stream, uint16_t *samples) {
    if (stream->size < 2 || big_endian16(stream->bytes) != 0xFFD8) return "the JPEG-LS stream has no start of image";
    stream->at = 2;
    while (stream->size - stream->at >= 4) {
        if (stream->bytes[stream->at] != 0xFF) return "the JPEG-LS stream has a byte where a marker should be";
        const uint8_t marker = stream->bytes[stream->at + 1];
        stream->at += 1;
        if (marker == 0xFF) continue;  // fill byte
        stream->at += 1;
        if (marker < 0xC0 || (marker >= 0xD0 && marker <= 0xD9))
            return "the JPEG-LS stream has a marker where none may be";
        const uint8_t *segment = stream->bytes + stream->at + 2;
        const unsigned length = big_endian16(segment - 2);
        if (length < 2 || length > stream->size - stream->at) return "a JPEG-LS segment is longer than the stream";
        stream->at += length;
        const size_t size = length - 2;
        const char *problem = NULL;
        switch (marker) {
        case 0xF7: problem = take_frame(stream, segment, size); break;
        case 0xF8: problem = take_presets(stream, segment, size); break;
        case 0xDD: problem = take_restart_interval(stream, segment, size); break;
        case 0xDA:
            problem = take_scan(stream, segment, size);
            if (problem == NULL) problem = decode_scan(stream, samples);
            return problem != NULL ? problem : take_end(stream);
        default:
            // Application data, comments and the like; another frame header has no place here.
            if (marker >= 0xC0 && marker <= 0xCF) return unsupported(stream, "the stream is JPEG, not JPEG-LS");
        }
        if (problem != NULL) return problem;
    }
    return "the JPEG-LS stream ends before its image";
}

CDICOMJPEGLSResult cdicom_jpeg_ls_decode(
    const uint8_t *bytes, size_t size, unsigned rows, unsigned columns, uint16_t *samples) {
    Stream stream = {
        .bytes = bytes, .size = size, .rows = rows, .columns = columns, .status = CDICOMStatusPixelDataIncomplete};
    CDICOMJPEGLSResult result = {
        .problem = rows == 0 || columns == 0 ? "an image without samples" : decode(&stream, samples)};
    if (result.problem != NULL) {
        result.status = stream.status;
        return result;
    }
    result.status = CDICOMStatusOk;
    result.precision = stream.precision;
    result.near = (unsigned)stream.parameters.near;
    result.used = stream.at;
    result.is_ended = stream.is_ended;
    return result;
}
