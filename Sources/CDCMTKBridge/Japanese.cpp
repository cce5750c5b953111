#include "Japanese.hpp"

#include <iconv.h>

namespace gantry {

namespace {

/// The set that the codes 0x21 to 0x7E stand for.
enum class Set { roman, jisX0208, jisX0212 };

/// Takes one escape sequence at `text[at]`; false where it is none of Japan's.
bool takeEscape(const std::string &text, size_t &at, Set &set) {
    static const struct {
        const char *sequence;
        bool changes;
        Set set;
    } known[] = {
        {"\x1B(B", true, Set::roman},     {"\x1B(J", true, Set::roman},      {"\x1B$B", true, Set::jisX0208},
        {"\x1B$@", true, Set::jisX0208},  {"\x1B$(D", true, Set::jisX0212},  {"\x1B)I", false, Set::roman},
    };
    for (const auto &escape : known) {
        const std::string sequence(escape.sequence);
        if (text.compare(at, sequence.size(), sequence) != 0) continue;
        if (escape.changes) set = escape.set;
        at += sequence.size();
        return true;
    }
    return false;
}

/// Converts EUC-JP, where every set has its own range of bytes, to UTF-8.
bool fromEUC(std::string text, std::string &converted) {
    iconv_t conversion = iconv_open("UTF-8", "EUC-JP");
    if (conversion == iconv_t(-1)) return false;
    // No character of two or three bytes becomes longer than three.
    converted.assign(text.size() * 3, '\0');
    char *from = text.data();
    size_t left = text.size();
    char *to = converted.data();
    size_t space = converted.size();
    const size_t result = iconv(conversion, &from, &left, &to, &space);
    iconv_close(conversion);
    converted.resize(converted.size() - space);
    return result != size_t(-1) && left == 0;
}

}

bool isJapanese(const std::string &specificCharacterSet) {
    return specificCharacterSet.find("ISO 2022 IR 87") != std::string::npos ||
           specificCharacterSet.find("ISO 2022 IR 159") != std::string::npos;
}

bool japaneseToUTF8(const char *bytes, size_t size, std::string &converted) {
    const std::string text(bytes, size);
    std::string euc;
    Set set = Set::roman;
    size_t at = 0;
    while (at < text.size()) {
        const auto byte = static_cast<unsigned char>(text[at]);
        if (byte == 0x1B) {
            if (!takeEscape(text, at, set)) return false;
        } else if (byte >= 0xA1 && byte <= 0xDF) {
            // Katakana of JIS X 0201.
            euc += char(0x8E);
            euc += text[at++];
        } else if (byte >= 0x80) {
            return false;
        } else if (set == Set::roman || byte < 0x21) {
            // Control characters and space, and in roman text the delimiters, are the same in every set.
            if (byte < 0x20) set = Set::roman;
            euc += text[at++];
        } else {
            if (at + 1 >= text.size()) return false;
            if (set == Set::jisX0212) euc += char(0x8F);
            euc += char(byte | 0x80);
            euc += char(static_cast<unsigned char>(text[at + 1]) | 0x80);
            at += 2;
        }
    }
    return fromEUC(euc, converted);
}

}
