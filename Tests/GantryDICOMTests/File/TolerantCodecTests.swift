import Foundation
import GantryCore
import GantryDICOM
import Testing

/// Streams that do not keep to the letter and still hold every sample.
@Suite struct `Streams with a fault that loses nothing` {
    let reader: DICOMFileReader

    init() throws { reader = try DICOMFileReader() }

    // MARK: - Lossless JPEG

    /// 12-bit values that jump over their whole range.
    private static let jumping: [Int] = (0..<23 * 29).map { index in
        index % 5 == 0 ? 4095 - index % 7 : (index * 37) % 300
    }

    /// A lossless JPEG stream of 12 bits, predictor 1: each difference modulo 2^12 where `wraps`, and as it is
    /// otherwise.
    private func lossless(_ samples: [Int], wraps: Bool, rows: Int = 23, columns: Int = 29) -> Data {
        var stream = Data([0xFF, 0xD8])
        stream += [0xFF, 0xC3, 0, 11, 12, 0, UInt8(rows), 0, UInt8(columns), 1, 1, 0x11, 0]
        // All 17 categories have codes of five bits, in order.
        stream += [0xFF, 0xC4, 0, UInt8(2 + 17 + 17), 0, 0, 0, 0, 0, 17] + [UInt8](repeating: 0, count: 11)
        stream += (0...16).map { UInt8($0) }
        stream += [0xFF, 0xDA, 0, 8, 1, 1, 0, 1, 0, 0]
        var bits: [Bool] = []
        func put(_ value: Int, _ count: Int) {
            for bit in (0..<count).reversed() { bits.append(value >> bit & 1 == 1) }
        }
        for row in 0..<rows {
            for column in 0..<columns {
                let index = row * columns + column
                let predicted =
                    column > 0 ? samples[index - 1] : row > 0 ? samples[index - columns] : 1 << 11
                var difference = samples[index] - predicted
                if wraps { difference = (difference + 2048 + 4096) % 4096 - 2048 }
                let category = difference == 0 ? 0 : Int.bitWidth - abs(difference).leadingZeroBitCount
                put(category, 5)
                put(difference < 0 ? difference + (1 << category) - 1 : difference, category)
            }
        }
        while bits.count % 8 != 0 { bits.append(true) }
        for start in stride(from: 0, to: bits.count, by: 8) {
            let byte = bits[start..<start + 8].reduce(UInt8(0)) { $0 << 1 | ($1 ? 1 : 0) }
            stream.append(byte)
            if byte == 0xFF { stream.append(0) }
        }
        return stream + [0xFF, 0xD9]
    }

    private func decode(_ stream: Data, syntax: TransferSyntax) throws -> (slice: DecodedSlice, values: [Int16]) {
        try withTemporaryFolder { folder in
            let file = EncodedCT(transferSyntax: syntax, pixelData: .fragments([stream.evenLength]))
            return try file.decode(at: folder.appending(path: "file").path, reader: reader)
        }
    }

    private func refused(_ stream: Data, syntax: TransferSyntax) throws {
        let outcome = #expect(throws: FileOutcome.self) { try decode(stream, syntax: syntax) }
        #expect(outcome?.reason == .pixelDataIncomplete)
    }

    @Test(arguments: [TransferSyntax.jpegLosslessSV1, .jpegLossless])
    func `differences modulo 2^P are decoded, and remarked with the number of samples`(syntax: TransferSyntax) throws {
        let strict = try decode(lossless(Self.jumping, wraps: false), syntax: syntax)
        #expect(strict.values.map(Int.init) == Self.jumping)
        #expect(strict.slice.remarks.isEmpty)
        let wrapped = try decode(lossless(Self.jumping, wraps: true), syntax: syntax)
        #expect(wrapped.values.map(Int.init) == Self.jumping)
        let remark = try #require(wrapped.slice.remarks.first)
        #expect(wrapped.slice.remarks.count == 1 && remark.code == .wrappedSamples && remark.isDoubtful)
        #expect((200...300).contains(remark.count))
    }

    @Test func `such a stream is refused all the same where samples are missing or bytes are left over`() throws {
        let whole = lossless(Self.jumping, wraps: true)
        try refused(whole.dropLast(12) + [0xFF, 0xD9], syntax: .jpegLosslessSV1)
        try refused(whole.dropLast(2) + [0x12, 0x34, 0xFF, 0xD9], syntax: .jpegLosslessSV1)
        let more = Self.jumping + (0..<29).map { _ in 7 }
        let longer = lossless(more, wraps: true, rows: 24)
        // The header says one row less than there is.
        var shorter = longer
        shorter[8] = 23
        try refused(shorter, syntax: .jpegLosslessSV1)
    }

    // MARK: - JPEG-LS

    private static let streams = Codestream.all.filter {
        $0.transferSyntax == .jpegLSLossless || $0.transferSyntax == .jpegLSNearLossless
    }

    /// What stands in place of the end marker, before a zero that makes the length even.
    @Test(arguments: streams, [[], [0xFF]] as [[UInt8]])
    func `JPEG-LS without its end marker is decoded, and remarked`(codestream: Codestream, end: [UInt8]) throws {
        let marker = try #require(codestream.bytes.range(of: Data([0xFF, 0xD9]), options: .backwards))
        let bytes = codestream.bytes[..<marker.lowerBound]
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "file").path
            let whole = try codestream.file([codestream.bytes]).decode(at: path, reader: reader)
            #expect(whole.slice.remarks.isEmpty)
            let decoded = try codestream.file([bytes + end]).decode(at: path, reader: reader)
            #expect(decoded.values == whole.values)
            #expect(decoded.slice.remarks == [SliceRemark(.missingEndMarker, count: 1, ofPixels: 23 * 29)])
            #expect(!decoded.slice.remarks[0].isDoubtful)
        }
    }

    /// A stream that lost up to 200 bytes is never taken for a whole one, also where zeros or half a marker fill their
    /// place.
    @Test(arguments: streams, [[], [0], [0xFF], [0, 0xFF], [0, 0, 0, 0], [0xFF, 0xD9]] as [[UInt8]])
    func `JPEG-LS without its last bytes is refused`(codestream: Codestream, end: [UInt8]) throws {
        let marker = try #require(codestream.bytes.range(of: Data([0xFF, 0xD9]), options: .backwards))
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "file").path
            for lost in 1...min(200, marker.lowerBound / 2) {
                let bytes = codestream.bytes[..<(marker.lowerBound - lost)]
                let outcome = #expect(throws: FileOutcome.self, "\(lost)") {
                    try codestream.file([bytes + end]).decode(at: path, reader: reader)
                }
                #expect(outcome?.reason == .pixelDataIncomplete, "\(lost)")
            }
        }
    }
}
