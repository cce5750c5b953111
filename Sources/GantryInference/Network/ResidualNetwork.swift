import CGantryKernels
import GantryCore
import GantryGround
import GantryTensors
import Synchronization

/// A residual network with its weights loaded and its batch norms folded: images in, logits, probabilities or features
/// out.
///
/// Each number is computed by the same operations in the same order whatever the batch and the number of workers: a
/// result is the same bit for bit. All calls block and use `workers` threads; they may be made from several threads at
/// once.
public struct ResidualNetwork: Sendable {
    /// What the network is.
    public let architecture: ResidualArchitecture

    /// What computes the convolutions.
    public let kernels: ConvolutionKernels

    /// The arithmetic that the convolutions are computed in: that of the precision asked for, or f32 where the kernels
    /// have no other.
    public let arithmetic: Precision

    private let layers: Layers
    /// Of the last layer, [classes, features]; empty where the network has none.
    let lastWeights: [Float]
    /// Passes that no thread uses at the moment.
    private let idlePasses = IdlePasses()

    private enum Layers: Sendable {
        case planar(NetworkLayers<PlanarConvolution>)
        case packed(NetworkLayers<PackedConvolution>)
    }

    /// The largest side of an image, in pixels.
    public static let largestSide = 2048

    /// Loads the tensors of `architecture` by torchvision's keys, for `precision` f32 or bf16, on `workers` threads.
    /// Where `kernels` cannot compute the network, OpenBLAS does (`ConvolutionKernels.serving`).
    ///
    /// **Throws** `architectureMismatch` naming every missing, extra or misshapen tensor; `unusableValue` for NaN,
    /// infinity or a negative variance; `unsupportedElementType`; faults of reading.
    public init(
        architecture: ResidualArchitecture, weights: any TensorCollection, precision: Precision = .f32,
        kernels: ConvolutionKernels = .preferred, workers: Int = 1
    ) throws(WeightsError) {
        precondition(precision != .int8, "a network in 8 bits is made from a QuantizedNetwork")
        let kernels = kernels.serving(architecture)
        try architecture.requireTensors(of: weights)
        try self.init(
            architecture, arithmetic: kernels.arithmetic(for: precision), kernels: kernels, workers: workers
        ) { unit throws(WeightsError) in
            unit == architecture.lastUnit
                ? try FoldedWeights(lastLayerOf: architecture, tensors: weights)
                : try FoldedWeights(unit: unit, architecture: architecture, tensors: weights)
        }
    }

    /// A network in 8 bits, made ready on `workers` threads; where `kernels` have no such arithmetic its weights are
    /// taken as real numbers.
    public init(
        _ quantized: QuantizedNetwork, kernels: ConvolutionKernels = .preferred, workers: Int = 1
    ) throws(WeightsError) {
        let architecture = quantized.architecture
        let last = architecture.lastUnit
        guard kernels.arithmetic(for: .int8) == .int8 else {
            try self.init(
                architecture, arithmetic: .f32, kernels: kernels, workers: workers
            ) { unit throws(WeightsError) in
                unit == last ? quantized.last : try quantized.weights(of: unit).dequantised
            }
            return
        }
        let outputScales = quantized.outputScales
        let packing = LayerPacking(architecture, arithmetic: .int8, kernels: kernels)
        let layers = try packing.layers(workers: workers) { unit, place throws(WeightsError) in
            unit == last
                ? PackedConvolution(quantized.last, arithmetic: .f32, place)
                : PackedConvolution(
                    try quantized.weights(of: unit), outputScale: outputScales[unit.name] ?? 1, place)
        }
        self.init(
            architecture: architecture, kernels: kernels, arithmetic: .int8, layers: .packed(layers),
            lastWeights: last == nil ? [] : quantized.last.weights)
    }

    private init(
        architecture: ResidualArchitecture, kernels: ConvolutionKernels, arithmetic: Precision, layers: Layers,
        lastWeights: [Float]
    ) {
        self.architecture = architecture
        self.kernels = kernels
        self.arithmetic = arithmetic
        self.layers = layers
        self.lastWeights = lastWeights
    }

    /// Reads and folds the layers, and makes each ready by whoever has read it.
    private init(
        _ architecture: ResidualArchitecture, arithmetic: Precision, kernels: ConvolutionKernels, workers: Int,
        weights read: @Sendable (ConvolutionUnit) throws(WeightsError) -> FoldedWeights
    ) throws(WeightsError) {
        let layers: Layers
        let last = architecture.lastUnit
        let lastWeights = Mutex<[Float]>([])
        if kernels == .openBLAS {
            try OpenBLAS.load()
            layers = .planar(
                try NetworkLayers(architecture) { unit throws(WeightsError) in
                    let folded = try read(unit)
                    if unit == last { lastWeights.withLock { $0 = folded.weights } }
                    return PlanarConvolution(folded)
                })
        } else {
            let packing = LayerPacking(architecture, arithmetic: arithmetic, kernels: kernels)
            layers = .packed(
                try packing.layers(workers: workers) { unit, place throws(WeightsError) in
                    let folded = try read(unit)
                    guard unit == last else { return PackedConvolution(folded, arithmetic: arithmetic, place) }
                    lastWeights.withLock { $0 = folded.weights }
                    return PackedConvolution(folded, arithmetic: .f32, place)
                })
        }
        self.init(
            architecture: architecture, kernels: kernels, arithmetic: arithmetic, layers: layers,
            lastWeights: lastWeights.withLock { $0 })
    }

