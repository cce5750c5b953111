import GantryCore

/// The slice scorer of a pipeline: its preparation and its residual network.
public struct ResidualNetworkScorer: SliceScorer {
    /// From Hounsfield to the network's input.
    public let preparation: SlicePreparation
    /// The network.
    public let network: ResidualNetwork
    /// What makes probabilities of its logits.
    public let activation: Activation
    /// Divides the logits before.
    public let temperature: Double
    /// What the network was trained on; nil where that is not known, and no distance is measured.
    public let profile: FeatureProfile?
    /// Threads that a call uses which is not given any.
    public let workers: Int

    /// A scorer that computes with `workers` threads; at least one is used.
    public init(
        preparation: SlicePreparation, network: ResidualNetwork, activation: Activation,
        temperature: Double = 1, profile: FeatureProfile? = nil, workers: Int
    ) {
        self.preparation = preparation
        self.network = network
        self.activation = activation
        self.temperature = temperature
        self.profile = profile
        self.workers = max(workers, 1)
    }

    /// Number of classes.
    public var classCount: Int { network.architecture.classes }

    /// The slice's input: windowed, resized by area averaging, normalised.
    public func prepare(_ hounsfield: Span<Int16>, rows: Int, columns: Int) -> SliceTensor {
        preparation.prepare(hounsfield, rows: rows, columns: columns)
    }

    /// Probabilities of each class, or label, for each tensor, in order; classes sum to 1.
    ///
    /// **Throws** `inputMisshapen` where a tensor's side is not the preparation's, `notFinite` where a probability is
    /// not a number.
    public func probabilities(of tensors: [SliceTensor]) throws(ScorerFault) -> [[Double]] {
        try probabilities(of: tensors, workers: workers)
    }

    private func probabilities(of tensors: [SliceTensor], workers: Int) throws(ScorerFault) -> [[Double]] {
        try check(tensors)
        let side = preparation.definition.inputSize
        let logits: ScoreMatrix
        do {
            logits = try network.logits(of: tensors.map(\.values), height: side, width: side, workers: workers)
        } catch {
            throw ScorerFault(.inputMisshapen, subject: "slice tensors", explanation: error.description)
        }
        return try probabilities(logits)
    }

    private func probabilities(_ logits: ScoreMatrix) throws(ScorerFault) -> [[Double]] {
        let probabilities = logits.probabilities(activation, temperature: temperature)
        if let index = probabilities.firstIndex(where: { !$0.allSatisfy(\.isFinite) }) { throw Self.notFinite(index) }
        return probabilities
    }

    /// Of the profile.
    public var distanceQuantiles: DistanceQuantiles? { profile?.quantiles }

    /// The same probabilities, with distances where there is a profile, of the same pass; by `workers` threads.
    ///
    /// **Throws** as `probabilities` does; `notFinite` where a distance is not a number.
    public func scores(of tensors: [SliceTensor], workers: Int) throws(ScorerFault) -> [SliceScore] {
        guard let profile else {
            return try probabilities(of: tensors, workers: workers).map { SliceScore(probabilities: $0) }
        }
        try check(tensors)
        let side = preparation.definition.inputSize
        let outputs: NetworkOutputs
        do {
            outputs = try network.outputs(of: tensors.map(\.values), height: side, width: side, workers: workers)
        } catch {
            throw ScorerFault(.inputMisshapen, subject: "slice tensors", explanation: error.description)
        }
        var scores: [SliceScore] = []
        for (index, probabilities) in try probabilities(outputs.logits).enumerated() {
            let tensor = tensors[index]
            let distance = profile.distance(
                of: outputs.compared(
                    index, input: tensor.values, channels: tensor.channels, height: tensor.side, width: tensor.side))
            guard distance.isFinite else { throw Self.notFinite(index) }
            scores.append(SliceScore(probabilities: probabilities, distance: distance))
        }
        return scores
    }

    /// Grad-CAM at the last stage, one pass of the network a slice.
    ///
    /// **Throws** as `probabilities` does.
    public func activationMaps(
        of tensors: [SliceTensor], classIndex: Int
    ) throws(ScorerFault) -> [ActivationMap] {
        try check(tensors)
        let side = preparation.definition.inputSize
        let found: [ActivationMap?]
        do {
            found = try network.classMaps(
                of: tensors.map(\.values), height: side, width: side, class: classIndex, workers: workers)
        } catch {
            throw ScorerFault(.inputMisshapen, subject: "slice tensors", explanation: error.description)
        }
        var maps: [ActivationMap] = []
        for (index, map) in found.enumerated() {
            guard let map else { throw Self.notFinite(index) }
            maps.append(map)
        }
        return maps
    }

    private static func notFinite(_ index: Int) -> ScorerFault {
        ScorerFault(
            .notFinite, subject: "slice tensor \(index)",
            explanation: "the network's result is not a finite number; its weights may be broken.")
    }

    private func check(_ tensors: [SliceTensor]) throws(ScorerFault) {
        let (side, channels) = (preparation.definition.inputSize, network.architecture.inputChannels)
        if let index = tensors.firstIndex(where: { $0.side != side || $0.channels != channels }) {
            let tensor = tensors[index]
            throw ScorerFault(
                .inputMisshapen, subject: "slice tensor \(index)",
                explanation: "it has \(tensor.channels) x \(tensor.side) x \(tensor.side) values, but the network's "
                    + "input has \(channels) x \(side) x \(side).")
        }
    }
}
