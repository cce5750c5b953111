import GantryTensors

/// A residual network found in a plain Keras model: its layers under torchvision's names, by what each of them reads.
///
/// The stem is one convolution, perhaps with a max pool; then come blocks, each a row of two or three convolutions
/// whose sum with the block's input, or with a convolution of it, goes through a ReLU; then the mean over the image and
/// one dense layer. A block that halves the image or has a convolution as its shortcut begins a stage; the first block
/// begins the first stage in any case.
///
/// Whatever the layers are called: this is for models that somebody wrote with Keras's own layers.
struct KerasGraph {
    /// torchvision's name of each layer that has weights.
    private(set) var names: [String: String] = [:]
    /// Batch norms that the model lacks and torchvision's names have: the name, and the layer whose channels it has.
    private(set) var missingNorms: [(name: String, convolution: String)] = []
    /// Convolutions without a bias in a network whose others have one: torchvision's name, and the layer's.
    private(set) var missingBiases: [(name: String, convolution: String)] = []
    /// torchvision's names of the batch norms that the model has.
    private(set) var norms: [String] = []
    let conventions: NetworkConventions

    /// Channels of a layer for which something is made that the file lacks, at most.
    static let mostChannels = 1 << 16

    /// Goes through the model. **Throws** `architectureMismatch` for the first layer that is no residual network's.
    init(_ configuration: KerasConfiguration, origin: String) throws(WeightsError) {
        var walk = try KerasGraphWalk(configuration, origin: origin)
        let stem = try walk.stem()
        var blocks: [KerasGraphWalk.Block] = []
        while let block = try walk.nextBlock() { blocks.append(block) }
        let dense = try walk.head()
        guard let first = blocks.first else {
            throw WeightsError(
                .architectureMismatch, subject: origin,
                explanation: "the model has no residual blocks: no sum of two branches is among its layers.")
        }
        for block in blocks where block.convolutions.count != first.convolutions.count {
            throw walk.mismatch(block.sum, "ends a block with another number of convolutions than the first")
        }
        let order = try walk.order(of: stem, blocks)
        let padding = try walk.padding(of: stem, blocks)
        let hasShortcutNorm = blocks.contains { $0.projection?.norm != nil }
        var convolutions = [("conv1", "bn1", stem.convolution)]
        var shortcuts: [(String, String, KerasGraphWalk.Convolution)] = []
        var (stage, index) = (1, 0)
        var isFirst: Bool?
        for (position, block) in blocks.enumerated() {
            if position > 0, block.projection != nil { (stage, index) = (stage + 1, 0) }
            let name = "layer\(stage).\(index)"
            try walk.check(block, halves: stage > 1 && index == 0, strideOnFirst: &isFirst)
            index += 1
            for (number, convolution) in block.convolutions.enumerated() {
                convolutions.append(("\(name).conv\(number + 1)", "\(name).bn\(number + 1)", convolution))
            }
            if let projection = block.projection {
                shortcuts.append(("\(name).downsample.0", hasShortcutNorm ? "\(name).downsample.1" : "", projection))
            }
        }
        let epsilon = try walk.epsilon(of: convolutions.map(\.2) + shortcuts.map(\.2))
        let usual = stem.convolution.kernel == 7
        conventions = NetworkConventions(
            strideOnFirstConvolution: isFirst, batchNormEpsilon: epsilon,
            stemStride: stem.convolution.stride == (usual ? 2 : 1) ? nil : stem.convolution.stride,
            stemPool: stem.pools == usual ? nil : stem.pools ? .max : .nothing, padding: padding ? .same : nil,
            shortcut: shortcuts.isEmpty ? nil : hasShortcutNorm ? .projection : .convolution,
            activationOrder: order ? .activationFirst : nil)
        add(convolutions)
        add(shortcuts)
        if let dense { names[dense] = "fc" }
    }

    private mutating func add(_ units: [(name: String, norm: String, convolution: KerasGraphWalk.Convolution)]) {
        let hasBias = units.contains { $0.convolution.hasBias }
        for (name, norm, convolution) in units {
            names[convolution.layer] = name
            if hasBias, !convolution.hasBias { missingBiases.append((name, convolution.layer)) }
            guard !norm.isEmpty else { continue }
            if let layer = convolution.norm?.layer {
                names[layer] = norm
                norms.append(norm)
            } else {
                missingNorms.append((norm, convolution.layer))
            }
        }
    }
}
