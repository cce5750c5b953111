import GantryTensors

/// What follows the last block: the mean over the image, the linear layer, and perhaps a softmax.
extension ResidualGraphWalk {
    /// The linear layer. Gantry makes probabilities of logits itself, so that a softmax at the graph's end is left out.
    mutating func head() throws(WeightsError) -> (weight: ONNXTensor, bias: ONNXTensor) {
        try mean()
        let layer = try linear()
        try softmax()
        guard value == graph.output else {
            throw WeightsError(
                .refusedContent, subject: graph.origin,
                explanation: "the graph does not end with its linear layer, or a softmax of it.")
        }
        return layer
    }

    private static let imageAxes: Set<[Int]> = [[2, 3], [-2, -1], [-1, -2]]

    /// The mean over the image, and its two sizes of 1 taken away.
    private mutating func mean() throws(WeightsError) {
        let mean = try graph.reader(of: value, after: place)
        if mean.opType == "Transpose" { return try meanOfChannelsLast(mean) }
        guard mean.opType == "GlobalAveragePool" || Self.imageAxes.contains(graph.axes(of: mean)) else {
            throw graph.refusal(mean, "does not take the mean over the image")
        }
        try reach(mean)
        let next = try graph.reader(of: value, after: place)
        switch next.opType {
        case "Flatten", "Reshape": try reach(next)
        case "Squeeze":
            guard Self.imageAxes.contains(graph.axes(of: next)) else {
                throw graph.refusal(next, "takes away something else than the image's sizes")
            }
            try reach(next)
        default: break
        }
    }

    /// As tf2onnx writes it for operator set 18: back to Keras's order of axes, then the mean over rows and columns.
    private mutating func meanOfChannelsLast(_ turn: Onnx_NodeProto) throws(WeightsError) {
        guard turn.integers("perm") == [0, 2, 3, 1] else { throw graph.refusal(turn, "does not put the channels last") }
        try reach(turn)
        let mean = try graph.reader(of: value, after: place)
        guard mean.opType == "ReduceMean", graph.axes(of: mean) == [1, 2], mean.integer("keepdims", 1) == 0 else {
            throw graph.refusal(mean, "does not take the mean over the image")
        }
        try reach(mean)
    }

    /// One operator, or a product with a matrix and a sum.
    private mutating func linear() throws(WeightsError) -> (weight: ONNXTensor, bias: ONNXTensor) {
        let node = try graph.reader(of: value, after: place)
        let isProduct = node.opType == "MatMul" && node.input.count == 2
        let isGemm =
            node.opType == "Gemm" && node.input.count == 3 && node.integer("transA", 0) == 0
            && node.real("alpha", 1) == 1 && node.real("beta", 1) == 1
        guard isProduct || isGemm, node.input[0] == value else {
            throw graph.refusal(node, "stands where a residual network has its linear layer")
        }
        let stored = try graph.tensor(node.input[1])
        guard stored.shape.dimensions.count == 2 else { throw graph.refusal(node, "has weights that are no matrix") }
        let weight = node.integer("transB", 0) == 0 ? stored.transposed : stored
        try reach(node)
        if isGemm { return (weight, try graph.tensor(node.input[2])) }
        // Where every bias is zero, there is no sum.
        guard let sum = graph.readers(of: value).first, sum.opType == "Add" else {
            return (weight, ONNXTensor(0, shape: [weight.shape.dimensions[0]]))
        }
        let bias = try graph.constant(beside: value, in: sum)
        try reach(sum)
        return (weight, bias)
    }

    private mutating func softmax() throws(WeightsError) {
        guard let node = graph.readers(of: value).first, value != graph.output else { return }
        // Of a matrix, the second axis is the last; before operator set 13 it is the standard, and since then the last.
        guard node.opType == "Softmax", graph.readers(of: value).count == 1, [1, -1].contains(node.integer("axis", -1))
        else { throw graph.refusal(node, "follows the linear layer, where only a softmax over the classes may") }
        try reach(node)
    }
}

extension ONNXGraph {
    /// The axes that an operator works on: an attribute, or its second input; none where it does not say.
    fileprivate func axes(of node: Onnx_NodeProto) -> [Int] {
        node.integers("axes") ?? (node.input.count > 1 ? integers(node.input[1]) : nil) ?? []
    }
}
