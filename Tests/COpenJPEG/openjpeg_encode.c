#include "openjpeg_encode.h"

#include <openjpeg-2.5/openjpeg.h>
#include <string.h>

typedef struct Sink {
    uint8_t *bytes;
    size_t room;
    size_t at;
    size_t size;
} Sink;

static OPJ_SIZE_T write_sink(void *bytes, OPJ_SIZE_T count, void *context) {
    Sink *const sink = context;
    if (count > sink->room - sink->at) return (OPJ_SIZE_T)-1;
    memcpy(sink->bytes + sink->at, bytes, count);
    sink->at += count;
    if (sink->at > sink->size) sink->size = sink->at;
    return count;
}

static OPJ_BOOL seek_sink(OPJ_OFF_T position, void *context) {
    Sink *const sink = context;
    if (position < 0 || (size_t)position > sink->room) return OPJ_FALSE;
    sink->at = (size_t)position;
    return OPJ_TRUE;
}

static OPJ_OFF_T skip_sink(OPJ_OFF_T count, void *context) {
    Sink *const sink = context;
    return seek_sink((OPJ_OFF_T)sink->at + count, context) ? count : -1;
}

static void set_parameters(const JPEG2000Encoding *encoding, opj_cparameters_t *parameters) {
    opj_set_default_encoder_parameters(parameters);
    parameters->cp_disto_alloc = 1;
    parameters->tcp_numlayers = (int)encoding->layers;
    // Each layer but the last, which has all the rest, has about twice the one before it.
    for (unsigned i = 0; i < encoding->layers; ++i)
        parameters->tcp_rates[i] = i + 1 == encoding->layers ? 0 : (float)(2u << (encoding->layers - i));
    parameters->numresolution = (int)encoding->levels + 1;
    parameters->prog_order = (OPJ_PROG_ORDER)encoding->progression;
    parameters->cblockw_init = (int)encoding->block_columns;
    parameters->cblockh_init = (int)encoding->block_rows;
    parameters->mode = (int)encoding->block_style;
    parameters->irreversible = encoding->is_irreversible;
    parameters->image_offset_x0 = (int)encoding->left;
    parameters->image_offset_y0 = (int)encoding->top;
    parameters->tile_size_on = encoding->tile_columns != 0;
    parameters->cp_tdx = (int)encoding->tile_columns;
    parameters->cp_tdy = (int)encoding->tile_rows;
    if (encoding->precinct != 0) {
        parameters->csty |= 1;
        parameters->res_spec = 1;
        parameters->prcw_init[0] = parameters->prch_init[0] = (int)encoding->precinct;
    }
    if (encoding->has_packet_starts) parameters->csty |= 2;
    if (encoding->has_header_ends) parameters->csty |= 4;
}

size_t openjpeg_encode(const JPEG2000Encoding *encoding, const int32_t *samples, uint8_t *bytes, size_t room) {
    opj_cparameters_t parameters;
    set_parameters(encoding, &parameters);
    opj_image_cmptparm_t component = {
        .dx = 1, .dy = 1, .w = encoding->columns, .h = encoding->rows, .x0 = encoding->left, .y0 = encoding->top,
        .prec = encoding->bits, .sgnd = encoding->is_signed};
    opj_image_t *const image = opj_image_create(1, &component, OPJ_CLRSPC_GRAY);
    if (image == NULL) return 0;
    image->x0 = encoding->left;
    image->y0 = encoding->top;
    image->x1 = encoding->left + encoding->columns;
    image->y1 = encoding->top + encoding->rows;
    memcpy(image->comps[0].data, samples, (size_t)encoding->rows * encoding->columns * sizeof *samples);
    Sink sink = {.bytes = bytes, .room = room};
    opj_stream_t *const stream = opj_stream_create(64 << 10, OPJ_FALSE);
    opj_codec_t *const codec = opj_create_compress(OPJ_CODEC_J2K);
    opj_stream_set_user_data(stream, &sink, NULL);
    opj_stream_set_write_function(stream, write_sink);
    opj_stream_set_skip_function(stream, skip_sink);
    opj_stream_set_seek_function(stream, seek_sink);
    const bool is_done = opj_setup_encoder(codec, &parameters, image) && opj_start_compress(codec, image, stream) &&
        opj_encode(codec, stream) && opj_end_compress(codec, stream);
    opj_destroy_codec(codec);
    opj_stream_destroy(stream);
    opj_image_destroy(image);
    return is_done ? sink.size : 0;
}
