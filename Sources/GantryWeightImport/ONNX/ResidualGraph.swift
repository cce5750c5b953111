import GantryTensors

/// A residual network found in a graph: its tensors under torchvision's names.
///
/// The stem is one convolution, perhaps with a max pool; then come blocks, each a row of two or three convolutions
/// whose sum with the block's input, or with a projection of it, goes through a ReLU; then the mean over the image and
/// one linear layer, perhaps with a softmax. A block with a projection begins a stage, as in every published residual
/// network; the first block begins the first stage in any case.
struct ResidualGraph {
    private(set) var tensors: [String: ONNXTensor] = [:]
    private(set) var strideOnFirstConvolution: Bool?
    let batchNormEpsilon: Double
    /// The stem's stride, and whether a pool is behind it; nil where they are the usual ones of its kernel.
    let stemStride: Int?
    let poolsBehindStem: Bool?

    /// Recognises the graph. **Throws** `refusedContent` for the first operator that does not fit, and what reading its
    /// tensors throws.
    init(_ graph: ONNXGraph) throws(WeightsError) {
        var walk = ResidualGraphWalk(graph)
        try walk.input()
        let (stem, pools) = try walk.stem()
        let isLarge = stem.kernel == 7
        stemStride = stem.stride == (isLarge ? 2 : 1) ? nil : stem.stride
        poolsBehindStem = pools == isLarge ? nil : pools
        var blocks: [ResidualGraphWalk.Block] = []
        while let block = try walk.nextBlock() { blocks.append(block) }
        let head = try walk.head()
        guard let first = blocks.first else {
            throw WeightsError(
                .refusedContent, subject: graph.origin, explanation: "the graph has no residual blocks.")
        }
        if let other = blocks.first(where: { $0.convolutions.count != first.convolutions.count }) {
            throw graph.refusal(other.sum, "ends a block with another number of convolutions than the first")
        }
        let named = try Self.named(stem, blocks, in: graph, strideOnFirst: &strideOnFirstConvolution)
        try Self.checkGroups(named, middle: first.convolutions.count == 3 ? first.convolutions[1] : nil, in: graph)
        let norms = named.compactMap { unit in
            unit.convolution.norm?.statistics.map { (unit.convolution.node, $0.epsilon) }
        }
        let epsilon = norms.first?.1 ?? 1e-5
        if let other = norms.first(where: { $0.1 != epsilon }) {
            throw graph.refusal(other.0, "is followed by a batch norm with another epsilon than the first")
        }
        // The shortest decimal number that this Float32 is: 1e-5, not 9.99999974738e-06.
        batchNormEpsilon = Double("\(epsilon)") ?? Double(epsilon)
        let hasBias = named.contains { $0.convolution.bias != nil }
        for unit in named { add(unit.name, unit.norm, unit.convolution, hasBias: hasBias, epsilon: epsilon) }
        tensors["fc.weight"] = head.weight
        tensors["fc.bias"] = head.bias
    }

    private mutating func add(
        _ name: String, _ norm: String, _ convolution: GraphConvolution, hasBias: Bool, epsilon: Float
    ) {
        let channels: TensorShape = [convolution.weight.shape.dimensions[0]]
        let statistics = convolution.norm?.statistics
        tensors[name + ".weight"] = convolution.weight
        if hasBias { tensors[name + ".bias"] = convolution.bias ?? ONNXTensor(0, shape: channels) }
        tensors[norm + ".weight"] = convolution.norm?.weight ?? ONNXTensor(1, shape: channels)
        tensors[norm + ".bias"] = convolution.norm?.bias ?? ONNXTensor(0, shape: channels)
        tensors[norm + ".running_mean"] = statistics?.mean ?? ONNXTensor(0, shape: channels)
        tensors[norm + ".running_var"] = statistics?.variance ?? ONNXTensor(1 - epsilon, shape: channels)
    }

    private typealias NamedUnit = (name: String, norm: String, convolution: GraphConvolution)

    /// The convolutions under torchvision's names, their kernels and strides checked.
    private static func named(
        _ stem: GraphConvolution, _ blocks: [ResidualGraphWalk.Block], in graph: ONNXGraph, strideOnFirst: inout Bool?
    ) throws(WeightsError) -> [NamedUnit] {
        var units: [NamedUnit] = [("conv1", "bn1", stem)]
        var stage = 1
        var index = 0
        for (position, block) in blocks.enumerated() {
            if position > 0, block.projection != nil {
                stage += 1
                index = 0
            }
            let name = "layer\(stage).\(index)"
            index += 1
            let halves = stage > 1 && index == 1
            for (number, convolution) in block.convolutions.enumerated() {
                units.append(("\(name).conv\(number + 1)", "\(name).bn\(number + 1)", convolution))
            }
            if let projection = block.projection {
                units.append(("\(name).downsample.0", "\(name).downsample.1", projection))
            }
            try check(block, halves: halves, in: graph, strideOnFirst: &strideOnFirst)
        }
        return units
    }

    /// Channels are in groups in the middle of bottlenecks alone, in as many in every block as in the first, whose
    /// `middle` it is.
    private static func checkGroups(
        _ units: [NamedUnit], middle: GraphConvolution?, in graph: ONNXGraph
    ) throws(WeightsError) {
        for (name, _, convolution) in units {
            let expected = middle.map { name.hasSuffix(".conv2") ? $0.groups : 1 } ?? 1
            guard convolution.groups == expected else {
                throw graph.refusal(
                    convolution.node, "has its channels in \(convolution.groups) groups instead of \(expected)")
            }
        }
    }

    private static func check(
        _ block: ResidualGraphWalk.Block, halves: Bool, in graph: ONNXGraph, strideOnFirst: inout Bool?
    ) throws(WeightsError) {
        let isBasic = block.convolutions.count == 2
        guard block.convolutions.map(\.kernel) == (isBasic ? [3, 3] : [1, 3, 1]), block.projection?.kernel ?? 1 == 1
        else {
            throw graph.refusal(block.sum, "ends a block whose kernels are no residual network's")
        }
        let strides = block.convolutions.map(\.stride)
        let expected = halves ? 2 : 1
        guard block.projection?.stride ?? 1 == expected else {
            throw graph.refusal(block.sum, "ends a block whose projection has the stride of no residual network")
        }
        if !halves, strides.allSatisfy({ $0 == 1 }) { return }
        if halves, isBasic, strides == [2, 1] { return }
        if halves, !isBasic, strides == [2, 1, 1] || strides == [1, 2, 1] {
            let isFirst = strides[0] == 2
            if strideOnFirst ?? isFirst == isFirst {
                strideOnFirst = isFirst
                return
            }
        }
        throw graph.refusal(block.sum, "ends a block with the strides \(strides), which are no residual network's")
    }
}
