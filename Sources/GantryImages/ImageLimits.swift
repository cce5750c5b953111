/// How large a picture may be and how long it may take. They are looked at before anything is allocated.
public struct ImageLimits: Sendable, Hashable, Codable {
    /// Bytes of a file.
    public let mostFileBytes: Int
    /// Width and height, pixels.
    public let largestSide: Int
    /// Width times height.
    public let mostPixels: Int
    /// Processor time of one file; by the clock it may take twice that.
    public let secondsPerFile: Int

    /// 256 MiB, 16,384 pixels a side, 2^26 pixels, 30 s, unless said otherwise. Values below 1 or above what can work
    /// (1 GiB, 65,535, 2^28, 3,600 s) become the nearest that can.
    public init(
        mostFileBytes: Int = 256 << 20, largestSide: Int = 16_384, mostPixels: Int = 1 << 26, secondsPerFile: Int = 30
    ) {
        self.mostFileBytes = min(max(mostFileBytes, 1), 1 << 30)
        self.largestSide = min(max(largestSide, 1), 65_535)
        self.mostPixels = min(max(mostPixels, 1), 1 << 28)
        self.secondsPerFile = min(max(secondsPerFile, 1), 3600)
    }

    /// How long the answer for one file is waited for.
    var wallClockSecondsPerFile: Double { 2 * Double(secondsPerFile) }

    /// What a child needs: the file, three 16-bit channels of its pixels, and as many coefficients of a progressive
    /// JPEG (four components), beside what every process takes.
    var addressSpaceBytes: Int { (512 << 20) + mostFileBytes + 14 * mostPixels }
}
