/// Mean and variance of each channel over images and positions.
struct ChannelStatistics {
    /// [channels].
    let means: [Double]
    /// [channels], unbiased: divided by the number of values less one, as PyTorch's `running_var` is.
    let variances: [Double]

    /// From each image's sums, added in image order whatever thread made them.
    ///
    /// `sums`, `squares`: [images, channels]; `positions`: values a channel has in one image.
    init(sums: [Double], squares: [Double], channels: Int, positions: Int) {
        let images = sums.count / max(channels, 1)
        let count = Double(images * positions)
        var means = [Double](repeating: 0, count: channels)
        var variances = means
        for channel in 0..<channels {
            var (sum, square) = (0.0, 0.0)
            for image in 0..<images {
                sum += sums[image * channels + channel]
                square += squares[image * channels + channel]
            }
            let mean = sum / count
            means[channel] = mean
            // Sums of Float32 values in double keep 29 spare bits; rounding can still leave a constant channel just
            // below 0.
            variances[channel] = max(0, (square - sum * mean) / (count - 1))
        }
        self.means = means
        self.variances = variances
    }
}
