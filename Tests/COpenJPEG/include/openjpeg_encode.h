// OpenJPEG (Debian: libopenjp2-7-dev) as an encoder, the reference of our own JPEG 2000 decoder.

#ifndef OPENJPEG_ENCODE_H
#define OPENJPEG_ENCODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// An image of one component, and how it is coded. **Source** T.800 annex A.
typedef struct JPEG2000Encoding {
    unsigned rows;
    unsigned columns;
    unsigned bits;
    bool is_signed;
    /// Where the image begins on the reference grid.
    unsigned left;
    unsigned top;
    /// 0 for one tile.
    unsigned tile_columns;
    unsigned tile_rows;
    unsigned levels;
    unsigned layers;
    /// As numbered in a codestream: 0 LRCP, 1 RLCP, 2 RPCL, 3 PCRL, 4 CPRL.
    unsigned progression;
    unsigned block_columns;
    unsigned block_rows;
    unsigned block_style;
    /// The size of precincts, both ways; 0 for none.
    unsigned precinct;
    bool has_packet_starts;
    bool has_header_ends;
    /// The irreversible wavelet.
    bool is_irreversible;
} JPEG2000Encoding;

/// Encodes `samples`, row by row, to `bytes`; returns how many these are, or 0 where OpenJPEG does not do it or there
/// is no room.
size_t openjpeg_encode(const JPEG2000Encoding *encoding, const int32_t *samples, uint8_t *bytes, size_t room);

#endif
