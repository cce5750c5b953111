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
}
