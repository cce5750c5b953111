import CCharLS
import Foundation
import GantryCore
import GantryDICOM
import Testing

/// Our own JPEG-LS decoder beside CharLS, which encodes and decodes the same images.
@Suite struct `JPEG-LS, decoded without CharLS` {
    let reader: DICOMFileReader

    init() throws { reader = try DICOMFileReader() }

    /// What an image is like: where the code has runs, short codes and long ones.
    enum Kind: CaseIterable {
        case noise, smooth, flat, spotted

        func sample(row: Int, column: Int, largest: Int, random: Int) -> Int {
            switch self {
            case .noise: random & largest
            case .smooth: (row * 2 + column * 3 + random % 3) & largest
            case .flat: (column / 9 + row / 5) % 3 * largest / 3
            case .spotted: random % 20 == 0 ? random / 20 & largest : largest / 2
            }
        }
    }

    private static let sizes = [(1, 1), (1, 70), (70, 1), (23, 29)]

    @Test(arguments: 2...16, [0, 1, 6])
    func `what CharLS encodes is decoded to the pixels that CharLS decodes`(bits: Int, near: Int) throws {
        let largest = 1 << bits - 1
        guard near <= largest / 2 else { return }
        var state = UInt64(bits * 100 + near)
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "file").path
            for kind in Kind.allCases {
                for (rows, columns) in Self.sizes {
                    let samples = (0..<rows * columns).map { index in
                        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                        return kind.sample(
                            row: index / columns, column: index % columns, largest: largest, random: Int(state >> 40))
                    }
                    let stream = try encoded(samples, rows: rows, columns: columns, bits: bits, near: near)
                    let expected = try decodedByCharLS(stream, count: samples.count, bits: bits)
                    #expect(zip(samples, expected).allSatisfy { abs($0 - $1) <= near })
                    let file = EncodedCT(
                        transferSyntax: near == 0 ? .jpegLSLossless : .jpegLSNearLossless, rows: rows,
                        columns: columns, bitsAllocated: bits <= 8 ? 8 : 16, bitsStored: bits,
                        rescaleIntercept: "-32768", pixelData: .fragments([stream.evenLength]))
                    let decoded = try file.decode(at: path, reader: reader)
                    #expect(decoded.values.map { Int($0) + 32768 } == expected, "\(kind), \(rows) x \(columns)")
                    #expect(decoded.slice.remarks.isEmpty)
                }
            }
        }
    }

    // MARK: - Markers

    private func codestream(_ name: String) throws -> Codestream {
        try #require(Codestream.all.first { $0.name == name })
    }

    private func decode(_ codestream: Codestream, _ bytes: Data) throws -> (slice: DecodedSlice, values: [Int16]) {
        try withTemporaryFolder { folder in
            try codestream.file([bytes.evenLength]).decode(at: folder.appending(path: "file").path, reader: reader)
        }
    }

    @Test func `fill bytes before restart markers and the end change nothing`() throws {
        let codestream = try codestream("JPEG-LS, restarts")
        var bytes = Data()
        for (index, byte) in codestream.bytes.enumerated() {
            let next = index + 1 < codestream.bytes.count ? codestream.bytes[index + 1] : 0
            if byte == 0xFF && (0xD0...0xD9).contains(next) && index > 0 { bytes += [0xFF, 0xFF] }
            bytes.append(byte)
        }
        #expect(bytes.count == codestream.bytes.count + 2 * 12)
        let decoded = try decode(codestream, bytes)
        #expect(decoded.values == codestream.hounsfield(intercept: codestream.intercept))
        #expect(decoded.slice.remarks.isEmpty && decoded.slice.trailingBytes == 0)
    }

    @Test(arguments: [[0xFF, 0xD0], [0xFF, 0xFE, 0, 4, 1, 2], [0xFF, 0xDC, 0, 4, 0, 23]] as [[UInt8]])
    func `what follows the last sample is the end, or the stream is refused`(more: [UInt8]) throws {
        let codestream = try codestream("JPEG-LS")
        let end = try #require(codestream.bytes.range(of: Data([0xFF, 0xD9]), options: .backwards)).lowerBound
        let bytes = codestream.bytes[..<end] + more + [0xFF, 0xD9]
        let outcome = #expect(throws: FileOutcome.self) { try decode(codestream, bytes) }
        #expect(outcome?.reason == .pixelDataIncomplete && outcome?.detail.contains("goes on behind") == true)
    }

    /// RESET in the upper byte; the second and third threshold left out.
    @Test(arguments: [(9, [1]), (5, [0, 0, 0, 0])] as [(Int, [UInt8])])
    func `parameters that CharLS takes for others than the standard are refused`(at: Int, bytes: [UInt8]) throws {
        let codestream = try codestream("JPEG-LS, preset parameters")
        var spoilt = codestream.bytes
        let segment = try #require(spoilt.range(of: Data([0xFF, 0xF8, 0, 13]))).upperBound
        spoilt.replaceSubrange(segment + at..<segment + at + bytes.count, with: bytes)
        let outcome = #expect(throws: FileOutcome.self) { try decode(codestream, spoilt) }
        #expect(outcome?.reason == .contentUnsupported)
    }

    // MARK: - CharLS

    private struct CharLSError: Error {
        var code: charls_jpegls_errc
    }

    private func check(_ code: charls_jpegls_errc) throws {
        if code != CHARLS_JPEGLS_ERRC_SUCCESS { throw CharLSError(code: code) }
    }

    private func encoded(_ samples: [Int], rows: Int, columns: Int, bits: Int, near: Int) throws -> Data {
        let encoder = try #require(charls_jpegls_encoder_create())
        defer { charls_jpegls_encoder_destroy(encoder) }
        var frame = charls_frame_info(
            width: UInt32(columns), height: UInt32(rows), bits_per_sample: Int32(bits), component_count: 1)
        let bytes = samples.flatMap { bits <= 8 ? [UInt8($0)] : [UInt8($0 & 255), UInt8($0 >> 8)] }
        var stream = Data(count: 8 * bytes.count + 1024)
        var written = 0
        try check(charls_jpegls_encoder_set_frame_info(encoder, &frame))
        try check(charls_jpegls_encoder_set_near_lossless(encoder, Int32(near)))
        try stream.withUnsafeMutableBytes { stream in
            let first = try #require(stream.baseAddress)
            try check(charls_jpegls_encoder_set_destination_buffer(encoder, first, stream.count))
            try check(charls_jpegls_encoder_encode_from_buffer(encoder, bytes, bytes.count, 0))
            try check(charls_jpegls_encoder_get_bytes_written(encoder, &written))
        }
        return stream.prefix(written)
    }

    private func decodedByCharLS(_ stream: Data, count: Int, bits: Int) throws -> [Int] {
        let decoder = try #require(charls_jpegls_decoder_create())
        defer { charls_jpegls_decoder_destroy(decoder) }
        var bytes = [UInt8](repeating: 0, count: bits <= 8 ? count : 2 * count)
        try stream.withUnsafeBytes { stream in
            let first = try #require(stream.baseAddress)
            try check(charls_jpegls_decoder_set_source_buffer(decoder, first, stream.count))
            try check(charls_jpegls_decoder_read_header(decoder))
            try check(charls_jpegls_decoder_decode_to_buffer(decoder, &bytes, bytes.count, 0))
        }
        if bits <= 8 { return bytes.map { Int($0) } }
        return (0..<count).map { Int(bytes[2 * $0]) | Int(bytes[2 * $0 + 1]) << 8 }
    }
}
