#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

#include "decoders.h"

/// More scans than any progressive file has: each costs as much as the whole picture.
enum { most_scans = 500 };

/// A JPEG being read. libjpeg knows its parts by their addresses.
struct jpeg_reading {
    struct jpeg_decompress_struct info;
    struct jpeg_error_mgr errors;
    struct jpeg_source_mgr source;
    struct jpeg_progress_mgr progress;
    image_file *file;
    jmp_buf failed;
    cimagefiles_status status;
};

static struct jpeg_reading *reading_of(j_common_ptr info) { return info->client_data; }

static _Noreturn void stop(struct jpeg_reading *reading, cimagefiles_status status, const char *sentence) {
    reading->status = cimagefiles_fail(reading->file, status, sentence);
    longjmp(reading->failed, 1);
}

static _Noreturn void stop_with_message(j_common_ptr info, cimagefiles_status status) {
    char sentence[JMSG_LENGTH_MAX];
    info->err->format_message(info, sentence);
    stop(reading_of(info), status, sentence);
}

static _Noreturn void on_error(j_common_ptr info) {
    switch (info->err->msg_code) {
    case JERR_OUT_OF_MEMORY:
    case JERR_NO_BACKING_STORE:
        stop_with_message(info, CIMAGEFILES_OUT_OF_MEMORY);
    case JERR_ARITH_NOTIMPL:
    case JERR_BAD_PRECISION:
    case JERR_CCIR601_NOTIMPL:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_FRACT_SAMPLE_NOTIMPL:
    case JERR_NOT_COMPILED:
    case JERR_SOF_UNSUPPORTED:
        stop_with_message(info, CIMAGEFILES_UNSUPPORTED);
    default:
        stop_with_message(info, CIMAGEFILES_DAMAGED);
    }
}

/// A warning about the data means that pixels were made up; one about a version or a profile does not.
static void on_message(j_common_ptr info, int level) {
    if (level >= 0) { return; }
    switch (info->err->msg_code) {
    case JWRN_JFIF_MAJOR:
    case JWRN_ADOBE_XFORM:
    case JWRN_BOGUS_ICC:
        return;
    default:
        stop_with_message(info, CIMAGEFILES_DAMAGED);
    }
}

static void no_output(j_common_ptr info) { (void)info; }

static void nothing_to_do(j_decompress_ptr info) { (void)info; }

static boolean at_end(j_decompress_ptr info) {
    stop(reading_of((j_common_ptr)info), CIMAGEFILES_DAMAGED, "the file ends before its picture does");
}

static void skip_bytes(j_decompress_ptr info, long count) {
    if (count <= 0) { return; }
    if ((size_t)count > info->src->bytes_in_buffer) { (void)at_end(info); }
    info->src->next_input_byte += count;
    info->src->bytes_in_buffer -= (size_t)count;
}

static void on_progress(j_common_ptr info) {
    if (((j_decompress_ptr)info)->input_scan_number > most_scans) {
        stop(reading_of(info), CIMAGEFILES_TOO_LARGE, "it has more than 500 scans");
    }
}

/// a x b / 255, rounded.
static uint32_t product(uint32_t a, uint32_t b) {
    const uint32_t whole = a * b + 128;
    return ((whole >> 8) + whole) >> 8;
}

/// Red, green and blue of inverted cyan, magenta, yellow and black, rounded as Pillow's `convert("RGB")` does.
static void convert_inverted_cmyk(const uint8_t *row, size_t width, uint16_t *out) {
    for (size_t pixel = 0; pixel < width; pixel++) {
        const uint32_t light = row[4 * pixel + 3];
        for (size_t channel = 0; channel < 3; channel++) {
            const uint32_t ink = 255u - row[4 * pixel + channel];
            out[3 * pixel + channel] = (uint16_t)((light - product(ink, light)) * 257);
        }
    }
}

