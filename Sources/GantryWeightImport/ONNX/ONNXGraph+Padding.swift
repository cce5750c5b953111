import GantryTensors

/// How far windows reach beyond an image, as operators say it in several ways. Residual networks have the same on all
/// four sides, at most three.
extension ONNXGraph {
    private static let amounts = 0...3

    /// What the window of a convolution or pool reads beyond each side; nil where the sides differ, or the image's size
    /// decides.
    func padding(of node: Onnx_NodeProto, kernel: Int, stride: Int) -> Int? {
        switch node.text("auto_pad") ?? "NOTSET" {
        case "NOTSET", "":
            let pads = node.integers("pads") ?? [0, 0, 0, 0]
            guard pads.count == 4, let amount = pads.first, Self.amounts.contains(amount) else { return nil }
            return pads.allSatisfy { $0 == amount } ? amount : nil
        case "VALID": return 0
        // As many outputs as inputs: with a stride, the sides would differ for images of even size.
        case "SAME_UPPER", "SAME_LOWER": return kernel == 1 || stride == 1 && kernel == 3 ? kernel / 2 : nil
        default: return nil
        }
    }

    /// How many zeros a `Pad` puts on each side of an NCHW image. **Throws** `refusedContent` where it puts anything
    /// else.
    func zeros(of pad: Onnx_NodeProto) throws(WeightsError) -> Int {
        // Before operator set 11, the numbers are attributes.
        let pads = pad.integers("pads") ?? (pad.input.count > 1 ? integers(pad.input[1]) : nil)
        let hasValue = pad.input.count > 2 && !pad.input[2].isEmpty
        let value = hasValue ? try tensor(pad.input[2]).values : [pad.real("value", 0)]
        let hasAxes = pad.input.count > 3 && !pad.input[3].isEmpty
        guard let pads, pads.count == 8, Self.amounts.contains(pads[2]), !hasAxes, value == [0],
            ["constant", nil].contains(pad.text("mode"))
        else { throw refusal(pad, "puts something else than zeros around an image, or axes that are not read") }
        let amount = pads[2]
        guard pads == [0, 0, amount, amount, 0, 0, amount, amount] else {
            throw refusal(pad, "pads an image by \(TensorShape(pads)), unevenly")
        }
        return amount
    }

    /// The operator behind a `Pad` at `node` that reads `value`, what it reads, and how many zeros are on each side;
    /// `node` itself where it is no `Pad`.
    func behindPad(
        _ node: Onnx_NodeProto, reading value: String
    ) throws(WeightsError) -> (node: Onnx_NodeProto, value: String, zeros: Int) {
        guard node.opType == "Pad" else { return (node, value, 0) }
        let zeros = try zeros(of: node)
        guard node.input.first == value, let padded = node.output.first else {
            throw refusal(node, "does not pad the image")
        }
        return (try reader(of: padded, after: "the operator Pad (node \(node.name))"), padded, zeros)
    }
}
