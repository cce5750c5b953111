/// Everything that decides what a training run comes to, written down: what `recipe.yaml` says. What is nil is not said
/// and follows from the rest.
public struct TrainingRecipe: Sendable, Hashable {
    /// What is learned from.
    public var data: TrainingDataRecipe
    /// What learns.
    public var network: TrainingNetworkRecipe
    /// How.
    public var training: TrainingScheduleRecipe

    /// A recipe of these parts; all defaults unless given.
    public init(
        data: TrainingDataRecipe = .init(), network: TrainingNetworkRecipe = .init(),
        training: TrainingScheduleRecipe = .init()
    ) {
        self.data = data
        self.network = network
        self.training = training
    }

    /// The augmentation: what is said; none with a frozen beginning, which then is computed once; otherwise that of the
    /// kind of data.
    public var augmentation: Augmentation {
        if let said = training.augmentation { return said }
        if network.freeze != .none { return .none }
        return data.studies == nil ? .photo : .ct
    }
}
