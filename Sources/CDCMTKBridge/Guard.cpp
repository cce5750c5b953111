#include "Guard.hpp"

#include <algorithm>
#include <cstring>

namespace gantry {

static thread_local std::string explanation;

GantryDICOMStatus fail(GantryDICOMStatus status, std::string text) {
    explanation = std::move(text);
    return status;
}

void copyOut(const std::string &text, char *buffer, size_t capacity, size_t &length) {
    length = text.size();
    if (buffer != nullptr) std::memcpy(buffer, text.data(), std::min(capacity, text.size()));
}

}

extern "C" size_t gantry_dicom_explanation(char *buffer, size_t capacity) noexcept {
    size_t length = 0;
    gantry::copyOut(gantry::explanation, buffer, capacity, length);
    return length;
}
