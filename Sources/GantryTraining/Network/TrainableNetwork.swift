import CGantryKernels
import GantryCore
import GantryInference
import GantryTensors

/// The part of a residual network that is trained: forward, backward, and the step of an optimiser.
///
/// What is frozen is not in it: its input is the image, or what the frozen beginning gives (`FrozenBeginning`). Work is
/// cut into pieces that follow from the layers and the batch, and sums are added in a fixed order: the same bytes for
/// any number of workers on the same kernel path. Calls block and use `workers` threads, which live as long as this
/// does; one thread at a time may use it.
public final class TrainableNetwork {
    /// What a batch came to.
    public struct Outcome: Sendable {
        /// Mean loss of the batch, as the loss function has it.
        public let loss: Double
        /// Before the softmax. **Shape** `[count, classes]`.
        public let logits: ScoreMatrix
        /// Where the loss is NaN or infinite: the first layer in whose output that appeared, in the order of the
        /// forward pass, by the checkpoint's key; `input` for the input itself, `fc` for the logits.
        public let nonFiniteLayer: String?
    }

    /// The whole network.
    public let architecture: ResidualArchitecture
    /// What is not trained.
    public let freeze: FreezePoint
    /// Which statistics batch norms use.
    public let batchNorm: BatchNormMode
    /// What maps and their gradients are, and what convolutions multiply: f32, or bf16, whose products are summed in
    /// Float32. Weights, their gradients and statistics are Float32 or better in either.
    public let arithmetic: Precision
    /// **Shape** of an input: `[channels, height, width]`; `[features]` behind a frozen backbone.
    public let inputShape: TensorShape
    /// Floats of an input, CHW.
    public let inputCount: Int

    let store = ParameterStore()
    let layers: TrainableLayers
    /// The frozen tensors, as they were given.
    private let frozen: TensorDictionary
    /// The batch's images or maps, NHWC.
    private let input: MapBuffer
    /// For tests: the gradient to the input, NHWC, where it is asked for.
    private var inputGradient: FloatBuffer?
    /// Images of a batch that there is room for.
    private var reserved = 0

    /// The part of `architecture` behind `freeze`, for images of `height` x `width` pixels, in the arithmetic that
    /// `arithmetic(for:architecture:freeze:kernels:)` has for `precision`.
    ///
    /// **Throws** `architectureMismatch` where `weights` are not the network's, the network has no last layer or fewer
    /// stages than `freeze` names; `unusableValue` for NaN, infinity or a negative variance; `libraryMissing` without
    /// OpenBLAS; faults of reading.
    public convenience init(
        architecture: ResidualArchitecture, weights: some TensorCollection, freeze: FreezePoint,
        batchNorm: BatchNormMode, height: Int, width: Int, workers: Int, precision: Precision = .f32
    ) throws(WeightsError) {
        try self.init(
            architecture: architecture, weights: weights, freeze: freeze, batchNorm: batchNorm, height: height,
            width: width, workers: workers, precision: precision, needsInputGradient: false)
    }

    /// `needsInputGradient`, in f32 alone, and `kernels`: for tests.
    package init(
        architecture: ResidualArchitecture, weights: some TensorCollection, freeze: FreezePoint,
        batchNorm: BatchNormMode, height: Int, width: Int, workers: Int, precision: Precision = .f32,
        needsInputGradient: Bool, kernels: ConvolutionKernels = .preferred
    ) throws(WeightsError) {
        precondition(height > 0 && width > 0, "an image has pixels")
        try OpenBLAS.load()
        try architecture.requireTensors(of: weights)
        let cut = try NetworkCut(architecture, freeze: freeze)
        self.architecture = architecture
        self.freeze = freeze
        self.batchNorm = batchNorm
        inputShape = cut.inputShape(height: height, width: width)
        inputCount = inputShape.elementCount ?? 0
        arithmetic = Self.arithmetic(for: precision, cut: cut, kernels: kernels)
        input = MapBuffer(element: arithmetic.element)
        layers = TrainableLayers(
            cut, height: height, width: width,
            memory: StepMemory(
                team: WorkerTeam(workers: workers), store: store, kernels: kernels, element: arithmetic.element))
        inputGradient = needsInputGradient ? FloatBuffer(count: 0) : nil
        var kept: [NamedTensor] = []
        for (name, shape) in architecture.tensors where cut.frozenNames.contains(name) {
            kept.append(try NamedTensor(name: name, shape: shape, values: try weights.values(of: name)))
        }
        frozen = TensorDictionary(origin: weights.origin, kept)
        store.allocate()
        try restore(weights)
    }

