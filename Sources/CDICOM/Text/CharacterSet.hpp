// Specific Character Set: text of DICOM to UTF-8.

#pragma once

#include <string>

namespace cdicom {

/// The character sets that an object declares.
///
/// Lenient where objects err: terms are told by their letters and digits alone (`ISO-IR 100`, `UTF-8`), an escape
/// sequence counts whether its set is declared or not, and where one is missing after a delimiter the declared set is
/// taken that such bytes can be in.
///
/// **Source** PS3.3 C.12.1.1.2 (defined terms, escape sequences), PS3.5 6.1.2 (use), annexes H to K (examples).
class CharacterSet {
public:
    /// A set of one byte a character, or of two, in the upper half of the code table: bytes 0xA0 to 0xFF.
    struct UpperSet {
        /// The registration number with which it is named.
        const char *registration;
        /// What follows the escape character to select it.
        const char *escape;
        /// How iconv calls it.
        const char *encoding;
        bool isDouble;
    };

    /// Loads the modules of every set for good: a confined process can load none. A set whose module is absent stays
    /// unreadable.
    static void load();

    CharacterSet() = default;
    /// The value of Specific Character Set, without padding at its end.
    explicit CharacterSet(const std::string &declared);

    /// Converts `text` to UTF-8. The initial sets come back after each of `delimiters` and each control character.
    ///
    /// False where the text does not fit its sets; `converted` means nothing then.
    bool toUTF8(const std::string &text, const char *delimiters, std::string &converted) const;

private:
    /// How the whole text is encoded, where it is without code extensions (`UTF-8`, `GB18030`, `GBK`); otherwise NULL.
    const char *whole = nullptr;
    /// What upper bytes are before any escape sequence; NULL where they are nothing.
    const UpperSet *initial = nullptr;
    /// What they are where no escape sequence says it, and none is initial.
    const UpperSet *assumed = nullptr;
};

}
