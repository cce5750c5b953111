import GantryCore

/// A `SliceScorer` without a network: the probability of class 1 is the slice's second value, HU, in thousandths. Held
/// to the same suite as the real ones.
package struct FakeScorer: SliceScorer {
    package let classCount = 2

    /// Of distances, a hundredth of the second value; nil: it measures none.
    package let distanceQuantiles: DistanceQuantiles?

    package init(distanceQuantiles: DistanceQuantiles? = nil) { self.distanceQuantiles = distanceQuantiles }

    package func prepare(_ hounsfield: Span<Int16>, rows: Int, columns: Int) -> SliceTensor {
        SliceTensor(values: [Float(hounsfield[1]), 0, 0], side: 1)
    }

    package func probabilities(of tensors: [SliceTensor]) throws(ScorerFault) -> [[Double]] {
        var rows: [[Double]] = []
        for (index, tensor) in tensors.enumerated() {
            let subject = "slice tensor \(index)"
            guard tensor.side == 1 else {
                throw ScorerFault(.inputMisshapen, subject: subject, explanation: "its side is \(tensor.side)")
            }
            let thousandths = Double(tensor.values[0])
            guard thousandths.isFinite else {
                throw ScorerFault(.notFinite, subject: subject, explanation: "it is not a number")
            }
            let probability = min(max(thousandths / 1000, 0), 1)
            rows.append([1 - probability, probability])
        }
        return rows
    }

    package func scores(of tensors: [SliceTensor], workers: Int) throws(ScorerFault) -> [SliceScore] {
        zip(tensors, try probabilities(of: tensors)).map { tensor, row in
            SliceScore(
                probabilities: row, distance: distanceQuantiles.map { _ in Double(abs(tensor.values[0])) / 100 })
        }
    }

    /// Two parts side by side: the slice's second value in thousandths, 0 at least, and a quarter of that.
    package func activationMaps(
        of tensors: [SliceTensor], classIndex: Int
    ) throws(ScorerFault) -> [ActivationMap] {
        try probabilities(of: tensors).compactMap { row in
            let value = Float(row[classIndex])
            return ActivationMap(rows: 1, columns: 2, values: [value, value / 4])
        }
    }
}
