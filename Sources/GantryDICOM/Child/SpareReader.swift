import GantryCore
import GantrySandbox
import Synchronization

/// A reader child that is started ahead of its job, one at most, so that who needs one does not wait for its start.
///
/// It has no more than any child has before its job, its root and its ring come over the channel.
final class SpareReader: Sendable {
    private let waiting = Mutex<StartedReader?>(nil)

    /// Starts one, unless one waits. Where that fails, whoever needs a reader starts one and hears why.
    func start(_ launch: ReaderLaunch) {
        waiting.withLock { waiting in
            if waiting == nil { waiting = try? StartedReader(launch) }
        }
    }

    /// The one that waits, which is the caller's then; nil where none does. One that has ended meanwhile is taken away.
    func take() -> StartedReader? {
        guard let spare = waiting.withLock({ $0.take() }) else { return nil }
        // It says nothing before it has its job: what there is to be heard is the end of its channel.
        guard let isOver = try? spare.channel.hasArrival(until: .after(seconds: 0)), !isOver else { return nil }
        return spare
    }

    /// Ends the one that waits.
    func end() {
        _ = waiting.withLock { $0.take() }
    }
}
