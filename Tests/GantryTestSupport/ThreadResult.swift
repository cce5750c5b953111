import Glibc
import Synchronization

/// What a closure returns that runs on a thread of its own.
package final class ThreadResult<Value: Sendable>: Sendable {
    private let thread: pthread_t
    private let result: SharedResult<Value>

    package init(_ body: @escaping @Sendable () throws -> Value) {
        let result = SharedResult<Value>()
        self.result = result
        thread = startThread {
            let value = Result { try body() }
            result.value.withLock { $0 = value }
        }
    }

    /// Waits for the thread's end; to be called once.
    package func value() throws -> Value {
        pthread_join(thread, nil)
        guard let result = result.value.withLock({ $0 }) else { throw POSIXFailure(number: 0) }
        return try result.get()
    }
}

private final class SharedResult<Value: Sendable>: Sendable {
    let value = Mutex<Result<Value, any Error>?>(nil)
}

private final class ThreadBody: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

private func startThread(_ body: @escaping @Sendable () -> Void) -> pthread_t {
    var thread = pthread_t()
    let context = Unmanaged.passRetained(ThreadBody(body)).toOpaque()
    let created = pthread_create(
        &thread, nil,
        { context in
            if let context { Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().run() }
            return nil
        }, context)
    precondition(created == 0, "no thread")
    return thread
}
