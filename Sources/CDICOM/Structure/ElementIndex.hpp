// Where the elements of a DICOM object lie, as a walk has found them (ElementWalk.hpp).

#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace cdicom {

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

/// Pixel Data of the top level.
struct PixelElement {
    ValueRepresentation vr = 0;
    bool isBigEndian = false;
    bool isEncapsulated = false;
    /// Where the value begins.
    uint64_t offset = 0;
    /// Native: the length that it declares; the file may end before.
    uint64_t length = 0;
};

/// How an object is written.
struct ObjectForm {
    /// It begins with a preamble and `DICM`.
    bool hasPreamble = false;
    /// Of the data set, whatever the object declares.
    Encoding encoding;
    /// The data set is deflated.
    bool isDeflated = false;
};

/// The elements of an object up to Pixel Data, in the order of the file.
class ElementIndex {
public:
    ElementIndex() = default;
    /// The index of these elements: what is inside one follows it directly, up to its `end`.
    ElementIndex(std::vector<Element> elements, std::optional<PixelElement> pixelData, ObjectForm form)
        : elements_(std::move(elements)), pixelData_(pixelData), form_(form) {}

    /// How the object is written.
    const ObjectForm &form() const { return form_; }
    /// Pixel Data; none where the data set ends without.
    const std::optional<PixelElement> &pixelData() const { return pixelData_; }

    const Element &operator[](uint32_t number) const { return elements_[number]; }
    uint32_t count() const { return uint32_t(elements_.size()); }

    /// Number of the top level, as an `item` for `find`.
    static constexpr uint32_t topLevel = UINT32_MAX;
    /// No element.
    static constexpr uint32_t none = UINT32_MAX - 1;

    /// The element with `tag` of an item or the top level; the first, where there are several. `next` is where the
    /// search begins: `topLevel` or the item itself, or an element found before.
    uint32_t find(uint32_t item, Tag tag) const { return findAfter(item, none, tag); }
    /// The next element with `tag` after `element`, in the same item.
    uint32_t findAfter(uint32_t item, uint32_t element, Tag tag) const;
    /// The first item of a sequence, or the item after one; `none` where there is no more.
    uint32_t firstItem(uint32_t sequence) const;
    uint32_t nextItem(uint32_t sequence, uint32_t item) const;

private:
    std::vector<Element> elements_;
    std::optional<PixelElement> pixelData_;
    ObjectForm form_;
};

}
