import Foundation
import GantryCore
import GantryDICOM
import GantryTestSupport
import Testing

@Suite struct `Any frame of many` {
    let reader: DICOMFileReader

    init() throws { reader = try DICOMFileReader() }

    /// How the encoded frames are laid out.
    enum Layout: String, CaseIterable, Sendable {
        case oneFragmentEach, basicTable, emptyTable, wrongTable, tableOfZeros, extendedTable, emptyFragments
    }

    private static let names = ["JPEG lossless, restarts", "JPEG-LS", "JPEG 2000", "HTJ2K lossless"]

    @Test(arguments: names, Layout.allCases)
    func `encoded frames are found however they are laid out`(name: String, layout: Layout) throws {
        let frames = Codestream.frames(name)
        #expect(frames.count == 3)
        let file = try Self.file(frames, layout)
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "file").path
            for frame in [3, 1, 2] {
                let decoded = try file.decode(frame, at: path, reader: reader)
                #expect(decoded.values == frames[frame - 1].hounsfield(intercept: frames[0].intercept))
                #expect(decoded.slice.trailingBytes == 0)
            }
            let outcome = try #require(throws: FileOutcome.self) { try file.decode(4, at: path, reader: reader) }
            #expect(outcome.reason == .attributeInvalid)
        }
    }

    private static func file(_ frames: [Codestream], _ layout: Layout) throws -> EncodedCT {
        let first = try #require(frames.first)
        if layout == .oneFragmentEach { return first.file(frames.map(\.bytes), numberOfFrames: 3) }
        // Three fragments, one, two; cut at even places.
        var fragments: [Data] = []
        var offsets: [UInt32] = []
        var offset: UInt32 = 0
        for (codestream, parts) in zip(frames, [3, 1, 2]) {
            offsets.append(offset)
            let bytes = codestream.bytes.evenLength
            let part = bytes.count / parts & ~1
            for number in 0..<parts {
                let end = number == parts - 1 ? bytes.count : (number + 1) * part
                fragments.append(Data(bytes[number * part..<end]))
                if layout == .emptyFragments { fragments.append(Data()) }
            }
            offset += UInt32(bytes.count + 8 * parts)
        }
        switch layout {
        case .basicTable: return first.file(fragments, offsets: offsets, numberOfFrames: 3)
        case .wrongTable: return first.file(fragments, offsets: offsets.map { $0 + 8 }, numberOfFrames: 3)
        case .tableOfZeros: return first.file(fragments, offsets: [0, 0, 0], numberOfFrames: 3)
        case .extendedTable:
            var file = first.file(fragments, numberOfFrames: 3)
            var table = Data()
            for offset in offsets { table.append(littleEndian: UInt64(offset)) }
            file.others = [EncodedCT.Element(0x7FE0_0001, "OV", table)]
            return file
        default: return first.file(fragments, numberOfFrames: 3)
        }
    }

    @Test func `fewer encoded frames than Number of Frames are incomplete, with both numbers`() throws {
        let frames = Codestream.frames("JPEG 2000")
        let first = try #require(frames.first)
        let halves = frames.dropLast().flatMap { frame in
            [Data(frame.bytes.prefix(100)), Data(frame.bytes.dropFirst(100))]
        }
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "file").path
            for (file, text) in [
                (first.file(frames.map(\.bytes), numberOfFrames: 1_000_000), "3 fragments where there are 1000000"),
                (first.file(halves, numberOfFrames: 3), "4 fragments, in which 2 frames begin, where there are 3"),
            ] {
                let outcome = try #require(throws: FileOutcome.self) { try file.decode(at: path, reader: reader) }
                #expect(outcome.reason == .pixelDataIncomplete)
                #expect(outcome.detail.contains(text), "\(outcome.detail)")
            }
        }
    }

    @Test func `run-length frames are found, one fragment or several each`() throws {
        let values = (0..<3).map { Codestream.stored(bitsStored: 12, isSigned: false, frame: $0) }
        let frames = values.map(Self.runLength)
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "file").path
            for fragments in [frames, frames.flatMap { [Data($0.prefix(500)), Data($0.dropFirst(500))] }] {
                let file = EncodedCT(
                    transferSyntax: .rleLossless, numberOfFrames: 3, pixelData: .fragments(fragments))
                for frame in 1...3 {
                    let decoded = try file.decode(frame, at: path, reader: reader)
                    #expect(decoded.values == values[frame - 1].map { Int16($0) })
                }
            }
        }
    }

    /// Two segments of literal runs, high bytes first. **Source** PS3.5 annex G.
    private static func runLength(_ values: [Int]) -> Data {
        var segments: [Data] = []
        for shift in [8, 0] {
            let bytes = values.map { UInt8(truncatingIfNeeded: $0 >> shift) }
            var segment = Data()
            for start in stride(from: 0, to: bytes.count, by: 128) {
                let run = bytes[start..<min(start + 128, bytes.count)]
                segment.append(UInt8(run.count - 1))
                segment.append(contentsOf: run)
            }
            segments.append(segment.evenLength)
        }
        var frame = Data()
        for number in [2, 64, 64 + UInt32(segments[0].count)] { frame.append(littleEndian: number) }
        return frame + Data(count: 64 - frame.count) + segments[0] + segments[1]
    }

    @Test func `native frames are read from their place`() throws {
        let values = (0..<3).map { Codestream.stored(bitsStored: 12, isSigned: true, frame: $0) }
        var bytes = Data()
        for value in values.joined() { bytes.append(littleEndian: Int16(value)) }
        var file = EncodedCT(
            transferSyntax: .explicitVRLittleEndian, isSigned: true, numberOfFrames: 3, pixelData: .native(bytes))
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "file").path
            for frame in [2, 3, 1] {
                let decoded = try file.decode(frame, at: path, reader: reader)
                #expect(decoded.values == values[frame - 1].map { Int16($0) })
            }
            // One frame short, or so many that their bytes would not fit into 64 bits with 16-bit sides.
            file.pixelData = .native(bytes.dropLast(2))
            for numberOfFrames in [3, Int(Int32.max)] {
                file.numberOfFrames = numberOfFrames
                let outcome = try #require(throws: FileOutcome.self) { try file.decode(at: path, reader: reader) }
                #expect(outcome.reason == .pixelDataIncomplete)
            }
        }
    }

    @Test func `bytes of 8 bits allocated are values, in every frame`() throws {
        let values = (0..<2).map { Codestream.stored(bitsStored: 8, isSigned: false, frame: $0) }
        let bytes = Data(values.joined().map { UInt8($0) })
        let file = EncodedCT(
            transferSyntax: .explicitVRLittleEndian, bitsAllocated: 8, bitsStored: 8, numberOfFrames: 2,
            pixelData: .native(bytes.evenLength))
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "file").path
            for frame in 1...2 {
                let decoded = try file.decode(frame, at: path, reader: reader)
                #expect(decoded.values == values[frame - 1].map { Int16($0) })
            }
        }
    }

    @Test func `bytes in words of big-endian order are swapped back, also where a frame begins within a word`() throws {
        let text = try String(
            contentsOf: SharedData.golden.appending(path: "big-endian-words.dcm.base64"), encoding: .utf8)
        let file = try #require(Data(base64Encoded: text, options: .ignoreUnknownCharacters))
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "file").path
            try file.write(to: URL(filePath: path))
            let instance = try reader.header(openPath: path, file: "test")
            #expect(instance.transferSyntax == .explicitVRBigEndian)
            var source = try #require(TestCT.source(instance))
            for frame in 0..<2 {
                source.frameNumber = frame + 1
                var values = [Int16](repeating: 0x5A5A, count: Codestream.rows * Codestream.columns)
                _ = try values.withUnsafeMutableBufferPointer { buffer in
                    try reader.decode(openPath: path, source: source, padding: .keep, into: buffer)
                }
                #expect(values == Codestream.stored(bitsStored: 8, isSigned: false, frame: frame).map { Int16($0) })
            }
        }
    }
}
