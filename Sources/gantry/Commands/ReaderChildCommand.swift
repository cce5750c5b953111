import ArgumentParser
import GantryDICOM

/// The hidden subcommand in which DICOM bytes are parsed; started by the reader, never by a person.
struct ReaderChildCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reader-child", abstract: "Parses DICOM files for the parent process.", shouldDisplay: false)

    @Argument(parsing: .captureForPassthrough)
    var arguments: [String] = []

    func run() throws {
        let status = ReaderChild.run(arguments: arguments)
        if status != 0 { throw ExitCode(status) }
    }
}
