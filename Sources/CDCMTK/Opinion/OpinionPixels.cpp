#include "Opinion.hpp"

#include "Decoding/DecoderWarnings.hpp"

#include "dcmtk/dcmdata/dccodec.h"
#include "dcmtk/dcmimgle/dcmimage.h"
#include "dcmtk/dcmimgle/dipixel.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>
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
    /// Bits of a cell in which declared overlays lie, as a mask.
    long overlays = 0;

    size_t count() const { return size_t(rows) * size_t(columns); }
};

/// The bits that a padding attribute has are read with the sign of Pixel Representation, whatever its VR.
long paddingOf(long number, bool isSigned) {
    return isSigned ? long(int16_t(uint16_t(number))) : long(uint16_t(number));
}

/// Padding that is declared and that DCMTK cannot read is a refusal: what it would make of its pixels is worth nothing.
CDCMTKStatus readPadding(CDCMTKOpinion &opinion, PixelModule &module) {
    std::optional<long> value, limit;
    CDCMTKStatus status = opinion.optionalInteger(DCM_PixelPaddingValue, value);
    if (status == CDCMTKStatusOk) status = opinion.optionalInteger(DCM_PixelPaddingRangeLimit, limit);
    if (status != CDCMTKStatusOk || !value) return status;
    const long first = paddingOf(*value, module.isSigned);
    const long second = limit ? paddingOf(*limit, module.isSigned) : first;
    module.hasPadding = true;
    module.paddingSmallest = std::min(first, second);
    module.paddingLargest = std::max(first, second);
    return CDCMTKStatusOk;
}

/// Overlays in the pixel data, not beside it (PS3.3 C.9.2 of 2004 and before).
CDCMTKStatus readOverlays(CDCMTKOpinion &opinion, PixelModule &module) {
    for (unsigned number = 0; number < 16; ++number) {
        const auto group = Uint16(0x6000 + 2 * number);
        if (opinion.file.getDataset()->tagExists(DcmTagKey(group, 0x3000))) continue;
        std::optional<long> position;
        const CDCMTKStatus status = opinion.optionalInteger(DcmTagKey(group, 0x0102), position);
        if (status != CDCMTKStatusOk) return status;
        if (position && *position >= 0 && *position < 16) module.overlays |= 1L << *position;
    }
    return CDCMTKStatusOk;
}

CDCMTKStatus readModule(CDCMTKOpinion &opinion, PixelModule &module) {
    const long one = 1;
    CDCMTKStatus status = opinion.integer(DCM_Rows, module.rows);
    const auto next = [&](DcmTagKey tag, long &value, const long *fallback = nullptr) {
        if (status == CDCMTKStatusOk) status = opinion.integer(tag, value, fallback);
    };
    next(DCM_Columns, module.columns);
    next(DCM_SamplesPerPixel, module.samples, &one);
    next(DCM_BitsAllocated, module.allocated);
    next(DCM_BitsStored, module.stored);
    next(DCM_PixelRepresentation, module.isSigned);
    const long usual = module.stored - 1;
    next(DCM_HighBit, module.highBit, &usual);
    if (status != CDCMTKStatusOk) return status;
    if (module.rows < 1 || module.rows > 65535 || module.columns < 1 || module.columns > 65535 ||
        module.samples != 1 || (module.allocated != 8 && module.allocated != 16) || module.stored < 1 ||
        module.stored > module.allocated || module.highBit < module.stored - 1 || module.highBit >= module.allocated)
        return cdcmtk::fail(CDCMTKStatusPixelDataUnsupported, "DCMTK reads another kind of pixels");
    status = readPadding(opinion, module);
    return status == CDCMTKStatusOk ? readOverlays(opinion, module) : status;
}

/// The cells of a frame, decoded by DCMTK and not yet masked.
CDCMTKStatus decode(
    CDCMTKOpinion &opinion, uint32_t frame, const PixelModule &module, std::vector<uint16_t> &cells) {
    DcmDataset *const data = opinion.file.getDataset();
    DcmElement *element = nullptr;
    if (data->findAndGetElement(DCM_PixelData, element).bad())
        return cdcmtk::fail(CDCMTKStatusPixelDataIncomplete, "DCMTK finds no pixel data");
    auto *const pixelData = dynamic_cast<DcmPixelData *>(element);
    if (pixelData == nullptr)
        return cdcmtk::fail(CDCMTKStatusPixelDataUnsupported, "DCMTK takes the pixel data for something else");
    const size_t bytes = module.count() * size_t(module.allocated / 8);
    // An odd number of bytes is rounded up.
    std::vector<uint8_t> buffer(bytes + 2);
    if (buffer.size() > UINT32_MAX)
        return cdcmtk::fail(CDCMTKStatusPixelDataUnsupported, "the frame is longer than DCMTK takes");
    cdcmtk::DecoderWarnings warnings;
    Uint32 startFragment = 0;
    OFString colorModel;
    const OFCondition condition = pixelData->getUncompressedFrame(
        data, frame, startFragment, buffer.data(), Uint32(buffer.size()), colorModel);
    if (condition.bad())
        return cdcmtk::fail(
            CDCMTKStatusPixelDataIncomplete, std::string("DCMTK does not decode it: ") + condition.text());
    if (!warnings.firstDoubt().empty())
        return cdcmtk::fail(
            CDCMTKStatusPixelDataIncomplete, "DCMTK does not decode it completely: " + warnings.firstDoubt());
    cells.resize(module.count());
    if (module.allocated == 8) {
        std::copy_n(buffer.begin(), cells.size(), cells.begin());
    } else {
        std::memcpy(cells.data(), buffer.data(), bytes);
    }
    return CDCMTKStatusOk;
}

