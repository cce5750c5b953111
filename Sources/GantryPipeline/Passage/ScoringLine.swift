import Foundation
import GantryCore

/// One slice on its way to the scorer.
struct PreparedSlice: Sendable {
    /// Index in slice order.
    var index: Int
    /// The network's input.
    var tensor: SliceTensor
    /// Rows and columns of the picture.
    var rows: Int
    /// See `rows`.
    var columns: Int
    /// The slice in the report's window, row by row; empty where no pictures are wanted.
    var grey: [UInt8]
}

/// Scores slices on a thread of its own while the caller reads and prepares the next ones.
///
/// At most `limit` tensors are alive: those that wait and those being scored. Of the pictures only the best are kept.
final class ScoringLine: @unchecked Sendable {
    // Sendable because everything below `condition` is only touched while it is locked.
    private let scorer: any SliceScorer
    private let positiveClassIndex: Int
    private let batchSize: Int
    private let limit: Int
    private let condition = NSCondition()
    private var waiting: [PreparedSlice] = []
    private var beingScored = 0
    private var isClosed = false
    private var isAbandoned = false
    private var hasEnded = false
    private var fault: ScorerFault?
    private var probabilities: [Int: [Double]] = [:]
    private var best: BestSlices

    /// A line with its thread, which ends after `finish` or `abandon`.
    init(scorer: any SliceScorer, positiveClassIndex: Int, batchSize: Int, limit: Int, keyPictures: Int) {
        self.scorer = scorer
        self.positiveClassIndex = positiveClassIndex
        self.batchSize = max(1, batchSize)
        self.limit = max(self.batchSize, limit)
        best = BestSlices(count: keyPictures)
        let thread = Thread { [self] in score() }
        thread.name = "scoring"
        thread.start()
    }

    /// Blocks until one more tensor may be alive. False where the scorer has failed: nothing more is wanted.
    ///
    /// Only one thread reserves and pushes, so what is reserved stays free until it pushes.
    func reserve() -> Bool {
        condition.withLock {
            while waiting.count + beingScored >= limit && fault == nil { condition.wait() }
            return fault == nil
        }
    }

    /// Slices in the line whose scores are not there yet.
    var unscored: Int { condition.withLock { waiting.count + beingScored } }

    /// Adds a slice to the line.
    func push(_ slice: PreparedSlice) {
        condition.withLock {
            waiting.append(slice)
            condition.broadcast()
        }
    }

    /// What the line produced.
    struct Result: Sendable {
        /// Probabilities of each class, by index in slice order.
        var probabilities: [Int: [Double]]
        /// The slices of highest positive-class probability, highest first.
        var best: [PictureCandidate]
    }

    /// No slice comes any more: waits until all are scored. **Throws** what the scorer threw.
    func finish() throws(ScorerFault) -> Result {
        let (fault, result) = condition.withLock {
            isClosed = true
            condition.broadcast()
            while !hasEnded { condition.wait() }
            return (self.fault, Result(probabilities: probabilities, best: best.candidates))
        }
        if let fault { throw fault }
        return result
    }

    /// Drops what waits, and waits for the batch being scored.
    func abandon() {
        condition.withLock {
            isAbandoned = true
            waiting = []
            condition.broadcast()
            while !hasEnded { condition.wait() }
        }
    }

    /// The thread's work. A batch is full, or the last.
    private func score() {
        while let batch = nextBatch() {
            do {
                let rows = try scorer.probabilities(of: batch.map(\.tensor))
                keep(rows, of: batch)
            } catch {
                condition.withLock { fault = error }
                break
            }
        }
        condition.withLock {
            hasEnded = true
            waiting = []
            condition.broadcast()
        }
    }

    private func nextBatch() -> [PreparedSlice]? {
        condition.withLock {
            while !isAbandoned && !isClosed && waiting.count < batchSize { condition.wait() }
            guard !isAbandoned, !waiting.isEmpty else { return nil }
            let batch = Array(waiting.prefix(batchSize))
            waiting.removeFirst(batch.count)
            beingScored = batch.count
            return batch
        }
    }

    private func keep(_ rows: [[Double]], of batch: [PreparedSlice]) {
        condition.withLock {
            guard rows.count == batch.count,
                rows.allSatisfy({ $0.count == scorer.classCount && $0.allSatisfy(\.isFinite) })
            else {
                fault = ScorerFault(
                    .notFinite, subject: "scorer",
                    explanation: "\(batch.count) slices of \(scorer.classCount) classes did not come back as such")
                isAbandoned = true
                beingScored = 0
                condition.broadcast()
                return
            }
            for (slice, row) in zip(batch, rows) {
                probabilities[slice.index] = row
                best.offer(
                    PictureCandidate(
                        index: slice.index, probability: row[positiveClassIndex], rows: slice.rows,
                        columns: slice.columns, grey: slice.grey))
            }
            beingScored = 0
            condition.broadcast()
        }
    }
}
