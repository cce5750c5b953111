import GantryCore
import Synchronization

/// A scorer that is `base`, until it is told what goes wrong. It also counts what it does, and on which threads.
package final class FaultyScorer: SliceScorer {
    /// What was done so far.
    package struct Count: Sendable {
        /// Tensors that were prepared and are not scored yet.
        package fileprivate(set) var alive = 0
        /// Most of them at once.
        package fileprivate(set) var most = 0
        /// Slices that were scored.
        package fileprivate(set) var scored = 0
        /// How many each call scored.
        package fileprivate(set) var batches: [Int] = []
        /// How many workers each call of `scores` was given.
        package fileprivate(set) var workers: [Int] = []
        /// Maps that were made.
        package fileprivate(set) var maps = 0
    }

    package let count = Mutex(Count())
    /// Counts the threads it is called on.
    package let ends = Mutex<ThreadEnds?>(nil)
    private let base: any SliceScorer
    private let fault: ScorerFault?
    private let mapFault: ScorerFault?
    private let before: @Sendable (Count) -> Void
    private let preparing: @Sendable (Count) -> Void

    /// `base`, whose scoring ends with `fault` where there is one. `before` is called before each group is scored,
    /// `preparing` while each slice is prepared. Making maps ends with `mapFault` where there is one.
    package init(
        _ base: any SliceScorer = FakeScorer(), fault: ScorerFault? = nil, mapFault: ScorerFault? = nil,
        before: @escaping @Sendable (Count) -> Void = { _ in },
        preparing: @escaping @Sendable (Count) -> Void = { _ in }
    ) {
        self.base = base
        self.fault = fault
        self.mapFault = mapFault
        self.before = before
        self.preparing = preparing
    }

    package var classCount: Int { base.classCount }

    package func prepare(_ hounsfield: Span<Int16>, rows: Int, columns: Int) -> SliceTensor {
        count.withLock {
            $0.alive += 1
            $0.most = max($0.most, $0.alive)
        }
        preparing(count.withLock { $0 })
        return base.prepare(hounsfield, rows: rows, columns: columns)
    }

    package func probabilities(of tensors: [SliceTensor]) throws(ScorerFault) -> [[Double]] {
        try begin()
        let probabilities = try base.probabilities(of: tensors)
        end(tensors.count)
        return probabilities
    }

    package func scores(of tensors: [SliceTensor], workers: Int) throws(ScorerFault) -> [SliceScore] {
        try begin()
        count.withLock { $0.workers.append(workers) }
        let scores = try base.scores(of: tensors, workers: workers)
        end(tensors.count)
        return scores
    }

    private func begin() throws(ScorerFault) {
        ends.withLock { $0?.note() }
        before(count.withLock { $0 })
        if let fault { throw fault }
    }

    private func end(_ scored: Int) {
        count.withLock {
            $0.alive -= scored
            $0.scored += scored
            $0.batches.append(scored)
        }
    }

    package var distanceQuantiles: DistanceQuantiles? { base.distanceQuantiles }

    package func activationMaps(
        of tensors: [SliceTensor], classIndex: Int
    ) throws(ScorerFault) -> [ActivationMap] {
        count.withLock { $0.maps += tensors.count }
        if let mapFault { throw mapFault }
        return try base.activationMaps(of: tensors, classIndex: classIndex)
    }
}
