import GantryTensors

/// Layers that are told by Keras's names, as `conv2_block1_0_conv`: files of Keras 2, and `.h5` of Keras 3.
enum NamedLayers {
    /// The datasets under torchvision's names; what is not recognised keeps its path, and is then told as not part of
    /// the network.
    ///
    /// **Throws** `architectureMismatch` where there are several dense layers, or no layer of a ResNet.
    static func parts(_ datasets: [HDF5Reader.Dataset], origin: String) throws(WeightsError) -> [KerasPart] {
        // The layer's name comes before its part's, `kernel:0` with Keras 2.
        let told = datasets.map { dataset -> (layer: String, part: String, dataset: HDF5Reader.Dataset) in
            let components = dataset.path.split(separator: "/").map(String.init)
            let part = components.last?.split(separator: ":").first.map(String.init) ?? ""
            return (components.dropLast().last ?? "", part, dataset)
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

    private static func torchvisionName(_ layer: String, _ part: String) -> String? {
        guard let place = KerasPlace(layer: layer) else { return nil }
        let suffix = place.isNorm ? KerasPart.normParts[part] : ["kernel": "weight", "bias": "bias"][part]
        return suffix.map { "\(place.torchvisionName).\($0)" }
    }
}
