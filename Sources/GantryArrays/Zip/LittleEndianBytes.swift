/// Bytes read from front to back, numbers in little-endian order; every read is checked.
package struct LittleEndianBytes {
    private let bytes: ArraySlice<UInt8>
    /// The index in the bytes as they were given.
    package private(set) var position: Int

    /// Begins at the first of `bytes`.
    package init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    /// How many bytes are left.
    package var remaining: Int { bytes.endIndex - position }

    /// The next `count` bytes, or nil where there are fewer or `count` is negative.
    package mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, count <= remaining else { return nil }
        defer { position += count }
        return bytes[position..<position + count]
    }

    /// The next `count` bytes (at most 8) as an unsigned number, or nil where there are fewer or it does not fit an
    /// `Int`.
    package mutating func number(_ count: Int) -> Int? {
        guard let taken = take(count) else { return nil }
        return Int(exactly: taken.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }

    /// The next byte, or nil at the end.
    package mutating func byte() -> UInt8? { take(1)?.first }
}
