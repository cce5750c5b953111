// The walk over a DICOM object's structure: our own, before and instead of any toolkit.
//
// It is a loop without recursion, reads tags and lengths and jumps over values, and keeps to caps. It is lenient where
// scanners and archives are known to err (docs/what-is-read.md names the cases) and never believes a length that leaves
// its container. Needs nothing but the C++ library and zlib, so that a fuzz target can link it alone.

#pragma once

#include "ByteSource.hpp"
#include "ElementIndex.hpp"
#include "WalkLimits.hpp"
#include "WalkResult.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cdicom {

/// One walk over a DICOM object, up to Pixel Data or its end.
class ElementWalk {
public:
    ElementWalk(ByteSource &source, const WalkLimits &limits) : source(source), limits(limits) {}

    /// Walks, once. `index` becomes that of the object where the end is `done`, and stays as it is otherwise.
    WalkResult run(ElementIndex &index);

private:
    /// What stands before a value.
    struct Head {
        Tag tag;
        ValueRepresentation vr;
        uint32_t length;
        /// Bytes of the head itself.
        uint32_t size;
    };

    /// A sequence or item that is being walked.
    struct Container {
        enum class Kind { sequence, item, fragments };

        uint32_t element;
        /// Nothing in it may lie beyond.
        uint64_t limit;
        Kind kind;
        /// Its own length says where it ends; otherwise a delimiter does, or its container's end.
        bool isDefined;
        Encoding encoding;
        /// It is a sequence of value representation UN: the first item shows how its elements are written.
        bool isUndecided;
    };

    ByteSource &source;
    const WalkLimits &limits;
    /// What becomes of the index.
    std::vector<Element> elements;
    std::optional<PixelElement> pixelData;
    ObjectForm objectForm;
    /// Why the walk came to its end.
    std::string explanation;
    uint64_t position = 0;
    /// Innermost last.
    std::vector<Container> open;
    uint32_t openSequences = 0;
    /// Also those that were given up later: bounds the time.
    uint32_t elementsSeen = 0;
    /// What the walk came to, where it came to an end.
    std::optional<WalkEnd> end;

    // Beginning: ElementWalkStart.cpp.
    WalkEnd walk();
    WalkEnd walkMetaHeader(std::string &transferSyntax);
    bool begins(uint64_t at);
    bool fits(uint64_t at, Encoding encoding);
    std::optional<Encoding> detect(const std::string &transferSyntax);

    // Heads: ElementHead.cpp.
    bool readHead(uint64_t at, uint64_t limit, Encoding encoding, Head &head);
    bool guessHead(uint64_t at, uint64_t limit, Encoding encoding, Head &head);
    bool isFollowed(uint64_t at, uint64_t limit, Tag tag, Encoding encoding);

    // The data set: ElementWalk.cpp.
    void walkDataSet();
    void closeFinished();
    void takeInSequence(const Head &head);
    void takeInItem(const Head &head);
    void takeAtTopLevel(const Head &head);
    void takeElement(const Head &head);
    void beginItem(const Head &head);
    void beginSequence(const Head &head, Container::Kind kind, bool isUndecided);
    void close();
    bool add(const Head &head, Element::Kind kind);
    void skip(const Head &head);
    void giveUp(const Head &head, const char *why);
    void giveUp(std::string why);
    void finish(WalkEnd how, std::string why);
    bool isPixelData(const Head &head);

    uint32_t count() const { return uint32_t(elements.size()); }
    uint64_t limit() const { return open.empty() ? UINT64_MAX : open.back().limit; }
    Encoding encoding() const { return open.empty() ? objectForm.encoding : open.back().encoding; }
    /// How many of `count` bytes after `at` are in the innermost container and in the source.
    uint64_t rest(uint64_t at, uint64_t count);
};

/// A length that a delimiter replaces.
constexpr uint32_t undefinedLength = 0xFFFFFFFF;

constexpr Tag itemTag = 0xFFFEE000;
constexpr Tag itemDelimiter = 0xFFFEE00D;
constexpr Tag sequenceDelimiter = 0xFFFEE0DD;

inline uint16_t number16(const uint8_t *bytes, bool isBigEndian) {
    return isBigEndian ? uint16_t(bytes[0] << 8 | bytes[1]) : uint16_t(bytes[1] << 8 | bytes[0]);
}

inline uint32_t number32(const uint8_t *bytes, bool isBigEndian) {
    const uint32_t first = number16(bytes, isBigEndian);
    const uint32_t second = number16(bytes + 2, isBigEndian);
    return isBigEndian ? first << 16 | second : second << 16 | first;
}

inline Tag tagAt(const uint8_t *bytes, bool isBigEndian) {
    return tagOf(number16(bytes, isBigEndian), number16(bytes + 2, isBigEndian));
}

/// `(0028,0010)`.
std::string tagText(Tag tag);

/// Whether PS3.5 table 6.2-1 has this value representation.
bool isKnown(ValueRepresentation vr);

}
