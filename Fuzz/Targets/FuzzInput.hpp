// What the C++ fuzz targets share: numbers and frames taken from the front of the input.

#pragma once

#include "CompressedFrame.hpp"

#include "dcmtk/config/osconfig.h"
#include "dcmtk/dcmdata/dcdeftag.h"
#include "dcmtk/dcmdata/dcpixseq.h"
#include "dcmtk/dcmdata/dcpxitem.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <vector>

namespace fuzz {

/// The bytes that libFuzzer gives, taken from the front; where they end there are only zeros.
class Input {
public:
    Input(const uint8_t *bytes, size_t size) : bytes(bytes), size(size) {}

    uint8_t byte() {
        if (size == 0) return 0;
        --size;
        return *bytes++;
    }

    uint16_t word() {
        const uint16_t low = byte();
        return uint16_t(low | byte() << 8);
    }

    std::vector<uint8_t> rest() {
        std::vector<uint8_t> all(bytes, bytes + size);
        size = 0;
        return all;
    }

private:
    const uint8_t *bytes;
    size_t size;
};

/// A request within its ranges, as `gantry_dicom_decode_hounsfield` lets pass: small images, so that a target runs fast.
inline GantryHounsfieldRequest soundRequest(Input &input) {
    GantryHounsfieldRequest request{};
    request.rows = uint16_t(1 + input.byte() % 64);
    request.columns = uint16_t(1 + input.byte() % 64);
    const uint8_t flags = input.byte();
    request.bits_allocated = flags & 1 ? 16 : 8;
    request.is_signed = flags & 2;
    request.has_padding = flags & 4;
    request.padding_becomes_air = flags & 8;
    request.bits_stored = uint16_t(1 + input.byte() % request.bits_allocated);
    const int spare = request.bits_allocated - request.bits_stored;
    request.high_bit = uint16_t(request.bits_stored - 1 + input.byte() % (spare + 1));
    request.rescale_slope = 1;
    request.rescale_intercept = -1024;
    return request;
}

/// An encapsulated pixel sequence of `bytes`, an empty offset table in front, cut into fragments of even length.
inline void fillFragments(DcmPixelSequence &sequence, std::vector<uint8_t> bytes, size_t fragments) {
    bytes.resize(bytes.size() + (bytes.size() & 1));
    const size_t each = std::max<size_t>(2, (bytes.size() / std::max<size_t>(fragments, 1) + 1) & ~size_t(1));
    sequence.insert(new DcmPixelItem(DcmTag(DCM_Item, EVR_OB)));
    for (size_t at = 0; at < bytes.size(); at += each) {
        auto *item = new DcmPixelItem(DcmTag(DCM_Item, EVR_OB));
        const size_t count = std::min(each, bytes.size() - at);
        if (item->putUint8Array(bytes.data() + at, static_cast<unsigned long>(count)).bad()) std::abort();
        sequence.insert(item);
    }
}

}
