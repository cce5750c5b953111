import GantryArrays
import GantryTensors

/// The weights of a Keras ResNet from an HDF5 file, under torchvision's names and in torchvision's layout.
///
/// Kernels are turned from HWIO to OIHW, the dense layer's from input-output to output-input. What cannot be seen from
/// weights, where the stride sits and the epsilon, is said where `model.save` wrote the layers' settings beside them.
/// The tensors are in memory as long as the value lives.
///
/// **Source**: keras/src/applications/resnet.py; keras/src/saving/saving_lib.py and
/// keras/src/legacy/saving/legacy_h5_format.py.
public struct KerasFile: TensorCollection {
    /// The file's path, as it was given.
    public var origin: String { tensors.origin }
    /// Every tensor's shape by its name.
    public var shapes: [String: TensorShape] { tensors.shapes }

    /// What the layers' settings say; nil for files of weights alone.
    public let conventions: NetworkConventions?

    private let tensors: TensorDictionary

    /// Reads the file in a child process that `reader` starts, and tells its layers: by their names (Keras 2, and Keras
    /// 3's `.h5`), by the layers that each reads where names are not those of a Keras ResNet and the settings are
    /// beside them (`KerasGraph`), or by their order and shapes (Keras 3's `.weights.h5`).
    ///
    /// **Throws** `architectureMismatch` where the layers or their settings are not a ResNet's; `malformedHeader`,
    /// `inconsistentTensor`, `cannotOpen`.
    public init(path: String, reader: HDF5Reader) throws(WeightsError) {
        let file = try FileDescriptor(readingFrom: path)
        _ = try file.byteCount()  // refuses what is not a regular file
        try self.init(try reader.content(of: file), origin: path)
    }

    /// The settings and the weights of an archive that Keras 3's `model.save("model.keras")` wrote; nil where it is
    /// another's.
    ///
    /// **Throws** as `init(path:reader:)`, and what reading the archive throws.
    init?(archive: ZipArchive, path: String, reader: HDF5Reader?) throws(WeightsError) {
        guard archive.members[Self.settingsMember] != nil, archive.members[Self.weightsMember] != nil else {
            return nil
        }
        guard let reader else { throw .noReader(path) }
        guard
            let settings = try archive.content(
                of: Self.settingsMember, mostBytes: HDF5Listing.mostBytesOfModelConfig),
            let weights = try archive.content(of: Self.weightsMember, mostBytes: Self.mostBytesOfWeights)
        else { return nil }
        let content = try reader.content(of: try FileDescriptor(holding: weights, as: path))
        try self.init(HDF5Reader.Content(datasets: content.datasets, modelConfig: settings), origin: path)
    }

    private static let (settingsMember, weightsMember) = ("config.json", "model.weights.h5")
    /// A ResNet-152 with its optimiser's state has 720 MB.
    private static let mostBytesOfWeights = 1 << 30

    /// What a file holds, as a network. **Throws** `architectureMismatch`, `malformedHeader`, `inconsistentTensor`.
    init(_ content: HDF5Reader.Content, origin: String) throws(WeightsError) {
        var datasets = content.datasets.filter { !$0.path.hasPrefix("optimizer") }
        guard Set(datasets.map(\.path)).count == datasets.count else {
            throw WeightsError(.malformedHeader, subject: origin, explanation: "two of its datasets have one path.")
        }
        var isPositional = datasets.contains { $0.path.contains("/vars/") }
        let configuration = try content.modelConfig.map { json throws(WeightsError) in
            try KerasConfiguration(json: json, origin: origin)
        }
        if isPositional, let configuration {
            // The settings have the names that the weights' order stands for.
            datasets = PositionalLayers.named(datasets, by: configuration)
            isPositional = false
        }
        var tensors: [NamedTensor] = []
        let parts: [KerasPart]
        if !isPositional, let configuration, !NamedLayers.areThere(in: datasets) {
            let graph = try KerasGraph(configuration, origin: origin)
            parts = NamedLayers.parts(datasets, of: graph)
            conventions = graph.conventions
            tensors = try NamedLayers.missing(parts, of: graph)
        } else {
            parts =
                isPositional
                ? try PositionalLayers(datasets, origin: origin).parts : try NamedLayers.parts(datasets, origin: origin)
            conventions = try configuration?.conventions(origin: origin)
        }
        try Self.requireUnique(parts, origin)
        for part in parts { tensors.append(try part.tensor()) }
        self.tensors = TensorDictionary(origin: origin, tensors)
    }

    private static func requireUnique(_ parts: [KerasPart], _ origin: String) throws(WeightsError) {
        var paths: [String: String] = [:]
        for part in parts {
            if let other = paths.updateValue(part.dataset.path, forKey: part.name) {
                throw WeightsError(
                    .architectureMismatch, subject: origin,
                    explanation: "\(other) and \(part.dataset.path) would both be \(part.name).")
            }
        }
    }

    /// F32, or nil where there is no such tensor.
    public func elementType(of name: String) -> ElementType? { tensors.elementType(of: name) }

    /// The elements of one tensor. **Throws** `noSuchTensor`.
    public func values(of name: String) throws(WeightsError) -> [Float] { try tensors.values(of: name) }
}

extension WeightsError {
    /// HDF5 without a process that reads it.
    static func noReader(_ path: String) -> WeightsError {
        WeightsError(
            .cannotOpen, subject: path,
            explanation: "HDF5 files are read in a process of their own, and there is none here.")
    }
}

/// A dataset and the name that torchvision has for it.
struct KerasPart {
    let name: String
    let dataset: HDF5Reader.Dataset

    /// The tensor in torchvision's layout. **Throws** `inconsistentTensor`.
    func tensor() throws(WeightsError) -> NamedTensor {
        let sizes = dataset.shape.dimensions
        let isKernel = name.hasSuffix(".weight") && (sizes.count == 4 || sizes.count == 2)
        guard isKernel else { return try NamedTensor(name: name, shape: dataset.shape, values: dataset.values) }
        let (shape, strides) =
            sizes.count == 2
            ? (TensorShape([sizes[1], sizes[0]]), [1, sizes[1]])
            : (
                TensorShape([sizes[3], sizes[2], sizes[0], sizes[1]]),
                [1, sizes[3], sizes[1] * sizes[2] * sizes[3], sizes[2] * sizes[3]]
            )
        guard let layout = StridedLayout(shape: shape, strides: strides, offset: 0, within: dataset.values.indices)
        else {
            throw .tensor(
                .inconsistentTensor, name, in: dataset.path, "its values do not fill its shape \(dataset.shape).")
        }
        return try NamedTensor(name: name, shape: shape, values: layout.gathered(from: dataset.values))
    }

    /// torchvision's names for what a Keras layer keeps.
    static let normParts = [
        "gamma": "weight", "beta": "bias", "moving_mean": "running_mean", "moving_variance": "running_var",
    ]
}
