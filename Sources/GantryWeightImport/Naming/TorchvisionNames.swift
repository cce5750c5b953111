import GantryTensors

/// torchvision's names for the tensors of files that were saved by something else than torchvision.
///
/// The one part of the tensors that is a residual network is taken (`NetworkSubtree`), with its last layer
/// (`LastLayer`); what lies beside it is left out, and said. Where there is none, a prefix that all names share is
/// taken off where a stem's convolution lies behind it, and the names that are left are told as not part of a network.
///
/// Tensors that a framework left out are made up where they change nothing (`MadeUpTensors`), and that is said too.
enum TorchvisionNames {
    /// What wraps a network without changing it, taken off whatever it wraps. Source: `torch.nn.DataParallel`,
    /// `torch.compile`.
    static let wrapperPrefixes = ["module.", "_orig_mod."]
    /// The names of the stem's convolution: torchvision's, and Hugging Face's with a classifier and without.
    private static let stems = [
        "conv1.weight", "resnet.embedder.embedder.convolution.weight", "embedder.embedder.convolution.weight",
    ]
    /// The longest prefix that all names share that is looked for, bytes.
    private static let longestPrefix = 256

    /// The same tensors under torchvision's names; those behind `prefix` where it is given (`.` for the top).
    ///
    /// **Throws** `choiceMissing` where several networks lie in the file; `refusedContent` for networks of other kinds
    /// and heads of more than one layer; `malformedHeader` where two names become one; `architectureMismatch` where no
    /// network lies behind `prefix`.
    static func applied(
        to tensors: any TensorCollection, prefix: String? = nil
    ) throws(WeightsError) -> any TensorCollection {
        let names = tensors.shapes.keys.sorted()
        var networks = try NetworkSubtree.all(in: names, origin: tensors.origin)
        if networks.count > 1, networks.contains(where: \.isComplete) { networks.removeAll { !$0.isComplete } }
        let network: NetworkSubtree
        if let prefix {
            network = try chosen(prefix, among: networks, origin: tensors.origin)
        } else {
            guard let only = networks.first else {
                try ForeignNetwork.refuse(names, of: tensors)
                return try withoutSharedPrefix(tensors, names)
            }
            guard networks.count == 1 else {
                let list = networks.map { shown($0.prefix) }.joined(separator: " and ")
                let example = networks.map(\.prefix).first { !$0.isEmpty } ?? ""
                throw WeightsError(
                    .choiceMissing, subject: tensors.origin,
                    explanation: "\(networks.count) networks lie in it: \(list). Say which one is meant, as "
                        + "--prefix \(example.dropLast()).")
            }
            network = only
        }
        return try adapted(tensors, names, network, isChosen: prefix != nil)
    }

    private static func shown(_ prefix: String) -> String {
        prefix.isEmpty ? "at the top (--prefix .)" : "behind `\(prefix)`"
    }

    private static func chosen(
        _ prefix: String, among networks: [NetworkSubtree], origin: String
    ) throws(WeightsError) -> NetworkSubtree {
        let ended = prefix.isEmpty || prefix == "." ? "" : prefix.hasSuffix(".") ? prefix : prefix + "."
        if let network = networks.first(where: { $0.prefix == ended }) { return network }
        let list = networks.map { shown($0.prefix) }.joined(separator: " and ")
        throw WeightsError(
            .architectureMismatch, subject: origin,
            explanation: "no residual network lies \(shown(ended)); "
                + (networks.isEmpty ? "none lies anywhere in it." : "what lies in it lies \(list)."))
    }

    private static func adapted(
        _ tensors: any TensorCollection, _ names: [String], _ network: NetworkSubtree, isChosen: Bool
    ) throws(WeightsError) -> any TensorCollection {
        let own = Set(network.sources.values)
        try ForeignNetwork.refuse(own.sorted(), of: tensors)
        let head = try LastLayer(of: network, in: tensors)
        var sources = network.sources.filter { $0.value != head?.weight && $0.value != head?.bias }
        if let head {
            sources["fc.weight"] = head.weight
            sources["fc.bias"] = head.bias
        }
        let used = Set(sources.values)
        let beside = names.filter { !used.contains($0) }
        var remarks: [WeightRemark] = []
        if !beside.isEmpty || isChosen { remarks.append(.taken(prefix: network.prefix, beside: beside)) }
        let complete = MadeUpTensors(tensors, sources)
        if beside.isEmpty, complete.remarks.isEmpty, sources.allSatisfy({ $0.key == $0.value }) { return tensors }
        return AdaptedTensors(
            tensors, sources: complete.sources, conventions: complete.conventions, remarks: remarks + complete.remarks)
    }

    /// Where no network is found: what all names share and a stem lies behind, or a wrapper's prefix, taken off.
    private static func withoutSharedPrefix(
        _ tensors: any TensorCollection, _ names: [String]
    ) throws(WeightsError) -> any TensorCollection {
        let prefix = sharedPrefix(of: Set(names))
        let inner = names.map { $0.behind(prefix) ?? $0 }
        let isHuggingFace = !Set(inner).isDisjoint(with: stems.dropFirst())
        let renamed =
            isHuggingFace
            ? inner.map { name in
                let own = name.behind("resnet.") ?? name
                if let part = own.behind("classifier.1."), !part.contains(".") { return "fc.\(part)" }
                return NetworkSubtree.torchvisionName(huggingFace: own) ?? name
            } : inner
        guard renamed != names else { return tensors }
        var sources: [String: String] = [:]
        for (name, source) in zip(renamed, names) {
            if let other = sources.updateValue(source, forKey: name) {
                throw WeightsError(
                    .malformedHeader, subject: tensors.origin,
                    explanation: "two of its tensors, \(other) and \(source), would both be \(name).")
            }
        }
        return AdaptedTensors(tensors, sources: sources.mapValues { .stored($0) })
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
}
