#include "Object.hpp"

#include <cstdio>
#include <cstring>
#include <mutex>

using cdicom::Element;
using cdicom::ElementIndex;
using cdicom::ValueRepresentation;
using cdicom::vr;

/// Values longer than this are no text that anything here asks for.
static constexpr uint32_t longestValue = 16 << 10;

/// Whether the value representation depends on Specific Character Set.
static bool usesCharacterSet(ValueRepresentation name) {
    switch (name) {
    case vr("LO"): case vr("LT"): case vr("PN"): case vr("SH"): case vr("ST"): case vr("UC"):
    case vr("UT"): return true;
    default: return false;
    }
}

/// Whether the value is text already.
static bool isString(ValueRepresentation name) {
    switch (name) {
    case vr("AE"): case vr("AS"): case vr("CS"): case vr("DA"): case vr("DS"): case vr("DT"): case vr("IS"):
    case vr("TM"): case vr("UI"): case vr("UR"): return true;
    default: return usesCharacterSet(name);
    }
}

/// Bytes of one number; 0 where values of this representation are no numbers.
static size_t numberBytes(ValueRepresentation name) {
    switch (name) {
    case vr("US"): case vr("SS"): return 2;
    case vr("UL"): case vr("SL"): case vr("FL"): return 4;
    case vr("UV"): case vr("SV"): case vr("FD"): return 8;
    default: return 0;
    }
}

/// One number in decimal.
static std::string decimal(ValueRepresentation name, const uint8_t *bytes, size_t size, bool isBigEndian) {
    uint64_t bits = 0;
    for (size_t i = 0; i < size; ++i) bits |= uint64_t(bytes[isBigEndian ? size - 1 - i : i]) << (8 * i);
    char text[40];
    const auto real = [&text](double number, int digits) {
        std::snprintf(text, sizeof text, "%.*g", digits, number);
        return std::string(text);
    };
    switch (name) {
    case vr("SS"): return std::to_string(int16_t(bits));
    case vr("SL"): return std::to_string(int32_t(bits));
    case vr("SV"): return std::to_string(int64_t(bits));
    case vr("FL"): {
        const auto pattern = uint32_t(bits);
        float number;
        std::memcpy(&number, &pattern, sizeof number);
        return real(double(number), 9);
    }
    case vr("FD"): {
        double number;
        std::memcpy(&number, &bits, sizeof number);
        return real(number, 17);
    }
    default: return std::to_string(bits);
    }
}

/// The element's value representation; where the file names none, or none of use, that of PS3.6.
///
/// Only attributes that the reader asks for: numbers, and text that depends on the character set. All others are text
/// that does not. Where signed or unsigned is the object's choice, unsigned: the caller knows the sign.
static ValueRepresentation representation(const Element &element) {
    if (element.vr != 0 && element.vr != vr("UN")) return element.vr;
    switch (element.tag) {
    case 0x00209156: case 0x00280002: case 0x00280010: case 0x00280011: case 0x00280100: case 0x00280101:
    case 0x00280102: case 0x00280103: case 0x00280120: case 0x00280121: return vr("US");
    case 0x00209128: return vr("UL");
    case 0x00080050: case 0x00181210: case 0x00209056: return vr("SH");
    case 0x00080070: case 0x00081030: case 0x0008103E: case 0x00081090: case 0x00100020:
    case 0x00100021: return vr("LO");
    case 0x00100010: return vr("PN");
    default: return vr("CS");
    }
}

/// The value's bytes; false where the file does not have them any more.
static bool read(CDICOMObject &object, const Element &element, std::string &bytes) {
    const uint8_t *value = object.source.at(element.offset, element.length);
    if (value == nullptr) return false;
    bytes.assign(reinterpret_cast<const char *>(value), element.length);
    return true;
}

