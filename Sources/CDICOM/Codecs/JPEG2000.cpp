#include "JPEG2000Decoder.h"
#include "JPEG2000Stream.hpp"

// The folder bears the version: openjpeg.h of another would be another interface.
#include <openjpeg-2.5/openjpeg.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

namespace cdicom {

namespace {

/// Bytes in memory, as OpenJPEG reads them.
struct Source {
    FrameBytes frame;
    size_t at;
};

/// The first thing that OpenJPEG complained of, errors and warnings alike: it warns where it fills in what is missing.
struct Complaints {
    std::string first;
};

OPJ_SIZE_T readSource(void *buffer, OPJ_SIZE_T wanted, void *context) {
    Source &source = *static_cast<Source *>(context);
    const size_t count = std::min<size_t>(wanted, source.frame.count - source.at);
    if (count == 0) return OPJ_SIZE_T(-1);
    std::memcpy(buffer, source.frame.first + source.at, count);
    source.at += count;
    return count;
}

OPJ_OFF_T skipSource(OPJ_OFF_T wanted, void *context) {
    Source &source = *static_cast<Source *>(context);
    if (wanted < 0 || uint64_t(wanted) > source.frame.count - source.at) return -1;
    source.at += size_t(wanted);
    return wanted;
}

OPJ_BOOL seekSource(OPJ_OFF_T position, void *context) {
    Source &source = *static_cast<Source *>(context);
    if (position < 0 || uint64_t(position) > source.frame.count) return OPJ_FALSE;
    source.at = size_t(position);
    return OPJ_TRUE;
}

void complain(const char *message, void *context) {
    std::string &first = static_cast<Complaints *>(context)->first;
    if (!first.empty() || message == nullptr) return;
    first = message;
    while (!first.empty() && first.back() == '\n') first.pop_back();
}

struct Image {
    opj_image_t *value = nullptr;
    ~Image() {
        if (value != nullptr) opj_image_destroy(value);
    }
};

}

/// Decodes the codestream into `image`.
static CDICOMStatus decodeByOpenJPEG(FrameBytes codestream, Image &image) {
    Source source{codestream, 0};
    Complaints complaints;
    const std::unique_ptr<opj_stream_t, void (*)(opj_stream_t *)> stream(
        opj_stream_create(64 << 10, OPJ_TRUE), opj_stream_destroy);
    const std::unique_ptr<opj_codec_t, void (*)(opj_codec_t *)> codec(
        opj_create_decompress(OPJ_CODEC_J2K), opj_destroy_codec);
    if (!stream || !codec) return fail(CDICOMStatusOutOfMemory, "memory ran out");
    opj_stream_set_user_data(stream.get(), &source, nullptr);
    opj_stream_set_user_data_length(stream.get(), codestream.count);
    opj_stream_set_read_function(stream.get(), readSource);
    opj_stream_set_skip_function(stream.get(), skipSource);
    opj_stream_set_seek_function(stream.get(), seekSource);
    opj_set_warning_handler(codec.get(), complain, &complaints);
    opj_set_error_handler(codec.get(), complain, &complaints);
    opj_dparameters_t parameters;
    opj_set_default_decoder_parameters(&parameters);
    // No thread of its own, whatever the environment says: how many run is decided elsewhere.
    const bool isDone = opj_setup_decoder(codec.get(), &parameters) && opj_codec_set_threads(codec.get(), 0) &&
                        opj_decoder_set_strict_mode(codec.get(), OPJ_TRUE) &&
                        opj_read_header(stream.get(), codec.get(), &image.value) &&
                        opj_decode(codec.get(), stream.get(), image.value) &&
                        opj_end_decompress(codec.get(), stream.get());
    if (!isDone || !complaints.first.empty())
        return fail(
            CDICOMStatusPixelDataIncomplete,
            "the JPEG 2000 codestream does not decode" + std::string(complaints.first.empty() ? "" : ": ") +
                complaints.first);
    return CDICOMStatusOk;
}

/// Decodes what our own decoder does not take.
static CDICOMStatus decodeByOpenJPEG(
    FrameBytes codestream, const CDICOMHounsfieldRequest &layout, uint16_t *pixels) {
    Image image;
    const CDICOMStatus status = decodeByOpenJPEG(codestream, image);
    if (status != CDICOMStatusOk) return status;
    const opj_image_comp_t &component = image.value->comps[0];
    if (image.value->numcomps != 1 || component.w != layout.columns || component.h != layout.rows ||
        component.data == nullptr)
        return fail(CDICOMStatusPixelDataIncomplete, "the JPEG 2000 codestream has no whole image");
    const size_t count = size_t(layout.rows) * layout.columns;
    for (size_t i = 0; i < count; ++i) pixels[i] = uint16_t(component.data[i]);
    return CDICOMStatusOk;
}

/// Sets how the samples' patterns become stored values.
///
/// Bits above Bits Stored are an overlay or a sign in lossless data, and no part of the value; in lossy data they are a
/// value a little outside the range. Samples carry their own sign: where it is not the one of Pixel Representation, the
/// encoder took the bits as they were, and they are taken so again. Otherwise a sample is the stored value.
static void settleLayout(CDICOMHounsfieldRequest &layout, const JPEG2000Stream &stream, bool mayBeLossy) {
    if (!mayBeLossy && stream.precision > layout.bits_stored) {
        settleHighBit(layout, stream.precision);
    } else if (stream.isSigned != layout.is_signed) {
        layout.bits_stored = uint16_t(stream.precision);
        layout.high_bit = uint16_t(stream.precision - 1);
    } else {
        layout.bits_stored = 16;
        layout.high_bit = 15;
    }
}

CDICOMStatus decodeJPEG2000(
    FrameBytes frame, bool mayBeLossy, CDICOMHounsfieldRequest &layout, uint16_t *pixels,
    CDICOMHounsfieldFacts &facts) {
    JPEG2000Stream stream;
    CDICOMStatus status = walkJPEG2000(frame, stream);
    if (status == CDICOMStatusOk) status = checkJPEG2000(stream, layout);
    if (status != CDICOMStatusOk) return status;
    if (!stream.isReversible && !mayBeLossy)
        return fail(
            CDICOMStatusPixelDataUnsupported,
            "the JPEG 2000 codestream is lossy, which its transfer syntax does not allow");
    // All tile-parts are there: an end marker that is not loses nothing, but OpenJPEG insists on it.
    std::vector<uint8_t> ended;
    if (!stream.isEnded) {
        ended.assign(stream.codestream.first, stream.codestream.first + stream.codestream.count);
        ended.insert(ended.end(), {0xFF, 0xD9});
        stream.codestream = {ended.data(), ended.size()};
    }
    const FrameBytes codestream = stream.codestream;
    const CDICOMJPEG2000Result result = cdicom_jpeg_2000_decode(
        codestream.first, codestream.count, layout.rows, layout.columns, mayBeLossy, pixels);
    if (result.status == CDICOMStatusPixelDataUnsupported) {
        status = decodeByOpenJPEG(codestream, layout, pixels);
        if (status != CDICOMStatusOk) return status;
    } else if (result.problem != nullptr) {
        return fail(result.status, result.problem);
    }
    settleLayout(layout, stream, mayBeLossy);
    facts.trailing_bytes = trailingBytes(frame, stream.used);
    return CDICOMStatusOk;
}

}
