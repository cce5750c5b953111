import ArgumentParser
import GantryCore
import Glibc

/// The executable: one command a file, below `Commands/`.
@main
struct GantryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gantry",
        abstract: "Scores chest CT studies with a residual network and reports a verdict for each.",
        discussion: """
            Point it at folders of DICOM files, or at a drop folder; it chooses the CT series, scores the slices on \
            the CPU, judges each study, keeps everything in one SQLite file and writes a report for each patient.

            \(Gantry.notice)

            Results go to standard output, logs and progress to standard error. Exit codes: 0 all done, 8 some \
            studies failed, 64 usage, 65 bad data, 66 no input, 73 cannot write, 74 I/O, 75 try again later, 78 \
            pipeline wrong, 130 or 143 interrupted.
            """,
        version: "gantry \(Gantry.version)\n\(Gantry.notice)",
        subcommands: [
            IngestCommand.self, WatchCommand.self, StatusCommand.self, InspectCommand.self, ExtractCommand.self,
            ReportCommand.self, ExportCommand.self, ModelCommand.self, BundleCommand.self, TrainCommand.self,
            EvaluateCommand.self, ReaggregateCommand.self, ExplainCommand.self, PhantomCommand.self,
        ]
    )

    /// Runs the command that the arguments name; what `ConfinedCommand` names has no parser before it.
    static func main() {
        let arguments = (1..<max(1, Int(CommandLine.argc))).compactMap { CommandLine.unsafeArgv[$0] }
        if let first = arguments.first, let child = ConfinedCommand(rawValue: String(cString: first)) {
            Glibc.exit(child.run(arguments: arguments.dropFirst().map { String(cString: $0) }))
        }
        do {
            var command = try parseAsRoot(arguments.map { text(ofArgument: $0) })
            try command.run()
        } catch {
            leave(with: error)
        }
    }

    /// Ends the process as the parser does, but that a command line it cannot take is told as every other fault is, and
    /// that lines break between words.
    private static func leave(with error: any Error) -> Never {
        let status = exitCode(for: error)
        // Help, version and completions are what was asked for.
        if status.isSuccess { exit(withError: error) }
        let (prefix, terminal) = ("Error: ", Terminal.error)
        for line in fullMessage(for: error).split(separator: "\n").map({ String($0).printable }) {
            if line.hasPrefix("Usage: ") || line.hasPrefix("Help: ") {
                terminal.hanging(line, indent: "Usage: ".count)
            } else if line.hasPrefix(prefix) {
                terminal.sentence(String(line.dropFirst(prefix.count)), start: "gantry: ")
            } else {
                terminal.sentence(line)
            }
        }
        exit(withError: status)
    }

    /// Paths among the arguments are bytes, and come as their text (`PathText`). One that was copied from what Gantry
    /// shows is that text already, unless a file is named by these very letters.
    private static func text(ofArgument argument: UnsafePointer<CChar>) -> String {
        let text = PathText.text(ofBytes: UnsafeRawBufferPointer(start: argument, count: strlen(argument)))
        guard let shown = String(validatingCString: argument), access(argument, F_OK) != 0 else { return text }
        return shown
    }
}
