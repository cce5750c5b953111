#include "CharacterSet.hpp"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <iconv.h>

namespace cdicom {

static constexpr CharacterSet::UpperSet upperSets[] = {
    {"100", "-A", "ISO-8859-1", false},  {"101", "-B", "ISO-8859-2", false},   {"109", "-C", "ISO-8859-3", false},
    {"110", "-D", "ISO-8859-4", false},  {"144", "-L", "ISO-8859-5", false},   {"127", "-G", "ISO-8859-6", false},
    {"126", "-F", "ISO-8859-7", false},  {"138", "-H", "ISO-8859-8", false},   {"148", "-M", "ISO-8859-9", false},
    {"203", "-b", "ISO-8859-15", false}, {"166", "-T", "TIS-620", false},      {"13", ")I", "EUC-JP", false},
    {"149", "$)C", "EUC-KR", true},      {"58", "$)A", "EUC-CN", true},
};

/// What the codes 0x21 to 0x7E stand for.
enum class LowerSet { ascii, jisX0208, jisX0212 };

static constexpr struct {
    const char *escape;
    LowerSet set;
} lowerSets[] = {
    {"(B", LowerSet::ascii},     {"(J", LowerSet::ascii},      {"$B", LowerSet::jisX0208},
    {"$@", LowerSet::jisX0208},  {"$(D", LowerSet::jisX0212},
};

/// Letters and digits alone, in upper case.
static std::string bare(const std::string &term) {
    std::string result;
    for (const char character : term)
        if (std::isalnum(static_cast<unsigned char>(character)))
            result += char(std::toupper(static_cast<unsigned char>(character)));
    return result;
}

/// The upper set that a bare term names, with or without code extensions; NULL where it names none.
static const CharacterSet::UpperSet *upperSet(const std::string &term) {
    for (const auto &set : upperSets) {
        const std::string number(set.registration);
        if (term == "ISOIR" + number || term == "ISO2022IR" + number || term == bare(set.encoding)) return &set;
    }
    return term == "LATIN1" ? &upperSets[0] : nullptr;
}

CharacterSet::CharacterSet(const std::string &declared) {
    size_t start = 0;
    for (bool isFirst = true; start <= declared.size(); isFirst = false) {
        const size_t end = std::min(declared.find('\\', start), declared.size());
        const std::string term = bare(declared.substr(start, end - start));
        start = end + 1;
        if (isFirst) {
            if (term == "ISOIR192" || term == "UTF8") whole = "UTF-8";
            if (term == "GB18030") whole = "GB18030";
            if (term == "GBK" || term == "GB2312") whole = "GBK";
            initial = upperSet(term);
        } else if (assumed == nullptr) {
            assumed = upperSet(term);
        }
    }
}

/// Appends `bytes`, which are in `encoding`, to `converted`; false where they are not.
static bool append(const char *encoding, std::string bytes, std::string &converted) {
    if (bytes.empty()) return true;
    const iconv_t conversion = iconv_open("UTF-8", encoding);
    if (conversion == iconv_t(-1)) return false;
    char *from = bytes.data();
    size_t left = bytes.size();
    const size_t filled = converted.size();
    // No character of any of these sets becomes longer than four bytes.
    converted.resize(filled + bytes.size() * 4);
    char *to = converted.data() + filled;
    size_t space = bytes.size() * 4;
    const size_t result = iconv(conversion, &from, &left, &to, &space);
    iconv_close(conversion);
    converted.resize(converted.size() - space);
    return result != size_t(-1) && left == 0;
}

void CharacterSet::load() {
    // A conversion that stays open keeps its module in memory.
    for (const char *encoding : {"ASCII", "UTF-8", "GB18030", "GBK"}) static_cast<void>(iconv_open("UTF-8", encoding));
    for (const auto &set : upperSets) static_cast<void>(iconv_open("UTF-8", set.encoding));
}

/// A text being taken apart into runs of one encoding.
namespace {
class Runs {
public:
    explicit Runs(std::string &converted) : converted(converted) {}

    bool add(const char *encoding, std::string bytes) {
        if (run != nullptr && std::strcmp(run, encoding) != 0 && !finish()) return false;
        run = encoding;
        pending += bytes;
        return true;
    }

    bool finish() {
        const bool isDone = run == nullptr || append(run, pending, converted);
        run = nullptr;
        pending.clear();
        return isDone;
    }

private:
    std::string &converted;
    const char *run = nullptr;
    std::string pending;
};
}

/// Takes one escape sequence at `text[at]`, behind the escape character; false where it is none of DICOM's.
static bool takeEscape(
    const std::string &text, size_t &at, LowerSet &lower, const CharacterSet::UpperSet *&upper) {
    for (const auto &known : lowerSets) {
        if (text.compare(at, std::strlen(known.escape), known.escape) != 0) continue;
        lower = known.set;
        at += std::strlen(known.escape);
        return true;
    }
    for (const auto &known : upperSets) {
        if (text.compare(at, std::strlen(known.escape), known.escape) != 0) continue;
        upper = &known;
        at += std::strlen(known.escape);
        return true;
    }
    return false;
}

bool CharacterSet::toUTF8(const std::string &text, const char *delimiters, std::string &converted) const {
    converted.clear();
    if (whole != nullptr) return append(whole, text, converted);
    Runs runs(converted);
    LowerSet lower = LowerSet::ascii;
    const UpperSet *upper = initial;
    for (size_t at = 0; at < text.size();) {
        const auto byte = static_cast<unsigned char>(text[at]);
        if (byte == 0x1B) {
            if (!takeEscape(text, ++at, lower, upper)) return false;
            continue;
        }
        if (byte >= 0x80) {
            const UpperSet *set = upper != nullptr ? upper : assumed;
            const size_t size = set != nullptr && set->isDouble ? 2 : 1;
            if (set == nullptr || at + size > text.size()) return false;
            // Katakana of JIS X 0201 stands behind a shift in EUC.
            const bool isKatakana = std::strcmp(set->registration, "13") == 0;
            if (!runs.add(set->encoding, (isKatakana ? "\x8E" : "") + text.substr(at, size))) return false;
            at += size;
        } else if (lower == LowerSet::ascii || byte < 0x21 || byte == 0x7F) {
            // Control characters and space are the same in every set.
            if (byte < 0x20 || std::strchr(delimiters, byte) != nullptr) {
                lower = LowerSet::ascii;
                upper = initial;
            }
            if (!runs.add("ASCII", text.substr(at, 1))) return false;
            at += 1;
        } else {
            if (at + 2 > text.size()) return false;
            std::string pair = lower == LowerSet::jisX0212 ? "\x8F" : "";
            pair += char(byte | 0x80);
            pair += char(static_cast<unsigned char>(text[at + 1]) | 0x80);
            if (!runs.add("EUC-JP", pair)) return false;
            at += 2;
        }
    }
    return runs.finish();
}

}
