#include "Object.hpp"

#include <algorithm>
#include <vector>

/// The first item of Modality LUT Sequence; `none` where there is none.
static uint32_t firstModalityLUT(const cdicom::ElementIndex &index) {
    const uint32_t sequence = index.find(cdicom::ElementIndex::topLevel, cdicom::tagOf(0x0028, 0x3000));
    const bool isSequence = sequence != cdicom::ElementIndex::none &&
                            index[sequence].kind == cdicom::Element::Kind::sequence;
    return isSequence ? index.firstItem(sequence) : cdicom::ElementIndex::none;
}

extern "C" CDICOMStatus cdicom_modality_lut_type(
    CDICOMObject *object, char *buffer, size_t capacity, size_t *length) noexcept {
    const uint32_t item = firstModalityLUT(object->index);
    if (item != cdicom::ElementIndex::none)
        return cdicom_text(object, item, 0x0028, 0x3004, buffer, capacity, length);
    *length = 0;
    return cdicom::guarded(
        [] { return cdicom::fail(CDICOMStatusAttributeMissing, "there is no modality LUT with a type"); });
}

/// The 16-bit patterns of an element of words, whatever sign its value representation gives them; empty where it has
/// none, or more than a table can have.
static std::vector<uint16_t> words(CDICOMObject &object, uint32_t item, cdicom::Tag tag) {
    const uint32_t number = object.index.find(item, tag);
    if (number == cdicom::ElementIndex::none) return {};
    const cdicom::Element &element = object.index[number];
    if (element.length > 2 * 65536) return {};
    const uint8_t *bytes = object.source.at(element.offset, element.length);
    if (bytes == nullptr) return {};
    std::vector<uint16_t> values(element.length / 2);
    for (size_t i = 0; i < values.size(); ++i)
        values[i] = element.isBigEndian ? uint16_t(bytes[2 * i] << 8 | bytes[2 * i + 1])
                                        : uint16_t(bytes[2 * i + 1] << 8 | bytes[2 * i]);
    return values;
}

extern "C" CDICOMStatus cdicom_modality_lut(
    CDICOMObject *object, bool isSigned, uint16_t *entries, size_t capacity, uint32_t *count,
    int32_t *first) noexcept {
    *count = 0;
    *first = 0;
    return cdicom::guarded([&] {
        const uint32_t item = firstModalityLUT(object->index);
        if (item == cdicom::ElementIndex::none)
            return cdicom::fail(CDICOMStatusAttributeMissing, "there is no modality LUT");
        const std::vector<uint16_t> descriptor = words(*object, item, cdicom::tagOf(0x0028, 0x3002));
        if (descriptor.size() != 3)
            return cdicom::fail(CDICOMStatusAttributeInvalid, "LUT Descriptor has not three values");
        // 65536 does not fit and is written as 0.
        const size_t declared = descriptor[0] == 0 ? 65536 : descriptor[0];
        const unsigned bits = descriptor[2];
        if (bits < 8 || bits > 16)
            return cdicom::fail(
                CDICOMStatusAttributeInvalid, "LUT Descriptor has entries of " + std::to_string(bits) + " bits");
        std::vector<uint16_t> values = words(*object, item, cdicom::tagOf(0x0028, 0x3006));
        if (bits == 8 && values.size() == (declared + 1) / 2 && declared > 1) {
            // Two entries a word, the first in its lower half.
            std::vector<uint16_t> bytes(declared);
            for (size_t i = 0; i < declared; ++i) bytes[i] = uint16_t(values[i / 2] >> (8 * (i % 2)) & 0xFF);
            values = std::move(bytes);
        }
        if (values.size() != declared)
            return cdicom::fail(
                CDICOMStatusAttributeInvalid, "LUT Data has " + std::to_string(values.size()) +
                                              " entries where its descriptor says " +
                                              std::to_string(declared));
        *count = uint32_t(declared);
        *first = isSigned ? int32_t(int16_t(descriptor[1])) : int32_t(descriptor[1]);
        if (entries != nullptr) std::copy_n(values.begin(), std::min(capacity, declared), entries);
        return CDICOMStatusOk;
    });
}
