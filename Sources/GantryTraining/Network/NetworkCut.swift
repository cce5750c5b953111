import GantryCore
import GantryInference
import GantryTensors

/// Where a network is cut: before it everything is frozen, behind it everything is trained.
struct NetworkCut {
    let architecture: ResidualArchitecture
    let freeze: FreezePoint
    /// Stages before the cut.
    let frozenStages: Int

    /// **Throws** `architectureMismatch` where the network has no last layer, or fewer stages than `freeze` names.
    init(_ architecture: ResidualArchitecture, freeze: FreezePoint) throws(WeightsError) {
        guard architecture.classes > 0 else {
            throw WeightsError(
                .architectureMismatch, subject: "the network", explanation: "it has no last layer to train.")
        }
        guard let stages = freeze.frozenStages(of: architecture.blocksPerStage.count) else {
            throw WeightsError(
                .architectureMismatch, subject: "freeze \(freeze.rawValue)",
                explanation: "the network has \(architecture.blocksPerStage.count) stages.")
        }
        self.architecture = architecture
        self.freeze = freeze
        frozenStages = stages
    }

    /// Whether the stem is trained.
    var hasStem: Bool { freeze == .none }
    /// Whether what is trained begins with the pooled features.
    var beginsPooled: Bool { freeze == .backbone }

    /// The frozen part as a network of its own, without last layer; its last block's output is where the cut is.
    var frozenArchitecture: ResidualArchitecture {
        var frozen = architecture
        frozen.blocksPerStage = Array(architecture.blocksPerStage.prefix(frozenStages))
        frozen.classes = 0
        return frozen
    }

    /// Names of the tensors that are frozen.
    var frozenNames: Set<String> { hasStem ? [] : Set(frozenArchitecture.tensors.map(\.name)) }

    /// **Shape** `[channels, height, width]` at the cut, for images of this size; `[features]` where it begins pooled.
    func inputShape(height: Int, width: Int) -> TensorShape {
        if beginsPooled { return [architecture.featureCount] }
        if hasStem { return [architecture.inputChannels, height, width] }
        var (height, width) = (architecture.stemOutputSize(height), architecture.stemOutputSize(width))
        var channels = architecture.baseWidth
        for block in architecture.stages.prefix(frozenStages).joined() {
            for unit in block.convolutions {
                (height, width) = (unit.outputSize(height), unit.outputSize(width))
                channels = unit.outputChannels
            }
        }
        return [channels, height, width]
    }
}

/// Some tensors of a collection, as if there were no others.
struct TensorSelection: TensorCollection {
    let base: any TensorCollection
    let names: Set<String>

    var origin: String { base.origin }
    var shapes: [String: TensorShape] { base.shapes.filter { names.contains($0.key) } }
    func values(of name: String) throws(WeightsError) -> [Float] { try base.values(of: name) }
    func elementType(of name: String) -> ElementType? { base.elementType(of: name) }
}
