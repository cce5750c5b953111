import GantryTensors

/// torchvision's names for the tensors of files that were saved by something else than torchvision.
///
/// A prefix that all names share because the network was part of something (`module.`, `_orig_mod.`, `model.`,
/// `backbone.`) is taken off where the stem's convolution shows that a network begins behind it. Names of Hugging
/// Face's `ResNetModel` and `ResNetForImageClassification` are exchanged. What is not recognised keeps its name, and is
/// then told as not part of the network.
///
/// **Source**: transformers, `modeling_resnet.py`.
enum TorchvisionNames {
    /// What wraps a network without changing it, taken off whatever it wraps. Source: `torch.nn.DataParallel`,
    /// `torch.compile`.
    static let wrapperPrefixes = ["module.", "_orig_mod."]
    /// The names of the stem's convolution: torchvision's, and Hugging Face's with a classifier and without.
    static let stems = [
        "conv1.weight", "resnet.embedder.embedder.convolution.weight", "embedder.embedder.convolution.weight",
    ]
    /// The longest prefix that is looked for, bytes.
    static let longestPrefix = 256

    /// The same tensors under torchvision's names. **Throws** `malformedHeader` where two names become one.
    static func applied(to tensors: any TensorCollection) throws(WeightsError) -> any TensorCollection {
        let names = tensors.shapes.keys.sorted()
        let prefix = sharedPrefix(of: Set(names))
        let inner = names.map { String(Substring($0.utf8.dropFirst(prefix.utf8.count))) }
        let isHuggingFace = !Set(inner).isDisjoint(with: stems.dropFirst())
        let renamed = isHuggingFace ? inner.map { torchvisionName(huggingFace: $0) ?? $0 } : inner
        guard renamed != names else { return tensors }
        var sources: [String: String] = [:]
        for (name, source) in zip(renamed, names) {
            if let other = sources.updateValue(source, forKey: name) {
                throw WeightsError(
                    .malformedHeader, subject: tensors.origin,
                    explanation: "two of its tensors, \(other) and \(source), would both be \(name).")
            }
        }
        return RenamedTensors(tensors, sources: sources)
    }

    /// What is to be taken off every name; empty where there is nothing.
    private static func sharedPrefix(of names: Set<String>) -> String {
        let shared = longestShared(names)
        var prefix = ""
        while let wrapper = wrapperPrefixes.first(where: { shared.hasPrefix(prefix + $0) }) { prefix += wrapper }
        // The shortest prefix with a stem behind it.
        let ends = [prefix.endIndex] + shared.indices.filter { shared[$0] == "." }.map(shared.index(after:))
        let candidates = ends.map { String(shared[..<$0]) }.filter { $0.hasPrefix(prefix) }
        return candidates.first { candidate in stems.contains { names.contains(candidate + $0) } } ?? prefix
    }

    /// What all names begin with, at most `longestPrefix` bytes of it, all of them ASCII.
    private static func longestShared(_ names: Set<String>) -> String {
        guard let first = names.first else { return "" }
        var shared = first.utf8.prefix(longestPrefix).prefix { $0 < 0x80 }
        for name in names {
            let count = zip(shared, name.utf8).prefix { $0 == $1 }.count
            shared = shared.prefix(count)
        }
        return String(Substring(shared))
    }

    /// As `encoder.stages.0.layers.1.layer.2.convolution.weight`, where torchvision has `layer1.1.conv3.weight`; nil
    /// for other names.
    private static func torchvisionName(huggingFace name: String) -> String? {
        var words = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        if words.first == "resnet" { words.removeFirst() }
        guard let part = words.popLast() else { return nil }
        if words == ["classifier", "1"] { return "fc.\(part)" }
        guard let kind = words.popLast(), kind == "convolution" || kind == "normalization" else { return nil }
        let isNorm = kind == "normalization"
        if words == ["embedder", "embedder"] { return (isNorm ? "bn1." : "conv1.") + part }
        guard words.count >= 6, words[0...1] == ["encoder", "stages"], words[3] == "layers",
            let stage = index(words[2]), let block = index(words[4])
        else { return nil }
        let place = "layer\(stage + 1).\(block)"
        if words[5...] == ["shortcut"] { return "\(place).downsample.\(isNorm ? 1 : 0).\(part)" }
        guard words.count == 7, words[5] == "layer", let layer = index(words[6]) else { return nil }
        return "\(place).\(isNorm ? "bn" : "conv")\(layer + 1).\(part)"
    }

    /// A number below a thousand as it is written in names.
    private static func index(_ word: String) -> Int? {
        guard word.utf8.count <= 3, let number = Int(word), String(number) == word, number >= 0 else { return nil }
        return number
    }
}
