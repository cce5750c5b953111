import GantryTensors

/// Goes through a graph from its input to its output, block by block.
struct ResidualGraphWalk {
    /// A residual block: its convolutions in a row, and its projection where it has one.
    struct Block {
        let convolutions: [GraphConvolution]
        let projection: GraphConvolution?
        /// The addition that ends it.
        let sum: Onnx_NodeProto
    }

    let graph: ONNXGraph
    /// The value that has been reached.
    private(set) var value: String
    /// What made it, for messages.
    private(set) var place = "the input"

    init(_ graph: ONNXGraph) {
        self.graph = graph
        value = graph.input
    }

    mutating func reach(_ node: Onnx_NodeProto) throws(WeightsError) {
        guard let output = node.output.first else { throw graph.refusal(node, "has no output") }
        value = output
        place = "the operator \(node.opType) (node \(node.name))"
    }

    /// Goes from an image whose channels are last, as Keras has it, to one whose channels come first.
    mutating func input() throws(WeightsError) {
        let readers = graph.readers(of: value)
        guard readers.count == 1, readers[0].opType == "Transpose" else { return }
        guard readers[0].integers("perm") == [0, 3, 1, 2] else {
            throw graph.refusal(readers[0], "does not put the channels first")
        }
        try reach(readers[0])
    }

    /// The first convolution, 7x7 or 3x3, of stride 1 or 2, and whether a 3x3 max pool of stride 2 is behind it.
    mutating func stem() throws(WeightsError) -> (convolution: GraphConvolution, pools: Bool) {
        let convolution = try GraphConvolution(
            try graph.reader(of: value, after: place), reading: value, in: graph)
        let relu = try graph.reader(of: convolution.output, after: "the first convolution")
        guard relu.opType == "Relu" else { throw graph.refusal(relu, "stands where a residual network has a ReLU") }
        try reach(relu)
        let pools = try pool()
        guard [7, 3].contains(convolution.kernel), (1...2).contains(convolution.stride) else {
            throw graph.refusal(convolution.node, "does not begin a residual network as the published ones do")
        }
        return (convolution, pools)
    }

    /// Goes through the stem's pool where there is one. It reads what comes from a ReLU: zeros around that change its
    /// largest values no more than nothing does.
    private mutating func pool() throws(WeightsError) -> Bool {
        let readers = graph.readers(of: value)
        guard readers.count == 1, ["MaxPool", "Pad"].contains(readers[0].opType) else { return false }
        let (pool, _, zeros) = try graph.behindPad(readers[0], reading: value)
        let isKnown =
            pool.opType == "MaxPool" && pool.integers("kernel_shape") == [3, 3] && pool.integers("strides") == [2, 2]
            && pool.integers("dilations") ?? [1, 1] == [1, 1] && pool.integer("ceil_mode", 0) == 0
            && pool.output.count == 1 && graph.padding(of: pool, kernel: 3, stride: 2).map { $0 + zeros } == 1
        guard isKnown else { throw graph.refusal(pool, "is not the 3x3 pool of stride 2 of a residual network") }
        try reach(pool)
        return true
    }

    /// The next block, or nil where the mean over the image follows.
    mutating func nextBlock() throws(WeightsError) -> Block? {
        let readers = graph.readers(of: value)
        let means = ["GlobalAveragePool", "ReduceMean", "Transpose"]
        if readers.count == 1, means.contains(readers[0].opType) { return nil }
        guard readers.count == 2 else {
            throw WeightsError(
                .refusedContent, subject: graph.origin,
                explanation: "\(readers.count) operators read what comes from \(place), where a residual block has two."
            )
        }
        var branches: [(convolutions: [GraphConvolution], sum: Onnx_NodeProto)] = []
        for reader in readers where reader.opType != "Add" { branches.append(try branch(from: value, reader)) }
        branches.sort { $0.convolutions.count > $1.convolutions.count }
        guard let main = branches.first, (2...3).contains(main.convolutions.count) else {
            throw graph.refusal(readers[0], "stands where a residual network has a block")
        }
        let projection = branches.count == 2 ? branches[1].convolutions.first : nil
        // Two inputs, each told by one of the branches: then no other block ends here, and the walk never comes back to
        // where it was.
        guard main.sum.input.count == 2, branches.count == 1 || branches[1].convolutions.count == 1,
            let end = main.convolutions.last, Set(main.sum.input) == [end.output, projection?.output ?? value]
        else { throw graph.refusal(main.sum, "does not add a block's branch and its input or projection") }
        try reach(main.sum)
        let relu = try graph.reader(of: value, after: place)
        guard relu.opType == "Relu" else { throw graph.refusal(relu, "stands where a residual network has a ReLU") }
        try reach(relu)
        return Block(convolutions: main.convolutions, projection: projection, sum: main.sum)
    }

    /// Convolutions with ReLUs between them, up to an addition.
    private func branch(
        from value: String, _ first: Onnx_NodeProto
    ) throws(WeightsError) -> (convolutions: [GraphConvolution], sum: Onnx_NodeProto) {
        var convolutions: [GraphConvolution] = []
        var node = first
        var value = value
        while convolutions.count < 3 {
            let convolution = try GraphConvolution(node, reading: value, in: graph)
            convolutions.append(convolution)
            let next = try graph.reader(of: convolution.output, after: "the convolution \(convolution.node.name)")
            if next.opType == "Add" { return (convolutions, next) }
            guard next.opType == "Relu", let output = next.output.first else {
                throw graph.refusal(next, "stands within a block")
            }
            value = output
            node = try graph.reader(of: output, after: "the ReLU \(next.name)")
        }
        throw graph.refusal(node, "makes a block longer than three convolutions")
    }
}
