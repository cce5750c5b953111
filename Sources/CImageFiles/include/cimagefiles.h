// PNG and JPEG files to pixels, by libpng and libjpeg-turbo, behind plain C.
//
// No library's type, error jump or allocation crosses. The caller owns every buffer: it asks what a file is, makes
// room, and has it filled. Every function returns a status; what went wrong is said in words in the explanation that
// it is given. Calls may be made from several threads at once.
//
// Pixels are complete or absent: where a library only warns about a picture's data, the call has failed.

#ifndef CIMAGEFILES_H
#define CIMAGEFILES_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// How a call ended. New values may be added.
typedef enum cimagefiles_status {
    /// Done.
    CIMAGEFILES_OK = 0,
    /// It begins neither as PNG nor as JPEG.
    CIMAGEFILES_NOT_AN_IMAGE = 1,
    /// It does not decode completely and without a warning.
    CIMAGEFILES_DAMAGED = 2,
    /// A side or the number of pixels is beyond the limits.
    CIMAGEFILES_TOO_LARGE = 3,
    /// A form that is not decoded: lossless or 12-bit JPEG, another number of components than 1, 3 or 4.
    CIMAGEFILES_UNSUPPORTED = 4,
    /// Memory ran out.
    CIMAGEFILES_OUT_OF_MEMORY = 5,
    /// The room that was made is not what the file needs.
    CIMAGEFILES_WRONG_ROOM = 6,
} cimagefiles_status;

/// The kind of a file.
typedef enum cimagefiles_format {
    CIMAGEFILES_PNG = 1,
    CIMAGEFILES_JPEG = 2,
} cimagefiles_format;

/// What is looked at before anything is allocated for a picture.
typedef struct cimagefiles_limits {
    /// Of width and height, pixels.
    uint32_t largest_side;
    /// Of width times height.
    uint64_t most_pixels;
} cimagefiles_limits;

/// What a file is.
typedef struct cimagefiles_facts {
    cimagefiles_format format;
    uint32_t width;
    uint32_t height;
    /// 1 (grey) or 3 (red, green, blue). An alpha channel is dropped, a palette looked up, CMYK converted.
    uint32_t channels;
    /// Bits that a value has of its own: 8 (also for fewer) or 16.
    uint32_t bits;
} cimagefiles_facts;

/// Why a call failed: a sentence without full stop, ended by a zero; empty where it succeeded.
typedef struct cimagefiles_explanation {
    char text[256];
} cimagefiles_explanation;

/// What the `count` bytes are, from their header.
cimagefiles_status cimagefiles_inspect(
    const uint8_t *_Nonnull bytes, size_t count, const cimagefiles_limits *_Nonnull limits,
    cimagefiles_facts *_Nonnull out_facts, cimagefiles_explanation *_Nonnull out_explanation);

/// Decodes the `count` bytes, of which `cimagefiles_inspect` told `facts`, into `pixels`, which has room for
/// width x height x channels values: row by row, the channels of a pixel side by side.
///
/// **Range**: 0 to 65535, all of it: v x 257 of 8 bits; 1, 2 and 4 bits likewise. A gamma, a colour profile, EXIF's
/// orientation and transparency are not heeded. JPEG: the accurate integer transform, fancy upsampling; CMYK is taken
/// as inverted, as Adobe writes it, and becomes (255 - C)(255 - K) / 255. What was written before a failure is no
/// picture.
cimagefiles_status cimagefiles_decode(
    const uint8_t *_Nonnull bytes, size_t count, const cimagefiles_limits *_Nonnull limits,
    const cimagefiles_facts *_Nonnull facts, uint16_t *_Nonnull pixels, size_t room,
    cimagefiles_explanation *_Nonnull out_explanation);

#ifdef __cplusplus
}
#endif

#endif
