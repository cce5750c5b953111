// How an object begins: preamble, meta header, and the encoding of the data set.

#include "ElementWalk.hpp"

#include <cstring>
#include <initializer_list>

namespace cdicom {

static constexpr Encoding explicitLittleEndian = {true, false};
static constexpr Encoding implicitLittleEndian = {false, false};
static constexpr Encoding explicitBigEndian = {true, true};

/// The encoding that a transfer syntax prescribes (PS3.5 annex A): explicit little endian for all but these two.
static Encoding prescribed(const std::string &transferSyntax) {
    if (transferSyntax == "1.2.840.10008.1.2") return implicitLittleEndian;
    if (transferSyntax == "1.2.840.10008.1.2.2") return explicitBigEndian;
    return explicitLittleEndian;
}

WalkResult ElementWalk::run(ElementIndex &index) {
    const WalkEnd how = walk();
    if (how == WalkEnd::done) index = ElementIndex(std::move(elements), pixelData, objectForm);
    return {how, explanation};
}

WalkEnd ElementWalk::walk() {
    const uint8_t *start = source.at(0, 132);
    objectForm.hasPreamble = start != nullptr && std::memcmp(start + 128, "DICM", 4) == 0;
    position = objectForm.hasPreamble ? 132 : 0;
    if (!objectForm.hasPreamble && !begins(0)) {
        finish(WalkEnd::notDICOM, "no DICM mark at byte 128, and the bytes parse as no DICOM data set");
        return *end;
    }
    std::string transferSyntax;
    if (walkMetaHeader(transferSyntax) != WalkEnd::done) return *end;
    // A file that declares deflation and is not deflated is read as it is.
    const bool isPlain =
        begins(position) && (fits(position, explicitLittleEndian) || fits(position, implicitLittleEndian) ||
                             fits(position, explicitBigEndian));
    if (transferSyntax == "1.2.840.10008.1.2.1.99" && !isPlain) {
        objectForm.isDeflated = true;
        source.inflateFrom(position, limits.mostInflatedBytes);
    }
    const std::optional<Encoding> detected = detect(transferSyntax);
    if (!detected) {
        // The meta header says that it is DICOM.
        const bool isDICOM = objectForm.hasPreamble || !elements.empty();
        finish(
            isDICOM ? WalkEnd::damaged : WalkEnd::notDICOM,
            isDICOM ? "what follows the meta header is no data set"
                    : "no DICM mark at byte 128, and the bytes parse as no DICOM data set");
        return *end;
    }
    objectForm.encoding = *detected;
    walkDataSet();
    if (source.isOverflown())
        finish(
            WalkEnd::limitExceeded, "inflates to more than " + std::to_string(limits.mostInflatedBytes) +
                                        " bytes; the limit is the setting most-inflated-mebibytes");
    else if (source.isBroken() && !pixelData)
        finish(WalkEnd::damaged, "its deflated data set is broken or ends too early");
    return *end;
}

/// Whether the bytes at `at` can be the first of a meta header or data set without preamble: an even group that
/// objects begin with, in either byte order.
bool ElementWalk::begins(uint64_t at) {
    const uint8_t *bytes = source.at(at, 8);
    if (bytes == nullptr) return false;
    for (const bool isBigEndian : {false, true}) {
        const uint16_t group = number16(bytes, isBigEndian);
        if (group >= 0x0002 && group <= 0x0028 && group % 2 == 0) return true;
    }
    return false;
}

/// Whether the bytes at `at` begin an element in this encoding without any oddity, which another one or the end
/// follows.
bool ElementWalk::fits(uint64_t at, Encoding encoding) {
    Head head;
    if (!readHead(at, UINT64_MAX, encoding, head) || (encoding.isExplicit && head.vr == 0)) return false;
    if (head.length == undefinedLength) return head.vr == vr("SQ") || head.vr == vr("UN") || !encoding.isExplicit;
    const uint64_t next = at + head.size + head.length;
    return source.rest(at, head.size + uint64_t(head.length)) == next - at &&
           isFollowed(next, UINT64_MAX, head.tag, encoding);
}

std::optional<Encoding> ElementWalk::detect(const std::string &transferSyntax) {
    const Encoding declared = prescribed(transferSyntax);
    // An empty data set fits everything.
    if (!source.has(position, 1)) return declared;
    if (!transferSyntax.empty() && fits(position, declared)) return declared;
    for (const Encoding encoding : {explicitLittleEndian, implicitLittleEndian, explicitBigEndian})
        if (fits(position, encoding)) return encoding;
    // Something is odd about the first element: the walk says what.
    return transferSyntax.empty() ? std::nullopt : std::optional(declared);
}

/// Indexes the elements of group 2, whatever their group length says.
WalkEnd ElementWalk::walkMetaHeader(std::string &transferSyntax) {
    const bool isImplicit = !fits(position, explicitLittleEndian) && fits(position, implicitLittleEndian);
    const Encoding encoding = isImplicit ? implicitLittleEndian : explicitLittleEndian;
    for (;;) {
        const uint8_t *bytes = source.at(position, 8);
        if (bytes == nullptr || number16(bytes, false) != 0x0002) return WalkEnd::done;
        Head head;
        if (!readHead(position, UINT64_MAX, encoding, head) || head.length == undefinedLength ||
            rest(position + head.size, head.length) < head.length) {
            finish(WalkEnd::damaged, "its meta header cannot be followed at byte " + std::to_string(position));
            return *end;
        }
        position += head.size;
        if (!add(head, Element::Kind::value)) return *end;
        elements.back().isBigEndian = false;
        // A UID has 64 characters at most; what is longer is none.
        if (head.tag == 0x00020010 && head.length <= 80) {
            const uint8_t *value = source.at(position, head.length);
            if (value != nullptr) transferSyntax.assign(reinterpret_cast<const char *>(value), head.length);
            while (!transferSyntax.empty() && (transferSyntax.back() == 0 || transferSyntax.back() == ' '))
                transferSyntax.pop_back();
        }
        position += head.length;
    }
}

}
