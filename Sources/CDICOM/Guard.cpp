#include "Guard.hpp"

#include <algorithm>
#include <cstring>

namespace cdicom {

static thread_local std::string explanation;

CDICOMStatus fail(CDICOMStatus status, std::string text) {
    explanation = std::move(text);
    return status;
}

void copyOut(const std::string &text, char *buffer, size_t capacity, size_t &length) {
    length = text.size();
    if (buffer != nullptr) std::memcpy(buffer, text.data(), std::min(capacity, text.size()));
}

}

extern "C" size_t cdicom_explanation(char *buffer, size_t capacity) noexcept {
    size_t length = 0;
    cdicom::copyOut(cdicom::explanation, buffer, capacity, length);
    return length;
}
