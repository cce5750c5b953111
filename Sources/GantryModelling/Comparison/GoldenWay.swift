import GantryCore
import GantryInference

/// Slices on the whole way, from Hounsfield units to probabilities, beside what a golden run made of them: windows,
/// resize, normalisation, network and activation are compared together.
package struct GoldenWay {
    /// The largest difference of a probability that is the golden run's own rounding.
    package static let tolerance = 1e-4

    /// A slice.
    package struct Slice: Sendable {
        /// What a person calls it.
        package var name: String
        /// Hounsfield units, row by row.
        package var hounsfield: [Int16]
        /// Rows; `hounsfield` has rows x columns values.
        package var rows: Int
        /// Columns.
        package var columns: Int
        /// What the golden run says of each class.
        package var expected: [Double]

        /// A slice of these parts.
        package init(name: String, hounsfield: [Int16], rows: Int, columns: Int, expected: [Double]) {
            self.name = name
            self.hounsfield = hounsfield
            self.rows = rows
            self.columns = columns
            self.expected = expected
        }
    }

    private let scorer: GoldenSliceScorer
    private let lookalike: (ResidualArchitecture) throws -> ResidualNetwork
    private var waiting: [Slice] = []
    /// The slices that differ most, the worst first; with them it is found out why.
    private var worst: [(slice: Slice, difference: Double)] = []
    /// Slices compared.
    package private(set) var slices = 0

    /// Slices that are scored together, and slices that are kept.
    private static let (group, kept) = (16, 4)

    /// A comparison of `network`, in Float32, under `scoring`; `lookalike` makes other networks of the same weights.
    ///
    /// **Throws** `SlicePreparationError` where the preparation cannot be carried out.
    package init(
        _ scoring: ScoringDefinition, network: ResidualNetwork, workers: Int,
        lookalike: @escaping (ResidualArchitecture) throws -> ResidualNetwork
    ) throws(SlicePreparationError) {
        scorer = GoldenSliceScorer(
            network: network, preparation: try SlicePreparation(scoring.preparation),
            activation: scoring.model.activation, workers: workers)
        self.lookalike = lookalike
    }

    /// Adds a slice. **Throws** `InferenceError`.
    package mutating func add(_ slice: Slice) throws {
        waiting.append(slice)
        if waiting.count == Self.group { try score() }
    }

    /// Adds the slices of another comparison of the same network. **Throws** `InferenceError`.
    package mutating func add(_ other: GoldenWay) throws {
        var other = other
        try other.score()
        slices += other.slices
        keep(other.worst)
    }

    /// The largest difference of a probability among the slices, and why there is one where it is too large.
    /// **Throws** `InferenceError`, what `lookalike` throws.
    package mutating func finish() throws -> (difference: Double, slice: String, suspicion: String?) {
        try score()
        guard let first = worst.first else { return (0, "", nil) }
        let suspicion =
            first.difference <= Self.tolerance
            ? nil : try scorer.suspicion(worst.map(\.slice), own: first.difference, lookalike: lookalike)
        return (first.difference, first.slice.name, suspicion)
    }

    /// What a person is told, after `counted` slices.
    package mutating func finding(_ counted: String) throws -> GoldenFinding {
        let (difference, slice, suspicion) = try finish()
        let written = Float(difference).writtenInTwoDigits
        guard difference > Self.tolerance else {
            return GoldenFinding(
                isEqual: true, sentence: "\(counted): every probability is the golden run's, to \(written)")
        }
        return GoldenFinding(
            isEqual: false,
            sentence: "\(counted): a probability differs by \(written) (\(slice)); 1e-4 is allowed. Likely: "
                + (suspicion ?? "another preparation, other weights, or a variant that no tensor shows"))
    }

    private mutating func score() throws {
        guard !waiting.isEmpty else { return }
        let found = try scorer.probabilities(of: waiting)
        slices += waiting.count
        keep(
            zip(waiting, found).map { slice, found in
                (slice, GoldenDifference.ofProbabilities([found], [slice.expected]))
            })
        waiting = []
    }

    private mutating func keep(_ more: [(slice: Slice, difference: Double)]) {
        worst = Array((worst + more).sorted { $0.difference > $1.difference }.prefix(Self.kept))
    }
}
