import GantryCore
import GantryGround

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
    /// The slice itself, row by row; empty where no pictures are wanted.
    var hounsfield: [Int16]
}

/// Scores slices on threads of its own while the caller reads and prepares the next ones.
///
/// Each thread takes the next group as soon as it is free: none waits for another. What is left at the study's end,
/// when no thread scores, is one call's, which all of them work on. At most `limit` tensors are alive: those that wait
/// and those being scored. Of the pictures only the best are kept.
final class ScoringLine: @unchecked Sendable {
    // Sendable because everything below `condition` is only touched while it is locked, and `workers` only by the
    // thread that made the line and finishes or abandons it.
    private let scorer: any SliceScorer
    private let positiveClassIndex: Int
    private let groupSize: Int
    private let threads: Int
    private let limit: Int
    private var workers: [JoinableThread] = []
    private let condition = SteadyCondition()
    private var waiting: [PreparedSlice] = []
    private var beingScored = 0
    private var isClosed = false
    private var isAbandoned = false
    private var fault: ScorerFault?
    private var scores: [Int: SliceScore] = [:]
    private var best: BestSlices

    /// A line with `threads` threads, each of which takes up to `groupSize` slices at a time; they end after `finish`
    /// or `abandon`.
    init(
        scorer: any SliceScorer, positiveClassIndex: Int, groupSize: Int, threads: Int, limit: Int, keyPictures: Int
    ) {
        self.scorer = scorer
        self.positiveClassIndex = positiveClassIndex
        self.groupSize = max(1, groupSize)
        self.threads = max(1, threads)
        self.limit = max(self.groupSize * self.threads, limit)
        best = BestSlices(count: keyPictures)
        do throws(ThreadRefusal) {
            for number in 1...self.threads {
                workers.append(try JoinableThread(name: "scoring-\(number)") { [self] in score() })
            }
        } catch {
            // Fewer threads score as well, only slower; none cannot.
            guard workers.isEmpty else { return }
            fault = ScorerFault(.unavailable, subject: "threads", explanation: error.description)
        }
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

    /// Slices whose scores are there.
    var scored: Int { condition.withLock { scores.count } }

    /// Slices in the line whose scores are not there yet.
    var unscored: Int { condition.withLock { waiting.count + beingScored } }

    /// Adds a slice to the line, but to one whose scorer has failed since there was room: nobody would ever take it.
    func push(_ slice: PreparedSlice) {
        condition.withLock {
            guard !isAbandoned else { return }
            waiting.append(slice)
            if waiting.count >= groupSize { condition.broadcast() }
        }
    }

    /// What the line produced.
    struct Result: Sendable {
        /// By index in slice order.
        var scores: [Int: SliceScore]
        /// The slices of highest positive-class probability, highest first.
        var best: [PictureCandidate]
    }

    /// No slice comes any more: waits until all are scored and the threads have ended. Nil where `control` said stop,
    /// which is asked several times a second: what waits is dropped then. **Throws** what the scorer threw.
    func finish(control: () -> ReadControl) throws(ScorerFault) -> Result? {
        condition.withLock {
            isClosed = true
            condition.broadcast()
        }
        while !isScored(within: .milliseconds(200)) {
            guard control() == .proceed else {
                abandon()
                return nil
            }
        }
        joinWorkers()
        let (fault, result) = condition.withLock {
            (self.fault, Result(scores: scores, best: best.candidates))
        }
        if let fault { throw fault }
        return result
    }

    /// Drops what waits, and waits for the groups being scored and the threads' end.
    func abandon() {
        condition.withLock {
            isAbandoned = true
            waiting = []
            condition.broadcast()
        }
        joinWorkers()
    }

    /// Whether nothing is left to be scored; waits for the next group, but not longer than `time`, whatever is done to
    /// the date meanwhile.
    private func isScored(within time: Duration) -> Bool {
        condition.withLock {
            if waiting.count + beingScored > 0 { _ = condition.wait(atMost: time) }
            return waiting.count + beingScored == 0
        }
    }

    private func joinWorkers() {
        for worker in workers { worker.join() }
        workers = []
    }

    /// A thread's work.
    private func score() {
        while let (group, workers) = nextGroup() {
            do {
                keep(try scorer.scores(of: group.map(\.tensor), workers: workers), of: group)
            } catch {
                fail(error, of: group.count)
            }
        }
    }

    /// A full group, which one thread scores. Once no slice comes any more, what is left: one group, for as many
    /// workers as there are threads, where none of these scores; else in equal parts, so that all end together.
    private func nextGroup() -> (slices: [PreparedSlice], workers: Int)? {
        condition.withLock {
            while !isAbandoned && !isClosed && waiting.count < groupSize { condition.wait() }
            guard !isAbandoned, !waiting.isEmpty else { return nil }
            let isLast = isClosed && beingScored == 0 && waiting.count <= groupSize
            let share = isClosed ? (waiting.count + threads - 1) / threads : groupSize
            let group = Array(waiting.prefix(isLast ? waiting.count : min(groupSize, share)))
            waiting.removeFirst(group.count)
            beingScored += group.count
            return (group, isLast ? threads : 1)
        }
    }

    /// The first fault stays; every thread ends after its group.
    private func fail(_ fault: ScorerFault, of count: Int) {
        condition.withLock {
            if self.fault == nil { self.fault = fault }
            isAbandoned = true
            waiting = []
            beingScored -= count
            condition.broadcast()
        }
    }

    private func keep(_ rows: [SliceScore], of group: [PreparedSlice]) {
        guard rows.count == group.count,
            rows.allSatisfy({
                $0.probabilities.count == scorer.classCount && $0.probabilities.allSatisfy(\.isFinite)
                    && $0.distance?.isFinite ?? true
            })
        else {
            return fail(
                ScorerFault(
                    .notFinite, subject: "scorer",
                    explanation: "\(group.count) slices of \(scorer.classCount) classes did not come back as such"),
                of: group.count)
        }
        condition.withLock {
            for (slice, row) in zip(group, rows) {
                scores[slice.index] = row
                best.offer(
                    PictureCandidate(
                        index: slice.index, probability: row.probabilities[positiveClassIndex], rows: slice.rows,
                        columns: slice.columns, hounsfield: slice.hounsfield))
            }
            beingScored -= group.count
            condition.broadcast()
        }
    }
}
