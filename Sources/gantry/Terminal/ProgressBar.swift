import Foundation
import Synchronization

/// Progress on standard error: one line redrawn in place on a terminal, otherwise a line now and then.
final class ProgressBar: Sendable {
    private struct State {
        var lastDrawn: ContinuousClock.Instant
        var isShown = false
        var label = ""
    }

    private let terminal: Terminal
    private let state: Mutex<State>

    init(terminal: Terminal = .error) {
        self.terminal = terminal
        // A person sees the bar at once, a log its first line after a while.
        state = Mutex(State(lastDrawn: ContinuousClock.now - (terminal.isInteractive ? .seconds(60) : .zero)))
    }

    /// The same where what stands on the bar is all that a log gets.
    func show(_ label: String, fraction: Double?, detail: String, isLast: Bool = false) {
        show(label, fraction: fraction, detail: detail, sentence: "\(label): \(detail)", isLast: isLast)
    }

    /// Shows `label`, a bar for `fraction` (nil: none), and `detail`; redrawn at most ten times a second. `sentence` is
    /// what a log gets instead every half minute; nil where there is nothing to tell yet.
    func show(_ label: String, fraction: Double?, detail: String, sentence: String?, isLast: Bool = false) {
        state.withLock { state in
            let now = ContinuousClock.now
            let pause: Duration = terminal.isInteractive ? .milliseconds(100) : .seconds(30)
            let isNew = terminal.isInteractive && label != state.label
            guard isLast || isNew || now - state.lastDrawn >= pause else { return }
            guard terminal.isInteractive || sentence != nil else { return }
            state.label = label
            state.lastDrawn = now
            if terminal.isInteractive {
                terminal.write("\r\u{1B}[2K" + line(label, fraction, detail))
                state.isShown = true
            } else if let sentence {
                terminal.line("gantry: " + sentence)
            }
        }
    }

    /// Prints a line above the bar.
    func log(_ text: String) {
        state.withLock { state in
            clear(&state)
            terminal.sentence(text)
        }
    }

    /// Takes away the bar, and the ^C that the terminal has put behind it or where it was.
    func wipe() { state.withLock { wipe(&$0) } }

    /// The same, and ends the process: nothing is drawn any more.
    func leave(with status: Int32) -> Never {
        state.withLock { state in
            wipe(&state)
            _exit(status)
        }
    }

    /// Takes the bar away.
    func finish() { state.withLock { clear(&$0) } }

    private func wipe(_ state: inout State) {
        if terminal.isInteractive { terminal.write("\r\u{1B}[2K") }
        state.isShown = false
    }

    private func clear(_ state: inout State) {
        if state.isShown { terminal.write("\r\u{1B}[2K") }
        state.isShown = false
    }

    private func line(_ label: String, _ fraction: Double?, _ detail: String) -> String {
        guard let fraction else { return String((label + " " + detail).prefix(terminal.columns - 1)) }
        let room = terminal.columns - label.count - detail.count - 5
        let width = min(30, max(5, room))
        let filled = Int((min(1, max(0, fraction)) * Double(width)).rounded(.down))
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        return String("\(label) \(bar) \(detail)".prefix(terminal.columns - 1))
    }
}
