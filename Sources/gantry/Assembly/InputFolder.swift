import Foundation
import GantryCore
import GantryDICOM
import GantryIntake
import GantryPipeline

/// A folder, or one file, named on the command line: listed, scanned and grouped.
struct InputFolder {
    /// The folder that paths are relative to, absolute.
    var root: String
    /// What was found.
    var studies: [Study]
    /// Files that are part of no study.
    var outcomes: [FileOutcome]
    /// The studies with the files beside them that may be theirs, as a run takes them.
    var scanned: ScannedStudies
    /// Whether a single file was named.
    var isOneFile: Bool

    /// Reads the headers of everything below `path`; `bar` shows how far it is. `next`, which will read pixels of what
    /// is found, is made ready meanwhile.
    ///
    /// **Throws** `CommandFault` where there is nothing, `ReaderFault`.
    static func scan(
        _ path: String, limits: ReaderLimits = ReaderLimits(), bar: ProgressBar = ProgressBar(),
        next: SandboxedStudyReader? = nil
    ) throws -> InputFolder {
        let listing = try list(path)
        guard !listing.files.isEmpty || !listing.outcomes.isEmpty else {
            throw CommandFault(ExitStatus.noInput, "\(path): the folder is empty.")
        }
        noteMissingConfinement()
        defer { bar.finish() }
        let result = try reader(limits: limits).scan(root: listing.root, files: listing.files) { (done) -> Void in
            // The scan's own child has started: the first answer is there.
            if done == 1 { next?.prepareReading() }
            bar.show(
                "reading headers", fraction: Double(done) / Double(max(listing.files.count, 1)),
                detail: "\(done)/\(listing.files.count) files",
                sentence: "\(done) of \(counted(listing.files.count, "header")) read")
        }
        let outcomes = listing.outcomes + result.outcomes
        return InputFolder(
            root: listing.root, studies: Study.grouping(result.instances), outcomes: outcomes,
            scanned: ScannedStudies(
                instances: result.instances, outcomes: outcomes, root: listing.root, shown: listing.shown),
            isOneFile: isFile(path))
    }

    /// Says what reader processes are not kept from where the kernel is too old.
    static func noteMissingConfinement() {
        guard let missing = SandboxedStudyReader.missingConfinement else { return }
        Terminal.error.sentence("Note: " + missing + " docs/reader-safety.md says more.")
    }

    /// Whether something lies at `path` that is no folder.
    static func isFile(_ path: String) -> Bool {
        var facts = stat()
        return stat(PathText.systemPath(path), &facts) == 0 && facts.st_mode & S_IFMT != S_IFDIR
    }

    /// The files below `path`; a single file is listed by its name below its folder.
    static func list(_ path: String) throws -> FileListing {
        do {
            return try lister(path)
        } catch {
            throw CommandFault(ExitStatus.noInput, error.description)
        }
    }

    /// The lister that a run is given.
    static let lister: FileLister = { path throws(DropFolderFault) in try StudyDirectory(path).list() }

    /// The reader: this executable's own hidden subcommand, taking on what `limits` allow, with as many threads as
    /// `division` says.
    static func reader(
        limits: ReaderLimits = ReaderLimits(), division: CoreDivision = CoreDivision(jobs: 1)
    ) throws(ReaderFault) -> SandboxedStudyReader {
        SandboxedStudyReader(
            executable: RunOptions.childExecutable, limits: limits, threads: division.readingThreads)
    }

    /// The second reader: DCMTK, likewise in this executable's own hidden subcommand.
    static func secondReader(limits: ReaderLimits) -> SandboxedSecondReader {
        SandboxedSecondReader(executable: RunOptions.childExecutable, limits: limits)
    }

    /// The series rules of a bundle, whose model need not be there; the defaults where none is named or at hand.
    static func rules(pipeline: String?) throws(BundleFault) -> SeriesRules {
        let folder = RunOptions.bundleFolder(pipeline)
        guard pipeline != nil || FileManager.default.fileExists(atPath: folder) else { return SeriesRules() }
        let definition = try PipelineBundle.definition(folder: folder)
        try definition.require(.ct, in: folder)
        return definition.scoring.seriesRules
    }

    /// The reader's limits of a bundle, likewise.
    static func limits(pipeline: String?) throws(BundleFault) -> ReaderLimits {
        let folder = RunOptions.bundleFolder(pipeline)
        guard pipeline != nil || FileManager.default.fileExists(atPath: folder) else { return ReaderLimits() }
        return try PipelineBundle.definition(folder: folder).reader
    }
}
