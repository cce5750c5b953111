import GantryCore

extension TrainingRecipe {
    /// The file's name in a bundle.
    public static let file = "recipe.yaml"

    /// Reads a recipe. Keys that are absent take the defaults; keys that are unknown are problems. What a run has noted
    /// beside the recipe (`made`) is not looked at.
    ///
    /// `file` is the name that problems carry. **Throws** every problem found, in the order of the lines.
    public init(yaml: String, file: String = TrainingRecipe.file) throws(PipelineFileProblems) {
        let problems = ProblemList(file: file)
        let top = YAMLSection(
            try PipelineDefinition.compose(yaml, file: file), name: "",
            keys: ["data", "network", "training", TrainingRecord.section], at: nil, problems: problems)
        let recipe = TrainingRecipe(
            data: Self.data(top), network: Self.network(top), training: Self.training(top))
        guard problems.problems.isEmpty else {
            throw PipelineFileProblems(problems.problems.sorted { ($0.line, $0.column) < ($1.line, $1.column) })
        }
        self = recipe
    }

    private static func data(_ top: YAMLSection) -> TrainingDataRecipe {
        let section = top.section(
            of: TrainingDataRecipe.settings,
            leading: ["images", "studies", "truth", "split", "pipeline", "positive-class"])
        var data = section.read(TrainingDataRecipe.settings)
        data.images = section.textOrNil("images")
        data.studies = section.textOrNil("studies")
        data.truth = section.textOrNil("truth")
        data.split = section.textOrNil("split")
        data.pipeline = section.textOrNil("pipeline")
        data.positiveClass = section.textOrNil("positive-class")
        return data
    }

    private static func network(_ top: YAMLSection) -> TrainingNetworkRecipe {
        let section = top.section(
            of: TrainingNetworkRecipe.settings,
            leading: [
                "model", "prefix", "state-dict", "architecture", "stem", "stem-stride", "stem-pool", "padding",
                "shortcut", "activation-order", "stride", "batch-norm-epsilon", "input-size", "resize",
                "input-convention",
            ])
        var network = section.read(TrainingNetworkRecipe.settings)
        network.model = section.textOrNil("model")
        network.prefix = section.textOrNil("prefix")
        network.stateDict = section.textOrNil("state-dict")
        network.architecture = section.choiceOrNil("architecture")
        network.stem = section.choiceOrNil("stem")
        if section.value("stem-stride") != nil { network.said.stemStride = section.integer("stem-stride", in: 1...2) }
        network.said.stemPool = section.choiceOrNil("stem-pool")
        network.said.padding = section.choiceOrNil("padding")
        network.said.shortcut = section.choiceOrNil("shortcut")
        network.said.activationOrder = section.choiceOrNil("activation-order")
        network.said.stride = section.choiceOrNil("stride")
        if section.value("batch-norm-epsilon") != nil {
            network.said.epsilon = section.number("batch-norm-epsilon", in: 1e-12...1)
        }
        if section.value("input-size") != nil { network.inputSize = section.integer("input-size", in: 8...1024) }
        network.resize = section.choiceOrNil("resize")
        network.inputConvention = section.choiceOrNil("input-convention")
        return network
    }

    private static func training(_ top: YAMLSection) -> TrainingScheduleRecipe {
        let section = top.section(
            of: TrainingScheduleRecipe.settings,
            trailing: ["low-resolution-epochs", "precision", "stored-weights", "augmentation", "seed"])
        var training = section.read(TrainingScheduleRecipe.settings)
        if section.value("low-resolution-epochs") != nil {
            training.lowResolutionEpochs = section.integer("low-resolution-epochs", in: 1...100_000)
        }
        training.precision = section.choiceOrNil("precision")
        training.storedWeights = section.choiceOrNil("stored-weights")
        training.augmentation = section.choiceOrNil("augmentation")
        let seed = section.integer("seed", in: 0...Int.max, fallback: Int(training.seed))
        training.seed = UInt64(seed)
        return training
    }

    /// The recipe as a file: what is said, and every number. Reading it gives the same recipe again.
    public var yaml: String { text(isExplained: true) }

    /// What the recipe says without a word about what it means, which another version may put otherwise.
    public var settingsText: String { text(isExplained: false) }

    private func text(isExplained: Bool) -> String {
        func texts(_ pairs: [(String, String?)]) -> [String] {
            pairs.compactMap { key, value in value.map { "  \(key): \(quoted($0))" } }
        }
        func words(_ pairs: [(String, String?)]) -> [String] {
            pairs.compactMap { key, value in value.map { "  \(key): \($0)" } }
        }
        var lines = ["data:"]
        lines += texts([
            ("images", data.images), ("studies", data.studies), ("truth", data.truth), ("split", data.split),
            ("pipeline", data.pipeline), ("positive-class", data.positiveClass),
        ])
        lines += TrainingDataRecipe.settings.lines(data, isExplained: isExplained)
        lines.append("network:")
        lines += texts([("model", network.model), ("prefix", network.prefix), ("state-dict", network.stateDict)])
        lines += words([
            ("architecture", network.architecture?.rawValue), ("stem", network.stem?.rawValue),
            ("stem-stride", network.said.stemStride.map(String.init)), ("stem-pool", network.said.stemPool?.rawValue),
            ("padding", network.said.padding?.rawValue), ("shortcut", network.said.shortcut?.rawValue),
            ("activation-order", network.said.activationOrder?.rawValue),
            ("stride", network.said.stride?.rawValue), ("batch-norm-epsilon", network.said.epsilon.map(shortest)),
            ("input-size", network.inputSize.map(String.init)), ("resize", network.resize?.rawValue),
            ("input-convention", network.inputConvention?.rawValue),
        ])
        lines += TrainingNetworkRecipe.settings.lines(network, isExplained: isExplained)
        lines.append("training:")
        lines += TrainingScheduleRecipe.settings.lines(training, isExplained: isExplained)
        lines += words([
            ("low-resolution-epochs", training.lowResolutionEpochs.map(String.init)),
            ("precision", training.precision?.rawValue), ("stored-weights", training.storedWeights?.rawValue),
            ("augmentation", training.augmentation?.rawValue), ("seed", String(training.seed)),
        ])
        return lines.joined(separator: "\n") + "\n"
    }
}

extension YAMLSection {
    /// The text at `key`, or nil where it is absent.
    fileprivate func textOrNil(_ key: String) -> String? { value(key) == nil ? nil : text(key) }

    /// The word at `key`, or nil where it is absent.
    fileprivate func choiceOrNil<Choice: CaseIterable & RawRepresentable<String>>(_ key: String) -> Choice? {
        value(key) == nil ? nil : choice(key, fallback: nil)
    }
}
