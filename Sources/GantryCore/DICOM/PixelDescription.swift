/// The image pixel module: how stored values lie in the file.
///
/// **Source** PS3.3 C.7.6.3.
public struct PixelDescription: Sendable, Hashable, Codable {
    /// (0028,0010)
    public var rows: Int
    /// (0028,0011)
    public var columns: Int
    /// (0028,0002)
    public var samplesPerPixel: Int
    /// (0028,0100)
    public var bitsAllocated: Int
    /// (0028,0101)
    public var bitsStored: Int
    /// (0028,0102)
    public var highBit: Int
    /// (0028,0103) is 1: stored values are two's complement.
    public var isSigned: Bool
    /// (0028,0004)
    public var photometricInterpretation: String
    /// (0028,0008), 1 where absent.
    public var numberOfFrames: Int
    /// (0028,0120), read with the sign that Pixel Representation gives it.
    public var pixelPaddingValue: Int?
    /// (0028,0121), likewise: padding is every value between the two, ends included.
    public var pixelPaddingRangeLimit: Int?

    /// A description of these dimensions and this storage, without padding.
    public init(
        rows: Int, columns: Int, samplesPerPixel: Int = 1, bitsAllocated: Int = 16, bitsStored: Int = 16,
        highBit: Int? = nil, isSigned: Bool, photometricInterpretation: String = "MONOCHROME2", numberOfFrames: Int = 1
    ) {
        self.rows = rows
        self.columns = columns
        self.samplesPerPixel = samplesPerPixel
        self.bitsAllocated = bitsAllocated
        self.bitsStored = bitsStored
        self.highBit = highBit ?? bitsStored - 1
        self.isSigned = isSigned
        self.photometricInterpretation = photometricInterpretation
        self.numberOfFrames = numberOfFrames
    }

    /// Whether padding is declared which is no stored value, because it has bits beyond Bits Stored: then cells are
    /// compared with it as they stand in the file. 63536 where 12 bits are stored, say.
    public var hasPaddingBeyondStoredValues: Bool {
        guard let value = pixelPaddingValue, (1...32).contains(bitsStored) else { return false }
        let values = 1 << bitsStored
        let smallest = isSigned ? -values / 2 : 0
        let stored = smallest..<(smallest + values)
        return !stored.contains(value) || !(pixelPaddingRangeLimit.map(stored.contains) ?? true)
    }
}