    /// The last layer's outputs before softmax or sigmoid. **Shape** `[N, classes]`. **Throws** `noLastLayer`, and
    /// where the images do not fit.
    public func logits(_ images: ImageBatch, workers: Int) throws(InferenceError) -> ScoreMatrix {
        guard architecture.classes > 0 else { throw .noLastLayer }
        return try rows(images, .logits, workers: workers)
    }

    /// The logits of images that lie apart, each `[channels, height, width]` CHW.
    func logits(of images: [[Float]], height: Int, width: Int, workers: Int) throws(InferenceError) -> ScoreMatrix {
        try rows(.logits, ofApart: images, height: height, width: width, workers: workers)
    }

    /// The logits, and what is compared with training data, of one pass. **Throws** as `logits`.
    public func outputs(_ images: ImageBatch, workers: Int) throws(InferenceError) -> NetworkOutputs {
        guard architecture.classes > 0 else { throw .noLastLayer }
        return parted(try rows(images, .outputs, workers: workers))
    }

    /// The same of images that lie apart, each `[channels, height, width]` CHW.
    func outputs(
        of images: [[Float]], height: Int, width: Int, workers: Int
    ) throws(InferenceError) -> NetworkOutputs {
        guard architecture.classes > 0 else { throw .noLastLayer }
        return parted(try rows(.outputs, ofApart: images, height: height, width: width, workers: workers))
    }

    /// All logits stand before all features, and these before all early maps' means.
    private func parted(_ all: ScoreMatrix) -> NetworkOutputs {
        let features = all.rows * architecture.classes
        let early = features + all.rows * architecture.featureCount
        return NetworkOutputs(
            logits: ScoreMatrix(
                rows: all.rows, columns: architecture.classes, values: Array(all.values[..<features])),
            features: ScoreMatrix(
                rows: all.rows, columns: architecture.featureCount, values: Array(all.values[features..<early])),
            early: ScoreMatrix(
                rows: all.rows, columns: architecture.earlyCount, values: Array(all.values[early...])))
    }

    /// The probabilities of each image's classes, whose rows sum to 1, or labels; of logits over `temperature`.
    public func probabilities(
        _ images: ImageBatch, activation: Activation, temperature: Double = 1, workers: Int
    ) throws(InferenceError) -> [[Double]] {
        try logits(images, workers: workers).probabilities(activation, temperature: temperature)
    }

    /// The globally averaged output of the last block, which the last layer gets. **Shape** `[N, features]`.
    public func pooledFeatures(_ images: ImageBatch, workers: Int) throws(InferenceError) -> ScoreMatrix {
        try rows(images, .pooledFeatures, workers: workers)
    }

    /// The output of the last block before it is averaged, of the stem in a network without blocks. **Shape** `[N,
    /// channels x height x width]`, CHW.
    package func lastMaps(_ images: ImageBatch, workers: Int) throws(InferenceError) -> ScoreMatrix {
        try rows(images, .lastMaps, workers: workers)
    }

    /// The same of images that lie apart, each `[channels, height, width]` CHW.
    func lastMaps(of images: [[Float]], height: Int, width: Int, workers: Int) throws(InferenceError) -> ScoreMatrix {
        try rows(.lastMaps, ofApart: images, height: height, width: width, workers: workers)
    }

    /// The output of the stem and of each stage for one image, `stages + 1` arrays in CHW. For tests.
    package func stageOutputs(_ images: ImageBatch, image index: Int) throws(InferenceError) -> [[Float]] {
        try check(channels: images.channels, height: images.height, width: images.width)
        let pass = makePass(IdlePasses.Shape(height: images.height, width: images.width, group: 1, workers: 1))
        return images.values.withUnsafeBufferPointer { values in
            values.baseAddress.map { pass.stageOutputs($0 + index * images.elementsPerImage) } ?? []
        }
    }

