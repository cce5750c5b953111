import GantryGround
import Synchronization

/// Threads that wait for work: they live as long as this does, and share the items of one call after the other, or
/// compute together.
///
/// A step of training makes some hundred calls, and an image some fifty layers, each shorter than starting a thread for
/// it would be worth. Each worker has scratch memory of its own.
package final class WorkerTeam {
    private let shared: Shared
    private let threads: [JoinableThread]
    private var scratch: [FloatBuffer]
    /// Of all workers.
    private let point: MeetingPoint

    /// Threads that compute, the calling one among them.
    package var workers: Int { threads.count + 1 }

    /// Up to `workers` threads, the calling one among them; fewer where the system refuses one.
    package init(workers: Int, name: String = "learner") {
        let shared = Shared(workers: max(workers, 1))
        var threads: [JoinableThread] = []
        while threads.count + 1 < workers {
            let number = threads.count + 1
            guard let thread = try? JoinableThread(name: "\(name)-\(number)", { shared.serve(worker: number) })
            else { break }
            threads.append(thread)
        }
        self.shared = shared
        self.threads = threads
        scratch = (0...threads.count).map { _ in FloatBuffer(count: 0) }
        point = MeetingPoint(count: threads.count + 1)
    }

    deinit {
        shared.end()
        for thread in threads { thread.join() }
    }

    /// Lets each worker have this many floats of scratch.
    package func reserve(_ count: Int) {
        for worker in scratch.indices where scratch[worker].count < count {
            scratch[worker] = FloatBuffer(count: count)
        }
    }

    /// Calls `body` once for each of `0 ..< count`, with the scratch of the worker that took it, which has at least
    /// `needed` floats; returns when all are done. Which worker takes an item is left to chance: what it does must not
    /// depend on it.
    package func forEach(
        _ count: Int, scratch needed: Int = 0, _ body: (_ scratch: UnsafeMutablePointer<Float>, _ item: Int) -> Void
    ) {
        precondition(scratch.allSatisfy { $0.count >= needed }, "scratch was made for less")
        guard count > 1, !threads.isEmpty else {
            for item in 0..<count { body(scratch[0].pointer, item) }
            return
        }
        let pointers = scratch.map(\.pointer)
        withoutActuallyEscaping(body) { body in
            shared.run(
                Job(count: count, isEveryWorkers: false) { worker, item in body(pointers[worker], item) },
                threads: threads.count)
        }
    }

    /// Calls `body` once on each worker, all at the same time, so that they can meet; returns when all are done.
    package func together(_ body: (_ share: WorkerShare) -> Void) {
        let (workers, point) = (workers, point)
        guard workers > 1 else { return body(WorkerShare(worker: 0, workers: 1, point: nil)) }
        withoutActuallyEscaping(body) { body in
            shared.run(
                Job(count: workers, isEveryWorkers: true) { worker, _ in
                    body(WorkerShare(worker: worker, workers: workers, point: point))
                }, threads: threads.count)
        }
    }

    private struct Cursor: ~Copyable {
        let item = Atomic<Int>(0)
        private let space: (Int, Int, Int, Int, Int, Int, Int) = (0, 0, 0, 0, 0, 0, 0)
    }

    private struct Job {
        let count: Int
        /// Whether each worker has one item, and leaves the others theirs.
        let isEveryWorkers: Bool
        let body: (_ worker: Int, _ item: Int) -> Void
    }

    /// What the threads have in common. `@unchecked Sendable`: everything but the atomic counter is touched under the
    /// condition's lock alone; a job's closure is called by several threads, for other items each, and by none when
    /// `run` has returned.
    private final class Shared: @unchecked Sendable {
        private let condition = SteadyCondition()
        /// Each worker's next item of its own share, a cache line apart.
        private let next: UnsafeMutablePointer<Cursor>
        private let workers: Int
        private var job: Job?
        /// Counts the jobs.
        private var number = 0
        /// Threads that are not done with the job.
        private var busy = 0
        private var isOver = false
        /// `number` and `busy` for those who look without the lock whether it is worth taking.
        private let shownNumber = Atomic<Int>(0)
        private let shownBusy = Atomic<Int>(0)

        init(workers: Int) {
            self.workers = workers
            next = .allocate(capacity: workers)
            for worker in 0..<workers { (next + worker).initialize(to: Cursor()) }
        }

        deinit {
            next.deinitialize(count: workers)
            next.deallocate()
        }

        /// Shares a job out, takes part in it, and returns when all are done.
        func run(_ job: Job, threads: Int) {
            condition.withLock {
                for worker in 0..<workers {
                    next[worker].item.store(worker * job.count / workers, ordering: .relaxed)
                }
                self.job = job
                number += 1
                busy = threads
                shownBusy.store(threads, ordering: .relaxed)
                shownNumber.store(number, ordering: .relaxed)
                condition.broadcast()
            }
            workOnJob(worker: 0)
            _ = Spin.look { shownBusy.load(ordering: .relaxed) == 0 }
            condition.withLock {
                while busy > 0 { condition.wait() }
                self.job = nil
            }
        }

        /// Takes items until none is left. Not inlined: when it returns, this thread holds nothing of the job's
        /// closure, which must not outlive the call that it was made for.
        @inline(never)
        private func workOnJob(worker: Int) {
            guard let job = condition.withLock({ job }) else { return }
            guard !job.isEveryWorkers else { return job.body(worker, worker) }
            for offset in 0..<workers {
                let owner = (worker + offset) % workers
                let end = (owner + 1) * job.count / workers
                while case let item = next[owner].item.add(1, ordering: .relaxed).oldValue, item < end {
                    job.body(worker, item)
                }
            }
        }

        func end() {
            condition.withLock {
                isOver = true
                condition.broadcast()
            }
        }

        func serve(worker: Int) {
            var done = 0
            while let number = nextJob(after: done) {
                done = number
                workOnJob(worker: worker)
                condition.withLock {
                    busy -= 1
                    shownBusy.store(busy, ordering: .relaxed)
                    if busy == 0 { condition.broadcast() }
                }
            }
        }

        /// Waits for another job than number `done`; nil at the end.
        private func nextJob(after done: Int) -> Int? {
            // Most jobs follow each other soon.
            _ = Spin.look { shownNumber.load(ordering: .relaxed) != done }
            return condition.withLock {
                while !isOver, number == done { condition.wait() }
                return isOver ? nil : number
            }
        }
    }
}