    /// Forward and backward; the gradients stay in the network until the next call. Where the loss is not finite
    /// nothing goes backward, and there is nothing to step along.
    ///
    /// `inputs`: [labels.count, inputCount]. Running statistics of live batch norms follow. **Throws** `tooFewImages`,
    /// `unknownClass`, `inputSize`, and `oneValueAChannel`, before anything has changed, where a live batch norm would
    /// have one value a channel: a batch of one image whose map is one pixel.
    public func learn(
        _ inputs: UnsafeBufferPointer<Float>, labels: [Int], loss: CrossEntropyLoss
    ) throws(TrainingError) -> Outcome {
        if let label = labels.first(where: { !(0..<architecture.classes).contains($0) }) { throw .unknownClass(label) }
        let count = try take(inputs, images: labels.count)
        if batchNorm == .live, let layer = layers.layerWithOneValue(images: count) { throw .oneValueAChannel(layer) }
        let logits = layers.forward(input.place, images: count, mode: batchNorm == .live ? .live : .stored)
        let (value, gradient) = loss.evaluate(logits, labels: labels)
        guard value.isFinite else {
            // No gradients: nobody will step along them.
            return Outcome(loss: value, logits: logits, nonFiniteLayer: nonFiniteLayer(images: count))
        }
        if let buffer = inputGradient, buffer.count < count * inputCount {
            inputGradient = FloatBuffer(count: count * inputCount)
        }
        layers.backward(
            input.place, gradient, images: count, isLive: batchNorm == .live,
            into: inputGradient.map { MapPointer($0.pointer) })
        return Outcome(loss: value, logits: logits, nonFiniteLayer: nil)
    }

    /// The logits in evaluation mode, by the stored statistics. `inputs`: any number of inputs of `inputCount` floats.
    /// **Throws** `inputSize`.
    public func logits(of inputs: UnsafeBufferPointer<Float>) throws(TrainingError) -> ScoreMatrix {
        let count = inputs.count / max(inputCount, 1)
        var values: [Float] = []
        // As many at a time as a batch of training, so that memory does not grow.
        let step = max(reserved, 16)
        for first in stride(from: 0, to: count, by: step) {
            let part = min(step, count - first)
            let range = first * inputCount..<(first == count - part ? inputs.count : (first + part) * inputCount)
            let taken = try take(UnsafeBufferPointer(rebasing: inputs[range]), images: part)
            values += layers.forward(input.place, images: taken, mode: .stored).values
        }
        return ScoreMatrix(rows: count, columns: architecture.classes, values: values)
    }

    /// The gradient of the logit of class, or label, `index` to each input, CHW, by the stored statistics. For a
    /// network made with `needsInputGradient`, and with frozen batch norms.
    ///
    /// **Shape** `[images, inputCount]`, as `inputs`. **Throws** `inputSize`, `tooFewImages`, `unknownClass`.
    package func gradientToInputs(
        ofLogit index: Int, at inputs: UnsafeBufferPointer<Float>
    ) throws(TrainingError) -> [Float] {
        guard 0..<architecture.classes ~= index else { throw .unknownClass(index) }
        let count = try take(inputs, images: inputs.count / max(inputCount, 1))
        _ = layers.forward(input.place, images: count, mode: .stored)
        var gradient = [Float](repeating: 0, count: count * architecture.classes)
        for image in 0..<count { gradient[image * architecture.classes + index] = 1 }
        if let buffer = inputGradient, buffer.count < count * inputCount {
            inputGradient = FloatBuffer(count: count * inputCount)
        }
        layers.backward(
            input.place, gradient, images: count, isLive: false,
            into: inputGradient.map { MapPointer($0.pointer) })
        return gradientToInputs(images: count)
    }

