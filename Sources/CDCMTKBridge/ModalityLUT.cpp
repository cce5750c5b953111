#include "Object.hpp"

#include "dcmtk/dcmdata/dcdeftag.h"
#include "dcmtk/dcmdata/dcsequen.h"

#include <vector>

/// The first item of Modality LUT Sequence; NULL where there is none.
static DcmItem *firstModalityLUT(GantryDICOMObject &object) {
    DcmItem *item = nullptr;
    const OFCondition found =
        object.file.getDataset()->findAndGetSequenceItem(DCM_ModalityLUTSequence, item, 0);
    return found.good() ? item : nullptr;
}

extern "C" GantryDICOMStatus gantry_dicom_modality_lut_type(
    GantryDICOMObject *object, char *buffer, size_t capacity, size_t *length) noexcept {
    *length = 0;
    return gantry::guarded([&] {
        DcmItem *item = firstModalityLUT(*object);
        OFString type;
        if (item == nullptr || item->findAndGetOFString(DCM_ModalityLUTType, type).bad() || type.empty())
            return gantry::fail(GantryDICOMStatusAttributeMissing, "there is no modality LUT with a type");
        gantry::copyOut(std::string(type.c_str(), type.length()), buffer, capacity, *length);
        return GantryDICOMStatusOk;
    });
}

/// The 16-bit patterns of an element of words, whatever sign its value representation gives them; empty where it has
/// none.
static std::vector<uint16_t> words(DcmItem &item, const DcmTagKey &key) {
    DcmElement *element = nullptr;
    if (item.findAndGetElement(key, element).bad() || element == nullptr) return {};
    std::vector<uint16_t> values(element->getLengthField() / 2);
    Uint16 *unsignedWords = nullptr;
    Sint16 *signedWords = nullptr;
    if (element->getUint16Array(unsignedWords).good() && unsignedWords != nullptr) {
        std::copy_n(unsignedWords, values.size(), values.begin());
    } else if (element->getSint16Array(signedWords).good() && signedWords != nullptr) {
        std::copy_n(signedWords, values.size(), values.begin());
    } else {
        return {};
    }
    return values;
}

extern "C" GantryDICOMStatus gantry_dicom_modality_lut(
    GantryDICOMObject *object, bool isSigned, uint16_t *entries, size_t capacity, uint32_t *count,
    int32_t *first) noexcept {
    *count = 0;
    *first = 0;
    return gantry::guarded([&] {
        DcmItem *item = firstModalityLUT(*object);
        if (item == nullptr) return gantry::fail(GantryDICOMStatusAttributeMissing, "there is no modality LUT");
        const std::vector<uint16_t> descriptor = words(*item, DCM_LUTDescriptor);
        if (descriptor.size() != 3)
            return gantry::fail(GantryDICOMStatusAttributeInvalid, "LUT Descriptor has not three values");
        // 65536 does not fit and is written as 0.
        const size_t declared = descriptor[0] == 0 ? 65536 : descriptor[0];
        const unsigned bits = descriptor[2];
        if (bits < 8 || bits > 16)
            return gantry::fail(
                GantryDICOMStatusAttributeInvalid, "LUT Descriptor has entries of " + std::to_string(bits) + " bits");
        std::vector<uint16_t> values = words(*item, DCM_LUTData);
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
