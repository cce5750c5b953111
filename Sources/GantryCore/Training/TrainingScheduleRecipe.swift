/// The part of a recipe that says how is learned.
public struct TrainingScheduleRecipe: Sendable, Hashable {
    /// What makes a step of a gradient.
    public enum OptimizerKind: String, Hashable, Sendable, Codable, CaseIterable {
        /// Stochastic gradient descent with Nesterov momentum.
        case sgd
        /// Adam; weight decay is a part of the gradient.
        case adam
        /// Adam with decoupled weight decay.
        case adamw
    }

    /// How the learning rate falls.
    public enum ScheduleKind: String, Hashable, Sendable, Codable, CaseIterable {
        /// Not at all.
        case constant
        /// Half a cosine, to 0 with the last step.
        case cosine
        /// To a tenth after each third of the epochs.
        case step
    }

    /// How much a class counts.
    public enum ClassWeighting: String, Hashable, Sendable, Codable, CaseIterable {
        /// As much as it has images.
        case none
        /// Each class the same.
        case balanced
    }

    /// What is multiplied.
    public enum Arithmetic: String, Hashable, Sendable, Codable, CaseIterable {
        /// Float32.
        case f32
        /// bfloat16 maps and products, summed in Float32; weights stay Float32.
        case bf16
    }

    /// What the bundle's weights are stored as.
    public enum StoredWeights: String, Hashable, Sendable, Codable, CaseIterable {
        /// Float32, as they were trained.
        case f32
        /// Those of convolutions and the last layer rounded to half precision: half the size.
        case f16
    }

    /// Times that every image is met.
    public var epochs: Int
    /// Images of a step.
    public var batch: Int
    /// What makes a step of a gradient.
    public var optimizer: OptimizerKind
    /// The highest learning rate; nil: 0.01 of SGD, 0.001 of the others.
    public var learningRate: Double?
    /// Momentum of SGD.
    public var momentum: Double
    /// Weight decay, not on batch norms and biases; nil: 0.0001 of SGD, 0 of Adam, 0.01 of AdamW.
    public var weightDecay: Double?
    /// How the learning rate falls.
    public var schedule: ScheduleKind
    /// Epochs in which the learning rate rises from 0.
    public var warmUpEpochs: Int
    /// Epochs, from the first on, that see pictures of half the side; nil: none.
    public var lowResolutionEpochs: Int?
    /// What is multiplied; nil: f32.
    public var precision: Arithmetic?
    /// What the bundle's weights are stored as; nil: f32.
    public var storedWeights: StoredWeights?
    /// How images are changed; nil: see `TrainingRecipe.augmentation`.
    public var augmentation: Augmentation?
    /// Whether the order is another in each epoch; otherwise by class, then name.
    public var shuffle: Bool
    /// Of all randomness.
    public var seed: UInt64
    /// Share of the target that is spread over all classes.
    public var labelSmoothing: Double
    /// How much a class counts in the loss.
    public var classWeights: ClassWeighting
    /// How often images of a class are met.
    public var sampling: ClassWeighting
    /// The largest norm of a gradient; nil: no clipping.
    public var clipNorm: Double?
    /// Epochs without a better validation after which it stops; nil: never.
    public var patience: Int?

    /// The defaults.
    public init() {
        epochs = 20
        batch = 32
        optimizer = .sgd
        momentum = 0.9
        schedule = .cosine
        warmUpEpochs = 0
        shuffle = true
        seed = 1
        labelSmoothing = 0
        classWeights = .none
        sampling = .none
    }

    /// The learning rate that is used.
    public var usedLearningRate: Double { learningRate ?? (optimizer == .sgd ? 0.01 : 0.001) }

    /// The weight decay that is used.
    public var usedWeightDecay: Double {
        switch optimizer {
        case .sgd: weightDecay ?? 1e-4
        case .adam: weightDecay ?? 0
        case .adamw: weightDecay ?? 0.01
        }
    }

    /// Whether the epoch with this number, from 0, sees pictures of half the side.
    public func isLowResolution(epoch: Int) -> Bool { epoch < lowResolutionEpochs ?? 0 }

    /// The precision that is asked for; see `TrainableNetwork.arithmetic`.
    public var usedPrecision: Precision { precision == .bf16 ? .bf16 : .f32 }

    /// The section `training`, but for what is written where it is said alone, and `seed`.
    public static let settings = SettingTable(
        "training", entering: nil, usual: TrainingScheduleRecipe(),
        [
            PipelineSetting("epochs", .wholeNumber(\.epochs, 1...100_000), "times that every image is met"),
            PipelineSetting("batch", .wholeNumber(\.batch, 1...4096), "images of a step"),
            PipelineSetting(
                "optimizer", .choice(PipelineChoice(\.optimizer)), "sgd is with Nesterov momentum"),
            PipelineSetting(
                "learning-rate", .numberOrNone(\.learningRate, 1e-9...1000),
                "the highest learning rate: 0.01 with sgd, 0.001 with the others"),
            PipelineSetting("momentum", .number(\.momentum, 0...0.9999), "momentum of sgd, always Nesterov's"),
            PipelineSetting(
                "weight-decay", .numberOrNone(\.weightDecay, 0...10),
                "not on batch norms and biases: 0.0001 with sgd, 0 with adam, 0.01 with adamw"),
            PipelineSetting(
                "schedule", .choice(PipelineChoice(\.schedule)),
                "how the learning rate falls: not, along a cosine to 0, or to a tenth after each third"),
            PipelineSetting(
                "warm-up-epochs", .wholeNumber(\.warmUpEpochs, 0...10_000),
                "epochs in which the learning rate rises from 0"),
            PipelineSetting(
                "shuffle", .flag(\.shuffle), "whether the order is another in each epoch; else by class, then name"),
            PipelineSetting(
                "label-smoothing", .number(\.labelSmoothing, 0...0.99),
                "share of the target that is spread over all classes"),
            PipelineSetting(
                "class-weights", .choice(PipelineChoice(\.classWeights)), "how much a class counts in the loss"),
            PipelineSetting(
                "sampling", .choice(PipelineChoice(\.sampling)), "how often images of a class are met"),
            PipelineSetting(
                "clip-norm", .numberOrNone(\.clipNorm, 1e-9...1e9), "the largest norm of a gradient"),
            PipelineSetting(
                "patience", .wholeNumberOrNone(\.patience, 1...100_000),
                "epochs without a better validation after which it stops"),
        ])
}
