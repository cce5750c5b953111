import GantryTensors

/// Where a zip archive's central directory lies, from the record at the archive's end.
struct ZipDirectoryEnd {
    let memberCount: Int
    let directoryByteCount: Int
    let directoryOffset: Int

    /// Finds the record, behind which only a comment may lie. **Throws** `malformedHeader`, `truncated`, `cannotRead`.
    init(_ file: FileDescriptor) throws(WeightsError) {
        let byteCount = try file.byteCount()
        let tailByteCount = min(byteCount, Self.recordByteCount + 0xFFFF)
        let tailOffset = byteCount - tailByteCount
        let tail = try file.bytes(tailByteCount, at: tailOffset)
        guard let start = Self.record(in: tail) else {
            throw WeightsError(
                .truncated, subject: file.path,
                explanation: "it begins as a zip archive, but the directory at its end is missing.")
        }
        var record = LittleEndianBytes(tail[(start + 4)...])
        guard let disk = record.number(2), let directoryDisk = record.number(2), record.number(2) != nil,
            var members = record.number(2), var directoryByteCount = record.number(4), var offset = record.number(4)
        else { throw file.malformedZip("the record at its end is damaged") }
        var recordOffset = tailOffset + start
        if members == 0xFFFF || directoryByteCount == 0xFFFF_FFFF || offset == 0xFFFF_FFFF {
            (members, directoryByteCount, offset, recordOffset) = try Self.zip64(
                file, before: recordOffset, byteCount: byteCount)
        } else if disk != 0 || directoryDisk != 0 {
            throw file.malformedZip("it is one of several parts")
        }
        let (end, overflow) = offset.addingReportingOverflow(directoryByteCount)
        guard !overflow, end <= recordOffset else {
            throw file.malformedZip("its directory reaches behind its end")
        }
        memberCount = members
        self.directoryByteCount = directoryByteCount
        directoryOffset = offset
    }

    private static let recordByteCount = 22

    /// The index of the last record whose comment ends with the file.
    private static func record(in tail: [UInt8]) -> Int? {
        guard tail.count >= recordByteCount else { return nil }
        return (0...tail.count - recordByteCount).reversed().first { start in
            tail[start..<start + 4].elementsEqual([0x50, 0x4B, 5, 6])
                && Int(tail[start + 20]) | Int(tail[start + 21]) << 8 == tail.count - start - recordByteCount
        }
    }

    /// The zip64 record, which a locator of 20 bytes before the plain record points to.
    private static func zip64(
        _ file: FileDescriptor, before end: Int, byteCount: Int
    ) throws(WeightsError) -> (members: Int, byteCount: Int, offset: Int, recordOffset: Int) {
        guard end >= 20 else { throw file.malformedZip("its zip64 record is missing") }
        var locator = LittleEndianBytes(try file.bytes(20, at: end - 20)[...])
        guard locator.number(4) == 0x0706_4B50, locator.number(4) == 0, let recordOffset = locator.number(8),
            recordOffset <= byteCount - 56
        else { throw file.malformedZip("its zip64 record is missing") }
        var record = LittleEndianBytes(try file.bytes(56, at: recordOffset)[...])
        guard record.number(4) == 0x0606_4B50, record.take(12) != nil, record.number(4) == 0, record.number(4) == 0,
            record.number(8) != nil, let members = record.number(8), let directoryByteCount = record.number(8),
            let offset = record.number(8)
        else { throw file.malformedZip("its zip64 record is damaged") }
        return (members, directoryByteCount, offset, recordOffset)
    }
}
