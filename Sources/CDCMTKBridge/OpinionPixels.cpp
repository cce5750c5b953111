#include "DecoderWarnings.hpp"
#include "Opinion.hpp"

#include "dcmtk/dcmdata/dccodec.h"
#include "dcmtk/dcmimgle/dcmimage.h"
#include "dcmtk/dcmimgle/dipixel.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

// The reference multiplies, rounds, adds, rounds: never one fused step.
#pragma STDC FP_CONTRACT OFF

namespace {

/// HU of what lies outside the field of view.
constexpr int16_t air = -1024;

/// The image pixel module as DCMTK reads it.
struct PixelModule {
    long rows = 0, columns = 0, samples = 1, allocated = 0, stored = 0, highBit = 0, isSigned = 0;
    bool hasPadding = false;
    long paddingSmallest = 0, paddingLargest = 0;

    size_t count() const { return size_t(rows) * size_t(columns); }
};

/// The bits that a padding attribute has are read with the sign of Pixel Representation, whatever its VR.
long paddingOf(long number, bool isSigned) {
    return isSigned ? long(int16_t(uint16_t(number))) : long(uint16_t(number));
}

GantryDICOMStatus readModule(GantryOpinion &opinion, PixelModule &module) {
    const long one = 1, absent = -1;
    GantryDICOMStatus status = opinion.integer(DCM_Rows, module.rows);
    const auto next = [&](DcmTagKey tag, long &value, const long *fallback = nullptr) {
        if (status == GantryDICOMStatusOk) status = opinion.integer(tag, value, fallback);
    };
    next(DCM_Columns, module.columns);
    next(DCM_SamplesPerPixel, module.samples, &one);
    next(DCM_BitsAllocated, module.allocated);
    next(DCM_BitsStored, module.stored);
    next(DCM_PixelRepresentation, module.isSigned);
    const long usual = module.stored - 1;
    next(DCM_HighBit, module.highBit, &usual);
    if (status != GantryDICOMStatusOk) return status;
    if (module.rows < 1 || module.rows > 65535 || module.columns < 1 || module.columns > 65535 ||
        module.samples != 1 || (module.allocated != 8 && module.allocated != 16) || module.stored < 1 ||
        module.stored > module.allocated || module.highBit < module.stored - 1 || module.highBit >= module.allocated)
        return gantry::fail(GantryDICOMStatusPixelDataUnsupported, "DCMTK reads another kind of pixels");
    long value = absent, limit = absent;
    if (opinion.integer(DCM_PixelPaddingValue, value) == GantryDICOMStatusOk) {
        module.hasPadding = true;
        const long first = paddingOf(value, module.isSigned);
        const long second = opinion.integer(DCM_PixelPaddingRangeLimit, limit) == GantryDICOMStatusOk
                                ? paddingOf(limit, module.isSigned)
                                : first;
        module.paddingSmallest = std::min(first, second);
        module.paddingLargest = std::max(first, second);
    }
    return GantryDICOMStatusOk;
}

/// The cells of a frame, decoded by DCMTK and not yet masked.
GantryDICOMStatus decode(
    GantryOpinion &opinion, uint32_t frame, const PixelModule &module, std::vector<uint16_t> &cells) {
    DcmDataset *const data = opinion.file.getDataset();
    DcmElement *element = nullptr;
    if (data->findAndGetElement(DCM_PixelData, element).bad())
        return gantry::fail(GantryDICOMStatusPixelDataIncomplete, "DCMTK finds no pixel data");
    auto *const pixelData = dynamic_cast<DcmPixelData *>(element);
    if (pixelData == nullptr)
        return gantry::fail(GantryDICOMStatusPixelDataUnsupported, "DCMTK takes the pixel data for something else");
    const size_t bytes = module.count() * size_t(module.allocated / 8);
    // An odd number of bytes is rounded up.
    std::vector<uint8_t> buffer(bytes + 2);
    if (buffer.size() > UINT32_MAX)
        return gantry::fail(GantryDICOMStatusPixelDataUnsupported, "the frame is longer than DCMTK takes");
    gantry::DecoderWarnings warnings;
    Uint32 startFragment = 0;
    OFString colorModel;
    const OFCondition condition = pixelData->getUncompressedFrame(
        data, frame, startFragment, buffer.data(), Uint32(buffer.size()), colorModel);
    if (condition.bad())
        return gantry::fail(
            GantryDICOMStatusPixelDataIncomplete, std::string("DCMTK does not decode it: ") + condition.text());
    if (!warnings.firstDoubt().empty())
        return gantry::fail(
            GantryDICOMStatusPixelDataIncomplete, "DCMTK does not decode it completely: " + warnings.firstDoubt());
    cells.resize(module.count());
    if (module.allocated == 8) {
        std::copy_n(buffer.begin(), cells.size(), cells.begin());
    } else {
        std::memcpy(cells.data(), buffer.data(), bytes);
    }
    return GantryDICOMStatusOk;
}

/// The stored value of a cell: its bits up to the high bit, as many as are stored, with the sign of the topmost.
long storedValue(uint16_t cell, const PixelModule &module) {
    const long modulus = 1L << module.stored;
    const long value = (long(cell) >> (module.highBit + 1 - module.stored)) % modulus;
    return module.isSigned && value >= modulus / 2 ? value - modulus : value;
}

bool isPadding(uint16_t cell, long stored, const PixelModule &module) {
    if (!module.hasPadding) return false;
    const auto within = [&](long value) { return value >= module.paddingSmallest && value <= module.paddingLargest; };
    // The whole cell may be the padding value, with bits beyond those that are stored.
    return within(stored) || (module.allocated == 16 && within(paddingOf(cell, module.isSigned)));
}

int16_t clamped(double value) { return int16_t(std::nearbyint(std::clamp(value, -32768.0, 32767.0))); }

/// The frame's values behind the modality LUT, by dcmimgle.
GantryDICOMStatus throughTable(GantryOpinion &opinion, uint32_t frame, size_t count, std::vector<double> &values) {
    DcmDataset *const data = opinion.file.getDataset();
    if (!data->tagExists(DCM_ModalityLUTSequence))
        return gantry::fail(GantryDICOMStatusAttributeMissing, "DCMTK finds neither rescale nor modality LUT");
    DicomImage image(data, data->getOriginalXfer(), CIF_UsePartialAccessToPixelData, frame, 1);
    const DiPixel *const pixels = image.getStatus() == EIS_Normal ? image.getInterData() : nullptr;
    if (pixels == nullptr || pixels->getCount() < count || pixels->getData() == nullptr)
        return gantry::fail(
            GantryDICOMStatusPixelDataUnsupported,
            std::string("DCMTK makes no image of it: ") + DicomImage::getString(image.getStatus()));
    values.resize(count);
    const auto fill = [&](auto *first) { std::copy_n(first, count, values.begin()); };
    switch (pixels->getRepresentation()) {
    case EPR_Uint8: fill(static_cast<const Uint8 *>(pixels->getData())); break;
    case EPR_Sint8: fill(static_cast<const Sint8 *>(pixels->getData())); break;
    case EPR_Uint16: fill(static_cast<const Uint16 *>(pixels->getData())); break;
    case EPR_Sint16: fill(static_cast<const Sint16 *>(pixels->getData())); break;
    case EPR_Uint32: fill(static_cast<const Uint32 *>(pixels->getData())); break;
    case EPR_Sint32: fill(static_cast<const Sint32 *>(pixels->getData())); break;
    }
    return GantryDICOMStatusOk;
}

}

