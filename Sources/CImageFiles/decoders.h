#ifndef CIMAGEFILES_DECODERS_H
#define CIMAGEFILES_DECODERS_H

#include <stdbool.h>

#include "cimagefiles.h"

/// A file in memory, what it may be, and what goes wrong with it.
typedef struct image_file {
    const uint8_t *_Nonnull bytes;
    size_t count;
    const cimagefiles_limits *_Nonnull limits;
    /// What it is; told by a decoder.
    cimagefiles_facts facts;
    cimagefiles_explanation *_Nonnull explanation;
} image_file;

/// Says why, and returns `status`.
cimagefiles_status cimagefiles_fail(
    image_file *_Nonnull file, cimagefiles_status status, const char *_Nonnull sentence);

/// Whether the sides are within the limits; says why not.
cimagefiles_status cimagefiles_check_size(image_file *_Nonnull file, uint64_t width, uint64_t height);

/// Tells the facts; decodes too where `pixels` has room for what they say, and was made for `expected`.
cimagefiles_status cimagefiles_png(
    image_file *_Nonnull file, const cimagefiles_facts *_Nullable expected, uint16_t *_Nullable pixels);
cimagefiles_status cimagefiles_jpeg(
    image_file *_Nonnull file, const cimagefiles_facts *_Nullable expected, uint16_t *_Nullable pixels);

/// Whether the file is still what room was made for.
bool cimagefiles_is_as_expected(
    const cimagefiles_facts *_Nonnull found, const cimagefiles_facts *_Nonnull expected);

/// Makes 16 bits of the `count` 8-bit values that `row` begins with, in place.
void cimagefiles_widen(uint16_t *_Nonnull row, size_t count);

#endif
