import CZlib
import GantryTensors

extension ZipArchive {
    /// A member's content, inflated where it is deflated, its CRC-32 checked; nil where there is no such member.
    ///
    /// Nothing is allocated before the length that the directory tells is known to be at most `mostBytes`, and no more
    /// than deflating can make of what is stored.
    ///
    /// **Throws** `refusedContent` for one that is larger than `mostBytes`, encrypted, or compressed otherwise;
    /// `damagedContent` where it does not inflate to that length, or its CRC-32 differs; `malformedHeader`,
    /// `truncated`, `cannotRead`.
    package func content(of name: String, mostBytes: Int) throws(WeightsError) -> [UInt8]? {
        guard let member = members[name] else { return nil }
        guard member.byteCount <= mostBytes else {
            throw WeightsError(
                .refusedContent, subject: file.path,
                explanation: "its member \(name) has \(member.byteCount) bytes; at most \(mostBytes) are read.")
        }
        let stored = try storedRange(of: name, member)
        let content: [UInt8]
        switch member.method {
        case 0:
            guard stored.count == member.byteCount else {
                throw file.malformedZip("its member \(name) is stored, and has two lengths")
            }
            content = try file.bytes(stored.count, at: stored.lowerBound)
        case 8:
            guard member.byteCount / Self.largestRatio <= stored.count else {
                throw file.malformedZip(
                    "its member \(name) cannot have \(member.byteCount) bytes, deflated to \(stored.count)")
            }
            content = try inflated(stored, to: member.byteCount, name)
        default:
            throw WeightsError(
                .refusedContent, subject: file.path,
                explanation: "its member \(name) is compressed by method \(member.method); deflate is read.")
        }
        let checksum = crc32_z(0, content, z_size_t(content.count))
        guard UInt32(truncatingIfNeeded: checksum) == member.checksum else { throw file.damagedMember(name) }
        return content
    }

    /// Deflate makes at most 258 bytes of two bits. **Source**: RFC 1951, 3.2.5.
    private static let largestRatio = 1032

    /// The file's bytes `stored`, inflated to exactly `byteCount`. **Throws** `damagedContent`, `cannotRead`,
    /// `truncated`.
    private func inflated(_ stored: Range<Int>, to byteCount: Int, _ name: String) throws(WeightsError) -> [UInt8] {
        var stream = z_stream()
        // Negative: no header and no checksum of zlib's own around the data.
        guard inflateInit2_(&stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw WeightsError(.cannotRead, subject: file.path, explanation: "zlib cannot be started.")
        }
        defer { inflateEnd(&stream) }
        // One byte more: content that goes on is seen.
        var content = [UInt8](repeating: 0, count: byteCount + 1)
        var done = 0
        var offset = stored.lowerBound
        var status = Z_OK
        while status == Z_OK, offset < stored.upperBound {
            var piece = try file.bytes(min(stored.upperBound - offset, 1 << 20), at: offset)
            offset += piece.count
            status = piece.withUnsafeMutableBufferPointer { piece in
                content.withUnsafeMutableBufferPointer { content in
                    Self.inflate(&stream, piece, into: content, &done)
                }
            }
        }
        guard status == Z_STREAM_END, done == byteCount else {
            throw WeightsError(
                .damagedContent, subject: file.path,
                explanation: "its member \(name) does not inflate to the \(byteCount) bytes that its directory tells.")
        }
        content.removeLast()
        return content
    }

    /// Inflates all of `piece`, as long as there is room behind `done`.
    private static func inflate(
        _ stream: inout z_stream, _ piece: UnsafeMutableBufferPointer<UInt8>,
        into content: UnsafeMutableBufferPointer<UInt8>, _ done: inout Int
    ) -> Int32 {
        stream.next_in = piece.baseAddress
        stream.avail_in = UInt32(piece.count)
        var status = Z_OK
        while status == Z_OK, stream.avail_in > 0, done < content.count {
            let room = min(content.count - done, 1 << 30)
            stream.next_out = content.baseAddress.map { $0 + done }
            stream.avail_out = UInt32(room)
            status = CZlib.inflate(&stream, Z_NO_FLUSH)
            done += room - Int(stream.avail_out)
        }
        return status
    }
}
