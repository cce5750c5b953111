/// Gives slices their probabilities.
///
/// Calls block and use the workers the scorer was made with, or those they are given; several threads may call at
/// once. The result for a slice does not depend, to the last bit, on the other slices of the call or on the number of
/// workers.
public protocol SliceScorer: Sendable {
    /// Number of classes.
    var classCount: Int { get }

    /// The slice's input: windowed, resized by area averaging, normalised.
    ///
    /// `hounsfield` has rows x columns values, row by row.
    func prepare(_ hounsfield: Span<Int16>, rows: Int, columns: Int) -> SliceTensor

    /// Probabilities of each class, or label, for each tensor, in order; classes sum to 1.
    ///
    /// **Throws** `.inputMisshapen` where a tensor has not the network's side, `.notFinite` where a result is not a
    /// number, `.unavailable` where there is no network to compute with.
    func probabilities(of tensors: [SliceTensor]) throws(ScorerFault) -> [[Double]]

    /// Probabilities, and where it is known what the network was trained on the distance from that, from the same pass
    /// of it; in order. `workers` threads compute, at least one.
    ///
    /// **Throws** as `probabilities` does.
    func scores(of tensors: [SliceTensor], workers: Int) throws(ScorerFault) -> [SliceScore]

    /// Of the distances of data that the network was not trained on; nil where `scores` have none.
    var distanceQuantiles: DistanceQuantiles? { get }

    /// Where on each slice the network finds what speaks for the class, or label, of number `classIndex`, in order: one
    /// more pass of the network a slice.
    ///
    /// **Throws** as `probabilities` does.
    func activationMaps(of tensors: [SliceTensor], classIndex: Int) throws(ScorerFault) -> [ActivationMap]
}

extension SliceScorer {
    /// Without distances, by the scorer's own workers.
    public func scores(of tensors: [SliceTensor], workers: Int) throws(ScorerFault) -> [SliceScore] {
        try probabilities(of: tensors).map { SliceScore(probabilities: $0) }
    }

    /// None.
    public var distanceQuantiles: DistanceQuantiles? { nil }
}

/// A fault of the scorer.
public typealias ScorerFault = Fault<ScorerFaultCode>

/// Codes of `ScorerFault`.
public enum ScorerFaultCode: String, FaultCode {
    /// A tensor has another side than the network's input.
    case inputMisshapen
    /// A probability is not a finite number.
    case notFinite
    /// The network could not be loaded: no slice of any study can be scored.
    case unavailable

    /// Whether trying again can help.
    public var disposition: FaultDisposition { .permanent }
}
