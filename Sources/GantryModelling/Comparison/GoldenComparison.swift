import GantryArrays
import GantryCore
import GantryInference

/// `--golden X.npy Y.npy`: what the network's own framework made of some images.
package struct GoldenComparison {
    /// The largest difference that is the framework's own rounding: of a logit over the image's largest logit, or of a
    /// probability.
    package static let tolerance: Float = 1e-4

    /// What Y holds.
    package enum Output: Hashable, Sendable {
        /// Logits.
        case logits
        /// Probabilities, which are what this activation makes of the logits.
        case probabilities(Activation)
    }

    /// Images compared.
    package let images: Int
    /// What Y was taken for: logits, unless it holds numbers of 0 to 1 alone that are not this network's logits.
    package let output: Output
    /// The largest difference: of a logit over the largest logit of its image, or of a probability.
    package let largestRelative: Float
    /// What must be said before probabilities can be compared, where nobody has said it; a sentence.
    package let question: String?
    /// Why it differs, where trying has shown it.
    private let suspicion: String?

    /// Whether no difference is larger than `tolerance`.
    package var isEqual: Bool { question == nil && largestRelative <= Self.tolerance }

    /// Runs `network`, which scores images of `inputSize` pixels a side, on the images of `input`, and compares with
    /// the logits, or the probabilities, of `output`. `activation` is nil where nobody has said it. Where they differ,
    /// `lookalike` makes other networks of the same weights, to find out why.
    ///
    /// **Throws** `ModellingFault` where the arrays cannot be read or do not fit, `InferenceError`, what `lookalike`
    /// throws.
    package init(
        _ network: ResidualNetwork, activation: Activation?, inputSize: Int, input: String, output: String,
        workers: Int, lookalike: (ResidualArchitecture) throws -> ResidualNetwork
    ) throws {
        let images = try NPYFile.images(input, channels: network.architecture.inputChannels)
        guard images.height == inputSize, images.width == inputSize else {
            let isItsSize = (try? GoldenPair(images, output: output, workers: workers, of: network)).flatMap {
                try? $0.difference(network, .logits) <= Self.tolerance
            }
            throw ModellingFault(
                .misshapen, subject: input,
                explanation: "has images of \(images.height)x\(images.width), but the bundle scores "
                    + "\(inputSize)x\(inputSize) (input-size, --input-size of bundle create). A network is proven on "
                    + "images of the size that it scores."
                    + (isItsSize == true && images.height == images.width
                        ? " At \(images.height)x\(images.width) it computes what \(output) says: is --input-size "
                            + "\(images.height) meant?" : ""))
        }
        let pair = try GoldenPair(images, output: output, workers: workers, of: network)
        self.images = images.count
        let asLogits = try pair.difference(network, .logits)
        guard asLogits > Self.tolerance, pair.areProbabilities else {
            self.output = .logits
            largestRelative = asLogits
            question = nil
            suspicion = asLogits <= Self.tolerance ? nil : try pair.suspicion(network, .logits, asLogits, lookalike)
            return
        }
        guard let activation = activation ?? (network.architecture.classes == 1 ? .sigmoid : nil) else {
            self.output = .logits
            largestRelative = asLogits
            suspicion = nil
            question =
                "\(output): its numbers are probabilities, not logits. Say what makes them: --activation softmax "
                + "(classes, of which one holds) or --activation sigmoid (labels, each for itself)."
                + (try pair.fitting(network).map { " By their numbers it is the \($0.rawValue)." } ?? "")
            return
        }
        self.output = .probabilities(activation)
        question = nil
        largestRelative = try pair.difference(network, self.output)
        suspicion =
            largestRelative <= Self.tolerance
            ? nil : try pair.suspicion(network, self.output, largestRelative, lookalike)
    }

    /// What was found, for a person.
    package var sentence: String {
        if let question { return question }
        let images = images == 1 ? "1 image" : "\(images) images"
        let difference = largestRelative.writtenInTwoDigits
        let why = suspicion ?? "X and Y may not belong together, or come of another network than these weights make"
        switch output {
        case .logits:
            return isEqual
                ? "\(images): every logit is the framework's, to \(difference) of the largest"
                : "\(images): a logit differs by \(difference) of the largest; 1e-4 is allowed. Likely: \(why)"
        case .probabilities(let activation):
            return isEqual
                ? "\(images): every probability is the framework's behind its \(activation.rawValue), to \(difference)"
                : "\(images): a probability behind the \(activation.rawValue) differs by \(difference); 1e-4 is "
                    + "allowed. Likely: \(why)"
        }
    }
}

/// Images and what a golden run made of them.
private struct GoldenPair {
    let images: ImageBatch
    let expected: [Float]
    let workers: Int

    /// The numbers in the file `output`, a row for each of the images. **Throws** `ModellingFault`.
    init(_ images: ImageBatch, output: String, workers: Int, of network: ResidualNetwork) throws(ModellingFault) {
        let (shape, values) = try NPYFile.workshopArray(output)
        let classes = network.architecture.classes
        guard images.count > 0, shape == [images.count, classes] || (classes == 1 && shape == [images.count]) else {
            throw ModellingFault(
                .misshapen, subject: output,
                explanation: "has shape \(shape); expected [\(images.count), \(classes)], the logits of each image.")
        }
        self.images = images
        expected = values
        self.workers = workers
    }

    /// Whether the numbers can be no usual logits: all of them are 0 to 1.
    var areProbabilities: Bool { expected.allSatisfy { (0...1).contains($0) } }

    /// How far `network` is from the numbers, taken as `output`.
    func difference(_ network: ResidualNetwork, _ output: GoldenComparison.Output) throws -> Float {
        let found = try network.logits(images, workers: workers)
        switch output {
        case .logits: return GoldenDifference.ofLogits(found, expected)
        case .probabilities(let activation):
            let columns = found.columns
            let rows = (0..<found.rows).map { expected[$0 * columns..<($0 + 1) * columns].map(Double.init) }
            return Float(GoldenDifference.ofProbabilities(found.probabilities(activation), rows))
        }
    }

    /// The activation that makes the numbers of `network`'s logits; nil where neither does.
    func fitting(_ network: ResidualNetwork) throws -> Activation? {
        try Activation.allCases.first {
            try difference(network, .probabilities($0)) <= GoldenComparison.tolerance
        }
    }

    /// Why `network` is as far as `own` from the numbers: the first trial that explains it.
    func suspicion(
        _ network: ResidualNetwork, _ output: GoldenComparison.Output, _ own: Float,
        _ lookalike: (ResidualArchitecture) throws -> ResidualNetwork
    ) throws -> String? {
        if areProbabilities, let activation = try fitting(network) {
            return "Y is what a \(activation.rawValue) makes of this network's logits: `activation: "
                + "\(activation.rawValue)` (--activation \(activation.rawValue)) says so"
        }
        for (architecture, option) in network.architecture.lookalikes {
            let trial = try difference(lookalike(architecture), output)
            if GoldenDifference.explains(trial, own, tolerance: GoldenComparison.tolerance) {
                return "with \(option) these weights make Y, to \(trial.writtenInTwoDigits)"
            }
        }
        return own <= Float(GoldenDifference.coarsest) ? GoldenDifference.coarse : nil
    }
}
