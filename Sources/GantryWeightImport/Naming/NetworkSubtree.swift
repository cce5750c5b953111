import GantryTensors

/// A part of a file's tensors that begins as a residual network does: what lies behind one prefix, by the names of
/// torchvision, of Hugging Face, or of a `Sequential` of the network's children.
///
/// **Source**: torchvision `resnet.py`; transformers `modeling_resnet.py`; `torch.nn.Sequential`.
struct NetworkSubtree {
    /// Who gave the names.
    enum Naming: CaseIterable {
        case torchvision
        /// `embedder.embedder.convolution.weight`, `encoder.stages.0.layers.1.layer.2.convolution.weight`.
        case huggingFace
        /// `0.weight`, `1.weight`, `4.0.conv1.weight`: the children's places.
        case numbered

        /// The stem's convolution behind the prefix.
        fileprivate var stem: String {
            switch self {
            case .torchvision: "conv1.weight"
            case .huggingFace: "embedder.embedder.convolution.weight"
            case .numbered: "0.weight"
            }
        }
    }

    /// What every name begins with; empty, or with a dot at its end.
    let prefix: String
    let naming: Naming
    /// The file's names by torchvision's. What is not recognised has the name that lies behind the prefix.
    private(set) var sources: [String: String] = [:]
    /// The place of the last stage among numbered children.
    private(set) var lastStage: Int?

    /// The most parts that are looked at: names are a file's own.
    private static let mostSubtrees = 16
    /// The longest prefix that is looked for, bytes.
    private static let longestPrefix = 256
    /// The places where numbered children may be stages.
    private static let stagePlaces = 1..<32

    /// Every part of `names` that begins as a residual network does, by its prefix. **Throws** `malformedHeader` where
    /// they are too many, or two names of one become the same.
    static func all(in names: [String], origin: String) throws(WeightsError) -> [NetworkSubtree] {
        let known = Set(names)
        var found: [(prefix: String, naming: Naming, stages: [Int])] = []
        for name in names {
            for naming in Naming.allCases {
                guard let prefix = name.prefix(before: naming.stem), prefix.utf8.count <= longestPrefix else {
                    continue
                }
                switch naming {
                case .torchvision:
                    if known.contains(prefix + "layer1.0.conv1.weight") { found.append((prefix, naming, [])) }
                case .huggingFace:
                    if known.contains(prefix + "encoder.stages.0.layers.0.layer.0.convolution.weight") {
                        found.append((prefix, naming, []))
                    }
                case .numbered:
                    let stages = stagePlaces.filter { known.contains("\(prefix)\($0).0.conv1.weight") }
                    if !stages.isEmpty { found.append((prefix, naming, stages)) }
                }
            }
        }
        guard found.count <= mostSubtrees else {
            throw WeightsError(
                .malformedHeader, subject: origin,
                explanation: "more than \(mostSubtrees) networks lie in it. Save the one that is meant alone.")
        }
        let prefixes = found.map(\.prefix)
        var subtrees: [NetworkSubtree] = []
        for (prefix, naming, stages) in found.sorted(by: { $0.prefix < $1.prefix }) {
            // What belongs to a network within this one's prefix is not part of this one.
            let inner = prefixes.filter { $0 != prefix && $0.behind(prefix) != nil }
            var subtree = NetworkSubtree(prefix: prefix, naming: naming)
            try subtree.take(names, stages: stages, without: inner, origin: origin)
            subtrees.append(subtree)
        }
        return subtrees
    }

    private init(prefix: String, naming: Naming) {
        self.prefix = prefix
        self.naming = naming
    }

    private mutating func take(
        _ names: [String], stages: [Int], without inner: [String], origin: String
    ) throws(WeightsError) {
        lastStage = stages.last
        let own = names.filter { name in !inner.contains { name.behind($0) != nil } }
        let tails = own.compactMap { $0.behind(prefix) }
        // The stem's batch norm is the first child behind the convolution that has statistics or weights.
        let norm = (1..<(stages.first ?? 1)).first { place in
            tails.contains("\(place).running_mean") || tails.contains("\(place).weight")
        }
        for name in own {
            guard let tail = name.behind(prefix) else { continue }
            let known: String
            switch naming {
            case .torchvision: known = tail
            case .huggingFace: known = Self.torchvisionName(huggingFace: tail) ?? tail
            case .numbered: known = Self.torchvisionName(numbered: tail, norm: norm, stages: stages)
            }
            if let other = sources.updateValue(name, forKey: known) {
                throw WeightsError(
                    .malformedHeader, subject: origin,
                    explanation: "two of its tensors, \(other) and \(name), would both be \(known).")
            }
        }
    }

    /// Whether the blocks of every stage follow one another without a gap, each with its convolutions.
    var isComplete: Bool {
        var blocks: [Int: Set<Int>] = [:]
        for name in sources.keys {
            let words = name.words
            guard words.count > 2, words[0].hasPrefix("layer"), let stage = Int(words[0].dropFirst(5)),
                let block = words[1].placeNumber
            else { continue }
            blocks[stage, default: []].insert(block)
        }
        guard sources["conv1.weight"] != nil, blocks.keys.sorted() == Array(1..<blocks.count + 1) else { return false }
        return blocks.allSatisfy { stage, places in
            places.sorted() == Array(0..<places.count)
                && places.allSatisfy { place in
                    ["conv1.weight", "conv2.weight"].allSatisfy { sources["layer\(stage).\(place).\($0)"] != nil }
                }
        }
    }

    /// As `encoder.stages.0.layers.1.layer.2.convolution.weight`, where torchvision has `layer1.1.conv3.weight`; nil
    /// for other names.
    static func torchvisionName(huggingFace name: String) -> String? {
        var words = name.words
        guard let part = words.popLast(), let kind = words.popLast(), kind == "convolution" || kind == "normalization"
        else { return nil }
        let isNorm = kind == "normalization"
        if words == ["embedder", "embedder"] { return (isNorm ? "bn1." : "conv1.") + part }
        guard words.count >= 6, words[0...1] == ["encoder", "stages"], words[3] == "layers",
            let stage = words[2].placeNumber, let block = words[4].placeNumber
        else { return nil }
        let place = "layer\(stage + 1).\(block)"
        if words[5...] == ["shortcut"] { return "\(place).downsample.\(isNorm ? 1 : 0).\(part)" }
        guard words.count == 7, words[5] == "layer", let layer = words[6].placeNumber else { return nil }
        return "\(place).\(isNorm ? "bn" : "conv")\(layer + 1).\(part)"
    }

    /// As `4.0.conv1.weight`, where torchvision has `layer1.0.conv1.weight`.
    private static func torchvisionName(numbered name: String, norm: Int?, stages: [Int]) -> String {
        var words = name.words
        guard words.count > 1, let place = words[0].placeNumber else { return name }
        if place == 0 {
            words[0] = "conv1"
        } else if place == norm {
            words[0] = "bn1"
        } else if let stage = stages.firstIndex(of: place) {
            words[0] = "layer\(stage + 1)"
        }
        return words.joined(separator: ".")
    }
}
