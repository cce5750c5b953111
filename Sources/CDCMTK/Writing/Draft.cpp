#include "Guard.hpp"
#include "JPEGLSEncoder.hpp"

#include "dcmtk/config/osconfig.h"
#include "dcmtk/dcmdata/dcdeftag.h"
#include "dcmtk/dcmdata/dcdicent.h"
#include "dcmtk/dcmdata/dcdict.h"
#include "dcmtk/dcmdata/dcfilefo.h"
#include "dcmtk/dcmdata/dcostrmb.h"
#include "dcmtk/dcmdata/dcpixel.h"
#include "dcmtk/dcmdata/dcrlerp.h"
#include "dcmtk/dcmdata/dcsequen.h"
#include "dcmtk/dcmdata/dctag.h"
#include "dcmtk/dcmjpeg/djrplol.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

struct CDCMTKDraft {
    DcmFileFormat file;
    /// The sequence items that are open, outermost first; they belong to `file`.
    std::vector<DcmItem *> items;
    /// The file in memory, once it was asked for.
    std::vector<uint8_t> bytes;

    /// What attributes are set in: the innermost open item, or the data set.
    DcmItem &current() { return items.empty() ? *file.getDataset() : *items.back(); }
};

extern "C" CDCMTKStatus cdcmtk_draft_begin(CDCMTKDraft **draft) noexcept {
    *draft = nullptr;
    return cdcmtk::guarded([&] {
        *draft = new CDCMTKDraft;
        return CDCMTKStatusOk;
    });
}

extern "C" void cdcmtk_draft_discard(CDCMTKDraft *draft) noexcept { delete draft; }

/// Whether each of the values between backslashes is a whole number from `smallest` to `largest`.
static bool areIntegers(const std::string &value, long long smallest, long long largest) {
    size_t begin = 0;
    while (true) {
        const size_t end = std::min(value.find('\\', begin), value.size());
        const std::string one = value.substr(begin, end - begin);
        char *rest = nullptr;
        errno = 0;
        const long long number = std::strtoll(one.c_str(), &rest, 10);
        if (one.empty() || *rest != 0 || errno != 0 || number < smallest || number > largest) return false;
        if (end == value.size()) return true;
        begin = end + 1;
    }
}

/// The values between backslashes, each the double that is nearest to it; none where one of them is no finite number.
static std::vector<double> decimals(const std::string &value) {
    std::vector<double> numbers;
    size_t begin = 0;
    while (true) {
        const size_t end = std::min(value.find('\\', begin), value.size());
        const std::string one = value.substr(begin, end - begin);
        char *rest = nullptr;
        const double number = std::strtod(one.c_str(), &rest);
        if (one.empty() || *rest != 0 || !std::isfinite(number)) return {};
        numbers.push_back(number);
        if (end == value.size()) return numbers;
        begin = end + 1;
    }
}

/// Whether no part of the text, between `separators`, has more than `limit` characters of UTF-8.
static bool isShort(const std::string &value, const char *separators, size_t limit) {
    size_t count = 0;
    for (const char character : value) {
        const bool continues = (static_cast<unsigned char>(character) & 0xC0) == 0x80;
        count = std::strchr(separators, character) != nullptr ? 0 : count + (continues ? 0 : 1);
        if (count > limit) return false;
    }
    return true;
}

/// Whether the value representation can hold the value. A number in binary: DCMTK would wrap it round. Of text only the
/// length is checked here, which DCMTK does not always do (PS3.5 6.2).
static bool fits(DcmEVR vr, const std::string &value) {
    switch (vr) {
    case EVR_US: return areIntegers(value, 0, 65535);
    case EVR_SS: return areIntegers(value, -32768, 32767);
    case EVR_UL: return areIntegers(value, 0, std::numeric_limits<Uint32>::max());
    case EVR_SL: return areIntegers(value, std::numeric_limits<Sint32>::min(), std::numeric_limits<Sint32>::max());
    case EVR_FL:
    case EVR_FD: return !decimals(value).empty();
    case EVR_SH: return isShort(value, "\\", 16);
    case EVR_LO: return isShort(value, "\\", 64);
    case EVR_PN: return isShort(value, "\\=", 64);
    case EVR_ST: return isShort(value, "", 1024);
    case EVR_LT: return isShort(value, "", 10240);
    default: return true;
    }
}

