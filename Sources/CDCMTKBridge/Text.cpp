#include "Japanese.hpp"
#include "Object.hpp"

#include "dcmtk/dcmdata/dcdeftag.h"
#include "dcmtk/dcmdata/dcmetinf.h"
#include "dcmtk/dcmdata/dcvr.h"

/// Values longer than this are no text that anything here asks for.
static constexpr Uint32 longestValue = 1 << 20;

/// Whether the value representation depends on Specific Character Set.
static bool usesCharacterSet(DcmEVR vr) {
    switch (vr) {
    case EVR_LO:
    case EVR_LT:
    case EVR_PN:
    case EVR_SH:
    case EVR_ST:
    case EVR_UC:
    case EVR_UT: return true;
    default: return false;
    }
}

/// Whether the value can be said in text: strings, and numbers in binary.
static bool hasTextForm(DcmElement &element) {
    if (element.isaString()) return true;
    switch (element.ident()) {
    case EVR_US:
    case EVR_SS:
    case EVR_UL:
    case EVR_SL:
    case EVR_FL:
    case EVR_FD:
    case EVR_UV:
    case EVR_SV: return true;
    default: return false;
    }
}

/// Whether every byte means the same in all of DICOM's character sets: ASCII without escape sequences.
static bool isPlain(const OFString &text) {
    for (size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte >= 0x80 || byte == 0x1B) return false;
    }
    return true;
}

/// The text in UTF-8, or as it is where its character set is unknown or does not fit.
static OFString toUTF8(GantryDICOMObject &object, DcmEVR vr, const OFString &text) {
    if (!usesCharacterSet(vr) || isPlain(text)) return text;
    if (!object.characterSetSelected) {
        object.characterSetSelected = true;
        if (object.characterSet.selectCharacterSet(*object.file.getDataset()).bad()) {
            object.characterSet.clear();
            OFString declared;
            object.file.getDataset()->findAndGetOFStringArray(DCM_SpecificCharacterSet, declared);
            object.isJapanese = gantry::isJapanese(declared.c_str());
        }
    }
    if (object.isJapanese) {
        std::string converted;
        return gantry::japaneseToUTF8(text.c_str(), text.size(), converted) ? OFString(converted.c_str()) : text;
    }
    if (!object.characterSet) return text;
    // Code extensions end at these characters (PS3.5 6.1.2.5.3).
    const char *delimiters = vr == EVR_PN ? "\\^=" : vr == EVR_LT || vr == EVR_ST || vr == EVR_UT ? "" : "\\";
    OFString converted;
    if (object.characterSet.convertString(text, converted, delimiters).bad()) return text;
    return converted;
}

extern "C" GantryDICOMStatus gantry_dicom_text(
    GantryDICOMObject *object, uint16_t group, uint16_t element, char *buffer, size_t capacity,
    size_t *length) noexcept {
    *length = 0;
    return gantry::guarded([&] {
        DcmItem *item = object->file.getDataset();
        if (group == 2) item = object->file.getMetaInfo();
        DcmElement *found = nullptr;
        if (item == nullptr || item->findAndGetElement(DcmTagKey(group, element), found, OFFalse).bad() ||
            found == nullptr)
            return gantry::fail(GantryDICOMStatusAttributeMissing, "absent");
        if (found->getLength() == 0) return gantry::fail(GantryDICOMStatusAttributeMissing, "empty");
        const char *vrName = DcmVR(found->ident()).getVRName();
        if (!hasTextForm(*found))
            return gantry::fail(
                GantryDICOMStatusAttributeInvalid, std::string("has value representation ") + vrName);
        if (found->getLength() > longestValue)
            return gantry::fail(GantryDICOMStatusAttributeInvalid, "is longer than any text it may hold");
        OFString text;
        const OFCondition condition = found->getOFStringArray(text, OFFalse);
        if (condition.bad()) return gantry::fail(GantryDICOMStatusAttributeInvalid, condition.text());
        const OFString converted = toUTF8(*object, found->ident(), text);
        gantry::copyOut(std::string(converted.c_str(), converted.size()), buffer, capacity, *length);
        return GantryDICOMStatusOk;
    });
}
