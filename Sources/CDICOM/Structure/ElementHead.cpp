// Reading what stands before a value, whole or odd.

#include "ElementWalk.hpp"

#include <algorithm>
#include <cstdio>
#include <initializer_list>

namespace cdicom {

std::string tagText(Tag tag) {
    char text[16];
    std::snprintf(text, sizeof text, "(%04X,%04X)", unsigned(tag >> 16), unsigned(tag & 0xFFFF));
    return text;
}

/// Value representations with two reserved bytes and a length of four (PS3.5 table 7.1-1).
static bool isLong(ValueRepresentation name) {
    switch (name) {
    case vr("OB"): case vr("OD"): case vr("OF"): case vr("OL"): case vr("OV"): case vr("OW"): case vr("SQ"):
    case vr("SV"): case vr("UC"): case vr("UN"): case vr("UR"): case vr("UT"): case vr("UV"): return true;
    default: return false;
    }
}

/// Value representations with a length of two bytes (PS3.5 table 7.1-2).
static bool isShort(ValueRepresentation name) {
    switch (name) {
    case vr("AE"): case vr("AS"): case vr("AT"): case vr("CS"): case vr("DA"): case vr("DS"): case vr("DT"):
    case vr("FD"): case vr("FL"): case vr("IS"): case vr("LO"): case vr("LT"): case vr("PN"): case vr("SH"):
    case vr("SL"): case vr("SS"): case vr("ST"): case vr("TM"): case vr("UI"): case vr("UL"): case vr("US"):
        return true;
    default: return false;
    }
}

bool isKnown(ValueRepresentation name) { return isLong(name) || isShort(name); }

bool ElementWalk::readHead(uint64_t at, uint64_t limit, Encoding encoding, Head &head) {
    if (at > limit || limit - at < 8) return false;
    const uint8_t *bytes = source.at(at, 8);
    if (bytes == nullptr) return false;
    head = {tagAt(bytes, encoding.isBigEndian), 0, number32(bytes + 4, encoding.isBigEndian), 8};
    // Items and delimiters have no value representation in any encoding.
    if (!encoding.isExplicit || head.tag >> 16 == 0xFFFE) return true;
    const auto name = ValueRepresentation(bytes[4] << 8 | bytes[5]);
    if (isShort(name)) {
        head.vr = name;
        head.length = number16(bytes + 6, encoding.isBigEndian);
        return true;
    }
    if (!isLong(name)) return guessHead(at, limit, encoding, head);
    const uint8_t *longer = limit - at < 12 ? nullptr : source.at(at, 12);
    if (longer == nullptr) return false;
    head.vr = name;
    head.length = number32(longer + 8, encoding.isBigEndian);
    head.size = 12;
    return true;
}

/// An explicit element whose value representation is none: a two-byte length, a four-byte length, or no value
/// representation at all. The form whose value ends where another element can begin is right.
bool ElementWalk::guessHead(uint64_t at, uint64_t limit, Encoding encoding, Head &head) {
    const uint8_t *bytes = source.at(at, 8);
    if (bytes == nullptr) return false;
    const Tag tag = head.tag;
    const uint32_t shortLength = number16(bytes + 6, encoding.isBigEndian);
    const uint32_t implicitLength = number32(bytes + 4, encoding.isBigEndian);
    // Where the second letter would be a control character, these are rather the bytes of a small length.
    const bool isImplicit = bytes[5] < 0x20;
    const uint8_t *longer = shortLength != 0 || limit - at < 12 ? nullptr : source.at(at, 12);
    const uint32_t longLength = longer == nullptr ? undefinedLength : number32(longer + 8, encoding.isBigEndian);
    const Head withoutRepresentation = {tag, 0, implicitLength, 8};
    const Head withLong = {tag, 0, longLength, 12};
    const Head withShort = {tag, 0, shortLength, 8};
    const Head forms[] = {
        isImplicit ? withoutRepresentation : withLong, isImplicit ? withLong : withShort,
        isImplicit ? withShort : withoutRepresentation};
    for (const Head &form : forms) {
        if (form.length == undefinedLength || form.length > limit - at || limit - at - form.length < form.size) {
            continue;
        }
        if (!isFollowed(at + form.size + form.length, limit, tag, encoding)) continue;
        head = form;
        return true;
    }
    return false;
}

/// Whether at `at` the container ends, or an element stands that may follow one with `tag`: a later one, and in the
/// meta header any.
bool ElementWalk::isFollowed(uint64_t at, uint64_t limit, Tag tag, Encoding encoding) {
    if (at == limit || (limit == UINT64_MAX && source.has(at - 1, 1) && !source.has(at, 1))) return true;
    if (at > limit || limit - at < 8) return false;
    const uint8_t *bytes = source.at(at, 8);
    if (bytes == nullptr) return false;
    const Tag next = tagAt(bytes, encoding.isBigEndian);
    return next > tag || (tag >> 16 == 0x0002 && next >> 16 == 0x0002);
}

}
