import GantryCore

extension ResidualNetwork {
    /// Where in each image the network finds what speaks for the class, or label, of number `index`: Grad-CAM at the
    /// last stage.
    ///
    /// **Shape** the last block's output: 7 x 7 for an image of 224 pixels. nil where a number is not finite. One
    /// forward pass an image, and no gradients: behind the last stage there are only the mean over the pixels and the
    /// last layer, so that the logit's gradient to a channel's map is that channel's weight over the number of pixels,
    /// exactly. **Throws** `noLastLayer`, and where the images do not fit.
    ///
    /// **Source** Selvaraju et al., "Grad-CAM" (2017), section 3; Zhou et al., "Learning deep features for
    /// discriminative localization" (2016), of which it is the general case.
    public func classMaps(
        _ images: ImageBatch, class index: Int, workers: Int
    ) throws(InferenceError) -> [ActivationMap?] {
        guard architecture.classes > 0 else { throw .noLastLayer }
        return classMaps(
            try lastMaps(images, workers: workers), height: images.height, width: images.width, class: index)
    }

    /// The maps of images that lie apart, each `[channels, height, width]` CHW.
    func classMaps(
        of images: [[Float]], height: Int, width: Int, class index: Int, workers: Int
    ) throws(InferenceError) -> [ActivationMap?] {
        guard architecture.classes > 0 else { throw .noLastLayer }
        return classMaps(
            try lastMaps(of: images, height: height, width: width, workers: workers), height: height, width: width,
            class: index)
    }

    private func classMaps(
        _ maps: ScoreMatrix, height: Int, width: Int, class index: Int
    ) -> [ActivationMap?] {
        precondition(0..<architecture.classes ~= index, "a class of the network")
        let size = lastMapSize(height: height, width: width)
        let pixels = size.height * size.width
        let features = architecture.featureCount
        let weights = lastWeights[index * features..<(index + 1) * features].map { Double($0) / Double(pixels) }
        return (0..<maps.rows).map { image in
            ActivationMap(weighing: maps[image], by: weights, rows: size.height, columns: size.width)
        }
    }
}

extension ActivationMap {
    /// Grad-CAM's last step: the sum of `maps`, each by its weight, and 0 where that is below 0.
    ///
    /// **Shape** `maps`: `[weights.count, rows, columns]`. nil where the sum is not finite. Sums are in Float64.
    package init?(weighing maps: ArraySlice<Float>, by weights: [Double], rows: Int, columns: Int) {
        let pixels = rows * columns
        precondition(maps.count == weights.count * pixels, "a map for each weight")
        var sums = [Double](repeating: 0, count: pixels)
        for (channel, weight) in weights.enumerated() {
            let first = maps.startIndex + channel * pixels
            for pixel in 0..<pixels { sums[pixel] += weight * Double(maps[first + pixel]) }
        }
        guard sums.allSatisfy(\.isFinite) else { return nil }
        self.init(rows: rows, columns: columns, values: sums.map { Float(Swift.max($0, 0)) })
    }
}
