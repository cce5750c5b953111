// Encoded pixel data as it stands in the file.

#include "Object.hpp"

#include <algorithm>

extern "C" CDICOMStatus cdicom_encoded_pixels_next(
    CDICOMObject *object, uint8_t *buffer, size_t capacity, size_t *count) noexcept {
    *count = 0;
    return cdicom::guarded([&] {
        // Words are swapped in pairs of bytes: never ask for half a word.
        const size_t even = capacity & ~size_t(1);
        if (even == 0) return cdicom::fail(CDICOMStatusInternal, "the buffer is too small");
        if (!object->index.pixelData())
            return cdicom::fail(CDICOMStatusPixelDataIncomplete, "Pixel Data is absent");
        const CDICOMStatus found = object->loadFragments();
        if (found != CDICOMStatusOk) return found;
        const cdicom::PixelElement &pixels = *object->index.pixelData();
        uint64_t start = pixels.offset;
        uint64_t length = pixels.length;
        const std::vector<cdicom::Fragment> &fragments = object->pixelFragments->fragments;
        while (pixels.isEncapsulated) {
            if (object->pixels.nextFragment == fragments.size()) return CDICOMStatusOk;
            start = fragments[object->pixels.nextFragment].offset;
            length = fragments[object->pixels.nextFragment].length;
            if (object->pixels.nextByte < length) break;
            object->pixels.nextFragment += 1;
            object->pixels.nextByte = 0;
        }
        const size_t wanted = size_t(std::min<uint64_t>(even, length - object->pixels.nextByte));
        if (!object->source.copy(start + object->pixels.nextByte, buffer, wanted))
            return cdicom::fail(
                CDICOMStatusPixelDataIncomplete,
                "Pixel Data declares " + std::to_string(pixels.length) + " bytes, and the file ends before");
        if (pixels.isBigEndian && pixels.vr == cdicom::vr("OW")) cdicom::swapWords(buffer, wanted);
        object->pixels.nextByte += wanted;
        *count = wanted;
        return CDICOMStatusOk;
    });
}
