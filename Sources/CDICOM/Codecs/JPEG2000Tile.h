// A tile of a JPEG 2000 image of one component: its packets, and what they make (ITU-T T.800 annex B).

#ifndef CDICOM_JPEG_2000_TILE_H
#define CDICOM_JPEG_2000_TILE_H

#include "CDICOM.h"
#include "JPEG2000Blocks.h"
#include "JPEG2000Wavelet.h"

#pragma clang assume_nonnull begin

enum { jpeg_2000_most_levels = 32, jpeg_2000_most_bands = 3 * jpeg_2000_most_levels + 1 };

/// The order of packets, as numbered in a stream; of one component, the last two are one. **Source** T.800 B.12.
typedef enum JPEG2000Progression {
    JPEG2000ProgressionLayers,
    JPEG2000ProgressionResolutions,
    JPEG2000ProgressionResolutionPositions,
    JPEG2000ProgressionPositions,
    JPEG2000ProgressionComponents,
} JPEG2000Progression;

/// What the headers of a stream say of its coding. **Source** T.800 A.6.1, A.6.4.
typedef struct JPEG2000Coding {
    /// The transfer syntax says that nothing was left out.
    bool is_lossless;
    bool may_have_packet_starts;
    bool has_header_ends;
    JPEG2000Progression progression;
    unsigned layers;
    /// How often the wavelet was taken.
    unsigned levels;
    /// Sizes of code-blocks and, by resolution from the smallest, precincts; as powers of two.
    unsigned block_width;
    unsigned block_height;
    unsigned block_style;
    uint8_t precinct_widths[jpeg_2000_most_levels + 1];
    uint8_t precinct_heights[jpeg_2000_most_levels + 1];
    /// Bit-planes of each subband, from the smallest.
    uint8_t planes[jpeg_2000_most_bands];
} JPEG2000Coding;

/// Decodes a tile's packets to samples about 0, row by row, `jpeg_2000_width` apart. `scratch` as
/// `jpeg_2000_synthesize` needs it.
///
/// Returns NULL, or why there are no samples; `status` is what that means. Every packet must be there in its length.
const char *_Nullable jpeg_2000_decode_tile(
    const JPEG2000Coding *coding, JPEG2000Rectangle tile, const uint8_t *bytes, size_t size, int32_t *samples,
    int32_t *scratch, CDICOMStatus *status);

#pragma clang assume_nonnull end

#endif
