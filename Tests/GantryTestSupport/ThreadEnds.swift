import Glibc
import Synchronization

/// Counts threads that have ended to the very last: their thread-specific data, as Foundation and other libraries keep
/// them, is destroyed.
///
/// That takes its time here: who counts on a thread's work alone to be done goes on too early.
package final class ThreadEnds: Sendable {
    private struct Counts {
        var begun = 0
        var ended = 0
    }

    private let owner = pthread_self()
    private let counts = Mutex(Counts())

    /// Counts from now on; the thread that makes it is not counted.
    package init() {}

    /// To be called on a thread that shall be counted, once or more often.
    package func note() {
        guard pthread_equal(owner, pthread_self()) == 0 else { return }
        guard pthread_getspecific(Self.key) == nil else { return }
        counts.withLock { $0.begun += 1 }
        pthread_setspecific(Self.key, Unmanaged.passRetained(self).toOpaque())
    }

    /// Threads that noted themselves.
    package var begun: Int { counts.withLock { $0.begun } }
    /// Those of them of which nothing is left.
    package var ended: Int { counts.withLock { $0.ended } }

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        let status = pthread_key_create(&key) { value in
            guard let value else { return }
            let ends = Unmanaged<ThreadEnds>.fromOpaque(value).takeRetainedValue()
            for _ in 0..<2000 { sched_yield() }
            ends.counts.withLock { $0.ended += 1 }
        }
        precondition(status == 0, "no key")
        return key
    }()
}
