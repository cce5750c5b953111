import GantryCore
import GantryTensors

/// What the tensors of a weight file say of their network, and what they leave open.
///
/// Names and shapes tell everything but two conventions. Where a bottleneck has its stride makes no difference to any
/// tensor: unless the file's graph or metadata say it, whoever brings the file has to. The epsilon is the framework's
/// own unless the file says another.
public struct WeightArchitecture: Sendable {
    /// The network, with `stride` and `epsilon` where they are known.
    private let found: ResidualArchitecture
    /// Where the file says that a bottleneck has its stride; nil where it does not say.
    public let stride: ResidualArchitecture.StridePosition?
    /// What the file says that is added to variances; nil where it does not say.
    public let epsilon: Double?

    /// Recognises the network by torchvision's names, and checks that all its tensors are there, and no others.
    ///
    /// **Throws** `architectureMismatch`: where it is no residual network, or one of several files of one, or naming
    /// every missing, extra and misshapen tensor.
    public init(_ weights: any TensorCollection) throws(WeightsError) {
        let conventions = weights.conventions
        stride = conventions?.strideOnFirstConvolution.map { $0 ? .firstConvolution : .middleConvolution }
        epsilon = conventions?.batchNormEpsilon
        let shapes = ShapesByName(weights.shapes)
        guard let stem = shapes.convolution("conv1") else {
            throw Self.mismatch(weights, "there is no conv1.weight [channels, inputs, side, side]", shapes)
        }
        guard let block = shapes.block else {
            throw Self.mismatch(weights, "there are no blocks layer1.0, layer1.1, ...", shapes)
        }
        let stemKind: ResidualArchitecture.Stem
        switch stem.side {
        case 7: stemKind = .imageNet
        case 3: stemKind = .cifar
        default:
            throw Self.mismatch(
                weights,
                "conv1 is \(stem.side)x\(stem.side); a residual network begins with 7x7, or with 3x3 for small images",
                shapes)
        }
        let (innerWidth, groups) =
            block == .bottleneck ? shapes.innerWidthAndGroups ?? (stem.outputs, 1) : (stem.outputs, 1)
        let hasBias = shapes.hasConvolutionBias
        found = ResidualArchitecture(
            block: block, blocksPerStage: shapes.blocksPerStage, baseWidth: stem.outputs, innerWidth: innerWidth,
            groups: groups, stem: stemKind, stridePosition: stride ?? .middleConvolution, hasConvolutionBias: hasBias,
            batchNormEpsilon: epsilon ?? (hasBias ? Self.kerasEpsilon : Self.pyTorchEpsilon),
            inputChannels: stem.inputs, classes: shapes.classes)
        if let problem = found.problems("").first {
            throw Self.mismatch(weights, "its \(problem.key): \(problem.problem)", shapes)
        }
        try found.requireTensors(of: weights)
        if conventions == nil, found.isPart(file: weights.origin) {
            throw WeightsError(
                .architectureMismatch, subject: weights.origin,
                explanation:
                    "it is a part of a network: it has \(found.blocksPerStage.count) stages of blocks and no last "
                    + "layer, as "
                    + "the first of several files has. Save the whole network in one file.")
        }
    }

    /// `torch.nn.BatchNorm2d`'s.
    static let pyTorchEpsilon = 1e-5
    /// Of `keras.applications`, whose convolutions have biases, which PyTorch's have not.
    static let kerasEpsilon = 1.001e-5

    /// Whether somebody must say where the stride is: the file does not, and it makes a difference.
    public var needsStride: Bool { stride == nil && found.hasStridedBottlenecks }

    /// The network, with what is said of it beside the file; what the file says itself must not be contradicted.
    ///
    /// **Throws** `architectureMismatch` where it is, where basic blocks are said to have a stride on a 1x1, or where
    /// `needsStride` and nothing is said.
    public func architecture(
        stride said: ResidualArchitecture.StridePosition? = nil, epsilon saidEpsilon: Double? = nil, origin: String
    ) throws(WeightsError) -> ResidualArchitecture {
        var architecture = found
        if let said, let stride, said != stride, found.hasStridedBottlenecks {
            throw WeightsError(
                .architectureMismatch, subject: origin,
                explanation: "the file itself says that the stride is \(stride.rawValue), not \(said.rawValue).")
        }
        if said == .firstConvolution, found.block == .basic {
            throw WeightsError(
                .architectureMismatch, subject: origin,
                explanation: "its blocks are basic ones, which have no 1x1 for the stride v1; leave the stride out.")
        }
        if let saidEpsilon, let epsilon, saidEpsilon != epsilon {
            throw WeightsError(
                .architectureMismatch, subject: origin,
                explanation: "the file itself says that the batch-norm epsilon is \(epsilon), not \(saidEpsilon).")
        }
        guard said != nil || !needsStride else {
            throw WeightsError(
                .architectureMismatch, subject: origin,
                explanation: "it does not say where a bottleneck has its stride.")
        }
        if let said { architecture.stridePosition = said }
        if let saidEpsilon { architecture.batchNormEpsilon = saidEpsilon }
        return architecture
    }

