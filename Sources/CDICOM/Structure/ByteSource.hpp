// The bytes that a DICOM object is read from: a file, memory, or what a deflated file inflates to.

#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

struct z_stream_s;

namespace cdicom {

/// Bytes at offsets. Only what is asked for is read: a file of any size is walked through a small window.
///
/// Offsets and lengths may be any numbers; sums are checked.
class ByteSource {
public:
    /// The bytes of an open file of `size` bytes; the descriptor stays the caller's and must outlive this.
    static ByteSource file(int descriptor, uint64_t size);
    /// Bytes that must outlive this.
    static ByteSource memory(const uint8_t *bytes, size_t size);

    ByteSource(ByteSource &&) noexcept;
    ByteSource &operator=(ByteSource &&) noexcept;
    ~ByteSource();

    /// From here on, what stands at `offset` and after is deflated (RFC 1951): offsets below stay what they are, and
    /// from `offset` they count inflated bytes, of which there may be `mostBytes`.
    void inflateFrom(uint64_t offset, uint64_t mostBytes);

    /// `count` bytes at `offset`, valid until the next call; NULL where the source does not have them. `count` is at
    /// most 1 MiB.
    const uint8_t *at(uint64_t offset, size_t count);

    /// Fills `buffer` with `count` bytes from `offset`; false where the source does not have them.
    bool copy(uint64_t offset, uint8_t *buffer, uint64_t count);

    /// Whether the source has `count` bytes at `offset`.
    bool has(uint64_t offset, uint64_t count);

    /// How many bytes there are from `offset` on, counted to `most` at most.
    uint64_t rest(uint64_t offset, uint64_t most);

    /// Bytes of the file or memory itself.
    uint64_t size() const { return size_; }

    /// Inflating ended because more than the allowed bytes came out.
    bool isOverflown() const { return overflown_; }
    /// The deflated bytes are broken, or end too early.
    bool isBroken() const { return broken_; }

private:
    ByteSource() = default;

    /// Reads from the file or memory itself; the number of bytes that were there.
    size_t readRaw(uint64_t offset, uint8_t *buffer, size_t count) const;
    /// Inflates until `end` bytes are there, or there are no more.
    void inflateTo(uint64_t end);

    int descriptor_ = -1;
    const uint8_t *memory_ = nullptr;
    uint64_t size_ = 0;

    /// Bytes of a file around the last offset.
    std::vector<uint8_t> window_;
    uint64_t windowStart_ = 0;
    size_t windowCount_ = 0;

    struct Free {
        void operator()(uint8_t *bytes) const { std::free(bytes); }
    };
    /// The bytes below the deflated ones, then the inflated ones. Grown in place: an object can be large.
    std::unique_ptr<uint8_t, Free> inflated_;
    uint64_t inflatedCount_ = 0;
    uint64_t inflatedCapacity_ = 0;
    uint64_t mostInflated_ = 0;
    /// Where the next deflated byte stands.
    uint64_t deflatedOffset_ = 0;
    std::vector<uint8_t> deflatedChunk_;
    std::unique_ptr<z_stream_s, void (*)(z_stream_s *)> stream_{nullptr, nullptr};
    bool ended_ = false;
    bool overflown_ = false;
    bool broken_ = false;
};

}