extern "C" GantryDICOMStatus gantry_opinion_compare(
    GantryOpinion *opinion, uint32_t frame, const int16_t *ours, size_t count,
    GantryOpinionPixels *result) noexcept {
    *result = GantryOpinionPixels{};
    return gantry::guarded([&] {
        const E_TransferSyntax syntax = opinion->transferSyntax();
        if (syntax == EXS_Unknown || !(DcmXfer(syntax).isNotEncapsulated() ||
                                       DcmCodecList::canChangeCoding(syntax, EXS_LittleEndianExplicit)))
            return gantry::fail(
                GantryDICOMStatusTransferSyntaxUnsupported, "DCMTK has no codec for this transfer syntax");
        PixelModule module;
        GantryDICOMStatus status = readModule(*opinion, module);
        if (status != GantryDICOMStatusOk) return status;
        if (module.count() != count)
            return gantry::fail(GantryDICOMStatusPixelDataUnsupported, "DCMTK reads another number of pixels");
        std::vector<uint16_t> cells;
        status = decode(*opinion, frame, module, cells);
        if (status != GantryDICOMStatusOk) return status;
        std::vector<double> slope, intercept, table;
        DcmElement *const slopeElement = opinion->find(frame, DCM_RescaleSlope);
        DcmElement *const interceptElement = opinion->find(frame, DCM_RescaleIntercept);
        const bool isRescaled = slopeElement != nullptr && interceptElement != nullptr;
        if (isRescaled && !(GantryOpinion::numbers(*slopeElement, slope) &&
                            GantryOpinion::numbers(*interceptElement, intercept)))
            return gantry::fail(GantryDICOMStatusAttributeInvalid, "DCMTK reads no number in the rescale");
        if (!isRescaled) status = throughTable(*opinion, frame, count, table);
        if (status != GantryDICOMStatusOk) return status;
        for (size_t index = 0; index < count; ++index) {
            const long stored = storedValue(cells[index], module);
            int16_t theirs = air;
            if (!isPadding(cells[index], stored, module))
                theirs = clamped(isRescaled ? double(stored) * slope[0] + intercept[0] : table[index]);
            if (theirs == ours[index]) continue;
            if (result->differing == 0) {
                result->first = uint32_t(index);
                result->ours = ours[index];
                result->theirs = theirs;
            }
            result->differing += 1;
        }
        return GantryDICOMStatusOk;
    });
}
