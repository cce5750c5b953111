import CPNG
import GantryCore

/// Portable Network Graphics through libpng's simplified API.
public enum PNGPicture {
    /// Largest side that is encoded, pixels.
    public static let largestSide = 16_384

    /// An 8-bit greyscale PNG of `pixels`, 0 black and 255 white.
    ///
    /// **Shape** `pixels` has rows x columns values, row by row from the top left.
    ///
    /// **Throws** `.cannotEncode` where a side is not in 1...`largestSide`, the number of values is another, or libpng
    /// refuses.
    public static func encodeGreyscale(pixels: [UInt8], rows: Int, columns: Int) throws(ReportFault) -> [UInt8] {
        try encode(pixels, rows: rows, columns: columns, format: 0, colours: [])
    }

    /// A PNG of colours that let through what lies behind them.
    ///
    /// **Shape** `steps` has rows x columns numbers of `colours`, row by row from the top left; `colours` has 256, red,
    /// green, blue and opacity each.
    ///
    /// **Throws** as `encodeGreyscale`.
    static func encodeColours(
        steps: [UInt8], colours: [SIMD4<UInt8>], rows: Int, columns: Int
    ) throws(ReportFault) -> [UInt8] {
        guard colours.count == 256 else { throw fault("\(colours.count) colours were given; there are 256") }
        return try encode(
            steps, rows: rows, columns: columns,
            format: png_uint_32(PNG_FORMAT_FLAG_COLORMAP | PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_ALPHA),
            colours: colours.flatMap { [$0.x, $0.y, $0.z, $0.w] })
    }

    private static func encode(
        _ pixels: [UInt8], rows: Int, columns: Int, format: png_uint_32, colours: [UInt8]
    ) throws(ReportFault) -> [UInt8] {
        guard (1...largestSide).contains(rows), (1...largestSide).contains(columns) else {
            throw fault("a picture of \(rows) rows and \(columns) columns cannot be made; each is 1 to \(largestSide)")
        }
        guard pixels.count == rows * columns else {
            throw fault("\(pixels.count) pixels were given for \(rows) rows of \(columns) columns")
        }
        var image = png_image()
        image.version = png_uint_32(PNG_IMAGE_VERSION)
        image.width = png_uint_32(columns)
        image.height = png_uint_32(rows)
        image.format = format
        image.colormap_entries = png_uint_32(colours.count / 4)
        // Nobody waits for a smaller file: a CT picture takes a sixth of the time for a third more bytes.
        image.flags = png_uint_32(PNG_IMAGE_FLAG_FAST)
        defer { png_image_free(&image) }

        // The colours themselves come besides.
        let capacity = largestFileSize(rows: rows, columns: columns) + 2 * colours.count
        var written: Int32 = 0
        let file = [UInt8](unsafeUninitializedCapacity: capacity) { memory, count in
            var bytes = png_alloc_size_t(capacity)
            written = png_image_write_to_memory(
                &image, memory.baseAddress, &bytes, 0, pixels, 0, colours.isEmpty ? nil : colours)
            count = written == 0 ? 0 : min(Int(bytes), capacity)
        }
        guard written != 0 else {
            throw fault("libpng: \(message(of: image))", status: Int(image.warning_or_error))
        }
        return file
    }

    /// More bytes than the file can need: libpng's own PNG_IMAGE_PNG_SIZE_MAX, whose macros Swift does not import, plus
    /// the headers of the IDAT chunks.
    private static func largestFileSize(rows: Int, columns: Int) -> Int {
        let raw = rows * (columns + 1)
        let compressed = raw + (raw + 7) / 8 + (raw + 63) / 64 + 11
        return compressed + compressed / 512 + 1024
    }

    private static func message(of image: png_image) -> String {
        withUnsafeBytes(of: image.message) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    private static func fault(_ explanation: String, status: Int? = nil) -> ReportFault {
        ReportFault(.cannotEncode, subject: "picture", status: status, explanation: explanation)
    }
}
