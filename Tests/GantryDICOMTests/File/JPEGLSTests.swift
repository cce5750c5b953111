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
