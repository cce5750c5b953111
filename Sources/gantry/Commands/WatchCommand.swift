import ArgumentParser
import Foundation
import GantryCore
import GantryIntake
import GantryPipeline

/// `gantry watch`: the same as `ingest` for a drop folder, until stopped.
struct WatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Watches a drop folder and scores each study when it has come to rest, until stopped.",
        discussion: """
            A file is at rest when its size and time were the same at two looks; a study, when none of its files \
            changed for --study-quiet seconds. A study that does not come to rest within 90 minutes is taken as it is \
            and judged indeterminate. Late files make a new revision. Nothing in the folder is moved or deleted.
            """
    )

    @Argument(help: "The drop folder.")
    var folder: String

    @OptionGroup var options: RunOptions

    @Option(help: ArgumentHelp("Seconds between two looks at the folder.", valueName: "s"))
    var settle: Int = 10

    @Option(name: .customLong("study-quiet"), help: ArgumentHelp("Seconds a study must be quiet.", valueName: "s"))
    var studyQuiet: Int = 60

    @Flag(help: "Take what is there once its files have come to rest, without waiting for quiet, then end.")
    var once = false

    func validate() throws {
        guard (1...3600).contains(settle) else { throw ValidationError("--settle takes 1 to 3600 seconds.") }
        guard (0...86_400).contains(studyQuiet) else {
            throw ValidationError("--study-quiet takes 0 to 86400 seconds.")
        }
    }

    func run() throws {
        try command {
            try options.refuseBundleOfNoStudies()
            try options.refuseWritingInto([folder])
            try refuseFile()
            let listing = try InputFolder.list(folder)
            let reporter = RunReporter(
                json: options.json, inputs: [folder], output: options.output, isLasting: true)
            let environment = try options.assemble(as: "gantry watch", observer: reporter)
            try RunOptions.remember(inputs: [folder], in: environment.store)
            let drop: PollingDropFolder
            do throws(DropFolderFault) {
                drop = try PollingDropFolder(path: listing.root, settleSeconds: Double(settle))
            } catch {
                throw CommandFault(ExitStatus.noInput, error.description)
            }
            let run = WatchRun(
                environment, folder: drop, root: listing.root, shown: folder,
                settings: WatchSettings(
                    settleSeconds: Double(settle), studyQuietSeconds: Int64(studyQuiet), once: once))
            let stopping = try Stopping(say: reporter.say) { run.requestStop(.signal($0)) }
            reporter.begin(
                WatchBeginning(
                    environment, folder: folder, files: listing.files.count, store: options.location.store,
                    reports: options.output))
            let summary = run.run()
            try withExtendedLifetime(stopping) { try reporter.close(summary) }
            try RunOptions.leave(summary, inputs: [folder])
        }
    }

    /// Refuses what is no folder before a store is made for it: nothing would ever come into it.
    private func refuseFile() throws(CommandFault) {
        guard InputFolder.isFile(folder) else { return }
        throw CommandFault(
            ExitStatus.noInput,
            "\(folder): this is no folder, and nothing can come into it. Name the folder into which studies come; "
                + "`gantry ingest` takes a single file.")
    }
}
