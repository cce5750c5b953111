import GantryTensors

/// The parts of a seeded network that were fitted to data, small enough to be kept in version control.
///
/// **Format**: safetensors with `*.running_mean`, `*.running_var`, `fc.weight` and `fc.bias`. A `SafetensorsFile` of it
/// completes a `SeededBackbone`.
public struct FittedTensors: Sendable {
    /// In the order they were fitted.
    public let tensors: [NamedTensor]

    /// Calibrated statistics and a fitted last layer.
    public init(statistics: [NamedTensor], head: LinearHead) {
        tensors = statistics + [head.weight, head.bias]
    }

    /// Writes them as safetensors, the same bytes for the same tensors. **Throws** `cannotWrite`.
    public func write(to path: String, metadata: [String: String] = [:]) throws(WeightsError) {
        try SafetensorsWriter(metadata: metadata).write(tensors, to: path)
    }
}
