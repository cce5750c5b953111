// Which bytes of encapsulated pixel data make up a frame.

#pragma once

#include "Guard.hpp"
#include "PixelFragments.hpp"
#include "Structure/ByteSource.hpp"
#include "Structure/ElementIndex.hpp"

#include <cstdint>
#include <vector>

namespace cdicom {

/// What the encoded bytes of a frame begin and end with; for finding frames that no offset table points to.
enum class FrameMarks {
    /// JPEG and JPEG-LS: start and end of image. **Source** ITU-T T.81 B.1.1.3, T.87 C.1.1.
    jpeg,
    /// JPEG 2000: start and end of codestream, or the signature of a JP2 file. **Source** ITU-T T.800 A.4, I.5.1.
    jpeg2000,
    /// The header of an RLE frame; there is no end. **Source** PS3.5 G.5.
    runLength,
};

/// The fragments of encapsulated pixel data, and which of them each frame is made of.
///
/// **Source** PS3.5 A.4 (fragments, basic offset table), PS3.3 C.7.6.3.1.8 (extended offset table).
class FrameTable {
public:
    /// Takes the fragments that were found, and finds out which belong to which of `frames` frames.
    ///
    /// One frame has all fragments; as many fragments as frames are one each. Where there are more, the extended offset
    /// table, the basic offset table and the frames' own marks are asked in this order; the first whose every entry
    /// is the beginning of a frame is taken. Returns `PixelDataIncomplete` where none says where the frames begin.
    CDICOMStatus build(
        const ElementIndex &index, const PixelFragments &pixelFragments, uint32_t frames, FrameMarks marks,
        ByteSource &source);

    /// Brings the encoded bytes of frame `frame`, from 0, into `bytes`.
    CDICOMStatus read(uint32_t frame, std::vector<uint8_t> &bytes, ByteSource &source) const;

private:
    bool begins(size_t fragment, FrameMarks marks, ByteSource &source) const;
    bool ends(size_t fragment, ByteSource &source) const;
    bool takeOffsets(const std::vector<uint64_t> &offsets, FrameMarks marks, ByteSource &source);
    void findMarks(FrameMarks marks, ByteSource &source);

    std::vector<Fragment> fragments;
    /// The first fragment of each frame, and behind the last one the number of fragments.
    std::vector<size_t> firstFragments;
};

}
