// Text in DICOM's character sets, whatever is declared: what converts is UTF-8, whatever the bytes.

#include "Text/CharacterSet.hpp"

#include <cstdint>
#include <cstdlib>
#include <initializer_list>

/// Whether `text` is well-formed UTF-8 (RFC 3629).
static bool isUTF8(const std::string &text) {
    for (size_t at = 0; at < text.size();) {
        const auto first = static_cast<unsigned char>(text[at]);
        const size_t length = first < 0x80 ? 1 : first >= 0xC2 && first < 0xE0 ? 2 : first >= 0xE0 && first < 0xF0 ? 3
                              : first >= 0xF0 && first < 0xF5              ? 4
                                                                           : 0;
        if (length == 0 || length > text.size() - at) return false;
        for (size_t i = 1; i < length; ++i)
            if ((static_cast<unsigned char>(text[at + i]) & 0xC0) != 0x80) return false;
        at += length;
    }
    return true;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    // What is declared, a line feed, the text.
    const std::string input(reinterpret_cast<const char *>(bytes), size);
    const size_t end = input.find('\n');
    if (end == std::string::npos) return 0;
    const cdicom::CharacterSet characterSet(input.substr(0, end));
    for (const char *delimiters : {"\\^=", "\\", ""}) {
        std::string converted;
        if (characterSet.toUTF8(input.substr(end + 1), delimiters, converted) && !isUTF8(converted)) std::abort();
    }
    return 0;
}
