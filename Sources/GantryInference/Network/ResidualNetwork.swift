import CGantryKernels
import GantryWeights

/// A residual network with its weights loaded and its batch norms folded: images in, logits, probabilities or features out.
///
/// Each image is computed by one thread, by the same operations in the same order whatever the batch and the number of workers: a result is the same
/// bit for bit. All calls block and use `workers` threads; they may be made from several threads at once.
public struct ResidualNetwork: Sendable {
    /// What the network is.
    public let architecture: ResidualArchitecture

    let stem: FoldedConvolution
    let blocks: [FoldedBlock]
    /// [classes, features].
    let lastWeights: ConstantFloats
    /// [classes].
    let lastBias: ConstantFloats

    struct FoldedBlock: Sendable {
        let stage: Int
        let convolutions: [FoldedConvolution]
        let projection: FoldedConvolution?
    }

    /// The largest side of an image, in pixels.
    public static let largestSide = 2048

    /// Loads the tensors of `architecture` by torchvision's keys.
    ///
    /// **Throws** `architectureMismatch` naming every missing, extra or misshapen tensor; `unusableValue` for NaN, infinity or a negative variance;
    /// `unsupportedElementType`; faults of reading.
    public init(architecture: ResidualArchitecture, weights: some TensorCollection) throws(WeightsError) {
        _ = OpenBLAS.useCallingThreadOnly
        try weights.requireExactly(
            architecture.tensors, what: "the network's architecture", ignoring: ResidualArchitecture.isTrainingOnly)
        func fold(_ unit: ConvolutionUnit) throws(WeightsError) -> FoldedConvolution {
            try FoldedConvolution(unit: unit, architecture: architecture, tensors: weights)
        }
        stem = try fold(architecture.stemUnit)
        var blocks: [FoldedBlock] = []
        for (stage, members) in architecture.stages.enumerated() {
            for block in members {
                var convolutions: [FoldedConvolution] = []
                for unit in block.convolutions { convolutions.append(try fold(unit)) }
                var projection: FoldedConvolution?
                if let unit = block.projection { projection = try fold(unit) }
                blocks.append(FoldedBlock(stage: stage, convolutions: convolutions, projection: projection))
            }
        }
        self.blocks = blocks
        lastWeights = ConstantFloats(try weights.finiteValues(of: "fc.weight"))
        lastBias = ConstantFloats(try weights.finiteValues(of: "fc.bias"))
        self.architecture = architecture
    }

    /// The last layer's outputs before the softmax. **Shape** `[N, classes]`.
    public func logits(_ images: ImageBatch, workers: Int) throws(InferenceError) -> ScoreMatrix {
        try rows(images, columns: architecture.classes, workers: workers) { pass, image, row in
            pass.logits(image, into: row)
        }
    }

    /// The logits of images that lie apart, each `[channels, height, width]` CHW.
    func logits(of images: [[Float]], height: Int, width: Int, workers: Int) throws(InferenceError) -> ScoreMatrix {
        try check(channels: architecture.inputChannels, height: height, width: width)
        let values = rows(images.count, height: height, width: width, columns: architecture.classes, workers: workers) {
            pass, index, row in
            images[index].withUnsafeBufferPointer { image in
                if let image = image.baseAddress { pass.logits(image, into: row) }
            }
        }
        return ScoreMatrix(rows: images.count, columns: architecture.classes, values: values)
    }

    /// The class probabilities of each image; rows sum to 1.
    public func probabilities(_ images: ImageBatch, workers: Int) throws(InferenceError) -> [[Double]] {
        try logits(images, workers: workers).softmax()
    }

    /// The globally averaged output of the last block, which the last layer gets. **Shape** `[N, features]`.
    public func pooledFeatures(_ images: ImageBatch, workers: Int) throws(InferenceError) -> ScoreMatrix {
        try rows(images, columns: architecture.featureCount, workers: workers) { pass, image, row in
            pass.pooledFeatures(image, into: row)
        }
    }

    /// The output of the stem and of each stage for one image, `stages + 1` arrays in CHW. For tests.
    package func stageOutputs(_ images: ImageBatch, image index: Int) throws(InferenceError) -> [[Float]] {
        try check(channels: images.channels, height: images.height, width: images.width)
        let pass = ForwardPass(network: self, height: images.height, width: images.width)
        var outputs: [[Float]] = []
        images.values.withUnsafeBufferPointer { values in
            guard let base = values.baseAddress else { return }
            _ = pass.lastBlockOutput(base + index * images.elementsPerImage) { output in
                outputs.append(Array(output))
            }
        }
        return outputs
    }

    private func check(channels: Int, height: Int, width: Int) throws(InferenceError) {
        guard channels == architecture.inputChannels else {
            throw .channelCount(found: channels, expected: architecture.inputChannels)
        }
        guard max(height, width) <= Self.largestSide else { throw .imageTooLarge(height: height, width: width) }
    }

    private func rows(
        _ images: ImageBatch, columns: Int, workers: Int,
        _ compute: @Sendable (ForwardPass, UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void
    ) throws(InferenceError) -> ScoreMatrix {
        try check(channels: images.channels, height: images.height, width: images.width)
        let values = rows(
            images.count, height: images.height, width: images.width, columns: columns, workers: workers
        ) { pass, index, row in
            images.values.withUnsafeBufferPointer { values in
                if let base = values.baseAddress { compute(pass, base + index * images.elementsPerImage, row) }
            }
        }
        return ScoreMatrix(rows: images.count, columns: columns, values: values)
    }

    /// Calls `compute` for each image with a pass of the worker's own and the image's row of the result.
    private func rows(
        _ count: Int, height: Int, width: Int, columns: Int, workers: Int,
        _ compute: @Sendable (ForwardPass, Int, UnsafeMutablePointer<Float>) -> Void
    ) -> [Float] {
        var results = [Float](repeating: 0, count: count * columns)
        results.withUnsafeMutableBufferPointer { results in
            guard let base = results.baseAddress else { return }
            // Shared by the workers: each image's row is written by the one worker that took the image.
            nonisolated(unsafe) let output = base
            WorkerThreads.forEach(count: count, workers: workers) {
                ForwardPass(network: self, height: height, width: width)
            } body: { pass, index in
                compute(pass, index, output + index * columns)
            }
        }
        return results
    }
}
