import CZlib
import GantryTensors

/// The members of a zip archive, as `torch.save` and `numpy.savez` write them.
///
/// A member that is stored is a range of the file; one that is deflated is inflated where its content is asked for
/// (`content`), into as many bytes as were allowed. Zip64 is read; encryption, spanning and other compressions are
/// refused where such a member is asked for.
///
/// **Source**: PKWARE APPNOTE.TXT 6.3.10, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.14 to 4.3.16
/// (its end), 4.5.3 (zip64).
package struct ZipArchive: Sendable {
    /// The largest central directory that is read. That of a ResNet-152 takes 60 kB.
    package static let largestDirectoryByteCount = 16 << 20

    /// What the directory says of a member.
    package struct Member: Sendable {
        /// How it is compressed: 0 not at all, 8 deflated.
        package let method: Int
        let flags: Int
        let checksum: UInt32
        /// Bytes in the archive.
        package let storedByteCount: Int
        /// Bytes of its content.
        package let byteCount: Int
        let headerOffset: Int
    }

    /// Every member by its name.
    package let members: [String: Member]
    let file: FileDescriptor
    /// Members' bytes end before the central directory begins.
    private let directoryOffset: Int

    /// Reads the central directory. **Throws** `malformedHeader`, `truncated`, `cannotRead`.
    package init(_ file: FileDescriptor) throws(WeightsError) {
        let end = try ZipDirectoryEnd(file)
        guard end.directoryByteCount <= Self.largestDirectoryByteCount else {
            throw file.malformedZip("its directory of \(end.directoryByteCount) bytes is larger than any network's")
        }
        var directory = LittleEndianBytes(try file.bytes(end.directoryByteCount, at: end.directoryOffset)[...])
        var members: [String: Member] = [:]
        while directory.remaining > 0 {
            guard let (name, member) = Self.entry(&directory) else {
                throw file.malformedZip("its directory is damaged")
            }
            guard members.updateValue(member, forKey: name) == nil else {
                throw file.malformedZip("it has two members \(name)")
            }
        }
        guard members.count == end.memberCount else {
            throw file.malformedZip("its directory has \(members.count) members instead of \(end.memberCount)")
        }
        self.members = members
        self.file = file
        directoryOffset = end.directoryOffset
    }

    /// One entry of the central directory, or nil where it is damaged.
    private static func entry(_ bytes: inout LittleEndianBytes) -> (String, Member)? {
        guard bytes.number(4) == 0x0201_4B50, bytes.take(4) != nil,
            let flags = bytes.number(2), let method = bytes.number(2), bytes.take(4) != nil,
            let checksum = bytes.number(4), var stored = bytes.number(4), var plain = bytes.number(4),
            let nameByteCount = bytes.number(2), let extraByteCount = bytes.number(2),
            let commentByteCount = bytes.number(2), bytes.take(8) != nil, var offset = bytes.number(4),
            let name = bytes.take(nameByteCount), let extra = bytes.take(extraByteCount),
            bytes.take(commentByteCount) != nil
        else { return nil }
        // The zip64 field holds, in this order, those of the three numbers that are all ones above.
        if plain == 0xFFFF_FFFF || stored == 0xFFFF_FFFF || offset == 0xFFFF_FFFF {
            guard var wide = zip64Field(extra) else { return nil }
            func widen(_ number: inout Int) -> Bool {
                guard number == 0xFFFF_FFFF else { return true }
                guard let found = wide.number(8) else { return false }
                number = found
                return true
            }
            guard widen(&plain), widen(&stored), widen(&offset) else { return nil }
        }
        let member = Member(
            method: method, flags: flags, checksum: UInt32(truncatingIfNeeded: checksum), storedByteCount: stored,
            byteCount: plain, headerOffset: offset)
        return (String(decoding: name, as: UTF8.self), member)
    }

    /// The content of the extra field of kind 1.
    private static func zip64Field(_ extra: ArraySlice<UInt8>) -> LittleEndianBytes? {
        var fields = LittleEndianBytes(extra)
        while fields.remaining > 0 {
            guard let kind = fields.number(2), let count = fields.number(2), let content = fields.take(count) else {
                return nil
            }
            if kind == 1 { return LittleEndianBytes(content) }
        }
        return nil
    }

    /// Where in the file the bytes of a stored member lie; nil where there is no such member.
    ///
    /// **Throws** `refusedContent` for a compressed or encrypted member, `malformedHeader` where its own header says
    /// otherwise than the directory, `truncated`, `cannotRead`.
    package func range(of name: String) throws(WeightsError) -> Range<Int>? {
        guard let member = members[name] else { return nil }
        guard member.method == 0 else {
            throw WeightsError(
                .refusedContent, subject: file.path,
                explanation: "its member \(name) is compressed, which torch.save never does.")
        }
        guard member.storedByteCount == member.byteCount else {
            throw file.malformedZip("its member \(name) is stored, and has two lengths")
        }
        return try storedRange(of: name, member)
    }

    /// Where in the file a member's bytes lie, compressed or not. **Throws** as `range` does.
    func storedRange(of name: String, _ member: Member) throws(WeightsError) -> Range<Int> {
        guard member.flags & 1 == 0 else {
            throw WeightsError(.refusedContent, subject: file.path, explanation: "its member \(name) is encrypted.")
        }
        var header = LittleEndianBytes(try fixedBytes(30, at: member.headerOffset)[...])
        guard header.number(4) == 0x0403_4B50, header.take(22) != nil, let nameByteCount = header.number(2),
            let extraByteCount = header.number(2)
        else { throw file.malformedZip("its member \(name) does not begin where the directory says") }
        let nameOffset = member.headerOffset + 30
        guard try fixedBytes(nameByteCount, at: nameOffset).elementsEqual(name.utf8) else {
            throw file.malformedZip("its member \(name) has another name in the directory")
        }
        let start = nameOffset + nameByteCount + extraByteCount
        let (end, overflow) = start.addingReportingOverflow(member.storedByteCount)
        guard !overflow, end <= directoryOffset else {
            throw file.malformedZip("its member \(name) reaches into the directory")
        }
        return start..<end
    }

    /// Checks the CRC-32 of a stored member. **Throws** `damagedContent`, and what `range` throws.
    package func verify(_ name: String) throws(WeightsError) {
        guard let member = members[name], let range = try range(of: name) else { return }
        var checksum: UInt = 0
        var piece = [UInt8](repeating: 0, count: min(range.count, 1 << 20))
        var offset = range.lowerBound
        while offset < range.upperBound {
            if piece.count > range.upperBound - offset { piece.removeLast(piece.count - (range.upperBound - offset)) }
            try file.fill(&piece, at: offset)
            checksum = crc32_z(checksum, piece, z_size_t(piece.count))
            offset += piece.count
        }
        guard UInt32(truncatingIfNeeded: checksum) == member.checksum else {
            throw file.damagedMember(name)
        }
    }

    private func fixedBytes(_ count: Int, at offset: Int) throws(WeightsError) -> [UInt8] {
        guard offset >= 0, offset <= directoryOffset - count else {
            throw file.malformedZip("a member lies behind its directory")
        }
        return try file.bytes(count, at: offset)
    }
}

extension FileDescriptor {
    /// A member of the archive in this file whose bytes are not those that were saved.
    func damagedMember(_ name: String) -> WeightsError {
        WeightsError(
            .damagedContent, subject: path,
            explanation: "the bytes of its member \(name) are not those that were saved: its CRC-32 differs.")
    }

    /// A fault of the archive in this file.
    package func malformedZip(_ what: String) -> WeightsError {
        WeightsError(.malformedHeader, subject: path, explanation: "the zip archive cannot be read: \(what).")
    }
}
