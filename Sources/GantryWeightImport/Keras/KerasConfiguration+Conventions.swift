import GantryTensors

/// What a model's settings say of a residual network, and where they contradict one.
extension KerasConfiguration {
    /// Where the stride sits and the epsilon; nil where there is no batch norm. Layers of other names than a Keras
    /// ResNet's say nothing of the stride.
    ///
    /// **Throws** `architectureMismatch` for the first layer that does not compute what a residual network's does, by
    /// its name, and for two batch norms of different epsilons.
    func conventions(origin: String) throws(WeightsError) -> NetworkConventions? {
        let pool = layers.firstIndex { $0.settings == .averagePool } ?? layers.count
        for (index, layer) in layers.enumerated() { try check(layer, isHead: index > pool, origin) }
        try checkPadding(origin)
        try checkGroups(origin)
        let isFirst = try strideOnFirstConvolution(origin)
        return try epsilon(origin).map { NetworkConventions(strideOnFirstConvolution: isFirst, batchNormEpsilon: $0) }
    }

    /// `isHead`: behind the mean over the image, where a softmax may stand and a ReLU may not.
    private func check(_ layer: Layer, isHead: Bool, _ origin: String) throws(WeightsError) {
        switch layer.settings {
        case .convolution(let convolution):
            guard let place = KerasPlace(layer: layer.name) else { return }
            try check(convolution, layer.name, place, origin)
        case .norm(let epsilon):
            guard epsilon.isFinite, epsilon > 0 else {
                throw Self.mismatch(layer.name, "has the epsilon \(epsilon)", origin)
            }
        case .activation(let function):
            guard isHead ? ["linear", "softmax"].contains(function) : function == "relu" else {
                throw Self.mismatch(
                    layer.name, "is the function \(Self.named(function)) instead of \(isHead ? "a softmax" : "a ReLU")",
                    origin)
            }
        case .dense(let function):
            guard ["linear", "softmax"].contains(function) else {
                throw Self.mismatch(layer.name, "goes through \(Self.named(function)) instead of a softmax", origin)
            }
        case .padding(let amounts):
            let expected = ["conv1_pad": 3, "pool1_pad": 1][layer.name]
            guard let expected, amounts == [Int](repeating: expected, count: 4) else {
                throw Self.mismatch(
                    layer.name, "pads by \(TensorShape(amounts)), which no residual network does there", origin)
            }
        case .maxPool(let size, let strides, let padding):
            guard size == [3, 3], strides == [2, 2], padding == "valid" else {
                throw Self.mismatch(layer.name, "is not the 3x3 pool of stride 2 of a residual network", origin)
            }
        case .averagePool, .input, .sum, .passing: break
        case .windowedAverage:
            throw Self.mismatch(layer.name, "is an AveragePooling2D, which no residual network has", origin)
        case .other(let kind):
            throw Self.mismatch(layer.name, "is a \(kind), which no residual network has", origin)
        }
    }

    /// A stem of 7x7 and its pool have their padding in layers of its own.
    private func checkPadding(_ origin: String) throws(WeightsError) {
        let names = Set(layers.map(\.name))
        for layer in layers {
            switch layer.settings {
            case .convolution(let stem) where layer.name == "conv1_conv" && stem.kernel == [7, 7]:
                guard names.contains("conv1_pad") else {
                    throw Self.mismatch(layer.name, "has no padding before it", origin)
                }
            case .maxPool:
                guard names.contains("pool1_pad") else {
                    throw Self.mismatch(layer.name, "has no padding before it", origin)
                }
            default: break
            }
        }
    }

    private func check(
        _ convolution: Convolution, _ name: String, _ place: KerasPlace, _ origin: String
    ) throws(WeightsError) {
        guard convolution.dilations.allSatisfy({ $0 == 1 }) else {
            throw Self.mismatch(name, "has the dilation \(TensorShape(convolution.dilations))", origin)
        }
        guard convolution.activation == "linear" else {
            throw Self.mismatch(
                name, "goes through \(Self.named(convolution.activation)) before its batch norm", origin)
        }
        guard let strides = convolution.strides else { return }
        guard expectedStrides(place, convolution).contains(strides) else {
            throw Self.mismatch(
                name, "has the strides \(TensorShape(strides)), which are no residual network's", origin)
        }
        // Where an image is halved, Keras pads its end more than its beginning.
        guard strides == [1, 1] || convolution.padding != "same" || convolution.kernel == [1, 1] else {
            throw Self.mismatch(name, "halves the image with the padding same, which is uneven in Keras", origin)
        }
    }

    /// What a convolution's strides may be: the stem's 7x7 and the first block of every stage but the first halve the
    /// image.
    private func expectedStrides(_ place: KerasPlace, _ convolution: Convolution) -> [[Int]] {
        if place.isStem { return convolution.kernel == [7, 7] ? [[2, 2]] : [[1, 1]] }
        guard place.stage > 2, place.block == 1, place.number <= 2 else { return [[1, 1]] }
        if place.number == 0 { return [[2, 2]] }
        // Of a bottleneck's first two one has the stride, which version it is says.
        if isBottleneck(place) { return [[1, 1], [2, 2]] }
        return place.number == 1 ? [[2, 2]] : [[1, 1]]
    }

    /// Channels are in groups in the middle of bottlenecks alone, in as many in every block.
    private func checkGroups(_ origin: String) throws(WeightsError) {
        var expected: Int?
        for (name, place, convolution) in convolutions {
            let isMiddle = place.number == 2 && convolution.kernel == [3, 3] && isBottleneck(place)
            if isMiddle { expected = expected ?? convolution.groups }
            guard convolution.groups == (isMiddle ? expected : 1) else {
                throw Self.mismatch(
                    name, "has its channels in \(convolution.groups) groups, as no residual network has", origin)
            }
        }
    }

    private func isBottleneck(_ place: KerasPlace) -> Bool { byPlace[place.beside(3)] != nil }

    private func epsilon(_ origin: String) throws(WeightsError) -> Double? {
        var first: (name: String, epsilon: Double)?
        for layer in layers {
            guard case .norm(let epsilon) = layer.settings else { continue }
            if let first, first.epsilon != epsilon {
                throw WeightsError(
                    .architectureMismatch, subject: origin,
                    explanation: "the batch norms \(first.name) and \(layer.name) have different epsilons, "
                        + "\(first.epsilon) and \(epsilon), where a network has one.")
            }
            first = first ?? (layer.name, epsilon)
        }
        return first?.epsilon
    }

    /// Whether the first convolution of the blocks that halve the image has the stride; nil where the stages disagree,
    /// or none says.
    private func strideOnFirstConvolution(_ origin: String) throws(WeightsError) -> Bool? {
        var said: Set<Bool> = []
        for (name, place, first) in convolutions where place.stage > 2 && place.block == 1 && place.number == 1 {
            guard isBottleneck(place), let strides = first.strides, let others = byPlace[place.beside(2)]?.strides
            else { continue }
            guard strides != others else {
                throw Self.mismatch(
                    name, "has the strides of the one behind it, where one of the two halves the image", origin)
            }
            said.insert(others == [1, 1])
        }
        return said.count == 1 ? said.first : nil
    }

    private static func named(_ function: String?) -> String { function ?? "of its own" }

    private static func mismatch(_ name: String, _ what: String, _ origin: String) -> WeightsError {
        WeightsError(.architectureMismatch, subject: origin, explanation: "the layer \(name) \(what).")
    }
}
