import GantryTensors

/// A graph's operators, and who reads what, with `Identity` and `Constant` resolved.
struct ONNXGraph {
    /// The operators of a residual network, as the exporters of PyTorch and of Keras write it.
    static let operators: Set<String> = [
        "Add", "BatchNormalization", "Constant", "Conv", "Flatten", "Gemm", "GlobalAveragePool", "Identity", "MatMul",
        "MaxPool", "Mul", "Pad", "ReduceMean", "Relu", "Reshape", "Softmax", "Squeeze", "Transpose",
    ]

    let origin: String
    /// The network's only input.
    let input: String
    /// The network's only output, behind any `Identity`.
    let output: String
    /// The operators but `Identity` and `Constant`, in the file's order; their inputs are resolved.
    let nodes: [Onnx_NodeProto]
    private let constants: [String: Onnx_TensorProto]
    private let readers: [String: [Int]]

    /// Indexes the graph. **Throws** `refusedContent` for the first operator that is not understood, `malformedHeader`.
    init(_ graph: Onnx_GraphProto, origin: String) throws(WeightsError) {
        self.origin = origin
        for node in graph.node where !Self.operators.contains(node.opType) || !["", "ai.onnx"].contains(node.domain) {
            let name = node.domain.isEmpty ? node.opType : "\(node.domain).\(node.opType)"
            throw WeightsError(
                .refusedContent, subject: origin,
                explanation: "the operator \(name) (node \(node.name)) is none of a residual network's; "
                    + "only the graphs of residual networks are read.")
        }
        var constants = Dictionary(graph.initializer.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        guard constants.count == graph.initializer.count else {
            throw Self.malformed(origin, "two tensors have one name")
        }
        var meaning: [String: String] = [:]
        var made = Set(constants.keys).union(graph.input.map(\.name))
        var nodes: [Onnx_NodeProto] = []
        for var node in graph.node {
            node.input = node.input.map { meaning[$0] ?? $0 }
            for name in node.output where !name.isEmpty {
                guard made.insert(name).inserted else { throw Self.malformed(origin, "two nodes make \(name)") }
            }
            switch node.opType {
            case "Identity":
                guard node.input.count == 1, node.output.count == 1 else {
                    throw Self.malformed(origin, "an Identity has not one input and one output")
                }
                meaning[node.output[0]] = node.input[0]
            case "Constant":
                guard node.output.count == 1 else { throw Self.malformed(origin, "a Constant has not one output") }
                if let value = Self.constant(node) { constants[node.output[0]] = value }
            default: nodes.append(node)
            }
        }
        let external = constants.values.filter { $0.dataLocation != 0 || !$0.externalData.isEmpty }.map(\.name).sorted()
        guard external.isEmpty else {
            throw WeightsError(
                .refusedContent, subject: origin,
                explanation:
                    "\(external.count) of its tensors lie in other files, which are not read (the first is "
                    + "\(external[0])). "
                    + "Export into one file: torch.onnx.export(..., external_data=False).")
        }
        var readers: [String: [Int]] = [:]
        for (index, node) in nodes.enumerated() {
            for name in Set(node.input) where !name.isEmpty { readers[name, default: []].append(index) }
        }
        let inputs = graph.input.map(\.name).filter { constants[$0] == nil }
        guard inputs.count == 1, graph.output.count == 1 else {
            throw WeightsError(
                .refusedContent, subject: origin,
                explanation:
                    "the graph has \(inputs.count) inputs and \(graph.output.count) outputs instead of one each.")
        }
        (self.nodes, self.constants, self.readers) = (nodes, constants, readers)
        input = inputs[0]
        output = meaning[graph.output[0].name] ?? graph.output[0].name
    }

    /// A constant's tensor, or its whole number or numbers as one.
    private static func constant(_ node: Onnx_NodeProto) -> Onnx_TensorProto? {
        guard let attribute = node.attribute.first else { return nil }
        if attribute.name == "value" { return attribute.t }
        var tensor = Onnx_TensorProto()
        tensor.dataType = 7
        switch attribute.name {
        case "value_int": tensor.int64Data = [attribute.i]
        case "value_ints":
            tensor.dims = [Int64(attribute.ints.count)]
            tensor.int64Data = attribute.ints
        default: return nil
        }
        return tensor
    }

    /// The operators that read this value, in the file's order.
    func readers(of value: String) -> [Onnx_NodeProto] { (readers[value] ?? []).map { nodes[$0] } }

    /// The only operator that reads this value, as its first input unless it is a sum or a product. **Throws**
    /// `refusedContent` where there are several or none.
    func reader(of value: String, after place: String) throws(WeightsError) -> Onnx_NodeProto {
        let found = readers(of: value)
        guard found.count == 1 else {
            throw WeightsError(
                .refusedContent, subject: origin,
                explanation: found.isEmpty
                    ? "the graph ends after \(place), where a residual network goes on."
                    : "\(found.count) operators read what comes from \(place), where a residual network has one.")
        }
        guard ["Add", "Mul"].contains(found[0].opType) || found[0].input.first == value else {
            throw refusal(found[0], "reads what comes from \(place) as something else than its input")
        }
        return found[0]
    }

    /// A tensor of floats that is part of the graph. **Throws** `noSuchTensor`, and what `ONNXTensor` throws.
    func tensor(_ name: String) throws(WeightsError) -> ONNXTensor {
        guard let stored = constants[name] else { throw .noSuchTensor(name, in: origin) }
        return try ONNXTensor(stored, origin: origin)
    }

    /// The tensor that a sum or a product of two has beside `value`. **Throws** `refusedContent` where there is none,
    /// and what `ONNXTensor` throws.
    func constant(beside value: String, in node: Onnx_NodeProto) throws(WeightsError) -> ONNXTensor {
        guard node.input.count == 2, let other = node.input.first(where: { $0 != value }), constants[other] != nil
        else { throw refusal(node, "stands where a residual network has one with a tensor of its own") }
        return try tensor(other)
    }

    /// The whole numbers of a tensor that is part of the graph, or nil where there is none.
    func integers(_ name: String) -> [Int]? { constants[name].flatMap(ONNXTensor.integers) }

    /// A refusal of an operator that does not fit.
    func refusal(_ node: Onnx_NodeProto, _ what: String) -> WeightsError {
        WeightsError(
            .refusedContent, subject: origin, explanation: "the operator \(node.opType) (node \(node.name)) \(what).")
    }

    private static func malformed(_ origin: String, _ what: String) -> WeightsError {
        WeightsError(.malformedHeader, subject: origin, explanation: "the graph is damaged: \(what).")
    }
}

extension Onnx_NodeProto {
    /// The whole number of an attribute, or `standard` where it is absent.
    func integer(_ name: String, _ standard: Int) -> Int {
        attribute.first { $0.name == name }.map { Int($0.i) } ?? standard
    }

    /// The whole numbers of an attribute, or nil where it is absent.
    func integers(_ name: String) -> [Int]? { attribute.first { $0.name == name }?.ints.map { Int($0) } }

    /// The number of an attribute, or `standard` where it is absent.
    func real(_ name: String, _ standard: Float) -> Float { attribute.first { $0.name == name }?.f ?? standard }

    /// The text of an attribute, or nil where it is absent.
    func text(_ name: String) -> String? {
        attribute.first { $0.name == name }.map { String(decoding: $0.s, as: UTF8.self) }
    }
}
