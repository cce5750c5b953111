import Synchronization

/// Threads that live for one call and share its items: each takes the next item until none is left.
///
/// Starting a thread costs tens of microseconds, an image tens of milliseconds: nothing is kept between calls.
package enum WorkerThreads {
    /// Calls `body` once for each of `0 ..< count`, on up to `workers` threads, the calling one among them; returns
    /// when all are done.
    ///
    /// Each thread makes its own `state` first. Blocks: not for the cooperative pool. Where the system refuses a
    /// thread, the others do its share.
    package static func forEach<State>(
        count: Int, workers: Int, state: @Sendable () -> State, body: @Sendable (State, Int) -> Void
    ) {
        guard count > 0 else { return }
        let next = Counter()
        let work: @Sendable () -> Void = {
            var own: State?
            while case let item = next.take(), item < count {
                let state = own ?? state()
                own = state
                body(state, item)
            }
        }
        withoutActuallyEscaping(work) { work in
            let threads = (1..<max(1, min(workers, count))).compactMap { number in
                try? JoinableThread(name: "worker-\(number)", work)
            }
            work()
            for thread in threads { thread.join() }
        }
    }

    private final class Counter: Sendable {
        private let value = Atomic<Int>(0)
        func take() -> Int { value.add(1, ordering: .relaxed).oldValue }
    }
}
