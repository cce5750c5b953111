import Dispatch
import Foundation
import Synchronization

/// SIGTERM and Ctrl-C: the first asks the run to hand back what is in flight, the second ends the process at once.
///
/// Both signals are ignored by disposition and taken from a dispatch source, so a reader child, which inherits the
/// disposition, is not killed by a Ctrl-C meant for its parent.
final class Stopping {
    private final class State: Sendable { let isStopping = Atomic(false) }

    private let sources: [any DispatchSourceSignal]

    /// Begins to listen; `onFirst` is called once, with the signal's number, on a queue of its own.
    init(onFirst: @escaping @Sendable (_ signal: Int32) -> Void) {
        let queue = DispatchQueue(label: "gantry.signals")
        sources = [SIGINT, SIGTERM].map { number in
            Foundation.signal(number, SIG_IGN)
            return DispatchSource.makeSignalSource(signal: number, queue: queue)
        }
        let state = State()
        for (source, number) in zip(sources, [SIGINT, SIGTERM]) {
            source.setEventHandler {
                guard !state.isStopping.exchange(true, ordering: .relaxed) else { _exit(128 + number) }
                Terminal.error.line(
                    "gantry: stopping; studies in flight are handed back. Once more to end at once.")
                onFirst(number)
            }
            source.resume()
        }
    }
}
