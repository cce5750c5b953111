import ArgumentParser
import GantryWeightImport

/// The hidden subcommand in which HDF5 files are parsed; started by the weights' reader, never by a person.
struct HDF5ChildCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hdf5-child", abstract: "Reads an HDF5 file for the parent process.", shouldDisplay: false)

    @Argument(parsing: .captureForPassthrough)
    var arguments: [String] = []

    func run() throws {
        let status = HDF5Child.run(arguments: arguments)
        if status != 0 { throw ExitCode(status) }
    }
}
