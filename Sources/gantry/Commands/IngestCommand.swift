import ArgumentParser
import Foundation
import GantryCore
import GantryPipeline

/// `gantry ingest`: every study below the paths, from files to reports.
struct IngestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingest",
        abstract: "Scores every study below the paths, whatever the folder layout, and writes their reports.",
        discussion: """
            A second run scores nothing again: a study is known by the content of its slices and by the pipeline. \
            Nothing is deleted, moved or written inside the input. Ctrl-C hands back what is in flight.
            """
    )

    @Argument(help: "Folders of DICOM files, or single files.")
    var paths: [String]

    @OptionGroup var options: RunOptions

    @Flag(
        name: .customLong("retry-quarantined"),
        help: "Take up studies again on which the reader died twice; they are left alone otherwise.")
    var retryQuarantined = false

    func run() throws {
        try command {
            try options.refuseWritingInto(paths)
            try refuseNothing()
            let reporter = RunReporter(json: options.json, inputs: paths, output: options.output)
            var environment = try options.assemble(as: "gantry ingest", observer: reporter)
            environment.settings.retriesQuarantined = retryQuarantined
            try RunOptions.remember(inputs: paths, in: environment.store)
            let run = environment
            let stopping = try Stopping(say: reporter.say) { run.requestStop(.signal($0)) }
            let summary = IngestRun(run, list: InputFolder.lister).run(paths: paths)
            try withExtendedLifetime(stopping) { try reporter.close(summary) }
            try RunOptions.leave(summary, inputs: paths)
        }
    }

    /// Refuses paths below which there is nothing before a store and an output are made for it. Where there is a store
    /// already, it may owe reports, and the run goes on.
    private func refuseNothing() throws {
        guard !FileManager.default.fileExists(atPath: options.location.store) else { return }
        var isEmpty = true
        for path in paths {
            let listing = try InputFolder.list(path)
            isEmpty = isEmpty && listing.files.isEmpty && listing.outcomes.isEmpty
        }
        guard isEmpty else { return }
        throw CommandFault(ExitStatus.noInput, "\(paths.joined(separator: ", ")): no DICOM study found.")
    }
}
