#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "decoders.h"

cimagefiles_status cimagefiles_fail(image_file *file, cimagefiles_status status, const char *sentence) {
    snprintf(file->explanation->text, sizeof file->explanation->text, "%s", sentence);
    return status;
}

cimagefiles_status cimagefiles_check_size(image_file *file, uint64_t width, uint64_t height) {
    const cimagefiles_limits *const limits = file->limits;
    char sentence[sizeof file->explanation->text];
    if (width > limits->largest_side || height > limits->largest_side) {
        snprintf(
            sentence, sizeof sentence, "%" PRIu64 " x %" PRIu64 " pixels; a side may have %" PRIu32, width, height,
            limits->largest_side);
        return cimagefiles_fail(file, CIMAGEFILES_TOO_LARGE, sentence);
    }
    if (width * height > limits->most_pixels) {
        snprintf(
            sentence, sizeof sentence, "%" PRIu64 " x %" PRIu64 " pixels; %" PRIu64 " are allowed in all", width,
            height, limits->most_pixels);
        return cimagefiles_fail(file, CIMAGEFILES_TOO_LARGE, sentence);
    }
    return CIMAGEFILES_OK;
}

bool cimagefiles_is_as_expected(const cimagefiles_facts *found, const cimagefiles_facts *expected) {
    return found->format == expected->format && found->width == expected->width && found->height == expected->height
        && found->channels == expected->channels && found->bits == expected->bits;
}

void cimagefiles_widen(uint16_t *row, size_t count) {
    const uint8_t *const narrow = (const uint8_t *)row;
    // From the end: a value is written behind those that are still to be read.
    for (size_t index = count; index > 0; index--) { row[index - 1] = (uint16_t)(narrow[index - 1] * 257); }
}

/// Decodes into `pixels`, or tells what the file is where that is NULL.
static cimagefiles_status read_file(image_file *file, const cimagefiles_facts *expected, uint16_t *pixels) {
    static const uint8_t png[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    static const uint8_t jpeg[3] = {0xFF, 0xD8, 0xFF};
    file->explanation->text[0] = 0;
    if (file->count >= sizeof png && memcmp(file->bytes, png, sizeof png) == 0) {
        return cimagefiles_png(file, expected, pixels);
    }
    if (file->count >= sizeof jpeg && memcmp(file->bytes, jpeg, sizeof jpeg) == 0) {
        return cimagefiles_jpeg(file, expected, pixels);
    }
    return cimagefiles_fail(
        file, CIMAGEFILES_NOT_AN_IMAGE,
        file->count == 0 ? "the file is empty" : "it begins neither as PNG nor as JPEG");
}

cimagefiles_status cimagefiles_inspect(
    const uint8_t *bytes, size_t count, const cimagefiles_limits *limits, cimagefiles_facts *out_facts,
    cimagefiles_explanation *out_explanation) {
    image_file file = {.bytes = bytes, .count = count, .limits = limits, .explanation = out_explanation};
    const cimagefiles_status status = read_file(&file, NULL, NULL);
    *out_facts = file.facts;
    return status;
}

cimagefiles_status cimagefiles_decode(
    const uint8_t *bytes, size_t count, const cimagefiles_limits *limits, const cimagefiles_facts *facts,
    uint16_t *pixels, size_t room, cimagefiles_explanation *out_explanation) {
    image_file file = {.bytes = bytes, .count = count, .limits = limits, .explanation = out_explanation};
    const cimagefiles_status checked = cimagefiles_check_size(&file, facts->width, facts->height);
    if (checked != CIMAGEFILES_OK) { return checked; }
    if (facts->channels > 3 || room != (size_t)facts->width * facts->height * facts->channels) {
        return cimagefiles_fail(&file, CIMAGEFILES_WRONG_ROOM, "the room made for its pixels has another size");
    }
    return read_file(&file, facts, pixels);
}
