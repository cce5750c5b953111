import CPNG
import GantryCore

/// The pictures of the store, which Gantry itself has made, read back.
enum GreyscalePNG {
    /// Largest side that is read, pixels.
    private static let largestSide: png_uint_32 = 16_384

    /// The pixels of an 8-bit greyscale PNG. **Throws** `.cannotEncode` where it is none.
    static func decode(_ png: [UInt8]) throws(ReportFault) -> PixelImage {
        var image = png_image()
        image.version = png_uint_32(PNG_IMAGE_VERSION)
        defer { png_image_free(&image) }
        guard png_image_begin_read_from_memory(&image, png, png.count) != 0 else { throw fault(image) }
        guard (1...largestSide).contains(image.width), (1...largestSide).contains(image.height) else {
            throw ReportFault(.cannotEncode, subject: "key picture", explanation: "its size is beyond what is made")
        }
        image.format = 0
        var pixels = [UInt8](repeating: 0, count: Int(image.width) * Int(image.height))
        guard png_image_finish_read(&image, nil, &pixels, 0, nil) != 0 else { throw fault(image) }
        guard
            let picture = PixelImage(
                width: Int(image.width), height: Int(image.height), channels: 1,
                pixels: pixels.map { UInt16($0) * 257 })
        else { throw fault(image) }
        return picture
    }

    private static func fault(_ image: png_image) -> ReportFault {
        let message = withUnsafeBytes(of: image.message) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        return ReportFault(
            .cannotEncode, subject: "key picture", explanation: "the stored picture cannot be read: libpng: \(message)")
    }
}
