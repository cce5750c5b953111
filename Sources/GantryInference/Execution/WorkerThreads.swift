import Foundation
import Synchronization

/// Threads that live for one call and share its items: each takes the next item until none is left.
///
/// Starting a thread costs tens of microseconds, an image tens of milliseconds: nothing is kept between calls.
package enum WorkerThreads {
    /// Calls `body` once for each of `0 ..< count`, on up to `workers` threads, the calling one among them; returns when all are done.
    ///
    /// Each thread makes its own `state` first. Blocks: not for the cooperative pool. Where the system refuses a thread, the others do its share.
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
            let threads = (1..<max(1, min(workers, count))).compactMap { _ in start(work) }
            work()
            for thread in threads { pthread_join(thread, nil) }
        }
    }

    private static func start(_ work: @escaping @Sendable () -> Void) -> pthread_t? {
        var thread = pthread_t()
        let box = Unmanaged.passRetained(Work(run: work))
        let status = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, box.toOpaque())
        guard status == 0 else {
            box.release()
            return nil
        }
        return thread
    }

    private final class Work: Sendable {
        let run: @Sendable () -> Void
        init(run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private final class Counter: Sendable {
        private let value = Atomic<Int>(0)
        func take() -> Int { value.add(1, ordering: .relaxed).oldValue }
    }
}
