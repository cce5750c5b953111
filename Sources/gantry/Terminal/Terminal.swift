import Foundation

/// What a person sees: whether a stream is a terminal, how wide it is, whether colour is wanted.
struct Terminal: Sendable {
    /// File descriptor written to.
    let descriptor: Int32
    /// Whether a person is looking.
    let isInteractive: Bool
    /// Whether to use colour: a terminal, no `NO_COLOR`, and not a dumb one.
    let usesColour: Bool

    /// Standard output, for results.
    static let output = Terminal(descriptor: STDOUT_FILENO)
    /// Standard error, for logs and progress.
    static let error = Terminal(descriptor: STDERR_FILENO)

    init(descriptor: Int32) {
        self.descriptor = descriptor
        isInteractive = isatty(descriptor) == 1
        let environment = ProcessInfo.processInfo.environment
        usesColour = isInteractive && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }

    /// Columns of the terminal now; 80 where there is none.
    var columns: Int {
        var size = winsize()
        guard isInteractive, ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Writes all of `text`; a closed pipe ends the writing silently.
    func write(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 {
                if errno == EINTR || errno == EAGAIN { continue }
                return
            }
            bytes = bytes.dropFirst(written)
        }
    }

    /// Writes a line.
    func line(_ text: String = "") { write(text + "\n") }

    /// `text` in a colour, where colour is used.
    func painted(_ text: String, _ colour: Colour) -> String {
        usesColour ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// Colours by the numbers of ECMA-48.
    enum Colour: String, Sendable {
        case bold = "1"
        case faint = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
        case cyan = "36"
    }
}

extension String {
    /// The text with what could move a terminal's cursor replaced: a file's name is somebody else's input.
    var printable: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.map { scalar in
                    scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
                        ? "\u{FFFD}" : scalar
                }))
    }
}
