import GantryTensors

/// A last layer: logits = weight * features + bias.
public struct LinearHead: Hashable, Sendable {
    /// `fc.weight`, `[classes, features]`.
    public let weight: NamedTensor
    /// `fc.bias`, `[classes]`.
    public let bias: NamedTensor
    /// How the fit ended.
    public let convergence: Convergence

    package init(weight: NamedTensor, bias: NamedTensor, convergence: Convergence) {
        self.weight = weight
        self.bias = bias
        self.convergence = convergence
    }

    /// How a minimisation ended.
    public struct Convergence: Hashable, Sendable {
        /// Steps taken.
        public let iterations: Int
        /// The value reached.
        public let objective: Double
        /// The largest component of the gradient there.
        public let gradient: Double
        /// Whether the gradient fell below the tolerance.
        public let isConverged: Bool
    }
}
