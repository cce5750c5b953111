// The bit-planes of a JPEG 2000 code-block (ITU-T T.800 annexes C and D).

#ifndef CDICOM_JPEG_2000_BLOCKS_H
#define CDICOM_JPEG_2000_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// Which neighbours tell most about a coefficient. **Source** T.800 table D.1.
typedef enum JPEG2000Orientation {
    JPEG2000OrientationLowPass,
    JPEG2000OrientationHorizontal,
    JPEG2000OrientationVertical,
    JPEG2000OrientationDiagonal,
} JPEG2000Orientation;

/// Ways of coding that a code-block may be in. **Source** T.800 table A.19.
enum {
    JPEG2000BlockResetsContexts = 2,
    JPEG2000BlockIsVerticallyCausal = 8,
    JPEG2000BlockEndsPredictably = 16,
    JPEG2000BlockHasSegmentationSymbols = 32,
};

/// A code-block as its packets describe it.
typedef struct JPEG2000Block {
    unsigned width;
    unsigned height;
    JPEG2000Orientation orientation;
    unsigned style;
    /// Bit-planes that are coded, below those that are zero; at most `jpeg_2000_most_planes`.
    unsigned planes;
    unsigned passes;
    /// Nothing was left out.
    bool is_lossless;
} JPEG2000Block;

/// A coefficient is 31 bits of magnitude, of which the lowest is half of the last plane.
enum { jpeg_2000_most_planes = 30 };

/// No code-block has more coefficients, nor is wider or higher than `jpeg_2000_longest_side`. **Source** T.800 A.6.1.
enum { jpeg_2000_most_coefficients = 4096, jpeg_2000_longest_side = 1024 };

/// What decodes one code-block after the other.
typedef struct JPEG2000BlockDecoder JPEG2000BlockDecoder;

/// Returns NULL where memory ran out. No code-block has more than `most_bytes` encoded bytes.
JPEG2000BlockDecoder *_Nullable jpeg_2000_make_block_decoder(size_t most_bytes);

void jpeg_2000_free_block_decoder(JPEG2000BlockDecoder *_Nullable decoder);

/// Where the encoded bytes of the next code-block go, those of one packet behind those of another.
uint8_t *jpeg_2000_block_bytes(JPEG2000BlockDecoder *decoder);

/// Decodes the `size` bytes at `jpeg_2000_block_bytes` to coefficients, row by row, `stride` apart: each the last
/// whole plane that was coded, and half a plane more where planes are missing. Returns NULL, or why there are none.
const char *_Nullable jpeg_2000_decode_block(
    JPEG2000BlockDecoder *decoder, const JPEG2000Block *block, size_t size, int32_t *coefficients, size_t stride);

#pragma clang assume_nonnull end

#endif
