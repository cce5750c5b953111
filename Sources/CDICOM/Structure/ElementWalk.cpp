// The walk over a data set.

#include "ElementWalk.hpp"

#include <algorithm>
#include <cstring>

namespace cdicom {

uint64_t ElementWalk::rest(uint64_t at, uint64_t count) {
    const uint64_t inContainer = at > limit() ? 0 : limit() - at;
    return source.rest(at, std::min(count, inContainer));
}

void ElementWalk::finish(WalkEnd how, std::string why) {
    end = how;
    explanation = std::move(why);
}

void ElementWalk::walkDataSet() {
    while (!end) {
        closeFinished();
        if (open.empty()) {
            const uint8_t *bytes = source.at(position, 8);
            static constexpr uint8_t zeros[8] = {};
            // The end, or zeros that pad the file.
            if (bytes == nullptr || std::memcmp(bytes, zeros, sizeof zeros) == 0) {
                const size_t left = size_t(source.rest(position, sizeof zeros));
                const uint8_t *last = bytes == nullptr && left > 0 ? source.at(position, left) : nullptr;
                if (last != nullptr && std::memcmp(last, zeros, left) != 0)
                    return finish(WalkEnd::damaged, "ends within an element at byte " + std::to_string(position));
                const bool isEmpty = elements.empty() || elements.back().tag >> 16 == 0x0002;
                finish(isEmpty ? WalkEnd::damaged : WalkEnd::done, isEmpty ? "it holds no data set" : "");
                return;
            }
        }
        // Too few bytes for an element, all zeros: padding of an item or a sequence.
        if (!open.empty() && open.back().isDefined && limit() - position < 8) {
            static constexpr uint8_t zeros[8] = {};
            const size_t left = size_t(limit() - position);
            const uint8_t *bytes = source.at(position, left);
            if (bytes != nullptr && std::memcmp(bytes, zeros, left) == 0) {
                position += left;
                continue;
            }
        }
        Head head;
        if (!readHead(position, limit(), encoding(), head))
            giveUp("no element can be made out at byte " + std::to_string(position));
        else if (open.empty())
            takeAtTopLevel(head);
        else if (open.back().kind == Container::Kind::item)
            takeInItem(head);
        else
            takeInSequence(head);
    }
}

/// Closes what ends here, by its own length or by that of what it lies in.
void ElementWalk::closeFinished() {
    while (!open.empty() && (position >= open.back().limit || !source.has(position, 1))) close();
}

void ElementWalk::close() {
    Element &element = elements[open.back().element];
    element.end = count();
    element.length = uint32_t(std::min<uint64_t>(position - element.offset, undefinedLength - 1));
    if (open.back().kind != Container::Kind::item) openSequences -= 1;
    open.pop_back();
}

/// What cannot be followed is left out with the innermost sequence or item whose length says where it ends. Without
/// one, the object is damaged.
void ElementWalk::giveUp(std::string why) {
    while (!open.empty() && !open.back().isDefined) {
        if (open.back().kind != Container::Kind::item) openSequences -= 1;
        open.pop_back();
    }
    if (open.empty()) return finish(WalkEnd::damaged, "begins as DICOM and cannot be followed to its end: " + why);
    const uint32_t number = open.back().element;
    elements.resize(number + 1);
    if (open.back().kind != Container::Kind::item) elements[number].kind = Element::Kind::value;
    position = open.back().limit;
    close();
}

void ElementWalk::giveUp(const Head &head, const char *why) {
    giveUp(tagText(head.tag) + " at byte " + std::to_string(position) + " " + why);
}

/// Notes the element whose value begins at the position; false at the cap.
bool ElementWalk::add(const Head &head, Element::Kind kind) {
    if (elementsSeen >= limits.mostElements) {
        finish(
            WalkEnd::limitExceeded, "has more than " + std::to_string(limits.mostElements) +
                                        " elements; the limit is the setting most-elements");
        return false;
    }
    elementsSeen += 1;
    elements.push_back(
        {position, head.tag, head.length, count() + 1, head.vr, kind, encoding().isBigEndian});
    return true;
}

/// Steps over a delimiter that delimits nothing.
void ElementWalk::skip(const Head &head) {
    if (head.length != 0) return giveUp(head, "delimits nothing, and has a length");
    position += head.size;
}

bool ElementWalk::isPixelData(const Head &head) {
    // Pixel Data, and its relatives of floating point, which nothing here reads: they are noted as there, without
    // value.
    if (head.tag == 0x7FE00008 || head.tag == 0x7FE00009) {
        elements.push_back(
            {position, head.tag, 0, count() + 1, head.vr, Element::Kind::value, objectForm.encoding.isBigEndian});
        return true;
    }
    if (head.tag != 0x7FE00010) return false;
    PixelElement pixels;
    pixels.vr = head.vr == 0 ? vr("OW") : head.vr;
    pixels.isBigEndian = objectForm.encoding.isBigEndian;
    pixels.isEncapsulated = head.length == undefinedLength;
    pixels.offset = position + head.size;
    pixels.length = pixels.isEncapsulated ? 0 : head.length;
    pixelData = pixels;
    return true;
}

void ElementWalk::takeAtTopLevel(const Head &head) {
    if (head.tag >> 16 == 0xFFFE) return skip(head);
    if (isPixelData(head)) return finish(WalkEnd::done, "");
    takeElement(head);
}

void ElementWalk::takeInItem(const Head &head) {
    const bool isDefined = open.back().isDefined;
    switch (head.tag) {
    case itemDelimiter:
        if (isDefined) return skip(head);
        close();
        position += head.size;
        return;
    case itemTag:
    case sequenceDelimiter:
        // The item's own delimiter is missing.
        if (isDefined) return giveUp(head, "stands in an item");
        return close();
    default: takeElement(head);
    }
}

void ElementWalk::takeInSequence(const Head &head) {
    const Container &sequence = open.back();
    switch (head.tag) {
    case itemTag: return beginItem(head);
    case sequenceDelimiter:
        if (sequence.isDefined) return skip(head);
        close();
        position += head.size;
        return;
    case itemDelimiter: return skip(head);
    default:
        // The sequence's own delimiter is missing, where this can be what follows it.
        if (sequence.isDefined || head.tag <= elements[sequence.element].tag)
            return giveUp(head, "stands in a sequence");
        close();
    }
}

void ElementWalk::beginItem(const Head &head) {
    const bool isDefined = head.length != undefinedLength;
    position += head.size;
    if (isDefined && rest(position, head.length) < head.length) {
        position -= head.size;
        return giveUp(head, "declares more bytes than are left");
    }
    if (open.back().kind == Container::Kind::fragments) {
        if (!isDefined) return giveUp(head, "is a fragment without length");
        if (!add(head, Element::Kind::item)) return;
        position += head.length;
        return;
    }
    if (open.back().isUndecided && (!isDefined || head.length >= 8)) {
        const uint8_t *first = source.at(position, 8);
        open.back().encoding = {first != nullptr && isKnown(ValueRepresentation(first[4] << 8 | first[5])), false};
        open.back().isUndecided = false;
    }
    if (!add(head, Element::Kind::item)) return;
    open.push_back(
        {count() - 1, isDefined ? position + head.length : limit(), Container::Kind::item, isDefined,
         encoding(), false});
}

void ElementWalk::beginSequence(const Head &head, Container::Kind kind, bool isUndecided) {
    if (openSequences >= limits.deepestNesting)
        return finish(
            WalkEnd::limitExceeded, "has sequences more than " + std::to_string(limits.deepestNesting) +
                                        " deep inside each other; the limit is the setting deepest-nesting");
    const bool isDefined = head.length != undefinedLength;
    position += head.size;
    if (!add(head, Element::Kind::sequence)) return;
    openSequences += 1;
    // PS3.5 6.2.2: what is inside a UN is implicit and little endian.
    open.push_back(
        {count() - 1, isDefined ? position + head.length : limit(), kind, isDefined,
         isUndecided ? Encoding{false, false} : encoding(), isUndecided});
}

void ElementWalk::takeElement(const Head &head) {
    const bool isUnknown = head.vr == vr("UN");
    const uint64_t value = position + head.size;
    const bool isDefined = head.length != undefinedLength;
    if (isDefined && rest(value, head.length) < head.length) return giveUp(head, "declares more bytes than are left");
    if (head.vr == vr("SQ")) return beginSequence(head, Container::Kind::sequence, false);
    // Whether the value begins with an item, or with the delimiter of none.
    const bool isNamed = head.vr != 0 && !isUnknown;
    const uint8_t *first = isDefined && (isNamed || head.length < 8) ? nullptr : source.at(value, 8);
    const Tag tag = first == nullptr ? 0 : tagAt(first, !isUnknown && encoding().isBigEndian);
    const bool isSequence = tag == itemTag || (!isDefined && tag == sequenceDelimiter);
    if (isSequence)
        return beginSequence(
            head, isNamed ? Container::Kind::fragments : Container::Kind::sequence, isUnknown);
    if (!isDefined) return giveUp(head, "has no length, and no items");
    position = value;
    if (add(head, Element::Kind::value)) position += head.length;
}

}
