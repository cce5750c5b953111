import GantryGround
import GantryInference
import Synchronization

/// Threads that wait for work: they live as long as this does, and share the items of one call after the other.
///
/// A step of training makes some hundred calls, each shorter than starting a thread for it would be worth. Each worker
/// has scratch memory of its own.
final class WorkerTeam {
    private let shared = Shared()
    private let threads: [JoinableThread]
    private var scratch: [FloatBuffer]

    /// Up to `workers` threads, the calling one among them; fewer where the system refuses one.
    init(workers: Int) {
        threads = (1..<max(workers, 1)).compactMap { [shared] number in
            try? JoinableThread(name: "learner-\(number)") { shared.serve(worker: number) }
        }
        scratch = (0...threads.count).map { _ in FloatBuffer(count: 0) }
    }

    deinit {
        shared.end()
        for thread in threads { thread.join() }
    }

    /// Lets each worker have this many floats of scratch.
    func reserve(_ count: Int) {
        for worker in scratch.indices where scratch[worker].count < count {
            scratch[worker] = FloatBuffer(count: count)
        }
    }

    /// Calls `body` once for each of `0 ..< count`, with the scratch of the worker that took it; returns when all are
    /// done. Which worker takes an item is left to chance: what it does must not depend on it.
    func forEach(_ count: Int, _ body: (_ scratch: UnsafeMutablePointer<Float>, _ item: Int) -> Void) {
        guard count > 1, !threads.isEmpty else {
            for item in 0..<count { body(scratch[0].pointer, item) }
            return
        }
        let pointers = scratch.map(\.pointer)
        withoutActuallyEscaping(body) { body in
            shared.run(Job(count: count) { worker, item in body(pointers[worker], item) }, threads: threads.count)
        }
    }

    private struct Job {
        let count: Int
        let body: (_ worker: Int, _ item: Int) -> Void
    }

    /// What the threads have in common. `@unchecked Sendable`: everything but the atomic counter is touched under the
    /// condition's lock alone; a job's closure is called by several threads, for other items each, and by none when
    /// `run` has returned.
    private final class Shared: @unchecked Sendable {
        private let condition = SteadyCondition()
        private let next = Atomic<Int>(0)
        private var job: Job?
        /// Counts the jobs.
        private var number = 0
        /// Threads that are not done with the job.
        private var busy = 0
        private var isOver = false

        /// Shares a job out, takes part in it, and returns when all are done.
        func run(_ job: Job, threads: Int) {
            condition.withLock {
                next.store(0, ordering: .relaxed)
                self.job = job
                number += 1
                busy = threads
                condition.broadcast()
            }
            workOnJob(worker: 0)
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
            while case let item = next.add(1, ordering: .relaxed).oldValue, item < job.count { job.body(worker, item) }
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
                    if busy == 0 { condition.broadcast() }
                }
            }
        }

        /// Waits for another job than number `done`; nil at the end.
        private func nextJob(after done: Int) -> Int? {
            condition.withLock {
                while !isOver, number == done { condition.wait() }
                return isOver ? nil : number
            }
        }
    }
}
