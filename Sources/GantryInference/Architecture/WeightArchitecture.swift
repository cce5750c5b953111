import GantryCore
import GantryTensors

/// What the tensors of a weight file say of their network, and what they leave open.
///
/// Names and shapes tell most. Where a bottleneck has its stride, and what a shortcut without tensors does, makes a
/// difference to none of them: unless the file's graph or metadata say it, whoever brings the file has to. The stem's
/// stride and pool are the usual ones of its kernel, padding is symmetric, the batch norm stands before the ReLU, and
/// the epsilon is the framework's own, unless the file or somebody beside it says otherwise.
public struct WeightArchitecture: Sendable {
    /// The network, with what is known.
    private let found: ResidualArchitecture
    /// Where the file says that a bottleneck has its stride; nil where it does not say.
    public let stride: ResidualArchitecture.StridePosition?
    /// What the file says that is added to variances; nil where it does not say.
    public let epsilon: Double?
    /// What the file says of its network; nil where it holds tensors alone.
    public let conventions: NetworkConventions?
    /// What the tensors tell of shortcuts: a convolution with a batch norm or without; nil where there is none.
    private let shapedShortcut: ResidualArchitecture.Shortcut?

    /// Recognises the network by torchvision's names, and checks that all its tensors are there, and no others.
    ///
    /// **Throws** `architectureMismatch`: where it is no residual network, or one of several files of one, or naming
    /// every missing, extra and misshapen tensor.
    public init(_ weights: any TensorCollection) throws(WeightsError) {
        let conventions = weights.conventions
        self.conventions = conventions
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
        shapedShortcut = shapes.shortcut
        found = ResidualArchitecture(
            block: block, blocksPerStage: shapes.blocksPerStage, baseWidth: stem.outputs, innerWidth: innerWidth,
            groups: groups, stem: stemKind, stemStride: conventions?.stemStride, stemPool: conventions?.stemPool,
            stridePosition: stride ?? .middleConvolution,
            padding: conventions?.padding ?? .symmetric,
            shortcut: shapedShortcut ?? (shapes.hasShapedShortcuts(block) ? .zeros : .projection),
            activationOrder: conventions?.activationOrder ?? .normFirst, hasConvolutionBias: hasBias,
            hasShortcutBias: shapedShortcut == nil ? nil : shapes.hasShortcutBias,
            // keras.applications has bottlenecks alone.
            batchNormEpsilon: epsilon
                ?? (hasBias && block == .bottleneck ? Self.kerasEpsilon : Self.pyTorchEpsilon),
            inputChannels: stem.inputs, classes: shapes.classes)
        if let problem = found.problems("").first {
            throw Self.mismatch(weights, "its \(problem.key): \(problem.problem)", shapes)
        }
        try found.requireTensors(of: weights)
        if let said = conventions?.shortcut, let contradiction = Self.contradiction(of: said, shapedShortcut, found) {
            throw WeightsError(
                .architectureMismatch, subject: weights.origin,
                explanation: "its metadata say that shortcuts are \(said.rawValue): \(contradiction).")
        }
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

    /// Whether somebody must say what shortcuts are: blocks change the shape, and no tensor of a shortcut is there.
    public var needsShortcut: Bool {
        shapedShortcut == nil && conventions?.shortcut == nil && found.hasShapedShortcuts
    }

    /// Whether somebody must say the stem's stride: biases on shortcuts alone are MONAI's, whose stem has a stride of 1
    /// or 2. **Source**: monai/networks/nets/resnet.py, `bias_downsample`, `conv1_t_stride`.
    public var needsStemStride: Bool {
        conventions == nil && found.hasShortcutBias && !found.hasConvolutionBias
    }

    /// The first block that changes the shape, for a message; nil where none does.
    public var firstShapedBlock: String? {
        found.stages.joined().first { $0.zeros != nil || $0.projection != nil }?.name
    }

    /// The network, with what is said of it beside the file; what the file says itself must not be contradicted.
    ///
    /// **Throws** `architectureMismatch` where it is, where basic blocks are said to have a stride on a 1x1, or where
    /// something is needed and not said.
    public func architecture(
        _ said: SaidConventions = SaidConventions(), origin: String
    ) throws(WeightsError) -> ResidualArchitecture {
        func mismatch(_ what: String) -> WeightsError {
            WeightsError(.architectureMismatch, subject: origin, explanation: what)
        }
        if let own = conventions {
            let contradictions: [String?] = [
                Self.contradiction(
                    "stride", found.hasStridedBottlenecks ? said.stride?.rawValue : nil, stride?.rawValue),
                Self.contradiction("batch-norm epsilon", said.epsilon.map(\.description), "\(own.batchNormEpsilon)"),
                Self.contradiction("stem's stride", said.stemStride.map(String.init), own.stemStride.map(String.init)),
                Self.contradiction("stem's pool", said.stemPool?.rawValue, own.stemPool?.rawValue),
                Self.contradiction("padding", said.padding?.rawValue, own.padding?.rawValue),
                Self.contradiction("activation order", said.activationOrder?.rawValue, own.activationOrder?.rawValue),
            ]
            if let contradiction = contradictions.compactMap(\.self).first { throw mismatch(contradiction) }
        }
        if said.stride == .firstConvolution, found.block == .basic {
            throw mismatch("its blocks are basic ones, which have no 1x1 for the stride v1; leave the stride out.")
        }
        if let shortcut = said.shortcut, let contradiction = Self.contradiction(of: shortcut, shapedShortcut, found) {
            throw mismatch("shortcuts are said to be \(shortcut.rawValue): \(contradiction).")
        }
        guard said.stride != nil || !needsStride else {
            throw mismatch("it does not say where a bottleneck has its stride.")
        }
        guard said.shortcut != nil || !needsShortcut else {
            throw mismatch("no tensor tells what its shortcuts are.")
        }
        guard said.stemStride != nil || !needsStemStride else {
            throw mismatch("no tensor tells the stride of its first convolution.")
        }
        return said.applied(to: found)
    }

    /// The network with some answer to whatever is open: for what does not depend on it.
    public func anyArchitecture(origin: String) throws(WeightsError) -> ResidualArchitecture {
        try architecture(
            SaidConventions(
                stride: needsStride ? .middleConvolution : nil, stemStride: needsStemStride ? found.stemStride : nil,
                shortcut: needsShortcut ? .zeros : nil), origin: origin)
    }

    /// What is known of the network beyond its tensors, from the file and from what is said beside it, for a file that
    /// keeps it: the stride may stay open. **Throws** `architectureMismatch` where the file is contradicted.
    public func conventions(
        _ said: SaidConventions = SaidConventions(), origin: String
    ) throws(WeightsError) -> NetworkConventions {
        var said = said
        let isOpen = needsStride && said.stride == nil
        if isOpen { said.stride = .middleConvolution }
        var conventions = NetworkConventions(of: try architecture(said, origin: origin))
        if isOpen { conventions.strideOnFirstConvolution = nil }
        return conventions
    }

    private static func contradiction(_ what: String, _ said: String?, _ own: String?) -> String? {
        guard let said, let own, said != own else { return nil }
        return "the file itself says that the \(what) is \(own), not \(said)."
    }

    /// Why shortcuts cannot be `said`, where tensors tell that they are `shaped`; nil where they can.
    private static func contradiction(
        of said: ResidualArchitecture.Shortcut, _ shaped: ResidualArchitecture.Shortcut?, _ found: ResidualArchitecture
    ) -> String? {
        guard said != shaped, found.hasShapedShortcuts else { return nil }
        let block = found.stages.joined().first { $0.zeros != nil || $0.projection != nil }?.name ?? ""
        switch shaped {
        case nil:
            return said == .zeros ? nil : "there is no \(block).downsample.0.weight"
        case .projection: return "\(block).downsample.0 and a batch norm behind it are among the tensors"
        case .convolution, .zeros:
            return "\(block).downsample.0 is among the tensors, and no batch norm behind it"
        }
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
        if let stride = conventions.stemStride, stride != stemStride {
            return "the file itself says that the stem's stride is \(stride)"
        }
        if let pool = conventions.stemPool, pool != stemPool {
            return "the file itself says that the stem's pool is \(pool.rawValue)"
        }
        if let padding = conventions.padding, padding != self.padding {
            return "the file itself says that the padding is \(padding.rawValue)"
        }
        if let shortcut = conventions.shortcut, hasShapedShortcuts, shortcut != self.shortcut {
            return "the file itself says that shortcuts are \(shortcut.rawValue)"
        }
        if let order = conventions.activationOrder, order != activationOrder {
            return "the file itself says that the activation order is \(order.rawValue)"
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

    /// Whether there are blocks that change the shape.
    func hasShapedShortcuts(_ block: ResidualArchitecture.Block) -> Bool {
        blocksPerStage.count > 1 || block.expansion > 1
    }

    private func hasShortcutTensor(_ suffix: String) -> Bool {
        blockNames.contains { shapes["\($0.name).downsample.\(suffix)"] != nil }
    }

    /// What shortcuts with tensors are: with a batch norm or without; nil where no block has one.
    var shortcut: ResidualArchitecture.Shortcut? {
        if ["weight", "bias", "running_mean", "running_var"].contains(where: { hasShortcutTensor("1.\($0)") }) {
            return .projection
        }
        return hasShortcutTensor("0.weight") ? .convolution : nil
    }

    /// Whether they have a bias beside the batch norm's.
    var hasShortcutBias: Bool { hasShortcutTensor("0.bias") }

    /// Rows of the last layer; 0 where there is none.
    var classes: Int { shapes["fc.weight"]?.dimensions.first ?? shapes["fc.bias"]?.dimensions.first ?? 0 }

    /// A few names, for a message.
    var summary: String {
        let names = shapes.keys.sorted()
        return names.isEmpty
            ? "none" : names.prefix(8).joined(separator: ", ") + (names.count > 8 ? " and \(names.count - 8) more" : "")
    }
}
