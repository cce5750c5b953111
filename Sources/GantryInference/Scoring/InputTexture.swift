import Foundation

/// How rough an input is, whatever is to be seen in it: what noise, kernel, window and resolution change first, and
/// what a network that was trained to see disease through them no longer tells.
///
/// Of each channel the logarithms of three means over its pixels: of the differences from the next pixel, and from the
/// one behind it, to the right plus downwards, and of the discrete Laplacian (4 times the pixel less its neighbours),
/// all without sign. What does not vary has the logarithm of 1e-6.
public enum InputTexture {
    /// Numbers of each channel.
    public static let countPerChannel = 3
    /// Added before the logarithm.
    private static let least = 1e-6

    /// The numbers of an input `[channels, height, width]`, CHW; infinite or NaN where a value is.
    public static func values(
        of input: some Collection<Float>, channels: Int, height: Int, width: Int
    ) -> [Float] {
        input.withContiguousStorageIfAvailable { all in
            (0..<channels).flatMap { channel in
                values(
                    UnsafeBufferPointer(rebasing: all[channel * height * width..<(channel + 1) * height * width]),
                    height: height, width: width)
            }
        } ?? values(of: Array(input), channels: channels, height: height, width: width)
    }

    private static func values(_ plane: UnsafeBufferPointer<Float>, height: Int, width: Int) -> [Float] {
        var sums = [0.0, 0.0, 0.0]
        // A row's sum is short enough for Float32.
        for row in 0..<height {
            let start = row * width
            var (next, second, laplacian): (Float, Float, Float) = (0, 0, 0)
            for column in 0..<max(width - 1, 0) {
                next += abs(plane[start + column + 1] - plane[start + column])
            }
            for column in 0..<max(width - 2, 0) {
                second += abs(plane[start + column + 2] - plane[start + column])
            }
            sums[0] += Double(next) / Double(max(height * (width - 1), 1))
            sums[1] += Double(second) / Double(max(height * (width - 2), 1))
            (next, second) = (0, 0)
            if row + 1 < height {
                for column in 0..<width { next += abs(plane[start + width + column] - plane[start + column]) }
            }
            if row + 2 < height {
                for column in 0..<width { second += abs(plane[start + 2 * width + column] - plane[start + column]) }
            }
            if row > 0, row + 1 < height {
                for column in 1..<max(width - 1, 1) {
                    let place = start + column
                    let beside = (plane[place - width] + plane[place + width]) + (plane[place - 1] + plane[place + 1])
                    laplacian += abs(4 * plane[place] - beside)
                }
            }
            sums[0] += Double(next) / Double(max((height - 1) * width, 1))
            sums[1] += Double(second) / Double(max((height - 2) * width, 1))
            sums[2] += Double(laplacian) / Double(max((height - 2) * (width - 2), 1))
        }
        return sums.map { Float(log($0 + least)) }
    }
}
