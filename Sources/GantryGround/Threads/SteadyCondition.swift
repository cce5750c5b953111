import Glibc

/// A lock with a condition that threads wait for, some of them only for a while: that is measured by a clock that
/// nobody sets.
///
/// Foundation's `NSCondition` waits until a date: where that is set back meanwhile, the wait lasts as much longer.
package final class SteadyCondition: @unchecked Sendable {
    // Sendable because both are made for several threads, and stay where they are as long as this lives.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>

    /// A condition that nobody has locked.
    package init() {
        mutex = .allocate(capacity: 1)
        condition = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        condition.initialize(to: pthread_cond_t())
        var attributes = pthread_condattr_t()
        // On Linux none of these has a reason to refuse.
        precondition(
            pthread_mutex_init(mutex, nil) == 0 && pthread_condattr_init(&attributes) == 0
                && pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0
                && pthread_cond_init(condition, &attributes) == 0,
            "the system refuses a condition on the monotonic clock")
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Runs `body` while no other thread does; `wait` is called in it, `withLock` is not.
    package func withLock<Value>(_ body: () throws -> Value) rethrows -> Value {
        lock()
        defer { unlock() }
        return try body()
    }

    /// Lets other threads run until `broadcast`, or for no reason: what is waited for is looked at again.
    package func wait() {
        let status = pthread_cond_wait(condition, mutex)
        precondition(status == 0, "a thread waits without the lock")
    }

    /// Lets other threads run until `broadcast`, or for no reason, but no longer than `time`. False where that is over.
    package func wait(atMost time: Duration) -> Bool {
        // The longest that anybody waits in one go: a sum beyond what the system's seconds hold would be a time gone
        // by.
        let (seconds, attoseconds) = min(max(time, .zero), .seconds(1 << 32)).components
        var end = timespec()
        clock_gettime(CLOCK_MONOTONIC, &end)
        end.tv_sec += Int(seconds)
        end.tv_nsec += Int(attoseconds / 1_000_000_000)
        if end.tv_nsec >= 1_000_000_000 {
            end.tv_sec += 1
            end.tv_nsec -= 1_000_000_000
        }
        let status = pthread_cond_timedwait(condition, mutex, &end)
        precondition(status == 0 || status == ETIMEDOUT, "a thread waits without the lock")
        return status == 0
    }

    /// Ends every wait.
    package func broadcast() { pthread_cond_broadcast(condition) }

    private func lock() {
        let status = pthread_mutex_lock(mutex)
        precondition(status == 0, "a lock is broken")
    }

    private func unlock() { pthread_mutex_unlock(mutex) }
}
