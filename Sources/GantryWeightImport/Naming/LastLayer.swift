import GantryTensors

/// The one linear layer behind a network's features, wherever its author put it and whatever it is called.
///
/// **Source**: torchvision, timm and Cadene's models (`fc`, `classifier`, `head`, `last_linear`), transformers
/// (`classifier.1`), mmpretrain (`head.fc`), and what transfer learning's tutorials make of them (`fc.1`, `linear`).
struct LastLayer {
    /// The file's name of its weights.
    let weight: String
    /// The file's name of its biases; nil where it has none.
    let bias: String?

    /// What a last layer, or what it lies in, is called.
    private static let roots: Set<String> = ["fc", "classifier", "head", "linear", "last_linear", "cls_head", "logits"]

    /// The last layer of `network`: among its own tensors, or else beside it, at the nearest place where there is one.
    ///
    /// **Throws** `refusedContent` where the head has a hidden layer, or anything else than one linear layer.
    init?(of network: NetworkSubtree, in tensors: any TensorCollection) throws(WeightsError) {
        let own = Set(network.sources.values)
        let names = tensors.shapes.keys.sorted()
        var found: Module?
        var level: String? = network.prefix
        // Behind `layers.3.` of a Sequential, `layers.4` may be the last layer.
        var lastPlace = network.lastStage
        while let prefix = level {
            let within = names.filter { prefix == network.prefix ? own.contains($0) : !own.contains($0) }
            let modules = Self.modules(within, behind: prefix, after: lastPlace)
            if let layer = found {
                // One that takes the other's outputs makes a hidden layer of it.
                if let next = modules.first(where: { Self.follows($0, layer, in: tensors) }) {
                    throw Self.hidden(layer, next, in: tensors)
                }
            } else if !modules.isEmpty {
                found = try Self.only(modules, in: tensors)
            }
            lastPlace = prefix.dropLast().split(separator: ".").last.flatMap { String($0).placeNumber }
            level = prefix.enclosingPrefix
        }
        guard let found, found.parts.contains("weight") else { return nil }
        weight = found.name + ".weight"
        bias = found.parts.contains("bias") ? found.name + ".bias" : nil
    }

    /// A layer: its name in the file, and the last words of its tensors' names.
    private struct Module {
        let name: String
        var parts: Set<String> = []
    }

    /// The layers behind `prefix` that are called like a head, or stand behind a `Sequential`'s place.
    private static func modules(_ names: [String], behind prefix: String, after place: Int?) -> [Module] {
        var modules: [String: Module] = [:]
        for name in names {
            guard let words = name.behind(prefix)?.words, words.count > 1, let part = words.last,
                part != "num_batches_tracked"
            else { continue }
            let isBehind = place.map { place in words[0].placeNumber.map { $0 > place } ?? false } ?? false
            guard roots.contains(words[0]) || isBehind else { continue }
            let module = prefix + words.dropLast().joined(separator: ".")
            modules[module, default: Module(name: module)].parts.insert(part)
        }
        return modules.values.sorted { $0.name < $1.name }
    }

    private static func sizes(_ module: Module, in tensors: any TensorCollection) -> [Int]? {
        guard let sizes = tensors.shapes[module.name + ".weight"]?.dimensions, sizes.count == 2 else { return nil }
        return sizes
    }

    private static func follows(_ next: Module, _ layer: Module, in tensors: any TensorCollection) -> Bool {
        guard let rows = sizes(layer, in: tensors)?.first else { return false }
        return sizes(next, in: tensors)?.last == rows
    }

    private static func only(_ modules: [Module], in tensors: any TensorCollection) throws(WeightsError) -> Module {
        if modules.count == 1, modules[0].parts.contains("weight"), modules[0].parts.isSubset(of: ["weight", "bias"]) {
            return modules[0]
        }
        // A misspelt name: what is missing and what is too many is told of all tensors at once.
        if modules.count == 1, !modules[0].parts.contains("weight") { return modules[0] }
        let linear = modules.filter { sizes($0, in: tensors) != nil }
        for layer in linear {
            if let next = linear.first(where: { $0.name != layer.name && follows($0, layer, in: tensors) }) {
                throw hidden(layer, next, in: tensors)
            }
        }
        let example = modules.last { sizes($0, in: tensors) == nil } ?? modules[modules.count - 1]
        let part = example.parts.sorted().last ?? ""
        throw WeightsError(
            .refusedContent, subject: tensors.origin,
            explanation: "its head is more than one linear layer: \(example.name).\(part) is part of it. "
                + "Gantry's networks end with the mean over the image and one linear layer.")
    }

    private static func hidden(_ layer: Module, _ next: Module, in tensors: any TensorCollection) -> WeightsError {
        func told(_ module: Module) -> String {
            "\(module.name).weight \(tensors.shapes[module.name + ".weight"] ?? [])"
        }
        return WeightsError(
            .refusedContent, subject: tensors.origin,
            explanation: "its head has a hidden layer, \(told(layer)) before \(told(next)). "
                + "Gantry's networks end with the mean over the image and one linear layer.")
    }
}
