import Foundation

/// Small PNG files, not compressed, so that what is in them is known.
///
/// **Source** PNG specification, third edition; RFC 1950, RFC 1951 3.2.4.
enum PNGFile {
    /// A file of 8-bit pixels, row by row, one channel or three side by side.
    static func file(width: Int, height: Int, channels: Int, pixels: [UInt8]) -> Data {
        precondition(pixels.count == width * height * channels && (channels == 1 || channels == 3))
        let rows = (0..<height).map { [0] + pixels[$0 * width * channels..<($0 + 1) * width * channels] }
        let header = bytes(width) + bytes(height) + [8, channels == 1 ? 0 : 2, 0, 0, 0]
        return Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) + chunk("IHDR", header)
            + chunk("IDAT", stored(rows.flatMap { $0 })) + chunk("IEND", [])
    }

    /// A picture in which every pixel differs from its neighbours.
    static func pattern(width: Int, height: Int, channels: Int, seed: Int) -> [UInt8] {
        (0..<width * height * channels).map { UInt8(($0 * 7919 + seed * 104_729) % 1009 % 256) }
    }

    private static func chunk(_ name: String, _ content: [UInt8]) -> Data {
        let named = Array(name.utf8) + content
        return Data(bytes(content.count) + named + bytes(Int(checksum(named))))
    }

    /// zlib's format with blocks that are stored.
    private static func stored(_ content: [UInt8]) -> [UInt8] {
        var result: [UInt8] = [0x78, 0x01]
        var rest = content[...]
        repeat {
            let block = rest.prefix(65_535)
            rest = rest.dropFirst(block.count)
            let (low, high) = (UInt8(block.count & 0xFF), UInt8(block.count >> 8))
            result += [rest.isEmpty ? 1 : 0, low, high, ~low, ~high] + block
        } while !rest.isEmpty
        let (first, second) = content.reduce((1, 0)) { sums, byte in
            let first = (sums.0 + Int(byte)) % 65_521
            return (first, (sums.1 + first) % 65_521)
        }
        return result + bytes(second << 16 | first)
    }

    private static func bytes(_ number: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }

    private static func checksum(_ content: [UInt8]) -> UInt32 {
        ~content.reduce(UInt32.max) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in value >> 1 ^ (value & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
    }
}
