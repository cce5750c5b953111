/// What one convolution of a network reads, over some images.
struct ActivationStatistics {
    /// The least and the greatest value, 0 among them.
    private(set) var range: ClosedRange<Float> = 0...0
    /// Of the values, where none is below zero.
    private(set) var histogram = ActivationHistogram()
    /// Each channel's sum over an image, by the image's number: added up in that order whatever thread made them.
    private var sums: [Int: [Double]] = [:]
    private var positions = 0

    /// Adds the maps of an image, CHW. **Throws** `notFinite`.
    mutating func add(_ planes: [Float], channels: Int, image: Int) throws(TrainingError) {
        let plane = planes.count / max(channels, 1)
        var (least, greatest) = (range.lowerBound, range.upperBound)
        var channelSums = [Double](repeating: 0, count: channels)
        planes.withUnsafeBufferPointer { values in
            for channel in 0..<channels {
                var sum = 0.0
                for index in channel * plane..<(channel + 1) * plane {
                    let value = values[index]
                    least = Swift.min(least, value)
                    greatest = Swift.max(greatest, value)
                    sum += Double(value)
                }
                channelSums[channel] = sum
            }
        }
        guard least.isFinite, greatest.isFinite, channelSums.allSatisfy(\.isFinite) else { throw .notFinite }
        range = least...greatest
        sums[image] = channelSums
        positions = plane
        if least >= 0 { histogram.add(planes) }
    }

    mutating func merge(_ other: Self) {
        range = min(range.lowerBound, other.range.lowerBound)...max(range.upperBound, other.range.upperBound)
        histogram.merge(other.histogram)
        sums.merge(other.sums) { first, _ in first }
        positions = max(positions, other.positions)
    }

    /// The mean of each channel over all images and positions.
    func means(channels: Int) -> [Double] {
        var means = [Double](repeating: 0, count: channels)
        for (_, image) in sums.sorted(by: { $0.key < $1.key }) {
            for channel in 0..<channels { means[channel] += image[channel] }
        }
        return means.map { $0 / Double(max(sums.count * positions, 1)) }
    }

    /// What a unit of a byte is worth and the byte that stands for 0: for values from zero on, the best limit of the
    /// histogram; for others, such as a network's input, their range.
    var scaleAndZeroPoint: (scale: Float, zeroPoint: Int32) {
        if range.lowerBound >= 0 { return (histogram.bestLimit() / 255, 0) }
        let scale = (range.upperBound - range.lowerBound) / 255
        return (scale, Int32((-range.lowerBound / scale).rounded()))
    }
}
