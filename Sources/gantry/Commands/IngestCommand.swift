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

            With --again only the studies named are looked at, also where they are in quarantine: after wrong files \
            were removed, or missing ones sent. Without a path they are sought where they lay last.
            """
    )

    @Argument(help: "Folders of DICOM files, or single files.")
    var paths: [String] = []

    @OptionGroup var options: RunOptions

    @Flag(
        name: .customLong("retry-quarantined"),
        help: "Take up studies again on which the reader died twice; they are left alone otherwise.")
    var retryQuarantined = false

    @Option(
        help: ArgumentHelp(
            "Look at this study again and at no other: its key, or the key's first digits. May be given several times.",
            valueName: "study"))
    var again: [String] = []

    func validate() throws {
        guard !paths.isEmpty || !again.isEmpty else {
            throw ValidationError("Give a folder of DICOM files, or --again with the key of a study.")
        }
    }

    func run() throws {
        try command {
            try options.refuseBundleOfNoStudies()
            let again = try studiesToLookAtAgain()
            let paths = try self.paths.isEmpty ? placesOf(again.map(\.place)) : self.paths
            try options.refuseWritingInto(paths)
            try refuseNothing(below: paths)
            let reporter = RunReporter(json: options.json, inputs: paths, output: options.output)
            var environment = try options.assemble(as: "gantry ingest", observer: reporter)
            environment.settings.retriesQuarantined = retryQuarantined || !again.isEmpty
            // What a person named; where a study is sought again follows from that.
            try RunOptions.remember(inputs: self.paths, in: environment.store)
            let run = environment
            let stopping = try Stopping(say: reporter.say) { run.requestStop(.signal($0)) }
            let summary = IngestRun(run, list: InputFolder.lister).run(
                paths: paths, only: again.isEmpty ? nil : Set(again.map(\.place.studyInstanceUID)))
            try withExtendedLifetime(stopping) { try reporter.close(summary) }
            try leaveAbsent(again, in: summary, below: paths)
            try RunOptions.leave(summary, inputs: paths)
        }
    }

    /// The studies of `--again`, each once. **Throws** `CommandFault` where the store knows none of such a key (66), or
    /// several (64).
    private func studiesToLookAtAgain() throws -> [(key: StudyKey, place: StudyPlace)] {
        guard !again.isEmpty else { return [] }
        let store = try options.location.openForReading()
        let summaries = try store.summaries()
        let keys = try again.map { try summaries.study(named: $0).studyKey }
        return try Set(keys).sorted().compactMap { key in try store.place(of: key).map { (key, $0) } }
    }

    /// Where these studies are sought: the folders below which they were found; where such a folder holds several that
    /// were named as input (a study was in two of them), those, so that nothing else is taken for a part of a study.
    private func placesOf(_ studies: [StudyPlace]) throws -> [String] {
        let inputs = try options.location.openForReading().inputs()
        func isBelow(_ path: String, _ folder: String) -> Bool {
            path == folder || path.hasPrefix(folder == "/" ? "/" : folder + "/")
        }
        let places = studies.map(\.root).flatMap { root -> [String] in
            if inputs.contains(where: { isBelow(root, $0) }) { return [root] }
            let below = inputs.filter { isBelow($0, root) }
            return below.isEmpty ? [root] : below
        }
        return Array(Set(places)).sorted()
    }

    /// Says which of `studies` were not found again. **Throws** `CommandFault` (66) where it is all of them.
    private func leaveAbsent(
        _ studies: [(key: StudyKey, place: StudyPlace)], in summary: RunSummary, below paths: [String]
    ) throws(CommandFault) {
        let absent = studies.filter { summary.absentStudies.contains($0.place.studyInstanceUID) }
        guard !absent.isEmpty else { return }
        let keys = absent.map(\.key.value).joined(separator: ", ")
        let fault = CommandFault(
            ExitStatus.noInput,
            "\(paths.joined(separator: ", ")): no file of study \(keys) can be found and read there any more. Name the "
                + "folder where its files lie now; what was judged stays as it is.")
        guard absent.count < studies.count else { throw fault }
        _ = fault.leave()
    }

    /// Refuses paths below which there is nothing before a store and an output are made for it. Where there is a store
    /// already, it may owe reports, and the run goes on.
    private func refuseNothing(below paths: [String]) throws {
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
