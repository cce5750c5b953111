/// A convolution of a graph, and the batch norm behind it where the exporter kept it.
struct GraphConvolution {
    struct Norm {
        let weight: ONNXTensor
        let bias: ONNXTensor
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

    /// The convolution at `node`, which reads `value`. Square kernel, the same stride both ways, padded by half the kernel, not dilated: all that residual networks have.
    ///
    /// **Throws** `refusedContent` for anything else, and what reading its tensors throws.
    init(_ node: Onnx_NodeProto, reading value: String, in graph: ONNXGraph) throws(WeightsError) {
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
            node.integers("dilations") ?? [1, 1] == [1, 1], ["NOTSET", nil].contains(node.text("auto_pad")),
            node.integers("pads") ?? [0, 0, 0, 0] == [Int](repeating: kernel / 2, count: 4),
            strides.count == 2, strides[0] == strides[1]
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
        let next = graph.readers(of: node.output[0])
        if next.count == 1, next[0].opType == "BatchNormalization", next[0].input.first == node.output[0] {
            norm = try Self.norm(next[0], in: graph)
            output = next[0].output[0]
        } else {
            norm = nil
            output = node.output[0]
        }
    }

    private static func norm(_ node: Onnx_NodeProto, in graph: ONNXGraph) throws(WeightsError) -> Norm {
        guard node.input.count == 5, !node.output.isEmpty else {
            throw graph.refusal(node, "has no running statistics")
        }
        let epsilon = node.real("epsilon", 1e-5)
        guard epsilon.isFinite, epsilon > 0 else { throw graph.refusal(node, "has the epsilon \(epsilon)") }
        return Norm(
            weight: try graph.tensor(node.input[1]), bias: try graph.tensor(node.input[2]),
            mean: try graph.tensor(node.input[3]), variance: try graph.tensor(node.input[4]),
            epsilon: epsilon)
    }
}
