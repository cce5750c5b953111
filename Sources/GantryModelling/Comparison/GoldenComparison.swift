import GantryArrays
import GantryInference

/// `--golden X.npy Y.npy`: what the network's own framework made of some images.
package struct GoldenComparison {
    /// The largest difference of a logit that is the framework's own rounding, over the image's largest logit.
    package static let tolerance: Float = 1e-4

    /// Images compared.
    package let images: Int
    /// The largest difference of a logit over the largest logit of its image.
    package let largestRelative: Float

    /// Whether no difference is larger than `tolerance`.
    package var isEqual: Bool { largestRelative <= Self.tolerance }

    /// Runs `network`, which scores images of `inputSize` pixels a side, on the images of `input`, and compares with
    /// the logits of `output`.
    ///
    /// **Throws** `ModellingFault` where the arrays cannot be read or do not fit, `InferenceError`.
    package init(_ network: ResidualNetwork, inputSize: Int, input: String, output: String, workers: Int) throws {
        let images = try NPYFile.images(input, channels: network.architecture.inputChannels)
        guard images.height == inputSize, images.width == inputSize else {
            throw ModellingFault(
                .misshapen, subject: input,
                explanation: "has images of \(images.height)x\(images.width), but the bundle scores "
                    + "\(inputSize)x\(inputSize) (input-size, --input-size of bundle create). A network is proven on "
                    + "images of the size that it scores.")
        }
        let (shape, expected) = try NPYFile.workshopArray(output)
        let classes = network.architecture.classes
        guard shape == [images.count, classes], images.count > 0 else {
            throw ModellingFault(
                .misshapen, subject: output,
                explanation: "has shape \(shape); expected [\(images.count), \(classes)], the logits of each image.")
        }
        let found = try network.logits(images, workers: workers).values
        var worst: Float = 0
        for image in 0..<images.count {
            let row = image * classes..<(image + 1) * classes
            let largest = expected[row].map(abs).max() ?? 0
            let difference = row.map { abs(found[$0] - expected[$0]) }.reduce(0) { $1 <= $0 ? $0 : $1 }
            let relative = difference == 0 ? 0 : difference / largest
            worst = relative <= worst ? worst : relative
        }
        self.images = images.count
        largestRelative = worst.isNaN ? .infinity : worst
    }

    /// What was found, for a person.
    package var sentence: String {
        let images = images == 1 ? "1 image" : "\(images) images"
        return isEqual
            ? "\(images): every logit is the framework's, to \(largestRelative.writtenInTwoDigits) of the largest"
            : "\(images): a logit differs by \(largestRelative.writtenInTwoDigits) of the largest; 1e-4 is allowed. X "
                + "and Y may not belong together, Y may be behind a softmax, or --stride may be wrong"
    }
}