/// The attribute of a keyword; false where the dictionary has none. DCMTK compares the keyword with every entry of the
/// dictionary, which took a third of the time of writing a slice: each thread remembers what it has found.
static bool found(const char *keyword, DcmTag &tag) {
    thread_local std::unordered_map<std::string, DcmTag> known;
    const auto place = known.find(keyword);
    if (place != known.end()) {
        tag = place->second;
        return true;
    }
    if (DcmTag::findTagFromName(keyword, tag).bad()) return false;
    known.emplace(keyword, tag);
    return true;
}

/// Whether the dictionary allows the attribute this many values.
static bool allowsValues(const DcmTag &tag, unsigned long count) {
    const DcmDataDictionary &dictionary = dcmDataDict.rdlock();
    const DcmDictEntry *entry = dictionary.findEntry(tag, nullptr);
    const bool allowed = entry != nullptr && count >= static_cast<unsigned long>(entry->getVMMin()) &&
                         (entry->getVMMax() == DcmVariableVM ||
                          count <= static_cast<unsigned long>(entry->getVMMax()));
    dcmDataDict.rdunlock();
    return allowed;
}

extern "C" CDCMTKStatus cdcmtk_draft_set(
    CDCMTKDraft *draft, const char *keyword, const char *value, bool isSigned) noexcept {
    return cdcmtk::guarded([&] {
        DcmTag tag;
        if (!found(keyword, tag))
            return cdcmtk::fail(CDCMTKStatusAttributeUnknown, "no attribute of the data dictionary");
        if (tag.getEVR() == EVR_xs) tag.setVR(DcmVR(isSigned ? EVR_SS : EVR_US));
        const DcmEVR vr = tag.getEVR();
        const bool isNumber = vr == EVR_US || vr == EVR_SS || vr == EVR_UL || vr == EVR_SL || vr == EVR_FL ||
                              vr == EVR_FD;
        DcmElement *made = nullptr;
        const OFCondition making = DcmItem::newDicomElementWithVR(made, tag);
        std::unique_ptr<DcmElement> element(made);
        const std::string text(value);
        const bool isEmptySequence = vr == EVR_SQ && text.empty();
        const bool hasTextForm = isNumber || vr == EVR_AT || isEmptySequence || (element && element->isaString());
        if (making.bad() || !element || !hasTextForm || tag.getGroup() == 2)
            return cdcmtk::fail(
                CDCMTKStatusAttributeInvalid,
                std::string("cannot be set from text (value representation ") + DcmVR(vr).getVRName() + ")");
        const auto misfit = [&](const char *why) {
            return cdcmtk::fail(
                CDCMTKStatusAttributeInvalid,
                std::string("the value does not fit value representation ") + DcmVR(vr).getVRName() + why);
        };
        if (!text.empty() && !fits(vr, text)) return misfit("");
        if (vr == EVR_FD) {
            // DCMTK's own reading of text misses the last digits of a double.
            const std::vector<double> numbers = decimals(text);
            for (size_t i = 0; i < numbers.size(); ++i)
                if (element->putFloat64(numbers[i], static_cast<unsigned long>(i)).bad()) return misfit("");
        } else if (!isEmptySequence && element->putOFStringArray(OFString(text.data(), text.size())).bad()) {
            return misfit("");
        }
        DcmElement *inserted = element.get();
        const OFCondition condition = draft->current().insert(inserted, OFTrue);
        if (condition.bad()) return cdcmtk::fail(CDCMTKStatusInternal, condition.text());
        element.release();
        // Checked in place: how many characters a text has depends on the data set's character set.
        if (!text.empty() && !allowsValues(tag, inserted->getVM())) return misfit(": another number of values");
        const OFCondition check = isEmptySequence ? EC_Normal : inserted->checkValue("1-n");
        if (check.bad()) return misfit((std::string(": ") + check.text()).c_str());
        return CDCMTKStatusOk;
    });
}

extern "C" CDCMTKStatus cdcmtk_draft_begin_item(CDCMTKDraft *draft, const char *keyword) noexcept {
    return cdcmtk::guarded([&] {
        DcmTag tag;
        if (!found(keyword, tag))
            return cdcmtk::fail(CDCMTKStatusAttributeUnknown, "no attribute of the data dictionary");
        if (tag.getEVR() != EVR_SQ)
            return cdcmtk::fail(
                CDCMTKStatusAttributeInvalid,
                std::string("is no sequence (value representation ") + tag.getVRName() + ")");
        draft->items.reserve(draft->items.size() + 1);
        DcmItem *item = nullptr;
        const OFCondition condition = draft->current().findOrCreateSequenceItem(tag, item, -2);
        if (condition.bad() || item == nullptr) return cdcmtk::fail(CDCMTKStatusInternal, condition.text());
        draft->items.push_back(item);
        return CDCMTKStatusOk;
    });
}

