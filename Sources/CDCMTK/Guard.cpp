#include "Guard.hpp"

#include <algorithm>
#include <cstring>

namespace cdcmtk {

static thread_local std::string explanation;

CDCMTKStatus fail(CDCMTKStatus status, std::string text) {
    explanation = std::move(text);
    return status;
}

void copyOut(const std::string &text, char *buffer, size_t capacity, size_t &length) {
    length = text.size();
    if (buffer != nullptr) std::memcpy(buffer, text.data(), std::min(capacity, text.size()));
}

}

extern "C" size_t cdcmtk_explanation(char *buffer, size_t capacity) noexcept {
    size_t length = 0;
    cdcmtk::copyOut(cdcmtk::explanation, buffer, capacity, length);
    return length;
}
