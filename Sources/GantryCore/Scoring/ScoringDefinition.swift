/// Everything that decides what number a slice gets: network, preparation, selection. Part of the pipeline bundle's
/// contract; its digest is the *scoring digest*.
public struct ScoringDefinition: Sendable, Hashable, Codable {
    /// The network.
    public var model: ModelDescription
    /// From Hounsfield to the network's input.
    public var preparation: PreparationDefinition
    /// Which slices are scored.
    public var sliceSelection: SliceSelectionRule
    /// Which series is scored.
    public var seriesRules: SeriesRules

    /// A definition of these parts.
    public init(
        model: ModelDescription, preparation: PreparationDefinition, sliceSelection: SliceSelectionRule,
        seriesRules: SeriesRules
    ) {
        self.model = model
        self.preparation = preparation
        self.sliceSelection = sliceSelection
        self.seriesRules = seriesRules
    }
}
