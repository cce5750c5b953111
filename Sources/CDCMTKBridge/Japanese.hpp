// Japanese text with code extensions: DCMTK asks the C library for ISO-IR-87 and ISO-IR-159, and glibc does not know
// them under any name.

#pragma once

#include <cstddef>
#include <string>

namespace gantry {

/// Whether Specific Character Set names JIS X 0208 or JIS X 0212.
bool isJapanese(const std::string &specificCharacterSet);

/// Converts text in ASCII, JIS X 0201, JIS X 0208 and JIS X 0212, switched by escape sequences, to UTF-8. Returns false
/// where it has a byte or an escape sequence of another set.
///
/// **Source** PS3.3 C.12.1.1.2 (escape sequences), PS3.5 6.1.2.5.3 (where they end), annex H.
bool japaneseToUTF8(const char *text, size_t size, std::string &converted);

}
