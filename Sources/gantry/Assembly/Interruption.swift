import ArgumentParser
import GantryCore
import GantryPipeline
import Synchronization

/// Ctrl-C and SIGTERM in a command that has nothing to hand back: it ends at once with the signal's code, its line on
/// the terminal left clean, and its readers end with it. From `hold` on there is something to put away: the command is
/// asked to stop, and a second signal ends it at once.
final class Interruption {
    /// The bar of what goes on meanwhile.
    let bar: ProgressBar
    private let state: State
    private let stopping: Stopping

    private final class State: Sendable {
        let value = Mutex<(sentence: String?, signal: Int32?)>((nil, nil))
    }

    /// Heeds signals for as long as this lives. **Throws** `CommandFault` (75) where the system refuses it.
    init() throws(CommandFault) {
        let (bar, state) = (ProgressBar(), State())
        (self.bar, self.state) = (bar, state)
        stopping = try Stopping(say: { _ in }) { signal in
            // Locked, so that nothing is begun that would have to be put away.
            state.value.withLock { value in
                guard let sentence = value.sentence else { bar.leave(with: ExitStatus.interrupted(by: signal)) }
                value.signal = signal
                bar.wipe()
                bar.log(sentence)
            }
        }
    }

    /// From now on a signal is told by `control` and `check` alone; `sentence` is what a person is told then.
    func hold(
        saying sentence: String = "gantry: stopping; what is not complete is not written. Once more to end at once."
    ) { state.value.withLock { $0.sentence = sentence } }

    /// What a reader is told.
    var control: ReadControl { state.value.withLock { $0.signal } == nil ? .proceed : .stop }

    /// Whether no signal has come, for threads that may ask at any time.
    var goesOn: @Sendable () -> Bool {
        { [state] in state.value.withLock { $0.signal } == nil }
    }

    /// **Throws** `ExitCode` (130, 143) where a signal has come.
    func check() throws {
        guard let signal = state.value.withLock({ $0.signal }) else { return }
        throw ExitCode(ExitStatus.interrupted(by: signal))
    }
}
