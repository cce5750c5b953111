#include "Opinion.hpp"

#include "dcmtk/dcmdata/dcrledrg.h"
#include "dcmtk/dcmjpeg/djdecode.h"

#include <dlfcn.h>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CDCMTK_SANITIZED 1
#endif
#endif

/// Registers DCMTK's JPEG-LS decoder, where it is installed.
///
/// Its library is loaded apart and bound to its own names first: it brings an old CharLS, whose functions have the same
/// names as those of the CharLS that our writer uses, and other parameters.
static void registerJPEGLS() {
#ifndef CDCMTK_SANITIZED
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

extern "C" CDCMTKStatus cdcmtk_start_opinions(void) noexcept {
    const CDCMTKStatus started = cdcmtk_start();
    if (started != CDCMTKStatusOk) return started;
    return cdcmtk::guarded([] {
        static std::once_flag once;
        std::call_once(once, registerDecoders);
        if (dcmDataDict.isDictionaryLoaded()) return CDCMTKStatusOk;
        return cdcmtk::fail(
            CDCMTKStatusDictionaryMissing,
            "DCMTK's data dictionary is not loaded: install the Debian package libdcmtk17, and leave DCMDICTPATH "
            "unset or let it name dicom.dic");
    });
}

extern "C" CDCMTKStatus cdcmtk_opinion_open(const char *path, CDCMTKOpinion **opinion) noexcept {
    *opinion = nullptr;
    return cdcmtk::guarded([&] {
        auto opened = std::make_unique<CDCMTKOpinion>();
        const OFCondition condition =
            opened->file.loadFile(path, EXS_Unknown, EGL_noChange, DCM_MaxReadLength, ERM_autoDetect);
        if (condition.bad())
            return cdcmtk::fail(CDCMTKStatusDamaged, std::string("DCMTK cannot load it: ") + condition.text());
        // It reads on where it can, and says nothing where it stopped early.
        if (!opened->file.getDataset()->tagExists(DCM_PixelData))
            return cdcmtk::fail(CDCMTKStatusDamaged, "DCMTK does not read it to its pixel data");
        *opinion = opened.release();
        return CDCMTKStatusOk;
    });
}

extern "C" void cdcmtk_opinion_close(CDCMTKOpinion *opinion) noexcept { delete opinion; }

E_TransferSyntax CDCMTKOpinion::transferSyntax() {
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

bool CDCMTKOpinion::isMultiFrameCT() {
    OFString uid;
    if (file.getDataset()->findAndGetOFString(DCM_SOPClassUID, uid).bad()) return false;
    return uid == UID_EnhancedCTImageStorage || uid == UID_LegacyConvertedEnhancedCTImageStorage;
}

CDCMTKStatus CDCMTKOpinion::find(uint32_t frame, DcmTagKey tag, DcmElement *&element) {
    element = nullptr;
    DcmDataset *const data = file.getDataset();
    const bool isOfFrame = tag == DCM_ImagePositionPatient || tag == DCM_ImageOrientationPatient ||
                           tag == DCM_PixelSpacing || tag == DCM_RescaleSlope || tag == DCM_RescaleIntercept;
    // Functional groups that were left over in an object of another class describe nothing.
    if (!isOfFrame || !isMultiFrameCT()) {
        if (data->findAndGetElement(tag, element).bad() || element->getLength() == 0) element = nullptr;
        return CDCMTKStatusOk;
    }
    bool isUnreadable = false;
    DcmItem *groups = itemOf(data, DCM_PerFrameFunctionalGroupsSequence, frame, isUnreadable);
    if (groups != nullptr) element = findInGroups(groups, tag, isUnreadable);
    if (element == nullptr) groups = itemOf(data, DCM_SharedFunctionalGroupsSequence, 0, isUnreadable);
    if (element == nullptr && groups != nullptr) element = findInGroups(groups, tag, isUnreadable);
    if (!isUnreadable) return CDCMTKStatusOk;
    // What stands in it may say something else than what was found, or nothing where something was not.
    element = nullptr;
    return cdcmtk::fail(
        CDCMTKStatusAttributeInvalid,
        std::string("DCMTK reads no sequence where the functional groups of ") + DcmTag(tag).getTagName() + " are");
}

bool CDCMTKOpinion::numbers(DcmElement &element, std::vector<double> &values) {
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

CDCMTKStatus CDCMTKOpinion::optionalInteger(DcmTagKey tag, std::optional<long> &value) {
    value.reset();
    DcmElement *element = nullptr;
    const CDCMTKStatus status = find(0, tag, element);
    if (status != CDCMTKStatusOk || element == nullptr) return status;
    std::vector<double> values;
    if (!numbers(*element, values) || values.size() != 1 || !(values[0] >= -1e9 && values[0] <= 1e9) ||
        values[0] != double(long(values[0])))
        return cdcmtk::fail(
            CDCMTKStatusAttributeInvalid,
            std::string("DCMTK reads no whole number in ") + DcmTag(tag).getTagName());
    value = long(values[0]);
    return CDCMTKStatusOk;
}

CDCMTKStatus CDCMTKOpinion::integer(DcmTagKey tag, long &value, const long *fallback) {
    std::optional<long> found;
    const CDCMTKStatus status = optionalInteger(tag, found);
    if (status != CDCMTKStatusOk) return status;
    if (!found && fallback == nullptr)
        return cdcmtk::fail(
            CDCMTKStatusAttributeMissing, std::string("DCMTK finds no ") + DcmTag(tag).getTagName());
    value = found ? *found : *fallback;
    return CDCMTKStatusOk;
}

extern "C" CDCMTKStatus cdcmtk_opinion_sop_instance_uid(
    CDCMTKOpinion *opinion, char *buffer, size_t capacity, size_t *length) noexcept {
    *length = 0;
    return cdcmtk::guarded([&] {
        OFString uid;
        if (opinion->file.getDataset()->findAndGetOFString(DCM_SOPInstanceUID, uid).bad())
            return cdcmtk::fail(CDCMTKStatusAttributeMissing, "DCMTK finds no SOPInstanceUID");
        cdcmtk::copyOut(std::string(uid.c_str(), uid.size()), buffer, capacity, *length);
        return CDCMTKStatusOk;
    });
}

extern "C" CDCMTKStatus cdcmtk_opinion_numbers(
    CDCMTKOpinion *opinion, uint32_t frame, uint16_t group, uint16_t element, double *values, size_t capacity,
    size_t *count) noexcept {
    *count = 0;
    return cdcmtk::guarded([&] {
        const DcmTagKey tag(group, element);
        DcmElement *found = nullptr;
        const CDCMTKStatus status = opinion->find(frame, tag, found);
        if (status != CDCMTKStatusOk) return status;
        const std::string name = DcmTag(tag).getTagName();
        if (found == nullptr) return cdcmtk::fail(CDCMTKStatusAttributeMissing, "DCMTK finds no " + name);
        std::vector<double> numbers;
        if (!CDCMTKOpinion::numbers(*found, numbers))
            return cdcmtk::fail(CDCMTKStatusAttributeInvalid, "DCMTK reads no number in " + name);
        *count = numbers.size();
        for (size_t index = 0; index < numbers.size() && index < capacity; ++index) values[index] = numbers[index];
        return CDCMTKStatusOk;
    });
}
