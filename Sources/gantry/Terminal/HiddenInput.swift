import Foundation
import Synchronization

/// A line that a person types and nobody reads from the screen: an identity.
enum HiddenInput {
    /// The line at standard input; nil where it is at its end. On a terminal `prompt` asks for it, and what is typed is
    /// not shown.
    static func line(prompt: String) -> String? {
        var settings = termios()
        guard tcgetattr(STDIN_FILENO, &settings) == 0 else { return readLine(strippingNewline: true) }
        var hidden = settings
        hidden.c_lflag &= ~tcflag_t(ECHO)
        hidden.c_lflag |= tcflag_t(ECHONL)
        // A process that is ended meanwhile must not leave a terminal that shows nothing.
        shown.store(settings.c_lflag, ordering: .sequentiallyConsistent)
        let handlers = signals.map { signal($0, showAgain) }
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
        // Only now: what is typed before would be shown, and is thrown away.
        if Terminal.error.isInteractive { Terminal.error.write(prompt) }
        defer {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
            for (number, handler) in zip(signals, handlers) { signal(number, handler) }
        }
        return readLine(strippingNewline: true)
    }

    private static let signals = [SIGINT, SIGTERM, SIGHUP]
    /// The terminal's local modes as they were.
    private static let shown = Atomic<tcflag_t>(0)

    /// Only what a handler may call: tcgetattr, tcsetattr, _exit.
    private static let showAgain: @convention(c) (Int32) -> Void = { number in
        var settings = termios()
        if tcgetattr(STDIN_FILENO, &settings) == 0 {
            settings.c_lflag = shown.load(ordering: .sequentiallyConsistent)
            tcsetattr(STDIN_FILENO, TCSANOW, &settings)
        }
        _exit(128 + number)
    }
}
