import GantryCore
import GantryGround

/// What of a picture is kept to find others like it.
public struct PictureFingerprint: Sendable, Hashable, Codable {
    /// Side of the small picture, pixels.
    static let side = 32
    private static let frequencies = 8

    /// SHA-256 of the size, channels and pixels, 64 lower-case hexadecimal digits.
    public let contentDigest: String
    /// Signs of the 64 lowest frequencies across and down, without the constant ones: a few bits differ between copies
    /// of a picture in other sizes, shades or compressions, 32 between pictures that have nothing to do with each
    /// other.
    public let perceptualHash: UInt64
    /// The picture at 32 x 32, in grey, from its darkest 0 to its brightest 255.
    let small: [UInt8]

    /// The fingerprint of a picture.
    ///
    /// The hash is the signs of a discrete cosine transform (DCT-II) of the picture in grey, area-averaged to 32 x 32;
    /// bit 8 u + v is of frequency u + 1 down and v + 1 across.
    ///
    /// **Source** Zauner, "Implementation and benchmarking of perceptual image hash functions" (2010), 3.2.1; there
    /// the median divides the bits, not zero.
    public init(_ picture: PixelImage) {
        var hash = SHA256()
        let size = [picture.width, picture.height, picture.channels].map { UInt32(truncatingIfNeeded: $0).littleEndian }
        size.withUnsafeBytes { hash.update($0) }
        // Little endian, as every machine is that this is built for.
        picture.pixels.withUnsafeBytes { hash.update($0) }
        contentDigest = hash.finalize().hexadecimal
        let values = GreyPicture(picture).resized(width: Self.side, height: Self.side).values
        perceptualHash = Self.signs(values)
        let (darkest, brightest) = (values.min() ?? 0, values.max() ?? 0)
        let scale = brightest > darkest ? 255 / (brightest - darkest) : 0
        small = values.map { UInt8((($0 - darkest) * scale).rounded()) }
    }

    /// Bits in which two hashes differ, 0 to 64.
    public static func distance(_ first: UInt64, _ second: UInt64) -> Int { (first ^ second).nonzeroBitCount }

    private static func signs(_ values: [Double]) -> UInt64 {
        let cosines = cosines
        var across = [Double](repeating: 0, count: side * frequencies)  // [row][frequency]
        for row in 0..<side {
            for frequency in 0..<frequencies {
                var sum = 0.0
                for column in 0..<side { sum += values[row * side + column] * cosines[frequency * side + column] }
                across[row * frequencies + frequency] = sum
            }
        }
        var bits: UInt64 = 0
        for down in 0..<frequencies {
            for frequency in 0..<frequencies {
                var sum = 0.0
                for row in 0..<side { sum += across[row * frequencies + frequency] * cosines[down * side + row] }
                if sum > 0 { bits |= 1 << UInt64(frequencies * down + frequency) }
            }
        }
        return bits
    }

    /// `[frequency][position]`: the cosine of pi (2 position + 1) (frequency + 1) / 64.
    private static let cosines = (0..<frequencies * side).map { index in
        let (frequency, position) = (index / side + 1, index % side)
        let degrees = Double((2 * position + 1) * frequency) * 180 / Double(2 * side)
        return Elementary.sineAndCosine(degrees: degrees).cosine
    }
}
