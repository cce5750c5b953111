import GantryTensors

/// A convolution of a graph, the `Pad` before it where its exporter padded by an operator of its own, and the batch
/// norm behind it where it was kept.
struct GraphConvolution {
    struct Norm {
        let weight: ONNXTensor
        let bias: ONNXTensor
        /// nil where the exporter put them into `weight` and `bias`: Keras's norms are a product and a sum.
        let statistics: Statistics?
    }

    struct Statistics {
        let mean: ONNXTensor
        let variance: ONNXTensor
        let epsilon: Float
    }

    let node: Onnx_NodeProto
    let weight: ONNXTensor
    let bias: ONNXTensor?
    let norm: Norm?
    let kernel: Int
    let stride: Int
    /// Into how many groups its channels are divided; 1 where each output reads every input.
    let groups: Int
    /// The value behind the convolution and its batch norm.
    let output: String

    /// The convolution at `node` or behind the `Pad` there, which reads `value`. Square kernel, the same stride both
    /// ways, padded by half the kernel, not dilated: all that residual networks have.
    ///
    /// **Throws** `refusedContent` for anything else, and what reading its tensors throws.
    init(_ first: Onnx_NodeProto, reading value: String, in graph: ONNXGraph) throws(WeightsError) {
        let (node, value, zeros) = try graph.behindPad(first, reading: value)
        guard node.opType == "Conv", (2...3).contains(node.input.count), node.output.count == 1, node.input[0] == value
        else {
            throw graph.refusal(node, "stands where a residual network has a convolution")
        }
        let weight = try graph.tensor(node.input[1])
        let sizes = weight.shape.dimensions
        guard sizes.count == 4, sizes[2] == sizes[3], weight.shape.elementCount ?? 0 > 0 else {
            throw graph.refusal(node, "has no square kernel")
        }
        let kernel = sizes[2]
        let strides = node.integers("strides") ?? [1, 1]
        guard node.integers("kernel_shape") ?? [kernel, kernel] == [kernel, kernel],
            node.integers("dilations") ?? [1, 1] == [1, 1], strides.count == 2, strides[0] == strides[1],
            let padding = graph.padding(of: node, kernel: kernel, stride: strides[0]), zeros + padding == kernel / 2
        else {
            throw graph.refusal(node, "has a padding, stride or dilation that residual networks do not have")
        }
        let groups = node.integer("group", 1)
        guard groups >= 1, sizes[0] % groups == 0 else {
            throw graph.refusal(node, "does not divide its \(sizes[0]) output channels into \(groups) groups")
        }
        self.node = node
        self.weight = weight
        bias = node.input.count == 3 && !node.input[2].isEmpty ? try graph.tensor(node.input[2]) : nil
        self.kernel = kernel
        stride = strides[0]
        self.groups = groups
        (norm, output) = try Self.norm(of: node.output[0], channels: sizes[0], in: graph)
    }

    /// The batch norm that alone reads `value`, and the value behind it; nil and `value` where there is none.
    private static func norm(
        of value: String, channels: Int, in graph: ONNXGraph
    ) throws(WeightsError) -> (norm: Norm?, output: String) {
        let readers = graph.readers(of: value)
        guard readers.count == 1, let node = readers.first, let output = node.output.first else { return (nil, value) }
        switch node.opType {
        case "BatchNormalization" where node.input.first == value: return (try kept(node, in: graph), output)
        case "Mul":
            let sum = try graph.reader(of: output, after: "the operator Mul (node \(node.name))")
            guard sum.opType == "Add", let end = sum.output.first else {
                throw graph.refusal(sum, "stands where a batch norm adds its shift")
            }
            let norm = Norm(
                weight: try factor(node, value, channels, graph), bias: try factor(sum, output, channels, graph),
                statistics: nil)
            return (norm, end)
        default: return (nil, value)
        }
    }

    private static func kept(_ node: Onnx_NodeProto, in graph: ONNXGraph) throws(WeightsError) -> Norm {
        guard node.input.count == 5 else { throw graph.refusal(node, "has no running statistics") }
        // With the statistics of each batch the running ones mean nothing; `spatial` 0, of old versions, has them for
        // each position.
        guard node.integer("training_mode", 0) == 0, node.integer("spatial", 1) == 1 else {
            throw graph.refusal(node, "is in training mode: export the model after model.eval()")
        }
        let epsilon = node.real("epsilon", 1e-5)
        guard epsilon.isFinite, epsilon > 0 else { throw graph.refusal(node, "has the epsilon \(epsilon)") }
        let statistics = Statistics(
            mean: try graph.tensor(node.input[3]), variance: try graph.tensor(node.input[4]), epsilon: epsilon)
        return Norm(
            weight: try graph.tensor(node.input[1]), bias: try graph.tensor(node.input[2]), statistics: statistics)
    }

    /// What an operator combines `value` with: a number for each channel.
    private static func factor(
        _ node: Onnx_NodeProto, _ value: String, _ channels: Int, _ graph: ONNXGraph
    ) throws(WeightsError) -> ONNXTensor {
        let tensor = try graph.constant(beside: value, in: node)
        guard [[1, channels, 1, 1], [channels, 1, 1]].contains(tensor.shape.dimensions) else {
            throw graph.refusal(node, "does not have a number for each of \(channels) channels")
        }
        return tensor.flattened
    }
}
