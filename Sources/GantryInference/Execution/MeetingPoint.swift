import CGantryKernels
import GantryGround
import Synchronization

/// Where threads wait for each other: none goes on before all have come.
final class MeetingPoint: Sendable {
    private let count: Int
    /// Those that have not come yet.
    private let missing: Atomic<Int>
    /// Meetings that are over.
    private let number = Atomic<Int>(0)
    /// For those that have looked for long enough.
    private let condition = SteadyCondition()

    /// A meeting point of `count` threads, at least one.
    init(count: Int) {
        self.count = count
        missing = Atomic(count)
    }

    /// Returns when all have called it; what each has written before, every other can read then.
    func meet() {
        // It cannot change before this thread has come.
        let number = number.load(ordering: .relaxed)
        guard missing.subtract(1, ordering: .acquiringAndReleasing).newValue > 0 else {
            missing.store(count, ordering: .relaxed)
            condition.withLock {
                self.number.store(number + 1, ordering: .releasing)
                condition.broadcast()
            }
            return
        }
        if Spin.look(until: { self.number.load(ordering: .acquiring) != number }) { return }
        condition.withLock {
            while self.number.load(ordering: .acquiring) == number { condition.wait() }
        }
    }
}

/// What a thread does before it sleeps.
enum Spin {
    /// Some hundredths of a millisecond: as long as waking a thread takes.
    private static let looks = 3000

    /// Whether `holds`, looked at again and again for a short while.
    static func look(until holds: () -> Bool) -> Bool {
        for _ in 0..<looks {
            if holds() { return true }
            gantry_pause()
        }
        return false
    }
}

/// One worker's share in what a team computes together.
package struct WorkerShare {
    /// 0 ..< workers.
    package let worker: Int
    /// How many compute together.
    package let workers: Int
    private let point: MeetingPoint?

    /// `point` is nil where there is one worker.
    init(worker: Int, workers: Int, point: MeetingPoint?) {
        self.worker = worker
        self.workers = workers
        self.point = point
    }

    /// Waits for all others; as many times on each worker as on the others.
    package func meet() { point?.meet() }

    /// Which of `count` things are this worker's: as many as the others have, or one more.
    package func part(of count: Int) -> Range<Int> { worker * count / workers..<(worker + 1) * count / workers }
}
