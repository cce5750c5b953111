import CPNG
import GantryCore
import GantryReports
import Testing

@Suite struct PNGPictureTests {
    /// Rows, columns; one above the width of a zlib stored block.
    static let sizes = [(1, 1), (1, 7), (9, 1), (3, 5), (256, 256), (17, 512), (2, 16_384)]

    @Test(arguments: sizes) func `a picture decodes to the same pixels`(rows: Int, columns: Int) throws {
        // Noise does not compress: the file is as large as it gets.
        var state: UInt64 = 0x1234_5678_9ABC_DEF1
        let pixels = (0..<rows * columns).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 56)
        }
        let file = try PNGPicture.encodeGreyscale(pixels: pixels, rows: rows, columns: columns)
        #expect(try decode(file) == Decoded(rows: rows, columns: columns, isGreyscale: true, pixels: pixels))
    }

    @Test func `every grey value survives`() throws {
        let pixels = (0...255).map { UInt8($0) }
        let file = try PNGPicture.encodeGreyscale(pixels: pixels, rows: 16, columns: 16)
        #expect(try decode(file).pixels == pixels)
    }

    @Test(arguments: [(0, 4, 0), (4, 0, 0), (2, 2, 3), (2, 2, 5), (-1, -1, 1), (16_385, 1, 16_385), (Int.max, 2, 4)])
    func `a picture that cannot be is refused`(rows: Int, columns: Int, count: Int) throws {
        let fault = #expect(throws: ReportFault.self) {
            _ = try PNGPicture.encodeGreyscale(
                pixels: [UInt8](repeating: 9, count: count), rows: rows, columns: columns)
        }
        #expect(fault?.code == .cannotEncode)
    }

    struct Decoded: Equatable {
        var rows: Int
        var columns: Int
        var isGreyscale: Bool
        var pixels: [UInt8]
    }

    struct NotDecoded: Error {}

    private func decode(_ file: [UInt8]) throws -> Decoded {
        var image = png_image()
        image.version = png_uint_32(PNG_IMAGE_VERSION)
        defer { png_image_free(&image) }
        guard png_image_begin_read_from_memory(&image, file, file.count) != 0 else { throw NotDecoded() }
        let isGreyscale = image.format == png_uint_32(PNG_FORMAT_GRAY)
        image.format = png_uint_32(PNG_FORMAT_GRAY)
        var pixels = [UInt8](repeating: 0, count: Int(image.width) * Int(image.height))
        guard png_image_finish_read(&image, nil, &pixels, 0, nil) != 0 else { throw NotDecoded() }
        return Decoded(
            rows: Int(image.height), columns: Int(image.width), isGreyscale: isGreyscale, pixels: pixels)
    }
}
