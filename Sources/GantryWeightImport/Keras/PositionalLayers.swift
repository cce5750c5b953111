import GantryTensors

/// Layers that are told by their order, as `layers/conv2d_3/vars/0`: Keras 3's `.weights.h5`.
///
/// Keras numbers the layers of each class in the order of the model. In a ResNet's block that is 1, 2, 0, 3 where there
/// is a projection (0) and 1, 2, 3 where there is none; which of the two it is, shapes tell: a projection is needed
/// where the block's input has not four times the block's width.
struct PositionalLayers {
    private(set) var parts: [KerasPart] = []
    private let origin: String

    private struct Layer {
        let path: String
        var variables: [Int: HDF5Reader.Dataset] = [:]

        var kernel: [Int] { variables[0]?.shape.dimensions ?? [] }
    }

    /// The datasets under torchvision's names. **Throws** `architectureMismatch` for the first layer that does not fit,
    /// by its path.
    init(_ datasets: [HDF5Reader.Dataset], origin: String) throws(WeightsError) {
        self.origin = origin
        let convolutions = try Self.layers("conv2d", datasets, origin)
        let norms = try Self.layers("batch_normalization", datasets, origin)
        let dense = try Self.layers("dense", datasets, origin)
        guard !convolutions.isEmpty, convolutions.count == norms.count, dense.count <= 1 else {
            throw WeightsError(
                .architectureMismatch, subject: origin,
                explanation:
                    "\(convolutions.count) convolutions, \(norms.count) batch norms and \(dense.count) dense layers "
                    + "are not a ResNet's.")
        }
        let names = try Self.names(convolutions, origin)
        for (name, (convolution, norm)) in zip(names, zip(convolutions, norms)) {
            try add(name.convolution, name.norm, convolution, norm)
        }
        if let last = dense.first {
            guard last.kernel.count == 2 else { throw Self.mismatch(last, "is no matrix", origin) }
            for (index, part) in [(0, "weight"), (1, "bias")] {
                if let dataset = last.variables[index] { parts.append(KerasPart(name: "fc.\(part)", dataset: dataset)) }
            }
        }
        // What belongs to none of these layers keeps its path, and is then told as not part of the network.
        let known = Set(parts.map(\.dataset.path))
        parts += datasets.filter { !known.contains($0.path) }.map { KerasPart(name: $0.path, dataset: $0) }
    }

    /// Datasets under the names that the settings have for their layers: Keras numbers the layers of each class in the
    /// order in which the settings have them. What is no such layer's keeps its path.
    static func named(
        _ datasets: [HDF5Reader.Dataset], by configuration: KerasConfiguration
    ) -> [HDF5Reader.Dataset] {
        var names: [String: (layer: String, parts: [String])] = [:]
        var counts: [String: Int] = [:]
        for layer in configuration.layers where layer.level == 0 {
            let kind: String
            let parts: [String]
            switch layer.settings {
            case .convolution: (kind, parts) = ("conv2d", ["kernel", "bias"])
            case .norm:
                (kind, parts) = ("batch_normalization", ["gamma", "beta", "moving_mean", "moving_variance"])
            case .dense: (kind, parts) = ("dense", ["kernel", "bias"])
            default: continue
            }
            let count = counts[kind, default: 0]
            counts[kind] = count + 1
            names["layers/\(count == 0 ? kind : "\(kind)_\(count)")"] = (layer.name, parts)
        }
        return datasets.map { dataset in
            let words = dataset.path.split(separator: "/").map(String.init)
            guard words.count == 4, words[2] == "vars", let number = Int(words[3]),
                let (layer, parts) = names[words[0] + "/" + words[1]], parts.indices.contains(number)
            else { return dataset }
            // A slash would make other layers of a name.
            let name = layer.replacing("/", with: "_")
            return HDF5Reader.Dataset(
                path: "layers/\(name)/\(parts[number])", shape: dataset.shape, values: dataset.values)
        }
    }

