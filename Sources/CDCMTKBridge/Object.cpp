#include "Object.hpp"

#include "dcmtk/dcmdata/dcdeftag.h"
#include "dcmtk/dcmdata/dcistrmf.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

DcmPixelData *GantryDICOMObject::pixelData() {
    DcmElement *element = nullptr;
    if (file.getDataset()->findAndGetElement(DCM_PixelData, element, OFFalse).bad()) return nullptr;
    return dynamic_cast<DcmPixelData *>(element);
}

DcmPixelSequence *GantryDICOMObject::fragments(DcmPixelData &pixelData) {
    // DCMTK keeps what it read under the syntax it took the data set for, encapsulated or not: one that it does not
    // know passes for explicit little endian.
    E_TransferSyntax syntax = EXS_Unknown;
    const DcmRepresentationParameter *parameter = nullptr;
    pixelData.getOriginalRepresentationKey(syntax, parameter);
    DcmPixelSequence *sequence = nullptr;
    if (pixelData.getEncapsulatedRepresentation(syntax, parameter, sequence).bad()) return nullptr;
    return sequence;
}

/// Whether the file has `DICM` after 128 bytes. `readable` is false where it cannot be opened or read.
static bool hasPreamble(const char *path, bool &readable) {
    std::unique_ptr<FILE, int (*)(FILE *)> file(std::fopen(path, "rb"), std::fclose);
    readable = false;
    if (!file) return false;
    char bytes[132];
    const size_t count = std::fread(bytes, 1, sizeof bytes, file.get());
    readable = std::ferror(file.get()) == 0;
    return count == sizeof bytes && std::memcmp(bytes + 128, "DICM", 4) == 0;
}

/// Reads the file up to Pixel Data, or with it. What follows (signatures, padding, garbage) is not needed, and cannot
/// spoil what stands before: `isComplete` says whether everything asked for was read.
static OFCondition load(GantryDICOMObject &object, const char *path, GantryDICOMExtent extent, bool &isComplete) {
    DcmInputFileStream stream(path);
    OFCondition condition = stream.status();
    isComplete = false;
    if (condition.bad()) return condition;
    const DcmTagKey end = extent == GantryDICOMExtentHeader ? DCM_PixelData : DcmTagKey(0x7FE0, 0x0011);
    object.file.setReadMode(ERM_autoDetect);
    object.file.transferInit();
    condition = object.file.readUntilTag(stream, EXS_Unknown, EGL_noChange, DCM_MaxReadLength, end);
    // Asked before the transfer ends, which forgets it. A native value left in the file is ready even where the file
    // ends before it does: reading it fails then.
    const DcmPixelData *pixelData = object.pixelData();
    isComplete = condition.good() || (pixelData != nullptr && pixelData->transferState() == ERW_ready);
    object.file.transferEnd();
    return condition;
}

extern "C" GantryDICOMStatus gantry_dicom_open(
    const char *path, GantryDICOMExtent extent, GantryDICOMObject **object) noexcept {
    *object = nullptr;
    return gantry::guarded([&] {
        auto opened = std::make_unique<GantryDICOMObject>();
        bool readable = false;
        opened->hasPreamble = hasPreamble(path, readable);
        if (!readable)
            return gantry::fail(GantryDICOMStatusUnreadable, std::string("cannot be read: ") + std::strerror(errno));
        bool isComplete = false;
        const OFCondition condition = load(*opened, path, extent, isComplete);
        if (!isComplete)
            return gantry::fail(
                opened->hasPreamble ? GantryDICOMStatusDamaged : GantryDICOMStatusNotDICOM,
                opened->hasPreamble
                    ? std::string("begins as DICOM and does not parse to its end: ") + condition.text()
                    : std::string("no DICM mark at byte 128, and the bytes parse as no DICOM data set"));
        *object = opened.release();
        return GantryDICOMStatusOk;
    });
}

extern "C" void gantry_dicom_close(GantryDICOMObject *object) noexcept { delete object; }

extern "C" bool gantry_dicom_has_preamble(const GantryDICOMObject *object) noexcept { return object->hasPreamble; }

extern "C" bool gantry_dicom_has(const GantryDICOMObject *object, uint16_t group, uint16_t element) noexcept {
    // Searching changes nothing; DCMTK 3.6.7 only lacks the const.
    return const_cast<GantryDICOMObject *>(object)->file.getDataset()->tagExists(DcmTagKey(group, element));
}

extern "C" GantryDICOMStatus gantry_dicom_detected_transfer_syntax(
    const GantryDICOMObject *object, char *buffer, size_t capacity, size_t *length) noexcept {
    *length = 0;
    return gantry::guarded([&] {
        const E_TransferSyntax syntax = const_cast<GantryDICOMObject *>(object)->file.getDataset()->getOriginalXfer();
        const char *uid = syntax == EXS_Unknown ? nullptr : DcmXfer(syntax).getXferID();
        if (uid == nullptr) return gantry::fail(GantryDICOMStatusAttributeMissing, "no transfer syntax recognised");
        gantry::copyOut(uid, buffer, capacity, *length);
        return GantryDICOMStatusOk;
    });
}
