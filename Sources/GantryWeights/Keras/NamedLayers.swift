/// Layers that are told by Keras's names, as `conv2_block1_0_conv`: files of Keras 2, and `.h5` of Keras 3.
enum NamedLayers {
    /// The datasets under torchvision's names; what is not recognised keeps its path, and is then told as not part of the network.
    ///
    /// **Throws** `architectureMismatch` where there are several dense layers, or no layer of a ResNet.
    static func parts(_ datasets: [HDF5Reader.Dataset], origin: String) throws(WeightsError) -> [KerasPart] {
        // The layer's name comes before its part's, `kernel:0` with Keras 2.
        let told = datasets.compactMap { dataset -> (layer: String, part: String, dataset: HDF5Reader.Dataset)? in
            let components = dataset.path.split(separator: "/").map(String.init)
            guard components.count >= 2 else { return nil }
            let part = components[components.count - 1].split(separator: ":").first.map(String.init) ?? ""
            return (components[components.count - 2], part, dataset)
        }
        let dense = Set(told.filter { $0.part == "kernel" && $0.dataset.shape.dimensions.count == 2 }.map(\.layer))
        let parts = told.map { layer, part, dataset in
            let last = dense.contains(layer) ? ["kernel": "fc.weight", "bias": "fc.bias"][part] : nil
            return KerasPart(name: torchvisionName(layer, part) ?? last ?? dataset.path, dataset: dataset)
        }
        guard dense.count <= 1 else {
            throw WeightsError(
                .architectureMismatch, subject: origin,
                explanation:
                    "there are several dense layers, where a ResNet has one: \(dense.sorted().joined(separator: ", "))."
            )
        }
        guard parts.contains(where: { $0.name == "conv1.weight" }) else {
            throw WeightsError(
                .architectureMismatch, subject: origin,
                explanation: "there are no layers with the names of a Keras ResNet: there is no conv1_conv.")
        }
        return parts
    }

    /// `conv1_conv` and `conv1_bn`; `convS_blockB_N_conv` and `_bn`, where S counts from 2 and N = 0 is the projection.
    private static func torchvisionName(_ layer: String, _ part: String) -> String? {
        let words = layer.split(separator: "_").map(String.init)
        guard let first = words.first, first.hasPrefix("conv"), let stage = Int(first.dropFirst(4)),
            let kind = words.last, kind == "conv" || kind == "bn"
        else { return nil }
        let suffix: String?
        if kind == "bn" {
            suffix = KerasPart.normParts[part]
        } else {
            suffix = ["kernel": "weight", "bias": "bias"][part]
        }
        guard let suffix else { return nil }
        if words.count == 2, stage == 1 { return (kind == "bn" ? "bn1." : "conv1.") + suffix }
        guard words.count == 4, stage >= 2, words[1].hasPrefix("block"), let block = Int(words[1].dropFirst(5)),
            block >= 1, let number = Int(words[2]), (0...3).contains(number)
        else { return nil }
        let place = "layer\(stage - 1).\(block - 1)"
        if number == 0 { return "\(place).downsample.\(kind == "bn" ? 1 : 0).\(suffix)" }
        return "\(place).\(kind)\(number).\(suffix)"
    }
}
