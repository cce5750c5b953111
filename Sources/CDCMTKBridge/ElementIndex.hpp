// Where the elements of a DICOM object lie: our own walk over its structure, before and instead of any toolkit.
//
// The walk is a loop without recursion, reads tags and lengths and jumps over values, and keeps to caps. It is lenient
// where scanners and archives are known to err (README of the tests names the cases) and never believes a length that
// leaves its container. Needs nothing but the C++ library and zlib, so that a fuzz target can link it alone.

#pragma once

#include "ByteSource.hpp"

#include <optional>
#include <string>
#include <vector>

namespace gantry {

/// A tag as one number: group in the high half.
using Tag = uint32_t;

constexpr Tag tagOf(uint16_t group, uint16_t element) { return Tag(group) << 16 | element; }

/// A value representation as one number: its first letter in the high byte. 0 where the encoding names none.
using ValueRepresentation = uint16_t;

constexpr ValueRepresentation vr(const char (&name)[3]) {
    return ValueRepresentation(uint8_t(name[0]) << 8 | uint8_t(name[1]));
}

/// How elements are written.
struct Encoding {
    bool isExplicit = true;
    bool isBigEndian = false;

    bool operator==(const Encoding &other) const {
        return isExplicit == other.isExplicit && isBigEndian == other.isBigEndian;
    }
};

/// One element, or one item of a sequence. Elements inside follow it directly, up to `end`.
struct Element {
    enum class Kind : uint8_t { value, sequence, item };

    /// Where the value begins.
    uint64_t offset;
    Tag tag;
    /// Bytes of the value; of a sequence or item, whatever its length says.
    uint32_t length;
    /// Number of the first element after this one that is not inside.
    uint32_t end;
    ValueRepresentation vr;
    Kind kind;
    bool isBigEndian;
};

/// A part of encapsulated pixel data.
struct Fragment {
    uint64_t offset;
    uint32_t length;
};

/// Pixel Data of the top level.
struct PixelElement {
    ValueRepresentation vr = 0;
    bool isBigEndian = false;
    bool isEncapsulated = false;
    /// Native: where the value begins, and the length that it declares; the file may end before.
    uint64_t offset = 0;
    uint64_t length = 0;
    /// Encapsulated: the offset table's bytes, and the fragments. Empty until they were asked for.
    Fragment offsetTable = {0, 0};
    std::vector<Fragment> fragments;
};

/// Caps of a walk.
struct WalkLimits {
    uint32_t deepestNesting = 128;
    uint32_t mostElements = 1'000'000;
    uint32_t mostFragments = 262'144;
    uint64_t mostInflatedBytes = 512 << 20;
};

/// How a walk ended.
enum class WalkEnd {
    /// Everything asked for is indexed.
    done,
    /// The bytes are no DICOM object.
    notDICOM,
    /// They begin as one, and cannot be followed to Pixel Data or the end.
    damaged,
    /// A cap was exceeded.
    limitExceeded,
    /// Pixel Data's fragments cannot be followed.
    pixelDataIncomplete,
};

/// The elements of an object up to Pixel Data, in the order of the file.
class ElementIndex {
public:
    /// Walks `source`. On anything but `done`, `explanation` says why, and the index holds nothing of use.
    WalkEnd walk(ByteSource &source, const WalkLimits &limits);

    /// Finds the fragments of encapsulated pixel data; does nothing for native.
    WalkEnd walkFragments(ByteSource &source, const WalkLimits &limits);

    /// A sentence about the last walk that did not end well.
    const std::string &explanation() const { return explanation_; }

    /// The object begins with a preamble and `DICM`.
    bool hasPreamble() const { return hasPreamble_; }
    /// How the data set is written, whatever the object declares.
    Encoding encoding() const { return encoding_; }
    /// The data set is deflated.
    bool isDeflated() const { return isDeflated_; }
    /// Pixel Data; none where the data set ends without.
    const std::optional<PixelElement> &pixelData() const { return pixelData_; }

    const Element &operator[](uint32_t number) const { return elements_[number]; }
    uint32_t count() const { return uint32_t(elements_.size()); }

    /// Number of the top level, as an `item` for `find`.
    static constexpr uint32_t topLevel = UINT32_MAX;
    /// No element.
    static constexpr uint32_t none = UINT32_MAX - 1;

    /// The element with `tag` of an item or the top level; the first, where there are several. `next` is where the search
    /// begins: `topLevel` or the item itself, or an element found before.
    uint32_t find(uint32_t item, Tag tag) const { return findAfter(item, none, tag); }
    /// The next element with `tag` after `element`, in the same item.
    uint32_t findAfter(uint32_t item, uint32_t element, Tag tag) const;
    /// The first item of a sequence, or the item after one; `none` where there is no more.
    uint32_t firstItem(uint32_t sequence) const;
    uint32_t nextItem(uint32_t sequence, uint32_t item) const;

private:
    struct Head;
    struct Container;
    class Walk;

    std::vector<Element> elements_;
    std::optional<PixelElement> pixelData_;
    std::string explanation_;
    Encoding encoding_;
    bool hasPreamble_ = false;
    bool isDeflated_ = false;
};

}