extern "C" void cdcmtk_draft_end_item(CDCMTKDraft *draft) noexcept {
    if (!draft->items.empty()) draft->items.pop_back();
}

extern "C" CDCMTKStatus cdcmtk_draft_set_pixels(
    CDCMTKDraft *draft, const CDCMTKPixels *pixels) noexcept {
    return cdcmtk::guarded([&] {
        const Uint16 samples = pixels->samples_per_pixel;
        const size_t count = size_t(pixels->rows) * pixels->columns * pixels->frames * samples;
        if (count == 0 || (samples != 1 && (samples != 3 || pixels->bits_allocated != 8)) ||
            count > std::numeric_limits<Uint32>::max() / 2 - 1 ||
            (pixels->bits_allocated != 8 && pixels->bits_allocated != 16) || pixels->bits_stored == 0 ||
            pixels->bits_stored > pixels->bits_allocated)
            return cdcmtk::fail(CDCMTKStatusInternal, "a number is outside its range");
        DcmDataset &dataset = *draft->file.getDataset();
        OFCondition condition = dataset.putAndInsertUint16(DCM_SamplesPerPixel, samples);
        const auto put = [&](const DcmTagKey &key, Uint16 value) {
            if (condition.good()) condition = dataset.putAndInsertUint16(key, value);
        };
        if (samples > 1) put(DCM_PlanarConfiguration, 0);
        put(DCM_Rows, pixels->rows);
        put(DCM_Columns, pixels->columns);
        put(DCM_BitsAllocated, pixels->bits_allocated);
        put(DCM_BitsStored, pixels->bits_stored);
        put(DCM_HighBit, Uint16(pixels->bits_stored - 1));
        put(DCM_PixelRepresentation, pixels->is_signed ? 1 : 0);
        if (condition.good())
            condition =
                dataset.putAndInsertString(DCM_PhotometricInterpretation, pixels->photometric_interpretation);

        if (condition.good() && (pixels->frames != 1 || dataset.tagExists(DCM_NumberOfFrames)))
            condition = dataset.putAndInsertString(DCM_NumberOfFrames, std::to_string(pixels->frames).c_str());
        if (condition.good() && pixels->bits_allocated == 16) {
            condition = dataset.putAndInsertUint16Array(DCM_PixelData, pixels->values, count);
        } else if (condition.good()) {
            std::string bytes(count + (count & 1), '\0');
            for (size_t i = 0; i < count; ++i) bytes[i] = char(pixels->values[i] & 0xFF);
            condition = dataset.putAndInsertUint8Array(
                DCM_PixelData, reinterpret_cast<const Uint8 *>(bytes.data()), bytes.size());
        }
        if (condition.bad()) return cdcmtk::fail(CDCMTKStatusInternal, condition.text());
        return CDCMTKStatusOk;
    });
}

extern "C" CDCMTKStatus cdcmtk_draft_set_document(
    CDCMTKDraft *draft, const uint8_t *bytes, size_t length) noexcept {
    return cdcmtk::guarded([&] {
        if (length == 0 || length > std::numeric_limits<Uint32>::max() - 2)
            return cdcmtk::fail(CDCMTKStatusInternal, "a document of this length cannot be encapsulated");
        DcmDataset &dataset = *draft->file.getDataset();
        OFCondition condition;
        if (length % 2 == 0) {
            condition = dataset.putAndInsertUint8Array(DCM_EncapsulatedDocument, bytes, length);
        } else {
            std::vector<Uint8> even(bytes, bytes + length);
            even.push_back(0);
            condition = dataset.putAndInsertUint8Array(DCM_EncapsulatedDocument, even.data(), even.size());
        }
        if (condition.bad()) return cdcmtk::fail(CDCMTKStatusInternal, condition.text());
        return CDCMTKStatusOk;
    });
}

/// Encodes the pixel data losslessly in this syntax.
static OFCondition encode(DcmDataset &dataset, E_TransferSyntax syntax) {
    switch (syntax) {
    case EXS_JPEGProcess14SV1: {
        const DJ_RPLossless parameter(1, 0);
        return dataset.chooseRepresentation(syntax, &parameter);
    }
    case EXS_JPEGLSLossless: return cdcmtk::encodeJPEGLS(dataset);
    case EXS_RLELossless: {
        const DcmRLERepresentationParameter parameter;
        return dataset.chooseRepresentation(syntax, &parameter);
    }
    default: return dataset.chooseRepresentation(syntax, nullptr);
    }
}

