import GantryCore
import GantryTensors

extension ResidualArchitecture {
    /// Every tensor of a checkpoint, by torchvision's keys, in depth order.
    public var tensors: [(name: String, shape: TensorShape)] {
        units.flatMap { unit -> [(name: String, shape: TensorShape)] in
            let channels: TensorShape = [unit.outputChannels]
            return [(unit.name + ".weight", unit.weightShape)]
                + (unit.hasBias ? [(unit.name + ".bias", channels)] : [])
                + (unit.hasBatchNorm
                    ? ["weight", "bias", "running_mean", "running_var"].map { ("\(unit.batchNorm).\($0)", channels) }
                    : [])
        } + (classes > 0 ? [("fc.weight", [classes, featureCount]), ("fc.bias", [classes])] : [])
    }

    /// Checks that `weights` are those of such a network, by name and shape.
    ///
    /// **Throws** `architectureMismatch` naming every missing, extra or misshapen tensor.
    public func requireTensors(of weights: any TensorCollection) throws(WeightsError) {
        try weights.requireExactly(tensors, what: "a network of \(summary)", ignoring: Self.isTrainingOnly)
    }

    /// Tensors that PyTorch keeps for training only: a checkpoint may have them, and they are not read.
    public static func isTrainingOnly(_ name: String) -> Bool { name.hasSuffix(".num_batches_tracked") }

    /// The batch-norm weight of each block's last convolution in a seeded backbone; every other batch norm has 1, and
    /// all have bias 0.
    ///
    /// An eighth keeps the shortcuts in charge: a branch then adds 1/64 of a projection's variance, so that the image's
    /// own content reaches the pooled features through all sixteen blocks instead of being drowned by random branches.
    /// The price: a strided 1x1 projection keeps one position of four, so that the pooled features see the image on a
    /// lattice of 32 pixels. The pipeline's input size must be large enough for what is sought not to fall through. An
    /// eighth is exact in binary.
    public static let seededBranchScale: Float = 0.125

    /// The network with random convolutions from `seed`; batch-norm statistics and the last layer remain to be fitted.
    public func seededBackbone(seed: UInt64) -> SeededBackbone {
        let branchEnds = Set(stages.joined().compactMap { $0.convolutions.last?.batchNorm })
        var parts: [SeededBackbone.Part] = []
        for unit in units {
            let channels: TensorShape = [unit.outputChannels]
            parts.append(
                .init(name: unit.name + ".weight", shape: unit.weightShape, rule: .heUniform(fanIn: unit.fanIn)))
            if unit.hasBias { parts.append(.init(name: unit.name + ".bias", shape: channels, rule: .constant(0))) }
            guard unit.hasBatchNorm else { continue }
            let scale = branchEnds.contains(unit.batchNorm) ? Self.seededBranchScale : 1
            parts.append(.init(name: unit.batchNorm + ".weight", shape: channels, rule: .constant(scale)))
            parts.append(.init(name: unit.batchNorm + ".bias", shape: channels, rule: .constant(0)))
            parts.append(.init(name: unit.batchNorm + ".running_mean", shape: channels, rule: .fitted))
            parts.append(.init(name: unit.batchNorm + ".running_var", shape: channels, rule: .fitted))
        }
        parts.append(.init(name: "fc.weight", shape: [classes, featureCount], rule: .fitted))
        parts.append(.init(name: "fc.bias", shape: [classes], rule: .fitted))
        return SeededBackbone(seed: seed, parts: parts)
    }
}
