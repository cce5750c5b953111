import GantryCore

/// How far a network's probabilities in fewer bits are from the same network's in Float32, over some slices.
public struct ScoreAgreement: Sendable, Hashable {
    /// Slices compared.
    public private(set) var slices = 0
    /// Slices whose most probable class is the same; of a network of labels those that have the same labels.
    public private(set) var sameTopClass = 0
    /// The largest difference of a positive-class probability.
    public private(set) var largestDifference = 0.0
    private var sumOfDifferences = 0.0

    /// An agreement over no slices.
    public init() {}

    /// Adds slices: their probabilities of each class, `[slices][classes]`, in Float32 and otherwise, both made by
    /// `activation`.
    public mutating func add(
        _ exact: [[Double]], _ others: [[Double]], activation: Activation, positiveClass: Int
    ) {
        for (exact, other) in zip(exact, others) {
            slices += 1
            sameTopClass += activation.holding(in: exact) == activation.holding(in: other) ? 1 : 0
            let difference = abs(exact[positiveClass] - other[positiveClass])
            largestDifference = max(largestDifference, difference)
            sumOfDifferences += difference
        }
    }

    /// The share of slices of which `sameTopClass` counts; 1 where there is no slice.
    public var topClassShare: Double { slices == 0 ? 1 : Double(sameTopClass) / Double(slices) }
    /// The mean difference of the positive-class probabilities.
    public var meanDifference: Double { slices == 0 ? 0 : sumOfDifferences / Double(slices) }
}
