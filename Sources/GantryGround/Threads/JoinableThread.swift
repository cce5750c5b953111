import Glibc
import Synchronization

/// A thread that can be waited for to its very end: POSIX's, with a name and a stack of a given size.
///
/// `join` returns when nothing of the thread is left, what its closure held and its thread-specific data among it. A
/// thread that only said that its work was done may still be destroying those while `main` runs the exit handlers, and
/// crashes there.
package final class JoinableThread: Sendable {
    /// What a thread's stack takes at most unless said otherwise, bytes; as much as `main` has on most systems.
    package static let usualStackBytes = 8 << 20

    /// Nil once it was joined.
    private let thread: Mutex<pthread_t?>

    /// A thread that begins at once with `body`. Of `name` the system keeps 15 bytes.
    ///
    /// The thread that drops the last reference joins it: `body` must not hold what holds this value.
    /// **Throws** where the system refuses it, for want of memory or of threads.
    package init(
        name: String, stackBytes: Int = JoinableThread.usualStackBytes, _ body: @escaping @Sendable () -> Void
    ) throws(ThreadRefusal) {
        var attributes = pthread_attr_t()
        var status = pthread_attr_init(&attributes)
        guard status == 0 else { throw ThreadRefusal(name: name, status: status) }
        defer { pthread_attr_destroy(&attributes) }
        status = pthread_attr_setstacksize(&attributes, stackBytes)
        guard status == 0 else { throw ThreadRefusal(name: name, status: status) }
        var thread = pthread_t()
        let start = Unmanaged.passRetained(Start(name: name, body: body))
        status = pthread_create(
            &thread, &attributes,
            { argument in
                if let argument { JoinableThread.run(Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()) }
                return nil
            }, start.toOpaque())
        guard status == 0 else {
            start.release()
            throw ThreadRefusal(name: name, status: status)
        }
        self.thread = Mutex(thread)
    }

    deinit { join() }

    /// Waits until the thread has ended; at once where it was joined before. May be called by several threads, not by
    /// its own.
    package func join() {
        thread.withLock { thread in
            guard let running = thread else { return }
            let status = pthread_join(running, nil)
            precondition(status == 0, "a thread was to wait for its own end")
            thread = nil
        }
    }

    /// Runs `start`, which is gone when this returns.
    private static func run(_ start: consuming Start) {
        name(start.name)
        start.body()
    }

    /// Names the calling thread, for who looks with a debugger. The system cuts what is too long.
    private static func name(_ name: String) {
        let descriptor = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        _ = name.withCString { write(descriptor, $0, strlen($0)) }
        close(descriptor)
    }

    private final class Start: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }
}

/// The system refused a thread.
package struct ThreadRefusal: Error, Sendable, CustomStringConvertible {
    /// What the thread was to be called.
    package let name: String
    /// The system's error number.
    package let status: Int32

    /// One sentence for a person.
    package var description: String {
        "The system refuses the thread \(name): \(String(cString: strerror(status))). "
            + "Raise the limit of processes (ulimit -u) or of memory."
    }
}
