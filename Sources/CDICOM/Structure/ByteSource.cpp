#include "ByteSource.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <unistd.h>
#include <zlib.h>

namespace cdicom {

/// Bytes read from a file at once; the headers of most CT slices are shorter.
static constexpr size_t windowBytes = 16 << 10;
/// Deflated bytes read, and inflated bytes made, at once.
static constexpr size_t chunkBytes = 64 << 10;

ByteSource ByteSource::file(int descriptor, uint64_t size) {
    ByteSource source;
    source.descriptor_ = descriptor;
    source.size_ = size;
    return source;
}

ByteSource ByteSource::memory(const uint8_t *bytes, size_t size) {
    ByteSource source;
    source.memory_ = bytes;
    source.size_ = size;
    return source;
}

ByteSource::ByteSource(ByteSource &&) noexcept = default;
ByteSource &ByteSource::operator=(ByteSource &&) noexcept = default;
ByteSource::~ByteSource() = default;

size_t ByteSource::readRaw(uint64_t offset, uint8_t *buffer, size_t count) const {
    if (offset >= size_) return 0;
    const size_t there = size_t(std::min<uint64_t>(count, size_ - offset));
    if (descriptor_ < 0) {
        std::memcpy(buffer, memory_ + offset, there);
        return there;
    }
    size_t done = 0;
    while (done < there) {
        const ssize_t got = pread(descriptor_, buffer + done, there - done, off_t(offset + done));
        if (got < 0 && errno == EINTR) continue;
        // The file has become shorter, or cannot be read: what is there counts.
        if (got <= 0) break;
        done += size_t(got);
    }
    return done;
}

bool ByteSource::has(uint64_t offset, uint64_t count) { return rest(offset, count) >= count; }

uint64_t ByteSource::rest(uint64_t offset, uint64_t most) {
    uint64_t end = size_;
    if (stream_) {
        inflateTo(offset > UINT64_MAX - most ? UINT64_MAX : offset + most);
        end = inflatedCount_;
    }
    return offset >= end ? 0 : std::min(most, end - offset);
}

const uint8_t *ByteSource::at(uint64_t offset, size_t count) {
    if (stream_) return has(offset, count) ? inflated_.get() + offset : nullptr;
    if (offset > size_ || count > size_ - offset) return nullptr;
    if (descriptor_ < 0) return memory_ + offset;
    if (offset < windowStart_ || offset + count > windowStart_ + windowCount_) {
        if (window_.size() < std::max(count, windowBytes)) window_.resize(std::max(count, windowBytes));
        windowStart_ = offset;
        windowCount_ = readRaw(offset, window_.data(), window_.size());
        if (windowCount_ < count) return nullptr;
    }
    return window_.data() + (offset - windowStart_);
}

bool ByteSource::copy(uint64_t offset, uint8_t *buffer, uint64_t count) {
    if (stream_) {
        if (!has(offset, count)) return false;
        std::memcpy(buffer, inflated_.get() + offset, count);
        return true;
    }
    if (offset > size_ || count > size_ - offset) return false;
    return readRaw(offset, buffer, count) == count;
}

// MARK: - Deflated

void ByteSource::inflateFrom(uint64_t offset, uint64_t mostBytes) {
    auto stream = std::make_unique<z_stream>();
    std::memset(stream.get(), 0, sizeof(z_stream));
    // No zlib header: PS3.5 A.5 asks for the bare bit stream.
    if (inflateInit2(stream.get(), -MAX_WBITS) != Z_OK) throw std::bad_alloc();
    stream_ = {stream.release(), [](z_stream *ended) {
                   inflateEnd(ended);
                   delete ended;
               }};
    deflatedChunk_.resize(chunkBytes);
    deflatedOffset_ = offset;
    // What stands below is a meta header: small, or the walk has refused it.
    inflatedCapacity_ = offset + chunkBytes;
    inflated_.reset(static_cast<uint8_t *>(std::malloc(inflatedCapacity_)));
    if (!inflated_) throw std::bad_alloc();
    inflatedCount_ = readRaw(0, inflated_.get(), offset);
    mostInflated_ = mostBytes > UINT64_MAX - offset ? UINT64_MAX : mostBytes + offset;
}

void ByteSource::inflateTo(uint64_t end) {
    while (inflatedCount_ < end && !overflown_ && !broken_ && !ended_) {
        if (inflatedCount_ >= mostInflated_) {
            overflown_ = true;
            return;
        }
        if (inflatedCount_ == inflatedCapacity_) {
            const uint64_t grown = std::min(inflatedCapacity_ + inflatedCapacity_ / 2 + chunkBytes, mostInflated_);
            uint8_t *bytes = static_cast<uint8_t *>(std::realloc(inflated_.get(), grown));
            if (bytes == nullptr) throw std::bad_alloc();
            (void)inflated_.release();
            inflated_.reset(bytes);
            inflatedCapacity_ = grown;
        }
        if (stream_->avail_in == 0) {
            const size_t got = readRaw(deflatedOffset_, deflatedChunk_.data(), deflatedChunk_.size());
            deflatedOffset_ += got;
            stream_->next_in = deflatedChunk_.data();
            stream_->avail_in = uInt(got);
        }
        const uint64_t space =
            std::min<uint64_t>(std::min(inflatedCapacity_, mostInflated_) - inflatedCount_, chunkBytes);
        stream_->next_out = inflated_.get() + inflatedCount_;
        stream_->avail_out = uInt(space);
        const bool wasStarved = stream_->avail_in == 0;
        const int result = inflate(stream_.get(), Z_NO_FLUSH);
        inflatedCount_ += space - stream_->avail_out;
        if (result == Z_STREAM_END) {
            ended_ = true;
            return;
        }
        // Without a byte more, an end that is not marked is an end too early.
        if (result != Z_OK || (wasStarved && stream_->avail_out == space)) broken_ = true;
    }
}

}
