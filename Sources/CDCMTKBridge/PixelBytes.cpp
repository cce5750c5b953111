// Encoded pixel data as it stands in the file.

#include "Object.hpp"

#include <algorithm>

extern "C" GantryDICOMStatus gantry_dicom_encoded_pixels_next(
    GantryDICOMObject *object, uint8_t *buffer, size_t capacity, size_t *count) noexcept {
    *count = 0;
    return gantry::guarded([&] {
        // Words are swapped in pairs of bytes: never ask for half a word.
        const size_t even = capacity & ~size_t(1);
        if (even == 0) return gantry::fail(GantryDICOMStatusInternal, "the buffer is too small");
        if (!object->index.pixelData())
            return gantry::fail(GantryDICOMStatusPixelDataIncomplete, "Pixel Data is absent");
        const GantryDICOMStatus found = object->loadFragments();
        if (found != GantryDICOMStatusOk) return found;
        const gantry::PixelElement &pixels = *object->index.pixelData();
        uint64_t start = pixels.offset;
        uint64_t length = pixels.length;
        while (pixels.isEncapsulated) {
            if (object->pixels.nextFragment == pixels.fragments.size()) return GantryDICOMStatusOk;
            start = pixels.fragments[object->pixels.nextFragment].offset;
            length = pixels.fragments[object->pixels.nextFragment].length;
            if (object->pixels.nextByte < length) break;
            object->pixels.nextFragment += 1;
            object->pixels.nextByte = 0;
        }
        const size_t wanted = size_t(std::min<uint64_t>(even, length - object->pixels.nextByte));
        if (!object->source.copy(start + object->pixels.nextByte, buffer, wanted))
            return gantry::fail(
                GantryDICOMStatusPixelDataIncomplete,
                "Pixel Data declares " + std::to_string(pixels.length) + " bytes, and the file ends before");
        if (pixels.isBigEndian && pixels.vr == gantry::vr("OW")) gantry::swapWords(buffer, wanted);
        object->pixels.nextByte += wanted;
        *count = wanted;
        return GantryDICOMStatusOk;
    });
}
