#include "Object.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

gantry::OpenFile::~OpenFile() { ::close(number); }

GantryDICOMStatus gantry::statusOf(WalkEnd end, const std::string &explanation) {
    switch (end) {
    case WalkEnd::done: return GantryDICOMStatusOk;
    case WalkEnd::notDICOM: return fail(GantryDICOMStatusNotDICOM, explanation);
    case WalkEnd::damaged: return fail(GantryDICOMStatusDamaged, explanation);
    case WalkEnd::limitExceeded: return fail(GantryDICOMStatusLimitExceeded, explanation);
    case WalkEnd::pixelDataIncomplete: return fail(GantryDICOMStatusPixelDataIncomplete, explanation);
    }
    return fail(GantryDICOMStatusInternal, explanation);
}

GantryDICOMStatus GantryDICOMObject::loadFragments() {
    if (fragmentsKnown) return GantryDICOMStatusOk;
    const GantryDICOMStatus status =
        gantry::statusOf(index.walkFragments(source, limits), index.explanation());
    fragmentsKnown = status == GantryDICOMStatusOk;
    return status;
}

extern "C" GantryDICOMStatus gantry_dicom_open(
    const char *path, const GantryDICOMLimits *limits, GantryDICOMObject **object) noexcept {
    *object = nullptr;
    return gantry::guarded([&] {
        const int descriptor = ::open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
        struct stat facts;
        if (descriptor < 0 || fstat(descriptor, &facts) != 0) {
            const int number = errno;
            if (descriptor >= 0) ::close(descriptor);
            return gantry::fail(GantryDICOMStatusUnreadable, std::string("cannot be read: ") + std::strerror(number));
        }
        auto opened = std::make_unique<GantryDICOMObject>(descriptor, uint64_t(facts.st_size));
        opened->limits.deepestNesting = limits->deepest_nesting;
        opened->limits.mostElements = limits->most_elements;
        opened->limits.mostFragments = limits->most_fragments;
        opened->limits.mostInflatedBytes = limits->most_inflated_bytes;
        const gantry::WalkEnd end = opened->index.walk(opened->source, opened->limits);
        if (end == gantry::WalkEnd::done) *object = opened.release();
        return gantry::statusOf(end, *object ? std::string() : opened->index.explanation());
    });
}

extern "C" void gantry_dicom_close(GantryDICOMObject *object) noexcept { delete object; }

extern "C" bool gantry_dicom_has_preamble(const GantryDICOMObject *object) noexcept {
    return object->index.hasPreamble();
}

extern "C" bool gantry_dicom_has(
    const GantryDICOMObject *object, uint32_t item, uint16_t group, uint16_t element) noexcept {
    return object->index.find(item, gantry::tagOf(group, element)) != gantry::ElementIndex::none;
}

extern "C" uint32_t gantry_dicom_sequence(
    const GantryDICOMObject *object, uint32_t item, uint16_t group, uint16_t element) noexcept {
    const uint32_t found = object->index.find(item, gantry::tagOf(group, element));
    const bool isSequence = found != gantry::ElementIndex::none &&
                            object->index[found].kind == gantry::Element::Kind::sequence;
    return isSequence ? found : GantryDICOMNone;
}

extern "C" uint32_t gantry_dicom_next_item(
    const GantryDICOMObject *object, uint32_t sequence, uint32_t item) noexcept {
    return item == GantryDICOMNone ? object->index.firstItem(sequence) : object->index.nextItem(sequence, item);
}

extern "C" const char *gantry_dicom_encoding(const GantryDICOMObject *object) noexcept {
    const gantry::Encoding encoding = object->index.encoding();
    if (object->index.isDeflated()) return "1.2.840.10008.1.2.1.99";
    if (!encoding.isExplicit) return "1.2.840.10008.1.2";
    return encoding.isBigEndian ? "1.2.840.10008.1.2.2" : "1.2.840.10008.1.2.1";
}