    /// What each convolution but the last layer reads for one image, in depth order: the unit and CHW. For calibration.
    package func convolutionInputs(
        _ images: ImageBatch, image index: Int, observe: @escaping (ConvolutionUnit, [Float]) -> Void
    ) throws(InferenceError) {
        try check(channels: images.channels, height: images.height, width: images.width)
        let pass = makePass(IdlePasses.Shape(height: images.height, width: images.width, group: 1, workers: 1))
        images.values.withUnsafeBufferPointer { values in
            guard let base = values.baseAddress else { return }
            pass.convolutionInputs(base + index * images.elementsPerImage, observe: observe)
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
        /// The logits of all images, then the pooled features of all, then the early maps' means of all.
        case outputs
        case lastMaps
    }

    /// Numbers of an image's output.
    private func columns(_ output: Output, height: Int, width: Int) -> Int {
        switch output {
        case .logits: return architecture.classes
        case .pooledFeatures: return architecture.featureCount
        case .outputs: return architecture.classes + architecture.featureCount + architecture.earlyCount
        case .lastMaps:
            let size = lastMapSize(height: height, width: width)
            let channels = architecture.stages.joined().last?.convolutions.last?.outputChannels
            return (channels ?? architecture.baseWidth) * size.height * size.width
        }
    }

    /// The size of the last block's maps for images of this size.
    func lastMapSize(height: Int, width: Int) -> (height: Int, width: Int) {
        var size = (height: architecture.stemOutputSize(height), width: architecture.stemOutputSize(width))
        for unit in architecture.stages.joined().flatMap(\.convolutions) {
            size = (unit.outputSize(size.height), unit.outputSize(size.width))
        }
        return size
    }

    private func rows(
        _ output: Output, ofApart images: [[Float]], height: Int, width: Int, workers: Int
    ) throws(InferenceError) -> ScoreMatrix {
        try check(channels: architecture.inputChannels, height: height, width: width)
        return rows(output, of: images.count, height: height, width: width, workers: workers) { index, use in
            images[index].withUnsafeBufferPointer { image in
                if let base = image.baseAddress { use(base) }
            }
        }
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

    /// Computes one row for each of `count` images; `withImage` lends an image by its number. As many images as workers
    /// have alike are shared out; the workers compute the others together.
    private func rows(
        _ output: Output, of count: Int, height: Int, width: Int, workers: Int,
        withImage: @Sendable (Int, (UnsafePointer<Float>) -> Void) -> Void
    ) -> ScoreMatrix {
        let columns = columns(output, height: height, width: width)
        var values = [Float](repeating: 0, count: count * columns)
        let division =
            switch layers {
            case .planar: ImageDivision(count, workers: workers, largestGroup: 1, together: false)
            case .packed: ImageDivision(count, workers: workers, largestGroup: PackedForwardPass.largestGroup)
            }
        values.withUnsafeMutableBufferPointer { values in
            guard let base = values.baseAddress else { return }
            // Shared by the workers: each image's row is written by the one pass that took its group.
            nonisolated(unsafe) let rows = base
            @Sendable func lend(_ groups: [Range<Int>], workers: Int) -> LentPass {
                let group = groups.map(\.count).max() ?? 1
                let shape = IdlePasses.Shape(height: height, width: width, group: group, workers: workers)
                return LentPass(from: idlePasses, shape) { makePass(shape) }
            }
            WorkerThreads.forEach(count: division.apart.count, workers: division.workers) {
                lend(division.apart, workers: 1)
            } body: { lent, group in
                compute(output, division.apart[group], of: count, columns, on: lent.pass, rows, withImage)
            }
            guard !division.together.isEmpty else { return }
            let lent = lend(division.together, workers: division.workers)
            for group in division.together {
                compute(output, group, of: count, columns, on: lent.pass, rows, withImage)
            }
        }
        return ScoreMatrix(rows: count, columns: columns, values: values)
    }

    /// Computes the rows of a group of the `count` images.
    private func compute(
        _ output: Output, _ group: Range<Int>, of count: Int, _ columns: Int, on pass: any ForwardPass,
        _ rows: UnsafeMutablePointer<Float>, _ withImage: (Int, (UnsafePointer<Float>) -> Void) -> Void
    ) {
        let (classes, features) = (architecture.classes, architecture.featureCount)
        let early = output == .outputs ? rows + count * (classes + features) : nil
        let first = group.lowerBound
        for index in group {
            withImage(index) {
                pass.begin($0, index: index - first, early: early.map { $0 + index * architecture.earlyCount })
            }
        }
        switch output {
        case .logits: pass.logits(count: group.count, into: rows + first * columns, features: nil)
        case .outputs:
            pass.logits(
                count: group.count, into: rows + first * classes, features: rows + count * classes + first * features)
        case .pooledFeatures: pass.pooledFeatures(count: group.count, into: rows + first * columns)
        case .lastMaps: pass.lastMaps(count: group.count, into: rows + first * columns)
        }
    }

    private func makePass(_ shape: IdlePasses.Shape) -> any ForwardPass {
        switch layers {
        case .planar(let layers):
            PlanarForwardPass(
                layers: layers, architecture: architecture, height: shape.height, width: shape.width)
        case .packed(let layers):
            PackedForwardPass(layers: layers, architecture: architecture, kernels: kernels, shape: shape)
        }
    }
}