/// Whether every byte means the same in all of DICOM's character sets: ASCII without escape sequences.
static bool isPlain(const std::string &text) {
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        if (byte >= 0x80 || byte == 0x1B) return false;
    }
    return true;
}

/// The text in UTF-8, or as it is where its character set is unknown or does not fit.
static std::string toUTF8(CDICOMObject &object, ValueRepresentation name, const std::string &text) {
    if (!usesCharacterSet(name) || isPlain(text)) return text;
    if (!object.characterSet) {
        std::string declared;
        const uint32_t number = object.index.find(ElementIndex::topLevel, cdicom::tagOf(0x0008, 0x0005));
        if (number != ElementIndex::none && object.index[number].length <= 1024 &&
            read(object, object.index[number], declared))
            while (!declared.empty() && (declared.back() == ' ' || declared.back() == 0)) declared.pop_back();
        object.characterSet.emplace(declared);
    }
    // The initial sets come back at these characters (PS3.5 6.1.2.5.3).
    const bool isProse = name == vr("LT") || name == vr("ST") || name == vr("UT");
    std::string converted;
    const bool fits = object.characterSet->toUTF8(text, name == vr("PN") ? "\\^=" : isProse ? "" : "\\", converted);
    return fits ? converted : text;
}

/// The value of `element` as text, in UTF-8.
static CDICOMStatus valueText(CDICOMObject &object, const Element &element, std::string &text) {
    const ValueRepresentation name = representation(element);
    const auto invalid = [](const std::string &why) { return cdicom::fail(CDICOMStatusAttributeInvalid, why); };
    const size_t size = numberBytes(name);
    if (element.kind != Element::Kind::value || (size == 0 && !isString(name)))
        return invalid(std::string("has value representation ") + char(name >> 8) + char(name & 0xFF));
    if (element.length > longestValue) return invalid("is longer than any text it may hold");
    std::string bytes;
    if (!read(object, element, bytes)) return cdicom::fail(CDICOMStatusUnreadable, "cannot be read any more");
    if (size == 0) {
        text = toUTF8(object, name, bytes);
        return CDICOMStatusOk;
    }
    if (bytes.size() % size != 0) return invalid("has a length that is no multiple of its numbers'");
    for (size_t at = 0; at < bytes.size(); at += size)
        text += (at == 0 ? "" : "\\") +
                decimal(name, reinterpret_cast<const uint8_t *>(bytes.data()) + at, size, element.isBigEndian);
    return CDICOMStatusOk;
}

extern "C" CDICOMStatus cdicom_load_character_sets(void) noexcept {
    return cdicom::guarded([] {
        static std::once_flag once;
        std::call_once(once, cdicom::CharacterSet::load);
        return CDICOMStatusOk;
    });
}

extern "C" CDICOMStatus cdicom_text(
    CDICOMObject *object, uint32_t item, uint16_t group, uint16_t element, char *buffer, size_t capacity,
    size_t *length) noexcept {
    *length = 0;
    return cdicom::guarded([&] {
        const cdicom::Tag tag = cdicom::tagOf(group, element);
        uint32_t number = object->index.find(item, tag);
        if (number == ElementIndex::none) return cdicom::fail(CDICOMStatusAttributeMissing, "absent");
        if (object->index[number].length == 0) return cdicom::fail(CDICOMStatusAttributeMissing, "empty");
        std::string text;
        const CDICOMStatus status = valueText(*object, object->index[number], text);
        if (status != CDICOMStatusOk) return status;
        // What the meta header says is said there, whatever stands in the data set.
        while (group != 0x0002 && (number = object->index.findAfter(item, number, tag)) != ElementIndex::none) {
            std::string other;
            if (valueText(*object, object->index[number], other) != CDICOMStatusOk || other != text)
                return cdicom::fail(CDICOMStatusAttributeInvalid, "stands there twice, with different values");
        }
        cdicom::copyOut(text, buffer, capacity, *length);
        return CDICOMStatusOk;
    });
}