    private mutating func add(
        _ name: String, _ normName: String, _ convolution: Layer, _ norm: Layer
    ) throws(WeightsError) {
        let channels = convolution.kernel[3]
        for (index, part) in [(0, "weight"), (1, "bias")] {
            guard let dataset = convolution.variables[index] else { continue }
            parts.append(KerasPart(name: "\(name).\(part)", dataset: dataset))
        }
        for (index, part) in ["weight", "bias", "running_mean", "running_var"].enumerated() {
            guard let dataset = norm.variables[index], dataset.shape.dimensions == [channels] else {
                throw Self.mismatch(norm, "does not fit the \(channels) channels of \(convolution.path)", origin)
            }
            parts.append(KerasPart(name: "\(normName).\(part)", dataset: dataset))
        }
    }

    /// The layers of one class in the order of their numbers: `conv2d`, `conv2d_1`, ...
    private static func layers(
        _ kind: String, _ datasets: [HDF5Reader.Dataset], _ origin: String
    ) throws(WeightsError) -> [Layer] {
        var layers: [Int: Layer] = [:]
        for dataset in datasets {
            let components = dataset.path.split(separator: "/").map(String.init)
            guard components.count >= 3, components[components.count - 2] == "vars",
                let variable = Int(components[components.count - 1])
            else { continue }
            let key = components[components.count - 3]
            guard let number = key == kind ? 0 : key.hasPrefix(kind + "_") ? Int(key.dropFirst(kind.count + 1)) : nil
            else {
                continue
            }
            let path = components.dropLast(2).joined(separator: "/")
            var layer = layers[number] ?? Layer(path: path)
            guard layer.path == path else { throw mismatch(layer, "is there a second time, as \(path)", origin) }
            layer.variables[variable] = dataset
            layers[number] = layer
        }
        return layers.sorted { $0.key < $1.key }.map(\.value)
    }

    /// torchvision's names for convolutions in Keras's order, every shape checked.
    private static func names(
        _ layers: [Layer], _ origin: String
    ) throws(WeightsError) -> [(convolution: String, norm: String)] {
        if let layer = layers.first(where: { $0.kernel.count != 4 }) { throw mismatch(layer, "has no kernel", origin) }
        var names = [(convolution: "conv1", norm: "bn1")]
        var channels = layers[0].kernel[3]
        var next = 1
        var (stage, block) = (0, 0)

        func expect(_ kernel: Int, _ inputs: Int, _ outputs: Int?) throws(WeightsError) -> Int {
            guard next < layers.count else {
                throw mismatch(layers[layers.count - 1], "is the last one, in the middle of a block", origin)
            }
            let sizes = layers[next].kernel
            guard sizes[0] == kernel, sizes[1] == kernel, sizes[2] == inputs, outputs ?? sizes[3] == sizes[3] else {
                throw mismatch(
                    layers[next],
                    "has the kernel \(TensorShape(sizes)) where a ResNet has "
                        + "\(TensorShape([kernel, kernel, inputs, outputs ?? sizes[3]]))", origin)
            }
            next += 1
            return sizes[3]
        }

        while next < layers.count {
            let width = try expect(1, channels, nil)
            _ = try expect(3, width, width)
            let (outputs, overflow) = width.multipliedReportingOverflow(by: 4)
            guard !overflow else { throw mismatch(layers[next - 1], "is too wide", origin) }
            let projects = channels != outputs
            stage += projects || stage == 0 ? 1 : 0
            block = projects || names.count == 1 ? 0 : block + 1
            let place = "layer\(stage).\(block)"
            names += [("\(place).conv1", "\(place).bn1"), ("\(place).conv2", "\(place).bn2")]
            if projects {
                _ = try expect(1, channels, outputs)
                names.append(("\(place).downsample.0", "\(place).downsample.1"))
            }
            channels = try expect(1, width, outputs)
            names.append(("\(place).conv3", "\(place).bn3"))
        }
        return names
    }

    private static func mismatch(_ layer: Layer, _ what: String, _ origin: String) -> WeightsError {
        WeightsError(
            .architectureMismatch, subject: origin, explanation: "the layer \(layer.path) \(what).")
    }
}
