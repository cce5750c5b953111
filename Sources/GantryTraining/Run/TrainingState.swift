import GantryCore

/// Where a run is, but for its numbers: what a checkpoint says beside its tensors.
package struct TrainingState: Sendable, Hashable, Codable {
    /// The epoch that is under way, from 0; the number of epochs where all are done.
    package var epoch = 0
    /// Batches of it that are done.
    package var batchesDone = 0
    /// Steps made in all.
    package var step = 0
    /// Losses of the epoch's images so far, each times its batch's size.
    package var lossSum = 0.0
    /// Images met in this epoch.
    package var imagesMet = 0
    /// Those of them that were found right.
    package var imagesRight = 0
    /// Time spent in this epoch so far, by all processes, seconds.
    package var epochSeconds = 0.0
    /// Learning rate of the last step.
    package var learningRate = 0.0
    /// A row a finished epoch.
    package var history: [EpochRecord] = []
    /// Digest of the settings that it was begun with.
    package var settings: String
    /// Why the run ended before its epochs were done; nil while it goes on.
    package var stopReason: String?

    /// The beginning of a run by settings of this digest.
    package init(settings: String = "") { self.settings = settings }

    /// The best epoch's row; nil before the first is done.
    package var best: EpochRecord? { history.last(where: \.isBest) }

    /// Finished epochs since the best.
    package var epochsSinceBest: Int { history.count - (history.lastIndex(where: \.isBest).map { $0 + 1 } ?? 0) }

    /// Whether a row is better than all before it: a larger area under the curve where both have one, otherwise, and
    /// among equals, a smaller loss.
    package func isBetter(_ record: EpochRecord) -> Bool {
        guard let best else { return true }
        if let area = record.validationAUC, let bestArea = best.validationAUC, area != bestArea {
            return area > bestArea
        }
        return record.validationLoss < best.validationLoss
    }
}
