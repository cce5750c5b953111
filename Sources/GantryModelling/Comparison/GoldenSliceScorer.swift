import GantryCore
import GantryInference

/// Scores slices on the whole way, and tries what a golden run may have done otherwise.
struct GoldenSliceScorer {
    var network: ResidualNetwork
    var preparation: SlicePreparation
    var activation: Activation
    let workers: Int

    /// The logits of slices, in order. **Throws** `InferenceError`.
    func logits(of slices: [GoldenWay.Slice]) throws -> ScoreMatrix {
        let tensors = slices.map { preparation.prepare($0.hounsfield.span, rows: $0.rows, columns: $0.columns) }
        guard let images = CohortSlices.batch(tensors, of: preparation.definition) else {
            throw ModellingFault(.misshapen, subject: "slices", explanation: "do not fill a batch.")
        }
        return try network.logits(images, workers: workers)
    }

    /// The probabilities of slices, in order. **Throws** `InferenceError`.
    func probabilities(of slices: [GoldenWay.Slice]) throws -> [[Double]] {
        try logits(of: slices).probabilities(activation)
    }

    private func difference(on slices: [GoldenWay.Slice]) throws -> Double {
        try GoldenDifference.ofProbabilities(probabilities(of: slices), slices.map(\.expected))
    }

    /// Why these slices are as far as `own` from the golden run: the first trial that explains it; nil where none does.
    func suspicion(
        _ slices: [GoldenWay.Slice], own: Double,
        lookalike: (ResidualArchitecture) throws -> ResidualNetwork
    ) throws -> String? {
        func explains(_ difference: Double) -> Bool {
            GoldenDifference.explains(difference, own, tolerance: GoldenWay.tolerance)
        }
        let expected = slices.flatMap(\.expected).map(Float.init)
        let asLogits = GoldenDifference.ofLogits(try logits(of: slices), expected)
        if asLogits <= GoldenComparison.tolerance {
            return "these are the logits; give the probabilities behind the \(activation.rawValue)"
        }
        for other in Activation.allCases where other != activation {
            var trial = self
            trial.activation = other
            if explains(try trial.difference(on: slices)) {
                return "the golden run has a \(other.rawValue): `activation: \(other.rawValue)` (--activation "
                    + "\(other.rawValue)) says so"
            }
        }
        for (architecture, option) in network.architecture.lookalikes {
            var trial = self
            trial.network = try lookalike(architecture)
            if explains(try trial.difference(on: slices)) { return "with \(option) the probabilities are the same" }
        }
        for (definition, words) in preparation.definition.variations(nativeSize: slices.first?.rows) {
            guard let varied = try? SlicePreparation(definition) else { continue }
            var trial = self
            trial.preparation = varied
            if explains(try trial.difference(on: slices)) { return "\(words) the probabilities are the same" }
        }
        return own <= GoldenDifference.coarsest ? GoldenDifference.coarse : nil
    }
}

extension PreparationDefinition {
    /// Sides that networks are trained with.
    private static let usualSides = [224, 256, 288, 299, 320, 384, 512, 192, 128, 112, 96, 64, 32]

    /// What slices are often prepared like instead, each in words: another window function, normalisation, order of the
    /// windows or size. `nativeSize` are the slices' own rows.
    func variations(nativeSize: Int?) -> [(definition: Self, words: String)] {
        var found: [(definition: Self, words: String)] = []
        func add(_ words: String, _ change: (inout Self) -> Void) {
            var other = self
            change(&other)
            if other != self { found.append((other, words)) }
        }
        for function in WindowFunction.allCases {
            add("with the window function \(function.rawValue)") { other in
                for index in other.windows.indices { other.windows[index].function = function }
            }
        }
        for convention in InputConvention.allCases {
            guard let (mean, deviation) = convention.normalisation(channels: channels) else { continue }
            add("with --input-convention \(convention.rawValue)") {
                ($0.mean, $0.standardDeviation) = (mean, deviation)
            }
            add("with --input-convention \(convention.rawValue) and the windows in reverse order") {
                ($0.mean, $0.standardDeviation) = (mean, deviation)
                $0.windows.reverse()
            }
        }
        add("without normalisation (--mean 0 --standard-deviation 1)") {
            $0.mean = [Double](repeating: 0, count: channels)
            $0.standardDeviation = [Double](repeating: 1, count: channels)
        }
        add("with the windows in reverse order") { $0.windows.reverse() }
        for side in Self.usualSides + [nativeSize ?? inputSize] where side <= 1024 {
            add("with --input-size \(side)") { $0.inputSize = side }
        }
        return found
    }
}
