import CPNG
import GantryCore

/// Pictures as Portable Network Graphics, for reports and contact sheets.
public enum PNGWriting {
    /// Largest side that is written, pixels.
    public static let largestSide = 16_384

    /// An 8-bit PNG of the picture, grey or colour; 16-bit values are rounded to the nearest of 8.
    ///
    /// **Throws** `.cannotEncode` where a side is beyond `largestSide`, or libpng refuses.
    public static func bytes(of picture: PixelImage) throws(ImageFault) -> [UInt8] {
        guard picture.width <= largestSide, picture.height <= largestSide else {
            throw fault("a picture of \(picture.width) x \(picture.height) pixels; a side is at most \(largestSide)")
        }
        let pixels = picture.pixels.map { UInt8((UInt32($0) + 128) / 257) }
        var image = png_image()
        image.version = png_uint_32(PNG_IMAGE_VERSION)
        image.width = png_uint_32(picture.width)
        image.height = png_uint_32(picture.height)
        image.format = picture.channels == 3 ? PNG_FORMAT_FLAG_COLOR : 0
        defer { png_image_free(&image) }
        // More than the file can need: libpng's own PNG_IMAGE_PNG_SIZE_MAX, whose macros Swift does not import, and the
        // headers of its chunks.
        let raw = picture.height * (picture.width * picture.channels + 1)
        let compressed = raw + (raw + 7) / 8 + (raw + 63) / 64 + 11
        let capacity = compressed + compressed / 512 + 1024
        var written: Int32 = 0
        let file = [UInt8](unsafeUninitializedCapacity: capacity) { memory, count in
            var bytes = png_alloc_size_t(capacity)
            written = png_image_write_to_memory(&image, memory.baseAddress, &bytes, 0, pixels, 0, nil)
            count = written == 0 ? 0 : min(Int(bytes), capacity)
        }
        guard written != 0 else {
            let message = withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            throw fault("libpng: \(message)")
        }
        return file
    }

    private static func fault(_ explanation: String) -> ImageFault {
        ImageFault(.cannotEncode, subject: "picture", explanation: explanation)
    }
}
