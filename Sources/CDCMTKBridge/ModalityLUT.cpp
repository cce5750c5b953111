#include "Object.hpp"

#include <algorithm>
#include <vector>

/// The first item of Modality LUT Sequence; `none` where there is none.
static uint32_t firstModalityLUT(const gantry::ElementIndex &index) {
    const uint32_t sequence = index.find(gantry::ElementIndex::topLevel, gantry::tagOf(0x0028, 0x3000));
    const bool isSequence = sequence != gantry::ElementIndex::none &&
                            index[sequence].kind == gantry::Element::Kind::sequence;
    return isSequence ? index.firstItem(sequence) : gantry::ElementIndex::none;
}

extern "C" GantryDICOMStatus gantry_dicom_modality_lut_type(
    GantryDICOMObject *object, char *buffer, size_t capacity, size_t *length) noexcept {
    const uint32_t item = firstModalityLUT(object->index);
    if (item != gantry::ElementIndex::none)
        return gantry_dicom_text(object, item, 0x0028, 0x3004, buffer, capacity, length);
    *length = 0;
    return gantry::guarded(
        [] { return gantry::fail(GantryDICOMStatusAttributeMissing, "there is no modality LUT with a type"); });
}

/// The 16-bit patterns of an element of words, whatever sign its value representation gives them; empty where it has
/// none, or more than a table can have.
static std::vector<uint16_t> words(GantryDICOMObject &object, uint32_t item, gantry::Tag tag) {
    const uint32_t number = object.index.find(item, tag);
    if (number == gantry::ElementIndex::none) return {};
    const gantry::Element &element = object.index[number];
    if (element.length > 2 * 65536) return {};
    const uint8_t *bytes = object.source.at(element.offset, element.length);
    if (bytes == nullptr) return {};
    std::vector<uint16_t> values(element.length / 2);
    for (size_t i = 0; i < values.size(); ++i)
        values[i] = element.isBigEndian ? uint16_t(bytes[2 * i] << 8 | bytes[2 * i + 1])
                                        : uint16_t(bytes[2 * i + 1] << 8 | bytes[2 * i]);
    return values;
}

extern "C" GantryDICOMStatus gantry_dicom_modality_lut(
    GantryDICOMObject *object, bool isSigned, uint16_t *entries, size_t capacity, uint32_t *count,
    int32_t *first) noexcept {
    *count = 0;
    *first = 0;
    return gantry::guarded([&] {
        const uint32_t item = firstModalityLUT(object->index);
        if (item == gantry::ElementIndex::none) return gantry::fail(GantryDICOMStatusAttributeMissing, "there is no modality LUT");
        const std::vector<uint16_t> descriptor = words(*object, item, gantry::tagOf(0x0028, 0x3002));
        if (descriptor.size() != 3)
            return gantry::fail(GantryDICOMStatusAttributeInvalid, "LUT Descriptor has not three values");
        // 65536 does not fit and is written as 0.
        const size_t declared = descriptor[0] == 0 ? 65536 : descriptor[0];
        const unsigned bits = descriptor[2];
        if (bits < 8 || bits > 16)
            return gantry::fail(
                GantryDICOMStatusAttributeInvalid, "LUT Descriptor has entries of " + std::to_string(bits) + " bits");
        std::vector<uint16_t> values = words(*object, item, gantry::tagOf(0x0028, 0x3006));
        if (bits == 8 && values.size() == (declared + 1) / 2 && declared > 1) {
            // Two entries a word, the first in its lower half.
            std::vector<uint16_t> bytes(declared);
            for (size_t i = 0; i < declared; ++i) bytes[i] = uint16_t(values[i / 2] >> (8 * (i % 2)) & 0xFF);
            values = std::move(bytes);
        }
        if (values.size() != declared)
            return gantry::fail(
                GantryDICOMStatusAttributeInvalid, "LUT Data has " + std::to_string(values.size()) +
                                                       " entries where its descriptor says " +
                                                       std::to_string(declared));
        *count = uint32_t(declared);
        *first = isSigned ? int32_t(int16_t(descriptor[1])) : int32_t(descriptor[1]);
        if (entries != nullptr) std::copy_n(values.begin(), std::min(capacity, declared), entries);
        return GantryDICOMStatusOk;
    });
}
