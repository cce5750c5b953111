import GantryTestSupport
import Foundation
import GantryCore
import GantryDICOM
import GantryDICOMWriting
import Testing

@Suite struct `Pixels are complete or absent` {
    static let transferSyntaxes: [TransferSyntax] = [
        .implicitVRLittleEndian, .explicitVRLittleEndian, .explicitVRBigEndian, .deflatedExplicitVRLittleEndian,
        .rleLossless, .jpegLosslessSV1, .jpegLSLossless,
    ]

    let reader: DICOMFileReader

    init() throws { reader = try DICOMFileReader() }

    /// The smaller image is held in memory while its file is parsed, the larger one is left in the file.
    @Test(arguments: transferSyntaxes, [20, side])
    func `a file cut short anywhere is refused or gives the same pixels`(
        transferSyntax: TransferSyntax, side: Int
    ) throws {
        try withTemporaryFolder { folder in
            let (path, data) = try written(transferSyntax, below: folder, side: side)
            let whole = try TestCT.hounsfield(path, reader: reader).values
            var refused = 0
            for length in stride(from: data.count - 1, through: 0, by: -max(1, data.count / 300)) {
                try data.prefix(length).write(to: URL(filePath: path))
                do {
                    let values = try TestCT.hounsfield(path, reader: reader).values
                    #expect(values == whole, "cut to \(length) of \(data.count)")
                } catch let outcome as FileOutcome {
                    #expect(outcome.disposition == .rejected, "cut to \(length): \(outcome.detail)")
                    refused += 1
                }
            }
            #expect(refused > 250)
        }
    }

