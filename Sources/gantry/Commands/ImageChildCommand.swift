import ArgumentParser
import GantryImages

/// The hidden subcommand in which PNG and JPEG files are decoded; started by the pictures' reader, never by a person.
struct ImageChildCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "image-child", abstract: "Decodes pictures for the parent process.", shouldDisplay: false)

    @Argument(parsing: .captureForPassthrough)
    var arguments: [String] = []

    func run() throws {
        let status = ImageChild.run(arguments: arguments)
        if status != 0 { throw ExitCode(status) }
    }
}
