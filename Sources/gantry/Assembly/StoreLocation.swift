import ArgumentParser
import Foundation
import GantryCore
import GantryPipeline
import GantryStore

/// `--store`, the same in every command that opens it.
struct StoreLocation: ParsableArguments {
    @Option(help: ArgumentHelp("The SQLite file that keeps studies, scores and verdicts.", valueName: "file"))
    var store: String = Self.usual

    /// Where it is unless said.
    static let usual = "gantry/gantry.sqlite"

    /// The store for a command that only looks.
    func openForReading() throws(CommandFault) -> SQLiteStudyStore { try Self.openForReading(store) }

    /// The store at `store`, likewise.
    static func openForReading(_ store: String) throws(CommandFault) -> SQLiteStudyStore {
        guard FileManager.default.fileExists(atPath: store) else {
            throw CommandFault(
                ExitStatus.noInput, "\(store): no store here. `gantry ingest` makes one; --store names another.")
        }
        do {
            return try SQLiteStudyStore(path: store, access: .reader)
        } catch {
            throw CommandFault(error)
        }
    }
}
