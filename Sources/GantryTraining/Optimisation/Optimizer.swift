import CGantryKernels
import GantryCore

/// What makes a step of a gradient: SGD with Nesterov momentum, Adam, or AdamW, each as `torch.optim` has it.
///
/// Weight decay applies to the weights of convolutions and of the last layer alone, not to batch norms and biases.
/// `TrainableNetwork.apply` makes the step.
///
/// **Source**: PyTorch's `SGD(nesterov=True)`, whose first step takes the gradient as its momentum; `Adam` and `AdamW`
/// with betas 0.9 and 0.999 and epsilon 1e-8; Loshchilov and Hutter, "Decoupled weight decay regularization" (2017).
public struct Optimizer: Sendable {
    /// Which.
    public let kind: TrainingScheduleRecipe.OptimizerKind
    /// Of SGD. **Range** 0 to below 1.
    public let momentum: Double
    /// Of Adam and SGD a part of the gradient, of AdamW a share of the weight.
    public let weightDecay: Double
    /// Steps made so far.
    public internal(set) var steps = 0
    /// Momentum, or the gradient's mean; in the order of the network's parameters. Empty before the first step.
    private var first: [Float] = []
    /// Mean of the gradient's square, of Adam and AdamW.
    private var second: [Float] = []

    private static let betas = (0.9, 0.999)
    private static let epsilon = 1e-8

    /// An optimiser before its first step.
    public init(kind: TrainingScheduleRecipe.OptimizerKind, momentum: Double = 0.9, weightDecay: Double) {
        self.kind = kind
        self.momentum = momentum
        self.weightDecay = weightDecay
    }

    /// What is remembered, by name; nothing before the first step.
    var memories: [(name: String, values: [Float])] {
        if first.isEmpty { return [] }
        return kind == .sgd ? [("momentum", first)] : [("mean", first), ("square", second)]
    }

    /// Makes the memory for so many parameters, zeros: a momentum that begins with 0 is the gradient after the first
    /// step.
    mutating func prepare(count: Int) {
        if first.count != count { first = [Float](repeating: 0, count: count) }
        if kind != .sgd, second.count != count { second = [Float](repeating: 0, count: count) }
    }

    /// As before the first step.
    mutating func forget() { self = Self(kind: kind, momentum: momentum, weightDecay: weightDecay) }

    /// Replaces the memory of that place in `memories`.
    mutating func restore(memory: Int, _ values: [Float]) {
        if memory == 0 { first = values } else { second = values }
    }

    /// Counts a step; returns what it has in common for all weights.
    mutating func begin(count: Int, learningRate: Double, gradientScale: Double) -> gantry_step {
        prepare(count: count)
        steps += 1
        let (beta1, beta2) = Self.betas
        return gantry_step(
            learning_rate: Float(learningRate), gradient_scale: Float(gradientScale), decay: Float(weightDecay),
            momentum: Float(kind == .sgd ? momentum : beta1), square_momentum: Float(beta2),
            epsilon: Float(Self.epsilon), correction: Float(1 - Self.power(beta1, steps)),
            square_correction: Float((1 - Self.power(beta2, steps)).squareRoot()), is_decoupled: kind == .adamw)
    }

    /// By squaring: the same on every machine.
    private static func power(_ base: Double, _ exponent: Int) -> Double {
        var (result, square, left) = (1.0, base, exponent)
        while left > 0 {
            if left & 1 == 1 { result *= square }
            square *= square
            left >>= 1
        }
        return result
    }

    /// Lends the memory; the second part is nil for SGD.
    mutating func withMemory(_ body: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>?) -> Void) {
        first.withUnsafeMutableBufferPointer { first in
            second.withUnsafeMutableBufferPointer { second in
                if let base = first.baseAddress { body(base, second.isEmpty ? nil : second.baseAddress) }
            }
        }
    }
}
