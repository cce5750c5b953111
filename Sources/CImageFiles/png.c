#include <png.h>
#include <setjmp.h>
#include <string.h>

#include "decoders.h"

/// A PNG being read.
struct png_reading {
    image_file *file;
    size_t position;
    jmp_buf failed;
    cimagefiles_status status;
};

static _Noreturn void stop(struct png_reading *reading, cimagefiles_status status, const char *sentence) {
    reading->status = cimagefiles_fail(reading->file, status, sentence);
    longjmp(reading->failed, 1);
}

static _Noreturn void on_error(png_structp png, png_const_charp message) {
    struct png_reading *const reading = png_get_error_ptr(png);
    const bool is_memory = strstr(message, "emory") != NULL;
    stop(reading, is_memory ? CIMAGEFILES_OUT_OF_MEMORY : CIMAGEFILES_DAMAGED, message);
}

/// Of the pixels nothing may be doubtful; what libpng finds odd elsewhere is of no matter.
static void on_warning(png_structp png, png_const_charp message) {
    if (strncmp(message, "IDAT", 4) == 0) { stop(png_get_error_ptr(png), CIMAGEFILES_DAMAGED, message); }
}

static void read_bytes(png_structp png, png_bytep out, size_t count) {
    struct png_reading *const reading = png_get_io_ptr(png);
    image_file *const file = reading->file;
    if (count > file->count - reading->position) {
        stop(reading, CIMAGEFILES_DAMAGED, "the file ends before its picture does");
    }
    memcpy(out, file->bytes + reading->position, count);
    reading->position += count;
}

static uint32_t big_endian(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/// Looks the indices that `row` begins with up in the palette, in place.
static void look_up(
    struct png_reading *reading, uint16_t *row, uint32_t width, const png_color *palette, int colours) {
    const uint8_t *const indices = (const uint8_t *)row;
    // From the end: a pixel is written behind those that are still to be read.
    for (size_t pixel = width; pixel > 0; pixel--) {
        const uint8_t index = indices[pixel - 1];
        if (index >= colours) { stop(reading, CIMAGEFILES_DAMAGED, "a pixel has a colour that is not in the palette"); }
        uint16_t *const out = row + 3 * (pixel - 1);
        out[0] = (uint16_t)(palette[index].red * 257);
        out[1] = (uint16_t)(palette[index].green * 257);
        out[2] = (uint16_t)(palette[index].blue * 257);
    }
}

static void read_pixels(struct png_reading *reading, png_structp png, png_infop info, uint16_t *pixels) {
    const cimagefiles_facts facts = reading->file->facts;
    const int colour = png_get_color_type(png, info);
    png_colorp palette = NULL;
    int colours = 0;
    if (colour == PNG_COLOR_TYPE_PALETTE) {
        if (png_get_PLTE(png, info, &palette, &colours) == 0) {
            stop(reading, CIMAGEFILES_DAMAGED, "its palette is missing");
        }
        png_set_packing(png);
    } else {
        png_set_expand_gray_1_2_4_to_8(png);
        png_set_strip_alpha(png);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
        png_set_swap(png);
#endif
    }
    const int passes = png_set_interlace_handling(png);
    png_read_update_info(png, info);
    const size_t raw_channels = palette ? 1 : facts.channels;
    if (png_get_rowbytes(png, info) != (size_t)facts.width * raw_channels * (facts.bits / 8)) {
        stop(reading, CIMAGEFILES_DAMAGED, "its rows have another length than its header says");
    }
    const size_t values = (size_t)facts.width * facts.channels;
    // Where a row has 8 bits it fills the front of its room.
    for (int pass = 0; pass < passes; pass++) {
        for (uint32_t y = 0; y < facts.height; y++) { png_read_row(png, (png_bytep)(pixels + y * values), NULL); }
    }
    png_read_end(png, NULL);
    for (uint32_t y = 0; y < facts.height; y++) {
        if (palette) {
            look_up(reading, pixels + y * values, facts.width, palette, colours);
        } else if (facts.bits == 8) {
            cimagefiles_widen(pixels + y * values, values);
        }
    }
}

static void read_png(
    struct png_reading *reading, png_structp png, png_infop info, const cimagefiles_facts *expected,
    uint16_t *pixels) {
    png_set_read_fn(png, reading, read_bytes);
    // Texts, profiles and what else stands beside the picture is not even inflated.
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_set_chunk_malloc_max(png, 1 << 20);
    png_set_user_limits(png, 0x7FFFFFFF, 0x7FFFFFFF);
    png_read_info(png, info);
    const uint32_t width = png_get_image_width(png, info), height = png_get_image_height(png, info);
    const int colour = png_get_color_type(png, info);
    reading->file->facts = (cimagefiles_facts){
        .format = CIMAGEFILES_PNG,
        .width = width,
        .height = height,
        .channels = (colour & PNG_COLOR_MASK_COLOR) != 0 ? 3 : 1,
        .bits = png_get_bit_depth(png, info) == 16 ? 16 : 8,
    };
    reading->status = cimagefiles_check_size(reading->file, width, height);
    if (reading->status != CIMAGEFILES_OK) { longjmp(reading->failed, 1); }
    if (expected == NULL || pixels == NULL) { return; }
    if (!cimagefiles_is_as_expected(&reading->file->facts, expected)) {
        stop(reading, CIMAGEFILES_WRONG_ROOM, "the file is another than the one that room was made for");
    }
    read_pixels(reading, png, info, pixels);
}

/// Returns also after a failure, with everything that it changed in `reading`, which belongs to the caller.
static void try_png(
    struct png_reading *reading, png_structp png, png_infop info, const cimagefiles_facts *expected,
    uint16_t *pixels) {
    if (setjmp(reading->failed) == 0) { read_png(reading, png, info, expected, pixels); }
}

cimagefiles_status cimagefiles_png(image_file *file, const cimagefiles_facts *expected, uint16_t *pixels) {
    // libpng refuses sides beyond a million by itself, and does not say that it is their size.
    if (file->count >= 24 && memcmp(file->bytes + 12, "IHDR", 4) == 0) {
        const cimagefiles_status checked =
            cimagefiles_check_size(file, big_endian(file->bytes + 16), big_endian(file->bytes + 20));
        if (checked != CIMAGEFILES_OK) { return checked; }
    }
    struct png_reading reading = {.file = file, .status = CIMAGEFILES_OK};
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &reading, on_error, on_warning);
    if (png == NULL) { return cimagefiles_fail(file, CIMAGEFILES_OUT_OF_MEMORY, "libpng cannot be started"); }
    png_infop info = png_create_info_struct(png);
    if (info == NULL) {
        png_destroy_read_struct(&png, NULL, NULL);
        return cimagefiles_fail(file, CIMAGEFILES_OUT_OF_MEMORY, "libpng cannot be started");
    }
    try_png(&reading, png, info, expected, pixels);
    png_destroy_read_struct(&png, &info, NULL);
    return reading.status;
}
