// Stored values to Hounsfield units: no arithmetic overflows, and what it counts lies within the image, for any request
// that is within its ranges.

#include "FuzzInput.hpp"

#include <cmath>
#include <cstring>

static double number(fuzz::Input &input) {
    uint64_t bits = 0;
    for (int i = 0; i < 8; ++i) bits = bits << 8 | input.byte();
    double value = 0;
    std::memcpy(&value, &bits, sizeof value);
    return std::isfinite(value) ? value : 1;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    fuzz::Input input(bytes, size);
    CDICOMHounsfieldRequest request = fuzz::soundLayout(input);
    if (input.byte() & 1) request.rescale_slope = number(input);
    request.rescale_intercept = input.byte() & 1 ? number(input) : double(int16_t(input.word()));
    request.has_padding = input.byte() & 1;
    request.overlay_bits = input.word();
    request.padding_smallest = int32_t(uint32_t(input.word()) << 16 | input.word());
    request.padding_largest = int32_t(uint32_t(input.word()) << 16 | input.word());
    // A modality LUT in place of slope and intercept.
    std::vector<uint16_t> lut(input.byte() & 1 ? 1 + input.byte() : 0);
    for (uint16_t &entry : lut) entry = input.word();
    request.lut = lut.empty() ? nullptr : lut.data();
    request.lut_count = uint32_t(lut.size());
    request.lut_first = int16_t(input.word());
    const std::vector<uint8_t> rest = input.rest();
    std::vector<int16_t> pixels(rest.size() / 2);
    if (pixels.empty()) return 0;
    std::memcpy(pixels.data(), rest.data(), pixels.size() * 2);
    CDICOMHounsfieldFacts facts{};
    cdicom_hounsfield_from_stored(&request, pixels.data(), pixels.size(), &facts);
    const auto count = int32_t(pixels.size());
    if (facts.clamped_pixels < 0 || facts.padding_pixels < 0 || facts.clamped_pixels + facts.padding_pixels > count ||
        facts.stray_cells < 0 || facts.stray_cells + facts.padding_pixels > count)
        std::abort();
    if (facts.padding_pixels < count && facts.smallest_hu > facts.largest_hu) std::abort();
    if (facts.padding_pixels > 0 && facts.smallest_padding_hu > facts.largest_padding_hu) std::abort();
    return 0;
}
