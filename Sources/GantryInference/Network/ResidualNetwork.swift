import CGantryKernels
import GantryWeights

/// A residual network with its weights loaded and its batch norms folded: images in, logits, probabilities or features out.
///
/// Each image is computed by one thread, by the same operations in the same order whatever the batch and the number of workers: a result is the same
/// bit for bit. All calls block and use `workers` threads; they may be made from several threads at once.
public struct ResidualNetwork: Sendable {
    /// What the network is.
    public let architecture: ResidualArchitecture

    /// What computes the convolutions.
    public let kernels: ConvolutionKernels

    private let layers: Layers

    private enum Layers: Sendable {
        case planar(NetworkLayers<PlanarConvolution>)
        case packed(NetworkLayers<PackedConvolution>)
    }

    /// The largest side of an image, in pixels.
    public static let largestSide = 2048

    /// Loads the tensors of `architecture` by torchvision's keys.
    ///
    /// **Throws** `architectureMismatch` naming every missing, extra or misshapen tensor; `unusableValue` for NaN, infinity or a negative variance;
    /// `unsupportedElementType`; faults of reading.
    public init(
        architecture: ResidualArchitecture, weights: some TensorCollection, kernels: ConvolutionKernels = .preferred
    ) throws(WeightsError) {
        try weights.requireExactly(
            architecture.tensors, what: "the network's architecture", ignoring: ResidualArchitecture.isTrainingOnly)
        if kernels == .openBLAS {
            _ = OpenBLAS.useCallingThreadOnly
            layers = .planar(try NetworkLayers(architecture, weights) { PlanarConvolution($0) })
        } else {
            let units = architecture.units + [architecture.lastUnit]
            let storage = PackedStorage(
                count: units.reduce(0) { $0 + PackedConvolution.storageCount($1, kernels: kernels) })
            layers = .packed(
                try NetworkLayers(architecture, weights) {
                    PackedConvolution($0, kernels: kernels, storage: storage)
                })
        }
        self.kernels = kernels
        self.architecture = architecture
    }

    /// The last layer's outputs before the softmax. **Shape** `[N, classes]`.
    public func logits(_ images: ImageBatch, workers: Int) throws(InferenceError) -> ScoreMatrix {
        try rows(images, .logits, workers: workers)
    }

    /// The logits of images that lie apart, each `[channels, height, width]` CHW.
    func logits(of images: [[Float]], height: Int, width: Int, workers: Int) throws(InferenceError) -> ScoreMatrix {
        try check(channels: architecture.inputChannels, height: height, width: width)
        return rows(.logits, of: images.count, height: height, width: width, workers: workers) { index, use in
            images[index].withUnsafeBufferPointer { image in
                if let base = image.baseAddress { use(base) }
            }
        }
    }

    /// The class probabilities of each image; rows sum to 1.
    public func probabilities(_ images: ImageBatch, workers: Int) throws(InferenceError) -> [[Double]] {
        try logits(images, workers: workers).softmax()
    }

    /// The globally averaged output of the last block, which the last layer gets. **Shape** `[N, features]`.
    public func pooledFeatures(_ images: ImageBatch, workers: Int) throws(InferenceError) -> ScoreMatrix {
        try rows(images, .pooledFeatures, workers: workers)
    }

    /// The output of the stem and of each stage for one image, `stages + 1` arrays in CHW. For tests.
    package func stageOutputs(_ images: ImageBatch, image index: Int) throws(InferenceError) -> [[Float]] {
        try check(channels: images.channels, height: images.height, width: images.width)
        let pass = makePass(height: images.height, width: images.width, group: 1)
        return images.values.withUnsafeBufferPointer { values in
            values.baseAddress.map { pass.stageOutputs($0 + index * images.elementsPerImage) } ?? []
        }
    }

    private func check(channels: Int, height: Int, width: Int) throws(InferenceError) {
        guard channels == architecture.inputChannels else {
            throw .channelCount(found: channels, expected: architecture.inputChannels)
        }
        guard max(height, width) <= Self.largestSide else { throw .imageTooLarge(height: height, width: width) }
    }

    private enum Output {
        case logits
        case pooledFeatures
    }

    private func rows(_ images: ImageBatch, _ output: Output, workers: Int) throws(InferenceError) -> ScoreMatrix {
        try check(channels: images.channels, height: images.height, width: images.width)
        return rows(output, of: images.count, height: images.height, width: images.width, workers: workers) {
            index, use in
            images.values.withUnsafeBufferPointer { values in
                if let base = values.baseAddress { use(base + index * images.elementsPerImage) }
            }
        }
    }

    /// Computes one row for each of `count` images; `withImage` lends an image by its number. The images are shared out in groups, as many for each
    /// worker as can be.
    private func rows(
        _ output: Output, of count: Int, height: Int, width: Int, workers: Int,
        withImage: @Sendable (Int, (UnsafePointer<Float>) -> Void) -> Void
    ) -> ScoreMatrix {
        let columns = output == .logits ? architecture.classes : architecture.featureCount
        var values = [Float](repeating: 0, count: count * columns)
        let workers = max(workers, 1)
        let rounds = (count + workers * largestGroup - 1) / (workers * largestGroup)
        let groups = min(count, rounds * workers)
        values.withUnsafeMutableBufferPointer { values in
            guard let base = values.baseAddress, groups > 0 else { return }
            // Shared by the workers: each image's row is written by the one worker that took its group.
            nonisolated(unsafe) let rows = base
            WorkerThreads.forEach(count: groups, workers: workers) {
                makePass(height: height, width: width, group: (count + groups - 1) / groups)
            } body: { pass, group in
                let (first, end) = (group * count / groups, (group + 1) * count / groups)
                for index in first..<end {
                    withImage(index) { pass.begin($0, index: index - first) }
                }
                switch output {
                case .logits: pass.logits(count: end - first, into: rows + first * columns)
                case .pooledFeatures: pass.pooledFeatures(count: end - first, into: rows + first * columns)
                }
            }
        }
        return ScoreMatrix(rows: count, columns: columns, values: values)
    }

    private var largestGroup: Int {
        switch layers {
        case .planar: 1
        case .packed: PackedForwardPass.largestGroup
        }
    }

    private func makePass(height: Int, width: Int, group: Int) -> any ForwardPass {
        switch layers {
        case .planar(let layers):
            PlanarForwardPass(layers: layers, architecture: architecture, height: height, width: width)
        case .packed(let layers):
            PackedForwardPass(
                layers: layers, architecture: architecture, kernels: kernels, height: height, width: width,
                group: group)
        }
    }
}