/// The stored value of a cell: its bits up to the high bit, as many as are stored, with the sign of the topmost.
long storedValue(uint16_t cell, const PixelModule &module) {
    const long modulus = 1L << module.stored;
    const long value = (long(cell) >> (module.highBit + 1 - module.stored)) % modulus;
    return module.isSigned && value >= modulus / 2 ? value - modulus : value;
}

/// A whole cell as a number, with the sign of its topmost bit where Pixel Representation has one.
long numberOf(long cell, const PixelModule &module) {
    const long modulus = 1L << module.allocated;
    return module.isSigned && cell >= modulus / 2 ? cell - modulus : cell;
}

/// Whether a cell is padding: docs/what-is-read.md, "Padding", says when.
bool isPadding(uint16_t cell, long stored, const PixelModule &module) {
    if (!module.hasPadding) return false;
    const auto within = [&](long value) { return value >= module.paddingSmallest && value <= module.paddingLargest; };
    const long whole = (1L << module.allocated) - 1, above = whole & ~((2L << module.highBit) - 1);
    const long below = (1L << (module.highBit + 1 - module.stored)) - 1;
    const long overlays = (above | below) & module.overlays, beside = cell & (above | below) & ~overlays;
    // A cell with bits that nobody declares is no stored value: padding least of all.
    const bool isPlain = beside == 0 || (stored < 0 && beside == (above & ~overlays));
    if (isPlain && within(stored)) return true;
    const long values = 1L << module.stored, smallest = module.isSigned ? -values / 2 : 0;
    if (module.paddingSmallest >= smallest && module.paddingLargest < smallest + values) return false;
    // Padding that no stored value can be is a cell, with the bits of overlays or without.
    return within(numberOf(cell, module)) || within(numberOf(cell & ~overlays, module));
}

int16_t clamped(double value) { return int16_t(std::nearbyint(std::clamp(value, -32768.0, 32767.0))); }

/// The frame's values behind the modality LUT, by dcmimgle.
CDCMTKStatus throughTable(CDCMTKOpinion &opinion, uint32_t frame, size_t count, std::vector<double> &values) {
    DcmDataset *const data = opinion.file.getDataset();
    if (!data->tagExists(DCM_ModalityLUTSequence))
        return cdcmtk::fail(CDCMTKStatusAttributeMissing, "DCMTK finds neither rescale nor modality LUT");
    DicomImage image(data, data->getOriginalXfer(), CIF_UsePartialAccessToPixelData, frame, 1);
    const DiPixel *const pixels = image.getStatus() == EIS_Normal ? image.getInterData() : nullptr;
    if (pixels == nullptr || pixels->getCount() < count || pixels->getData() == nullptr)
        return cdcmtk::fail(
            CDCMTKStatusPixelDataUnsupported,
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
    return CDCMTKStatusOk;
}

}

extern "C" CDCMTKStatus cdcmtk_opinion_compare(
    CDCMTKOpinion *opinion, uint32_t frame, const int16_t *ours, size_t count,
    CDCMTKOpinionPixels *result) noexcept {
    *result = CDCMTKOpinionPixels{};
    return cdcmtk::guarded([&] {
        const E_TransferSyntax syntax = opinion->transferSyntax();
        if (syntax == EXS_Unknown || !(DcmXfer(syntax).isNotEncapsulated() ||
                                       DcmCodecList::canChangeCoding(syntax, EXS_LittleEndianExplicit)))
            return cdcmtk::fail(
                CDCMTKStatusTransferSyntaxUnsupported, "DCMTK has no codec for this transfer syntax");
        PixelModule module;
        CDCMTKStatus status = readModule(*opinion, module);
        if (status != CDCMTKStatusOk) return status;
        if (module.count() != count)
            return cdcmtk::fail(CDCMTKStatusPixelDataUnsupported, "DCMTK reads another number of pixels");
        std::vector<uint16_t> cells;
        status = decode(*opinion, frame, module, cells);
        if (status != CDCMTKStatusOk) return status;
        std::vector<double> slope, intercept, table;
        DcmElement *slopeElement = nullptr, *interceptElement = nullptr;
        status = opinion->find(frame, DCM_RescaleSlope, slopeElement);
        if (status == CDCMTKStatusOk) status = opinion->find(frame, DCM_RescaleIntercept, interceptElement);
        if (status != CDCMTKStatusOk) return status;
        const bool isRescaled = slopeElement != nullptr && interceptElement != nullptr;
        if (isRescaled && !(CDCMTKOpinion::numbers(*slopeElement, slope) && slope.size() == 1 &&
                            CDCMTKOpinion::numbers(*interceptElement, intercept) && intercept.size() == 1))
            return cdcmtk::fail(CDCMTKStatusAttributeInvalid, "DCMTK reads not one number each in the rescale");
        if (!isRescaled) status = throughTable(*opinion, frame, count, table);
        if (status != CDCMTKStatusOk) return status;
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
        return CDCMTKStatusOk;
    });
}
