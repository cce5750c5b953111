import GantryTensors

/// Layers that are told by Keras's names, as `conv2_block1_0_conv`: files of Keras 2, and `.h5` of Keras 3.
enum NamedLayers {
    /// A dataset's layer, and what of the layer it is: the layer's name comes before its part's, `kernel:0` with Keras
    /// 2.
    private static func told(_ dataset: HDF5Reader.Dataset) -> (layer: String, part: String) {
        let components = dataset.path.split(separator: "/").map(String.init)
        let part = components.last?.split(separator: ":").first.map(String.init) ?? ""
        return (components.dropLast().last ?? "", part)
    }

    /// Whether a layer has a name of a Keras ResNet.
    static func areThere(in datasets: [HDF5Reader.Dataset]) -> Bool {
        datasets.contains { KerasPlace(layer: told($0).layer) != nil }
    }

    /// The datasets under the names that `graph` has for their layers; what belongs to none keeps its path.
    static func parts(_ datasets: [HDF5Reader.Dataset], of graph: KerasGraph) -> [KerasPart] {
        datasets.map { dataset in
            let (layer, part) = Self.told(dataset)
            let suffix = KerasPart.normParts[part] ?? ["kernel": "weight", "bias": "bias"][part]
            let name = graph.names[layer].flatMap { name in suffix.map { "\(name).\($0)" } }
            return KerasPart(name: name ?? dataset.path, dataset: dataset)
        }
    }

    /// What a model lacks and torchvision's names have: batch norms that change nothing, gammas of 1 and betas of 0
    /// where a norm has none, and biases of 0.
    static func missing(_ parts: [KerasPart], of graph: KerasGraph) throws(WeightsError) -> [NamedTensor] {
        let shapes = Dictionary(
            parts.map { ($0.name, $0.dataset.shape.dimensions) }, uniquingKeysWith: { first, _ in first })
        func channels(_ convolution: String) -> Int {
            shapes[(graph.names[convolution] ?? "") + ".weight"]?.last ?? 0
        }
        var tensors: [NamedTensor] = []
        func add(_ name: String, _ value: Float, _ count: Int) throws(WeightsError) {
            guard shapes[name] == nil, (1...KerasGraph.mostChannels).contains(count) else { return }
            tensors.append(
                try NamedTensor(name: name, shape: [count], values: [Float](repeating: value, count: count)))
        }
        for (name, convolution) in graph.missingNorms {
            try add(name + ".weight", 1, channels(convolution))
            try add(name + ".bias", 0, channels(convolution))
            try add(name + ".running_mean", 0, channels(convolution))
            try add(name + ".running_var", Float(1 - graph.conventions.batchNormEpsilon), channels(convolution))
        }
        for (name, convolution) in graph.missingBiases { try add(name + ".bias", 0, channels(convolution)) }
        for name in graph.norms {
            let count = shapes[name + ".running_mean"]?.last ?? 0
            try add(name + ".weight", 1, count)
            try add(name + ".bias", 0, count)
        }
        return tensors
    }

    /// The datasets under torchvision's names; what is not recognised keeps its path, and is then told as not part of
    /// the network.
    ///
    /// **Throws** `architectureMismatch` where there are several dense layers, or no layer of a ResNet.
    static func parts(_ datasets: [HDF5Reader.Dataset], origin: String) throws(WeightsError) -> [KerasPart] {
        let told = datasets.map { dataset -> (layer: String, part: String, dataset: HDF5Reader.Dataset) in
            let (layer, part) = Self.told(dataset)
            return (layer, part, dataset)
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