    /// Lays the inputs out as the layers read them, and makes room for a batch of that size.
    private func take(_ inputs: UnsafeBufferPointer<Float>, images count: Int) throws(TrainingError) -> Int {
        guard count > 0 else { throw .tooFewImages }
        guard let base = inputs.baseAddress, inputs.count == count * inputCount else {
            throw .inputSize(found: inputs.count, expected: count * inputCount)
        }
        if count != reserved {
            // Fewer images may need more of some memory than many do: they are cut into fewer pieces.
            reserved = count
            input.reserve(count * inputCount)
            layers.reserve(images: count)
        }
        let sizes = inputShape.dimensions
        let (channels, pixels) = (sizes[0], sizes.dropFirst().reduce(1, *))
        let target = input.place
        layers.memory.team.forEach(count) { _, image in
            gantry_planes_to_rows(
                base + image * inputCount, Int32(channels), Int64(pixels), target.element,
                (target + image * inputCount).address)
        }
        return count
    }

    private func nonFiniteLayer(images: Int) -> String {
        input.place.isFinite(count: images * inputCount)
            ? layers.nonFiniteLayer(images: images) ?? "fc" : "input"
    }

    /// Every tensor of the whole network by torchvision's names; frozen ones are those that it was made from.
    public func tensors() -> TensorDictionary {
        var all = frozen
        for tensor in store.tensors(at: store.values.pointer) + layers.norms.flatMap(\.statistics) {
            all[tensor.name] = tensor
        }
        return all
    }

    /// Takes the trained tensors, running statistics among them, from a checkpoint of the same network.
    ///
    /// **Throws** as the initialiser does.
    public func restore(_ weights: some TensorCollection) throws(WeightsError) {
        try architecture.requireTensors(of: weights)
        try store.read(weights)
        for norm in layers.norms { try norm.read(weights) }
    }

    /// What a network of this arithmetic is computed by: on the same path the same inputs give the same bytes.
    /// **Throws** `libraryMissing`.
    public static func kernelPath(_ arithmetic: Precision = .f32) throws(WeightsError) -> String {
        let version = try OpenBLAS.configuration().split(separator: " ").prefix(2).joined(separator: " ")
        let loops = String(cString: gantry_training_instructions())
        let tiles = ConvolutionKernels.preferred.trainingTiles(arithmetic)
        return "\(tiles), \(version) \(try OpenBLAS.core()), loops \(loops)"
    }

    /// The gradients of the last `learn`, by the names of their tensors. For tests.
    package var gradients: [NamedTensor] { store.tensors(at: store.gradients.pointer) }

    /// The gradient to the inputs of the last `learn`, [images, inputCount], CHW. For tests.
    package func gradientToInputs(images: Int) -> [Float] {
        guard let source = inputGradient?.pointer else { return [] }
        let sizes = inputShape.dimensions
        let (channels, pixels) = (sizes[0], sizes.dropFirst().reduce(1, *))
        var planes = [Float](repeating: 0, count: images * inputCount)
        planes.withUnsafeMutableBufferPointer { planes in
            guard let base = planes.baseAddress else { return }
            for image in 0..<images {
                gantry_rows_to_planes(
                    source + image * inputCount, Int32(channels), Int64(pixels), base + image * inputCount)
            }
        }
        return planes
    }
}

extension ConvolutionKernels {
    /// The register tiles that train: of Float32 the sets of a width have the same.
    fileprivate func trainingTiles(_ arithmetic: Precision) -> String {
        switch self {
        case .avx512BF16 where arithmetic == .bf16: "tiles avx512bf16"
        case .avx512BF16, .avx512VNNI, .avx512: "tiles avx512"
        case .avx2VNNI, .avx2: "tiles avx2"
        case .openBLAS: "no tiles"
        }
    }
}