    /// What is known of the network beyond its tensors, from the file and from what is said beside it, for a file that
    /// keeps it: the stride may stay open. **Throws** `architectureMismatch` where the file is contradicted.
    public func conventions(
        stride: ResidualArchitecture.StridePosition? = nil, epsilon: Double? = nil, origin: String
    ) throws(WeightsError) -> NetworkConventions {
        let isOpen = needsStride && stride == nil
        let architecture = try architecture(
            stride: isOpen ? .middleConvolution : stride, epsilon: epsilon, origin: origin)
        return NetworkConventions(
            strideOnFirstConvolution: isOpen || !architecture.hasStridedBottlenecks
                ? nil : architecture.stridePosition == .firstConvolution,
            batchNormEpsilon: architecture.batchNormEpsilon)
    }

    private static func mismatch(
        _ weights: any TensorCollection, _ what: String, _ shapes: ShapesByName
    ) -> WeightsError {
        WeightsError(
            .architectureMismatch, subject: weights.origin,
            explanation: "it is no residual network with torchvision's names: \(what). Its tensors: \(shapes.summary).")
    }
}

extension ResidualArchitecture {
    /// Whether tensors of this network without a last layer are the beginning of one that was saved in several files,
    /// for all that can be told: the file is called so (`model-00001-of-00002.safetensors`), or it has fewer than the
    /// four stages of every published network of this width and stem.
    fileprivate func isPart(file: String) -> Bool {
        guard classes == 0 else { return false }
        let name = file.split(separator: "/").last ?? ""
        if let count = name.firstMatch(of: #/-\d{5}-of-(\d{5})\b/#)?.1, Int(count) != 1 { return true }
        return stem == .imageNet && baseWidth == 64 && blocksPerStage.count < 4
    }

    /// What `conventions`, which a file of this network says of itself, has otherwise; nil where nothing is.
    public func contradiction(of conventions: NetworkConventions) -> String? {
        if let isFirst = conventions.strideOnFirstConvolution, hasStridedBottlenecks,
            isFirst != (stridePosition == .firstConvolution)
        {
            return "the file itself says that the stride is \(isFirst ? "v1" : "v1.5")"
        }
        if conventions.batchNormEpsilon != batchNormEpsilon {
            return "the file itself says that the batch-norm epsilon is \(conventions.batchNormEpsilon)"
        }
        return nil
    }
}

/// The names and shapes of a checkpoint, asked as a residual network's.
private struct ShapesByName {
    let shapes: [String: TensorShape]
    /// Blocks of each stage from the first on; a stage that is missing has none.
    let blocksPerStage: [Int]

    /// The most stages and blocks that are looked for: names are a file's own.
    private static let (mostStages, mostBlocks) = (6, 200)

    init(_ shapes: [String: TensorShape]) {
        self.shapes = shapes
        var blocks: [Int] = []
        for name in shapes.keys {
            let words = name.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
            guard words.count == 3, words[0].hasPrefix("layer"), let stage = Int(words[0].dropFirst(5)),
                let block = Int(words[1]), (1...Self.mostStages).contains(stage),
                (0..<Self.mostBlocks).contains(block)
            else { continue }
            if blocks.count < stage { blocks += [Int](repeating: 0, count: stage - blocks.count) }
            blocks[stage - 1] = max(blocks[stage - 1], block + 1)
        }
        blocksPerStage = blocks
    }

    /// The sizes of a square convolution; nil where there is none of this name.
    func convolution(_ name: String) -> (outputs: Int, inputs: Int, side: Int)? {
        guard let sizes = shapes[name + ".weight"]?.dimensions, sizes.count == 4, sizes[2] == sizes[3],
            sizes.allSatisfy({ $0 > 0 })
        else { return nil }
        return (sizes[0], sizes[1], sizes[2])
    }

    private var blockNames: [(name: String, stage: Int)] {
        blocksPerStage.enumerated().flatMap { stage, count in
            (0..<count).map { ("layer\(stage + 1).\($0)", stage) }
        }
    }

    /// Bottlenecks have a third convolution. Nil where there are no blocks.
    var block: ResidualArchitecture.Block? {
        guard !blockNames.isEmpty else { return nil }
        return blockNames.contains { shapes["\($0.name).conv3.weight"] != nil } ? .bottleneck : .basic
    }

    /// Of the first bottleneck whose middle convolution is there.
    var innerWidthAndGroups: (Int, Int)? {
        for (name, stage) in blockNames {
            guard let middle = convolution(name + ".conv2") else { continue }
            return (max(middle.outputs >> stage, 1), max(middle.outputs / middle.inputs, 1))
        }
        return nil
    }

    var hasConvolutionBias: Bool {
        shapes["conv1.bias"] != nil || blockNames.contains { shapes["\($0.name).conv1.bias"] != nil }
    }

    /// Rows of the last layer; 0 where there is none.
    var classes: Int { shapes["fc.weight"]?.dimensions.first ?? shapes["fc.bias"]?.dimensions.first ?? 0 }

    /// A few names, for a message.
    var summary: String {
        let names = shapes.keys.sorted()
        return names.isEmpty
            ? "none" : names.prefix(8).joined(separator: ", ") + (names.count > 8 ? " and \(names.count - 8) more" : "")
    }
}