/// Whether the syntax is written here.
static bool isWritten(E_TransferSyntax syntax) {
    switch (syntax) {
    case EXS_LittleEndianImplicit:
    case EXS_LittleEndianExplicit:
    case EXS_BigEndianExplicit:
    case EXS_DeflatedLittleEndianExplicit:
    case EXS_RLELossless:
    case EXS_JPEGProcess14SV1:
    case EXS_JPEGLSLossless: return true;
    default: return false;
    }
}

/// Makes the data set ready to be written in this syntax, or says why it cannot be.
static CDCMTKStatus prepare(DcmDataset &dataset, E_TransferSyntax syntax) {
    if (!isWritten(syntax))
        return cdcmtk::fail(CDCMTKStatusTransferSyntaxUnsupported, "nothing here encodes it");
    for (const DcmTagKey &key : {DCM_SOPClassUID, DCM_SOPInstanceUID})
        if (!dataset.tagExistsWithValue(key))
            return cdcmtk::fail(
                CDCMTKStatusAttributeMissing, std::string(DcmTag(key).getTagName()) + " is required");
    const OFCondition encoded = encode(dataset, syntax);
    if (encoded.bad() || !dataset.canWriteXfer(syntax))
        return cdcmtk::fail(
            CDCMTKStatusTransferSyntaxUnsupported, std::string("not encoded: ") + encoded.text());
    return CDCMTKStatusOk;
}

extern "C" CDCMTKStatus cdcmtk_draft_encode(
    CDCMTKDraft *draft, const char *transferSyntax, size_t *length) noexcept {
    return cdcmtk::guarded([&] {
        const E_TransferSyntax syntax = DcmXfer(transferSyntax).getXfer();
        *length = 0;
        draft->bytes.clear();
        if (syntax != EXS_LittleEndianImplicit && syntax != EXS_LittleEndianExplicit)
            return cdcmtk::fail(CDCMTKStatusTransferSyntaxUnsupported, "compressed objects are made as files alone");
        const CDCMTKStatus prepared = prepare(*draft->file.getDataset(), syntax);
        if (prepared != CDCMTKStatusOk) return prepared;
        OFCondition condition = draft->file.validateMetaInfo(syntax);
        std::vector<uint8_t> chunk(1 << 16);
        DcmOutputBufferStream stream(chunk.data(), offile_off_t(chunk.size()));
        draft->file.transferInit();
        while (condition.good()) {
            condition = draft->file.write(stream, syntax, EET_ExplicitLength, nullptr, EGL_recalcGL);
            void *filled = nullptr;
            offile_off_t count = 0;
            stream.flushBuffer(filled, count);
            const uint8_t *first = static_cast<const uint8_t *>(filled);
            if (count > 0) draft->bytes.insert(draft->bytes.end(), first, first + count);
            if (condition != EC_StreamNotifyClient) break;
            condition = EC_Normal;
        }
        draft->file.transferEnd();
        if (condition.bad()) return cdcmtk::fail(CDCMTKStatusNotWritten, condition.text());
        *length = draft->bytes.size();
        return CDCMTKStatusOk;
    });
}

extern "C" size_t cdcmtk_draft_copy(const CDCMTKDraft *draft, uint8_t *buffer, size_t capacity) noexcept {
    const size_t count = std::min(capacity, draft->bytes.size());
    std::copy_n(draft->bytes.begin(), count, buffer);
    return count;
}

extern "C" CDCMTKStatus cdcmtk_draft_write(
    CDCMTKDraft *draft, const char *transferSyntax, const char *path) noexcept {
    return cdcmtk::guarded([&] {
        const E_TransferSyntax syntax = DcmXfer(transferSyntax).getXfer();
        const CDCMTKStatus prepared = prepare(*draft->file.getDataset(), syntax);
        if (prepared != CDCMTKStatusOk) return prepared;
        const OFCondition saved = draft->file.saveFile(path, syntax, EET_ExplicitLength, EGL_recalcGL);
        if (saved.bad()) return cdcmtk::fail(CDCMTKStatusNotWritten, saved.text());
        return CDCMTKStatusOk;
    });
}
