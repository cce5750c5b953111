import ArgumentParser
import Foundation
import GantryCore
import GantryModelling
import GantryPipeline
import GantryStore
import Synchronization

/// Labelled studies scored by a bundle now, the whole way as `ingest` goes it, into a store that lasts as long as this.
final class ScoredStudies {
    /// The store.
    let store: SQLiteStudyStore
    /// Studies that came to no verdict, a sentence each.
    let failures: [String]
    /// Studies that were looked at.
    let count: Int
    private let folder: URL

    /// Scores the studies below `path`, those that the truth names or (nil) all; their reports go to `reports`, or
    /// nowhere.
    ///
    /// **Throws** `CommandFault` (66) where none of them is there, `ExitCode` where a signal has come, `BundleFault`.
    init(
        bundle: String, studies path: String, named: Set<UID>?, reports: String?, trust: TrustOptions
    ) throws {
        try PipelineBundle.refuse(bundle, unlessFor: .ct)
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "gantry-evaluate-\(UUID().uuidString)", directoryHint: .isDirectory)
        do {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw UnfinishedFolder.fault(folder.path, error)
        }
        let file = folder.appending(path: "scores.sqlite").path
        var isKept = false
        defer { if !isKept { try? FileManager.default.removeItem(at: folder) } }
        var arguments = [
            "--pipeline", bundle, "--store", file, "--output",
            reports ?? folder.appending(path: "reports").path, "--smallest-free-gb", "0",
        ]
        for key in trust.trust { arguments += ["--trust", key] }
        let options = try RunOptions.parse(arguments)
        try options.refuseWritingInto([path])
        let observer = ScoringObserver(of: named?.count)
        do {
            let environment = try options.assemble(as: "gantry evaluate", observer: observer)
            let stopping = try Stopping(say: { observer.bar.log("gantry: \($0)") }) {
                environment.requestStop(.signal($0))
            }
            let summary = withExtendedLifetime(stopping) {
                IngestRun(environment, list: InputFolder.lister).run(paths: [path], only: named)
            }
            observer.bar.finish()
            try Self.refuse(summary, path: path, isNamed: named != nil)
            count = summary.studies.count
            failures = summary.studies.compactMap { line in
                switch line.end {
                case .failed(_, let detail), .quarantined(let detail): "study \(line.studyKey): \(detail)"
                case .judged, .unchanged, .unreported, .unfinished: nil
                }
            }
        }
        store = try SQLiteStudyStore(path: file, access: .reader)
        self.folder = folder
        isKept = true
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// **Throws** where the run could not begin, was stopped, or found none of the studies.
    private static func refuse(_ summary: RunSummary, path: String, isNamed: Bool) throws {
        switch summary.stopped {
        case .signal(let number): throw ExitCode(ExitStatus.interrupted(by: number))
        case .storeFault(let fault): throw CommandFault(fault)
        case .scorerFault(let fault): throw CommandFault(ExitStatus.configuration, fault.explanation)
        case .lowDisk(let path, _): throw CommandFault(ExitStatus.temporaryFailure, "\(path): the disk is full.")
        case nil: break
        }
        switch summary.inputFault {
        case .listing(let fault): throw CommandFault(ExitStatus.noInput, fault.description)
        case .reader(let fault): throw CommandFault(fault)
        case nil: break
        }
        guard !summary.studies.isEmpty else {
            throw CommandFault(
                ExitStatus.noInput,
                isNamed
                    ? "\(path): none of the studies that are labelled is there."
                    : "\(path): there is no study; a folder of DICOM studies was expected.")
        }
    }
}

/// Shows how far the scoring is, on standard error.
private final class ScoringObserver: RunObserver {
    let bar = ProgressBar()
    private let all: Int?
    private let done = Mutex(0)

    /// Of so many studies; nil where nobody has counted them.
    init(of all: Int?) { self.all = all }

    func note(_ event: RunEvent) {
        switch event {
        case .scanned(let files, let of):
            bar.show(
                "reading headers", fraction: Double(files) / Double(max(of, 1)), detail: "\(files)/\(of) files")
        case .studyEnded:
            let done = done.withLock { done in
                done += 1
                return done
            }
            bar.show(
                "scoring", fraction: all.map { Double(done) / Double(max($0, 1)) },
                detail: all.map { "\(done)/\($0) studies" } ?? counted(done, "study", "studies"))
        case .studyWaiting(let key, _, let detail, let retryAt):
            bar.log("gantry: study \(key): \(detail); tried again at \(retryAt)".printable)
        case .diskLow(let space, _): bar.log("gantry: \(space.path): too little free space".printable)
        default: break
        }
    }
}
