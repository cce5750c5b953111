#include "Object.hpp"

#include "Structure/ElementWalk.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

cdicom::OpenFile::~OpenFile() { ::close(number); }

CDICOMStatus cdicom::statusOf(const WalkResult &result) {
    switch (result.end) {
    case WalkEnd::done: return CDICOMStatusOk;
    case WalkEnd::notDICOM: return fail(CDICOMStatusNotDICOM, result.explanation);
    case WalkEnd::damaged: return fail(CDICOMStatusDamaged, result.explanation);
    case WalkEnd::limitExceeded: return fail(CDICOMStatusLimitExceeded, result.explanation);
    case WalkEnd::pixelDataIncomplete: return fail(CDICOMStatusPixelDataIncomplete, result.explanation);
    }
    return fail(CDICOMStatusInternal, result.explanation);
}

CDICOMStatus CDICOMObject::loadFragments() {
    if (pixelFragments) return CDICOMStatusOk;
    cdicom::PixelFragments found;
    if (index.pixelData()) {
        const CDICOMStatus status = cdicom::statusOf(cdicom::walkFragments(*index.pixelData(), source, limits, found));
        if (status != CDICOMStatusOk) return status;
    }
    pixelFragments = std::move(found);
    return CDICOMStatusOk;
}

extern "C" CDICOMStatus cdicom_open(
    const char *path, const CDICOMLimits *limits, CDICOMObject **object) noexcept {
    *object = nullptr;
    return cdicom::guarded([&] {
        const int descriptor = ::open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
        struct stat facts;
        if (descriptor < 0 || fstat(descriptor, &facts) != 0) {
            const int number = errno;
            if (descriptor >= 0) ::close(descriptor);
            return cdicom::fail(CDICOMStatusUnreadable, std::string("cannot be read: ") + std::strerror(number));
        }
        auto opened = std::make_unique<CDICOMObject>(descriptor, uint64_t(facts.st_size));
        opened->limits.deepestNesting = limits->deepest_nesting;
        opened->limits.mostElements = limits->most_elements;
        opened->limits.mostFragments = limits->most_fragments;
        opened->limits.mostInflatedBytes = limits->most_inflated_bytes;
        const cdicom::WalkResult result = cdicom::ElementWalk(opened->source, opened->limits).run(opened->index);
        if (result.end == cdicom::WalkEnd::done) *object = opened.release();
        return cdicom::statusOf(result);
    });
}

extern "C" void cdicom_close(CDICOMObject *object) noexcept { delete object; }

extern "C" bool cdicom_has_preamble(const CDICOMObject *object) noexcept {
    return object->index.form().hasPreamble;
}

extern "C" bool cdicom_has(
    const CDICOMObject *object, uint32_t item, uint16_t group, uint16_t element) noexcept {
    return object->index.find(item, cdicom::tagOf(group, element)) != cdicom::ElementIndex::none;
}

extern "C" uint32_t cdicom_sequence(
    const CDICOMObject *object, uint32_t item, uint16_t group, uint16_t element) noexcept {
    const uint32_t found = object->index.find(item, cdicom::tagOf(group, element));
    const bool isSequence = found != cdicom::ElementIndex::none &&
                            object->index[found].kind == cdicom::Element::Kind::sequence;
    return isSequence ? found : CDICOMNone;
}

extern "C" uint32_t cdicom_next_item(
    const CDICOMObject *object, uint32_t sequence, uint32_t item) noexcept {
    return item == CDICOMNone ? object->index.firstItem(sequence) : object->index.nextItem(sequence, item);
}

extern "C" const char *cdicom_encoding(const CDICOMObject *object) noexcept {
    const cdicom::Encoding encoding = object->index.form().encoding;
    if (object->index.form().isDeflated) return "1.2.840.10008.1.2.1.99";
    if (!encoding.isExplicit) return "1.2.840.10008.1.2";
    return encoding.isBigEndian ? "1.2.840.10008.1.2.2" : "1.2.840.10008.1.2.1";
}
