#include "Opinion.hpp"

#include "DecoderWarnings.hpp"

#include "dcmtk/dcmdata/dcrledrg.h"
#include "dcmtk/dcmjpeg/djdecode.h"

#include <dlfcn.h>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define GANTRY_SANITIZED 1
#endif
#endif

/// Registers DCMTK's JPEG-LS decoder, where it is installed.
///
/// Its library is loaded apart and bound to its own names first: it brings an old CharLS, whose functions have the same
/// names as those of the CharLS that our reader uses, and other parameters.
static void registerJPEGLS() {
#ifndef GANTRY_SANITIZED
    void *const library = dlopen("libdcmjpls.so.17", RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
    if (library == nullptr) return;
    // DJLSDecoderRegistration::registerCodecs(JLS_UIDCreation, JLS_PlanarConfiguration, bool, bool) of DCMTK 3.6.7:
    // UIDs as they are, the planar configuration of the file, offset tables believed, no fragment forced.
    void *const found =
        dlsym(library, "_ZN23DJLSDecoderRegistration14registerCodecsE15JLS_UIDCreation23JLS_PlanarConfigurationbb");
    if (found == nullptr) return;
    reinterpret_cast<void (*)(int, int, bool, bool)>(found)(0, 0, false, false);
#endif
}

static void registerDecoders() {
    DJDecoderRegistration::registerCodecs(EDC_never);
    DcmRLEDecoderRegistration::registerCodecs();
    registerJPEGLS();
}

extern "C" GantryDICOMStatus gantry_opinion_start(void) noexcept {
    const GantryDICOMStatus started = gantry_dicom_start();
    if (started != GantryDICOMStatusOk) return started;
    return gantry::guarded([] {
        static std::once_flag once;
        std::call_once(once, registerDecoders);
        if (dcmDataDict.isDictionaryLoaded()) return GantryDICOMStatusOk;
        return gantry::fail(
            GantryDICOMStatusDictionaryMissing,
            "DCMTK's data dictionary is not loaded: install the Debian package libdcmtk17, and leave DCMDICTPATH "
            "unset or let it name dicom.dic");
    });
}

extern "C" GantryDICOMStatus gantry_opinion_open(const char *path, GantryOpinion **opinion) noexcept {
    *opinion = nullptr;
    return gantry::guarded([&] {
        auto opened = std::make_unique<GantryOpinion>();
        const OFCondition condition =
            opened->file.loadFile(path, EXS_Unknown, EGL_noChange, DCM_MaxReadLength, ERM_autoDetect);
        if (condition.bad())
            return gantry::fail(GantryDICOMStatusDamaged, std::string("DCMTK cannot load it: ") + condition.text());
        // It reads on where it can, and says nothing where it stopped early.
        if (!opened->file.getDataset()->tagExists(DCM_PixelData))
            return gantry::fail(GantryDICOMStatusDamaged, "DCMTK does not read it to its pixel data");
        *opinion = opened.release();
        return GantryDICOMStatusOk;
    });
}

extern "C" void gantry_opinion_close(GantryOpinion *opinion) noexcept { delete opinion; }

E_TransferSyntax GantryOpinion::transferSyntax() {
    OFString uid;
    const OFCondition found = file.getMetaInfo()->findAndGetOFString(DCM_TransferSyntaxUID, uid);
    if (found.bad() || uid.empty()) return file.getDataset()->getOriginalXfer();
    return DcmXfer(uid.c_str()).getXfer();
}

// MARK: - Attributes

/// The functional group that an attribute stands in.
static DcmTagKey groupOf(DcmTagKey tag) {
    if (tag == DCM_ImagePositionPatient) return DCM_PlanePositionSequence;
    if (tag == DCM_ImageOrientationPatient) return DCM_PlaneOrientationSequence;
    if (tag == DCM_PixelSpacing) return DCM_PixelMeasuresSequence;
    return DCM_PixelValueTransformationSequence;
}

/// Item `number` of the sequence in `parent`; NULL where there is none. `isUnreadable` becomes true where DCMTK takes
/// what stands there for something else.
static DcmItem *itemOf(DcmItem *parent, DcmTagKey sequence, unsigned long number, bool &isUnreadable) {
    DcmElement *element = nullptr;
    if (parent->findAndGetElement(sequence, element).bad()) return nullptr;
    auto *const items = dynamic_cast<DcmSequenceOfItems *>(element);
    if (items == nullptr) isUnreadable = isUnreadable || element->getLength() > 0;
    return items != nullptr && number < items->card() ? items->getItem(number) : nullptr;
}

/// The attribute of the group in an item of functional groups; NULL where it is not there.
static DcmElement *findInGroups(DcmItem *groups, DcmTagKey tag, bool &isUnreadable) {
    for (const DcmTagKey &kind :
         {groupOf(tag), DcmTagKey(DCM_UnassignedPerFrameConvertedAttributesSequence),
          DcmTagKey(DCM_UnassignedSharedConvertedAttributesSequence)}) {
        DcmItem *const group = itemOf(groups, kind, 0, isUnreadable);
        DcmElement *element = nullptr;
        if (group != nullptr && group->findAndGetElement(tag, element).good() && element->getLength() > 0)
            return element;
    }
    return nullptr;
}

bool GantryOpinion::isMultiFrameCT() {
    OFString uid;
    if (file.getDataset()->findAndGetOFString(DCM_SOPClassUID, uid).bad()) return false;
    return uid == UID_EnhancedCTImageStorage || uid == UID_LegacyConvertedEnhancedCTImageStorage;
}

GantryDICOMStatus GantryOpinion::find(uint32_t frame, DcmTagKey tag, DcmElement *&element) {
    element = nullptr;
    DcmDataset *const data = file.getDataset();
    const bool isOfFrame = tag == DCM_ImagePositionPatient || tag == DCM_ImageOrientationPatient ||
                           tag == DCM_PixelSpacing || tag == DCM_RescaleSlope || tag == DCM_RescaleIntercept;
    // Functional groups that were left over in an object of another class describe nothing.
    if (!isOfFrame || !isMultiFrameCT()) {
        if (data->findAndGetElement(tag, element).bad() || element->getLength() == 0) element = nullptr;
        return GantryDICOMStatusOk;
    }
    bool isUnreadable = false;
    DcmItem *groups = itemOf(data, DCM_PerFrameFunctionalGroupsSequence, frame, isUnreadable);
    if (groups != nullptr) element = findInGroups(groups, tag, isUnreadable);
    if (element == nullptr) groups = itemOf(data, DCM_SharedFunctionalGroupsSequence, 0, isUnreadable);
    if (element == nullptr && groups != nullptr) element = findInGroups(groups, tag, isUnreadable);
    if (!isUnreadable) return GantryDICOMStatusOk;
    // What stands in it may say something else than what was found, or nothing where something was not.
    element = nullptr;
    return gantry::fail(
        GantryDICOMStatusAttributeInvalid,
        std::string("DCMTK reads no sequence where the functional groups of ") + DcmTag(tag).getTagName() + " are");
}

bool GantryOpinion::numbers(DcmElement &element, std::vector<double> &values) {
    for (unsigned long position = 0; position < element.getVM(); ++position) {
        OFCondition condition = EC_IllegalCall;
        double value = 0;
        Sint32 signedLong = 0;
        Uint16 unsignedShort = 0;
        Sint16 signedShort = 0;
        Float32 single = 0;
        switch (element.ident()) {
        case EVR_DS:
        case EVR_FD: condition = element.getFloat64(value, position); break;
        case EVR_IS:
        case EVR_SL: condition = element.getSint32(signedLong, position), value = signedLong; break;
        case EVR_US: condition = element.getUint16(unsignedShort, position), value = unsignedShort; break;
        case EVR_SS: condition = element.getSint16(signedShort, position), value = signedShort; break;
        case EVR_FL: condition = element.getFloat32(single, position), value = single; break;
        default: break;
        }
        if (condition.bad()) return false;
        values.push_back(value);
    }
    return !values.empty();
}

GantryDICOMStatus GantryOpinion::optionalInteger(DcmTagKey tag, std::optional<long> &value) {
    value.reset();
    DcmElement *element = nullptr;
    const GantryDICOMStatus status = find(0, tag, element);
    if (status != GantryDICOMStatusOk || element == nullptr) return status;
    std::vector<double> values;
    if (!numbers(*element, values) || values.size() != 1 || !(values[0] >= -1e9 && values[0] <= 1e9) ||
        values[0] != double(long(values[0])))
        return gantry::fail(
            GantryDICOMStatusAttributeInvalid,
            std::string("DCMTK reads no whole number in ") + DcmTag(tag).getTagName());
    value = long(values[0]);
    return GantryDICOMStatusOk;
}

GantryDICOMStatus GantryOpinion::integer(DcmTagKey tag, long &value, const long *fallback) {
    std::optional<long> found;
    const GantryDICOMStatus status = optionalInteger(tag, found);
    if (status != GantryDICOMStatusOk) return status;
    if (!found && fallback == nullptr)
        return gantry::fail(
            GantryDICOMStatusAttributeMissing, std::string("DCMTK finds no ") + DcmTag(tag).getTagName());
    value = found ? *found : *fallback;
    return GantryDICOMStatusOk;
}

extern "C" GantryDICOMStatus gantry_opinion_sop_instance_uid(
    GantryOpinion *opinion, char *buffer, size_t capacity, size_t *length) noexcept {
    *length = 0;
    return gantry::guarded([&] {
        OFString uid;
        if (opinion->file.getDataset()->findAndGetOFString(DCM_SOPInstanceUID, uid).bad())
            return gantry::fail(GantryDICOMStatusAttributeMissing, "DCMTK finds no SOPInstanceUID");
        gantry::copyOut(std::string(uid.c_str(), uid.size()), buffer, capacity, *length);
        return GantryDICOMStatusOk;
    });
}

extern "C" GantryDICOMStatus gantry_opinion_numbers(
    GantryOpinion *opinion, uint32_t frame, uint16_t group, uint16_t element, double *values, size_t capacity,
    size_t *count) noexcept {
    *count = 0;
    return gantry::guarded([&] {
        const DcmTagKey tag(group, element);
        DcmElement *found = nullptr;
        const GantryDICOMStatus status = opinion->find(frame, tag, found);
        if (status != GantryDICOMStatusOk) return status;
        const std::string name = DcmTag(tag).getTagName();
        if (found == nullptr) return gantry::fail(GantryDICOMStatusAttributeMissing, "DCMTK finds no " + name);
        std::vector<double> numbers;
        if (!GantryOpinion::numbers(*found, numbers))
            return gantry::fail(GantryDICOMStatusAttributeInvalid, "DCMTK reads no number in " + name);
        *count = numbers.size();
        for (size_t index = 0; index < numbers.size() && index < capacity; ++index) values[index] = numbers[index];
        return GantryDICOMStatusOk;
    });
}
