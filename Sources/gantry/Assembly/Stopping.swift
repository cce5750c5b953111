import Foundation
import GantryGround
import GantryPipeline
import Synchronization

/// SIGTERM and Ctrl-C: the first asks the run to hand back what is in flight, the second ends the process at once.
///
/// A handler writes the signal's number into a channel, and a thread reads it: what a handler may do is little. The
/// thread is joined with this value, so that none is left when the process runs its exit handlers; from then on the
/// signals end the process.
final class Stopping {
    /// Where the handler writes to; -1 while nobody listens.
    private static let channel = Atomic<Int32>(-1)
    private static let signals = [SIGINT, SIGTERM]

    private let listener: JoinableThread

    /// Begins to listen; `onFirst` is called once, with the signal's number, on a thread of its own, and `say` says
    /// what happens, above what is drawn there. **Throws** `CommandFault` (75) where the system refuses it.
    init(
        say: @escaping @Sendable (_ sentence: String) -> Void, onFirst: @escaping @Sendable (_ signal: Int32) -> Void
    ) throws(CommandFault) {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw CommandFault(
                ExitStatus.temporaryFailure, "no channel for signals: \(String(cString: strerror(errno))).")
        }
        let (reading, writing) = (ends[0], ends[1])
        do throws(ThreadRefusal) {
            listener = try JoinableThread(name: "signals") { Self.listen(reading, say, onFirst) }
        } catch {
            throw CommandFault(ExitStatus.temporaryFailure, error.description)
        }
        Self.channel.store(writing, ordering: .sequentiallyConsistent)
        for number in Self.signals {
            Foundation.signal(number) { number in
                let status = errno
                var byte = UInt8(truncatingIfNeeded: number)
                _ = write(Stopping.channel.load(ordering: .sequentiallyConsistent), &byte, 1)
                errno = status
            }
        }
    }

    deinit {
        for number in Self.signals { Foundation.signal(number, SIG_DFL) }
        // Zero is no signal: the listener ends. The channel stays open, for a handler may still be about to write.
        var end: UInt8 = 0
        _ = write(Self.channel.exchange(-1, ordering: .sequentiallyConsistent), &end, 1)
        listener.join()
    }

    private static func listen(_ channel: Int32, _ say: (String) -> Void, _ onFirst: (Int32) -> Void) {
        var isStopping = false
        while true {
            var byte: UInt8 = 0
            let count = read(channel, &byte, 1)
            if count < 0 && errno == EINTR { continue }
            guard count == 1, byte != 0 else { return }
            guard !isStopping else {
                // The bar, and the ^C that the terminal has put behind it, go with the process.
                if Terminal.error.isInteractive { Terminal.error.write("\r\u{1B}[2K") }
                _exit(128 + Int32(byte))
            }
            isStopping = true
            say("stopping; studies in flight are handed back. Once more to end at once.")
            onFirst(Int32(byte))
        }
    }
}