static void read_pixels(struct jpeg_reading *reading, uint16_t *pixels) {
    const j_decompress_ptr info = &reading->info;
    const cimagefiles_facts facts = reading->file->facts;
    jpeg_start_decompress(info);
    if (info->output_width != facts.width || info->output_height != facts.height
        || info->output_components != (info->num_components == 4 ? 4 : (int)facts.channels)) {
        stop(reading, CIMAGEFILES_DAMAGED, "its pixels are not those that its header says");
    }
    const size_t components = (size_t)info->output_components;
    const JSAMPARRAY row = info->mem->alloc_sarray(
        (j_common_ptr)info, JPOOL_IMAGE, (JDIMENSION)(facts.width * components), 1);
    while (info->output_scanline < facts.height) {
        uint16_t *const out = pixels + (size_t)info->output_scanline * facts.width * facts.channels;
        if (jpeg_read_scanlines(info, row, 1) != 1) {
            stop(reading, CIMAGEFILES_DAMAGED, "the file ends before its picture does");
        }
        if (components == 4) {
            convert_inverted_cmyk(row[0], facts.width, out);
        } else {
            for (size_t index = 0; index < facts.width * components; index++) {
                out[index] = (uint16_t)(row[0][index] * 257);
            }
        }
    }
    jpeg_finish_decompress(info);
}

static void read_jpeg(struct jpeg_reading *reading, const cimagefiles_facts *expected, uint16_t *pixels) {
    const j_decompress_ptr info = &reading->info;
    jpeg_create_decompress(info);
    info->mem->max_memory_to_use = (long)(8 * reading->file->limits->most_pixels + (64 << 20));
    info->src = &reading->source;
    info->progress = &reading->progress;
    jpeg_read_header(info, TRUE);
    reading->status = cimagefiles_check_size(reading->file, info->image_width, info->image_height);
    if (reading->status != CIMAGEFILES_OK) { longjmp(reading->failed, 1); }
    switch (info->num_components) {
    case 1:
        info->out_color_space = JCS_GRAYSCALE;
        break;
    case 3:
        info->out_color_space = JCS_RGB;
        break;
    case 4:
        info->out_color_space = JCS_CMYK;
        break;
    default:
        stop(reading, CIMAGEFILES_UNSUPPORTED, "it has neither 1, 3 nor 4 components");
    }
    info->dct_method = JDCT_ISLOW;
    info->do_fancy_upsampling = TRUE;
    reading->file->facts = (cimagefiles_facts){
        .format = CIMAGEFILES_JPEG,
        .width = info->image_width,
        .height = info->image_height,
        .channels = info->num_components == 1 ? 1 : 3,
        .bits = 8,
    };
    if (expected == NULL || pixels == NULL) { return; }
    if (!cimagefiles_is_as_expected(&reading->file->facts, expected)) {
        stop(reading, CIMAGEFILES_WRONG_ROOM, "the file is another than the one that room was made for");
    }
    read_pixels(reading, pixels);
}

/// Returns also after a failure, with everything that it changed in `reading`, which belongs to the caller.
static void try_jpeg(struct jpeg_reading *reading, const cimagefiles_facts *expected, uint16_t *pixels) {
    if (setjmp(reading->failed) == 0) { read_jpeg(reading, expected, pixels); }
}

cimagefiles_status cimagefiles_jpeg(image_file *file, const cimagefiles_facts *expected, uint16_t *pixels) {
    struct jpeg_reading reading = {.file = file, .status = CIMAGEFILES_OK};
    reading.info.err = jpeg_std_error(&reading.errors);
    reading.info.client_data = &reading;
    reading.errors.error_exit = on_error;
    reading.errors.emit_message = on_message;
    reading.errors.output_message = no_output;
    reading.source = (struct jpeg_source_mgr){
        .next_input_byte = file->bytes,
        .bytes_in_buffer = file->count,
        .init_source = nothing_to_do,
        .fill_input_buffer = at_end,
        .skip_input_data = skip_bytes,
        .resync_to_restart = jpeg_resync_to_restart,
        .term_source = nothing_to_do,
    };
    reading.progress.progress_monitor = on_progress;
    try_jpeg(&reading, expected, pixels);
    // Of one that could not even be created nothing is freed.
    jpeg_destroy_decompress(&reading.info);
    return reading.status;
}