    @Test(arguments: [TransferSyntax.rleLossless, .jpegLosslessSV1, .jpegLSLossless])
    func `a frame cut short and closed properly is refused`(transferSyntax: TransferSyntax) throws {
        try withTemporaryFolder { folder in
            let (path, data) = try written(transferSyntax, below: folder)
            let fragment = try lastFragment(of: data)
            for kept in [fragment.count / 2, fragment.count - 40] {
                var bytes = data[fragment].prefix(kept & ~1)
                // Where the frame is JPEG, with its end marker: only a decoder that counts pixels can tell.
                if transferSyntax != .rleLossless { bytes.append(contentsOf: [0xFF, 0xD9]) }
                var cut = data
                cut.replaceSubrange(fragment, with: bytes)
                let length = withUnsafeBytes(of: UInt32(bytes.count).littleEndian) { Data($0) }
                cut.replaceSubrange((fragment.lowerBound - 4)..<fragment.lowerBound, with: length)
                try cut.write(to: URL(filePath: path))
                let outcome = try #require(throws: FileOutcome.self, "\(kept) of \(fragment.count) bytes") {
                    try TestCT.hounsfield(path, reader: reader)
                }
                #expect(outcome.reason == .pixelDataIncomplete, "\(outcome.detail)")
            }
        }
    }

    @Test(arguments: [-2, 2 * side * side, 4 * side * side])
    func `native pixel data that is short, or longer by a frame, is refused`(difference: Int) throws {
        try withTemporaryFolder { folder in
            let path = try writtenNative(longerBy: difference, below: folder)
            let outcome = try #require(throws: FileOutcome.self) { try TestCT.hounsfield(path, reader: reader) }
            #expect(outcome.reason == .pixelDataIncomplete)
            #expect(outcome.detail.contains("\(2 * Self.side * Self.side + difference) bytes"))
        }
    }

    @Test(arguments: [2, 512])
    func `padding behind native pixels is counted and changes none`(difference: Int) throws {
        try withTemporaryFolder { folder in
            let whole = try TestCT.hounsfield(try writtenNative(longerBy: 0, below: folder), reader: reader)
            let padded = try TestCT.hounsfield(try writtenNative(longerBy: difference, below: folder), reader: reader)
            #expect(padded.values == whole.values)
            #expect(whole.slice.trailingBytes == 0)
            #expect(padded.slice.trailingBytes == difference)
        }
    }

    /// A file whose native pixel data has this many bytes more, or less, than it should.
    private func writtenNative(longerBy difference: Int, below folder: URL) throws -> String {
        let (path, data) = try written(.explicitVRLittleEndian, below: folder)
        let native = 2 * Self.side * Self.side
        var changed = difference < 0 ? data.dropLast(-difference) : data + Data(count: difference)
        let length = withUnsafeBytes(of: UInt32(native + difference).littleEndian) { Data($0) }
        changed.replaceSubrange((data.count - native - 4)..<(data.count - native), with: length)
        try Data(changed).write(to: URL(filePath: path))
        return path
    }

    @Test(arguments: [TransferSyntax.jpegLosslessSV1, .jpegLSLossless])
    func `a stream that holds a smaller image is refused`(transferSyntax: TransferSyntax) throws {
        try withTemporaryFolder { folder in
            let (path, data) = try written(transferSyntax, below: folder)
            let rows = try #require(data.range(of: Data([0x28, 0, 0x10, 0, 0x55, 0x53, 2, 0, UInt8(Self.side), 0])))
            var changed = data
            changed[rows.upperBound - 2] = UInt8(Self.side + 1)
            try changed.write(to: URL(filePath: path))
            let outcome = try #require(throws: FileOutcome.self) { try TestCT.hounsfield(path, reader: reader) }
            #expect(outcome.reason == .pixelDataIncomplete)
        }
    }

    @Test(arguments: [
        (TransferSyntax.rleLossless, TransferSyntax.explicitVRLittleEndian),
        (.jpegLosslessSV1, .explicitVRLittleEndian), (.jpegLSLossless, .explicitVRLittleEndian),
        (.explicitVRLittleEndian, .rleLossless),
    ])
    func `pixels that are coded otherwise than the file declares are read as they are`(
        written syntax: TransferSyntax, declared: TransferSyntax
    ) throws {
        try withTemporaryFolder { folder in
            let (path, data) = try written(syntax, below: folder)
            let whole = try TestCT.hounsfield(path, reader: reader).values
            let uid = try #require(data.range(of: Data(syntax.uid.utf8)))
            let padding = Data(count: syntax.uid.utf8.count - declared.uid.utf8.count)
            var changed = data
            changed.replaceSubrange(uid, with: Data(declared.uid.utf8) + padding)
            try changed.write(to: URL(filePath: path))
            #expect(try reader.header(openPath: path, file: "f").transferSyntax == declared)
            #expect(try TestCT.hounsfield(path, reader: reader).values == whole)
        }
    }

    @Test func `a JPEG stream with bytes left over is refused, because its decoder has lost its place`() throws {
        try withTemporaryFolder { folder in
            let (path, data) = try written(.jpegLosslessSV1, below: folder)
            let fragment = try lastFragment(of: data)
            let end = try #require(data.range(of: Data([0xFF, 0xD9]), options: .backwards, in: fragment))
            var changed = data
            changed.replaceSubrange(end.lowerBound..<end.lowerBound, with: [0x12, 0x34])
            let length = withUnsafeBytes(of: UInt32(fragment.count + 2).littleEndian) { Data($0) }
            changed.replaceSubrange((fragment.lowerBound - 4)..<fragment.lowerBound, with: length)
            try changed.write(to: URL(filePath: path))
            let outcome = try #require(throws: FileOutcome.self) { try TestCT.hounsfield(path, reader: reader) }
            #expect(outcome.reason == .pixelDataIncomplete)
        }
    }

    @Test func `what follows the pixel data does not matter`() throws {
        try withTemporaryFolder { folder in
            let (path, data) = try written(.explicitVRLittleEndian, below: folder)
            let whole = try TestCT.hounsfield(path, reader: reader).values
            try (data + Data("\u{1}\u{2}trailing garbage".utf8)).write(to: URL(filePath: path))
            #expect(try TestCT.hounsfield(path, reader: reader).values == whole)
        }
    }

    @Test func `limits are kept`() throws {
        try withTemporaryFolder { folder in
            let (path, data) = try written(.explicitVRLittleEndian, below: folder)
            let caps: [(WritableKeyPath<ReaderLimits, Int>, Int)] = [
                (\.largestFileBytes, data.count - 1), (\.largestRowsOrColumns, Self.side - 1),
                (\.mostPixels, Self.side * Self.side - 1),
            ]
            for (cap, value) in caps {
                var limits = ReaderLimits()
                limits[keyPath: cap] = value
                let limited = try DICOMFileReader(limits: limits)
                let outcome = try #require(throws: FileOutcome.self) { try TestCT.hounsfield(path, reader: limited) }
                #expect(outcome.reason == .limitExceeded)
            }
        }
    }

    private static let side = 48

    private func written(
        _ transferSyntax: TransferSyntax, below folder: URL, side: Int = side
    ) throws -> (path: String, data: Data) {
        let path = folder.appending(path: "slice.dcm").path
        let values = TestCT.patterns(bitsStored: 12, isSigned: false, count: side * side)
        let pixels = DICOMPixelData(
            rows: side, columns: side, bitsStored: 12, isSigned: false, values: values)
        try DICOMObjectWriter().write(
            DICOMObject(transferSyntax: transferSyntax, elements: TestCT.elements(), pixelData: pixels), to: path)
        return (path, try Data(contentsOf: URL(filePath: path)))
    }

    /// The bytes of the only fragment: after the last item tag, before the sequence delimiter at the end.
    private func lastFragment(of data: Data) throws -> Range<Int> {
        let end = data.count - 8
        try #require(data[end..<(end + 4)] == Data([0xFE, 0xFF, 0xDD, 0xE0]))
        var at = 0
        var found: Range<Int>?
        while let item = data.range(of: Data([0xFE, 0xFF, 0x00, 0xE0]), in: at..<end) {
            let length = data[(item.upperBound)..<(item.upperBound + 4)].enumerated()
                .reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
            if item.upperBound + 4 + length == end { found = (item.upperBound + 4)..<end }
            at = item.upperBound
        }
        return try #require(found)
    }
}
