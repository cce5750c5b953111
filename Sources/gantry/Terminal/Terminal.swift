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

    /// Writes a sentence, `start` before it in a colour: on a terminal broken at words, otherwise as one line, which
    /// programs that read logs expect.
    func sentence(_ text: String, start: String = "", _ colour: Colour = .red) {
        // What fits stays as it is: lists are aligned with spaces.
        guard isInteractive, (start + text).columns >= columns else {
            return line((start.isEmpty ? "" : painted(start, colour)) + text)
        }
        let indent = text.prefix { $0 == " " }
        let parts = (start + text.dropFirst(indent.count)).wrapped(columns - 1 - indent.count)
        for (index, part) in parts.enumerated() {
            let isStart = index == 0 && !start.isEmpty && part.hasPrefix(start)
            line(indent + (isStart ? painted(start, colour) + part.dropFirst(start.count) : part))
        }
    }

    /// Writes what is no sentence and no use to a log, such as how a command is used: always broken at words, with
    /// `indent` columns before every line but the first.
    func hanging(_ text: String, indent: Int) {
        guard text.columns >= columns else { return line(text) }
        let parts = text.wrapped(columns - 1 - indent)
        line(parts.joined(separator: "\n" + String(repeating: " ", count: indent)))
    }

    /// Whether what is written to both comes to the same place: one terminal, file or pipe.
    func isSamePlace(as other: Terminal) -> Bool {
        var (own, others) = (stat(), stat())
        return fstat(descriptor, &own) == 0 && fstat(other.descriptor, &others) == 0
            && own.st_dev == others.st_dev && own.st_ino == others.st_ino
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
