// What the targets of decoders share: the layout of the pixels and the bytes of a frame, taken from the input.

#pragma once

#include "Codecs/FrameDecoders.hpp"

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

    /// A copy of what is left, in a block of just that size: reading behind it is seen.
    std::vector<uint8_t> rest() { return std::vector<uint8_t>(bytes, bytes + size); }

private:
    const uint8_t *bytes;
    size_t size;
};

/// A layout within its ranges, as `cdicom_decode_hounsfield` lets pass: small images, so that a target runs fast.
inline CDICOMHounsfieldRequest soundLayout(Input &input) {
    CDICOMHounsfieldRequest layout{};
    layout.rows = uint16_t(1 + input.byte() % 64);
    layout.columns = uint16_t(1 + input.byte() % 64);
    layout.number_of_frames = 1;
    const uint8_t flags = input.byte();
    layout.bits_allocated = flags & 1 ? 16 : 8;
    layout.is_signed = flags & 2;
    layout.has_padding = flags & 4;
    layout.padding_becomes_air = flags & 8;
    layout.pixels_become_mask = flags & 16;
    layout.bits_stored = uint16_t(1 + input.byte() % layout.bits_allocated);
    const int spare = layout.bits_allocated - layout.bits_stored;
    layout.high_bit = uint16_t(layout.bits_stored - 1 + input.byte() % (spare + 1));
    layout.rescale_slope = 1;
    layout.rescale_intercept = -1024;
    return layout;
}

/// Calls `decode(pixels)` twice, on pixels that held different values before: where it says `Ok`, every pixel is one
/// that it wrote, or the two differ.
template <typename Decode> void requireAllPixelsDecoded(size_t count, Decode decode) {
    std::vector<uint16_t> once(count, 0x5A5A);
    std::vector<uint16_t> again(count, 0xA5A5);
    const CDICOMStatus status = decode(once.data());
    if (decode(again.data()) != status) std::abort();
    if (status == CDICOMStatusOk && once != again) std::abort();
}

/// What a decoder made of `size` bytes is sound: samples within their precision, or a problem. Returns its status.
template <typename Result>
CDICOMStatus requireSoundSamples(const Result &result, size_t size, const uint16_t *samples, size_t count) {
    if ((result.status == CDICOMStatusOk) != (result.problem == nullptr)) std::abort();
    if (result.status != CDICOMStatusOk) return result.status;
    if (result.used > size || result.precision < 2 || result.precision > 16) std::abort();
    for (size_t i = 0; i < count; ++i)
        if (samples[i] >> result.precision != 0) std::abort();
    return result.status;
}

}
