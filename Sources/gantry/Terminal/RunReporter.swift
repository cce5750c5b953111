import Foundation
import GantryCore
import GantryPipeline
import Synchronization

/// Shows a run: a progress bar and lines on standard error while it lasts, the closing table or JSON lines on standard
/// output.
final class RunReporter: RunObserver {
    private let progress = Mutex(RunProgress())
    private let bar: ProgressBar
    private let json: Bool
    private let started = ContinuousClock.now
    /// The one input, which then need not stand before every study.
    private let root: String?
    /// Folder of the reports, as the person named it.
    private let output: String

    /// Whether a person is looking, who may see paths below what they named; a log never does.
    private let namesPaths: Bool
    /// The same for the results on standard output.
    private let showsFoldersInResults: Bool
    /// Whether each study's end is worth a line, and each line its moment: a run that lasts has no closing table for
    /// long, and is read long afterwards.
    private let logsStudies: Bool

    /// `isLasting`: a run without an end in sight, whose output is a log unless a terminal is there.
    init(json: Bool, inputs: [String], output: String, isLasting: Bool = false) {
        self.json = json
        root = inputs.count == 1 ? inputs[0] : nil
        self.output = output
        namesPaths = !isLasting || (Terminal.error.isInteractive && !json)
        showsFoldersInResults = !isLasting || (Terminal.output.isInteractive && !json)
        logsStudies = isLasting
        bar = ProgressBar()
    }

    // Every case is one line for a person; splitting them up would hide that.
    func note(_ event: RunEvent) {
        switch event {
        case .scanned(let files, let of):
            bar.show(
                "reading headers", fraction: Double(files) / Double(max(of, 1)), detail: "\(files)/\(of) files",
                sentence: "\(files) of \(counted(of, "header")) read")
        case .filesEnded(let outcomes): warn(rejected: outcomes.filter { $0.disposition == .rejected })
        case .folderUnreadable(let folder):
            warn(namesPaths ? "\(folder.folder): \(folder.sentence)" : folder.sentenceWithoutPath)
        case .studyQueued(let key, _, let files): progress.withLock { $0.queued(key, files: files) }
        case .studyStarted: break
        case .slices(let key, let done, let of, let scored):
            let now = ContinuousClock.now
            let state = progress.withLock { progress in
                progress.noted(key, done: done, of: of, scored: scored, now: now)
                return progress.state(now: now)
            }
            bar.show(
                state.label, fraction: state.fraction, detail: state.detail, sentence: state.sentence.map { dated($0) },
                isLast: done == of && Terminal.error.isInteractive)
        case .reportsWritten: break
        case .formatsMissing(let key, let missing):
            for format in missing { warn("study \(key): not written as \(format.sentence)") }
        case .reportsRemarked(let key, let remarks):
            for remark in remarks { warn("study \(key): \(remark)") }
        case .reportsFailed(let key, let fault, let retryAt):
            warn("study \(key): reports not written: \(fault)" + (retryAt.map { "; again at \($0)" } ?? ""))
        case .studyWaiting(let key, _, let detail, let retryAt):
            warn("study \(key): \(detail); tried again at \(retryAt)")
        case .leaseLost(let key):
            warn("study \(key): another attempt has begun; this one was dropped")
        case .studyEnded(let line):
            progress.withLock { $0.ended(line.studyKey, now: ContinuousClock.now) }
            if json {
                try? JSONLines.print("study-end", StudyLineObject(line, namesFolder: namesPaths))
            } else if logsStudies {
                log("study \(line.studyKey): \(Self.words(for: line.end))".printable, at: line.endedAt)
            } else if !Terminal.error.isSamePlace(as: .output) {
                // Where both come to one place, the table at the end says it.
                switch line.end {
                case .failed(_, let detail): warn("\(shown(line.folder)): \(detail)")
                case .quarantined: warn("\(shown(line.folder)): \(Self.words(for: line.end))")
                case .judged, .unchanged, .unreported, .unfinished: break
                }
            }
        case .waiting(let until, let reports, let fault, let studies):
            // A watch waits anyway, and has said of each study when it is tried again.
            guard reports > 0 || !logsStudies else { return }
            warn(waitSentence(until: until, reports: reports, fault: fault, studies: studies))
        case .diskLow(let space, let needed):
            warn(
                "\(space.path): \(Self.gigabytes(space.bytes)) GB free, \(Self.gigabytes(needed)) GB needed; "
                    + "no study is begun until there is space")
        case .diskRecovered:
            warn("there is space again; going on")
        case .dropFolderFault(let fault):
            warn("\(fault); looked at until it is back")
        case .dropFolderBack:
            warn("the drop folder is back again")
        case .dropFolderEmpty(let files):
            warn("the drop folder is empty: all \(files) files that lay there are gone; is a share not mounted?")
        case .dropFolderFilled(let files):
            warn("the drop folder is back again: it is no longer empty, \(counted(files, "file")) so far")
        case .readerFault(let fault):
            warn("\(fault); tried again later")
        }
    }

    private func warn(_ text: String) { log(text.printable.middle(600)) }

    /// Says something above the bar.
    func say(_ text: String) { log(text) }

    /// Says something above the bar.
    private func log(_ text: String, at moment: Timestamp? = nil) { bar.log("gantry: " + dated(text, at: moment)) }

    /// A line of a run that lasts, with the moment at which it happened: now, unless another is given.
    private func dated(_ text: String, at moment: Timestamp? = nil) -> String {
        logsStudies ? "\(moment ?? SystemClock().now()) \(text)" : text
    }

    /// Says what a run that lasts is about to do.
    func begin(_ watch: WatchBeginning) {
        if json { try? JSONLines.print("watch", watch) } else { log(watch.sentence.printable, at: watch.at) }
    }

    /// What a run waits for when nothing else is left to do, until when, and that it may be ended.
    private func waitSentence(until: Timestamp, reports: Int, fault: ReportFault?, studies: Int) -> String {
        let seconds = Double(until.millisecondsSince1970 - SystemClock().now().millisecondsSince1970) / 1000
        var parts: [String] = []
        if let fault, reports > 0 {
            let why = fault.code == .diskFull ? "for which there is no space" : "which cannot be written"
            parts.append(
                "the reports of \(counted(reports, "study", "studies")), \(why) in \(output) (\(fault.explanation))")
        }
        if studies > 0 { parts.append("\(counted(studies, "study", "studies")) that failed for now") }
        let safety =
            reports > 0
            ? "the verdicts are in the store, and the next `gantry ingest` or `gantry watch` writes the reports"
            : "the next run goes on"
        return "waiting until \(until) (\(Presentation.roughly(seconds: seconds))) to try again: "
            + parts.joined(separator: ", and ") + ". Ctrl-C is safe: \(safety)"
    }

    /// One line for each reason: the first file, and how many more there are.
    private func warn(rejected outcomes: [FileOutcome]) {
        var order: [FileReason] = []
        for outcome in outcomes where !order.contains(outcome.reason) { order.append(outcome.reason) }
        for reason in order {
            let files = outcomes.filter { $0.reason == reason }
            let subject = namesPaths ? files[0].file : "a file of no study"
            warn(
                "\(subject): \(files[0].reasonInWords): \(files[0].detail)"
                    + (files.count > 1 ? " (and \(files.count - 1) more like it)" : ""))
        }
    }

    private static func words(for end: StudyEnd) -> String {
        switch end {
        case .judged(let verdict), .unchanged(let verdict), .unreported(let verdict, _):
            var text = "revision \(verdict.revision): \(verdict.finding.rawValue), probability "
            text += "\(Presentation.probability(verdict.probability)), "
            text += "\(verdict.scoredSlices) of \(counted(verdict.slices, "slice")) scored"
            if case .unchanged = end { text += ", unchanged" }
            if case .unreported(_, let detail) = end { text += ", report not written: \(detail)" }
            if let doubt = verdict.doubt { text += "; \(doubt)" }
            return text
        case .failed(_, let detail): return "failed: \(detail)"
        case .quarantined(let detail): return "left in quarantine: \(detail); \(howToTakeUp)"
        case .unfinished: return "handed back"
        }
    }

    /// What a person does about a study in quarantine.
    private static let howToTakeUp = "`gantry ingest FOLDER --retry-quarantined` takes it up again"

    private static func gigabytes(_ bytes: Int64) -> String { Presentation.decimals(Double(bytes) / 1e9, 1) }

    /// Takes the bar away and shows what the run did.
    func close(_ summary: RunSummary) throws {
        bar.finish()
        if json {
            try JSONLines.print("run", RunObject(summary, namesFolders: showsFoldersInResults))
        } else if summary.filesSeen > 0 || !summary.studies.isEmpty {
            let table = table(of: summary)
            if !table.rows.isEmpty { Terminal.output.write(table.rendered(for: .output) + "\n") }
            Terminal.output.line(closingLine(summary))
        }
    }

    private func table(of summary: RunSummary) -> Table {
        var table = Table(columns: [
            .init(title: "study", fit: .cutInFront), .init(title: "key"), .init(title: "verdict"),
            .init(title: "prob.", isNumeric: true), .init(title: "slices scored", isNumeric: true),
        ])
        for line in summary.studies { table.rows.append(row(of: line, stopped: summary.stopped)) }
        for folder in summary.unreadableFolders {
            table.rows.append(
                .init(
                    cells: [(shown(folder.folder), nil), ("–", nil), ("unreadable", .red), ("–", nil), ("–", nil)],
                    notes: showsFoldersInResults ? [folder.sentence.printable] : []))
        }
        return table
    }

    /// A folder without the input's own path before it.
    private func shown(_ folder: String) -> String {
        guard showsFoldersInResults else { return "–" }
        guard let root, folder.hasPrefix(root), folder != root else { return folder.printable.shortened }
        return String(folder.dropFirst(root.count).drop { $0 == "/" }).printable.shortened
    }

    private func row(of line: StudyLine, stopped: StopReason?) -> Table.Row {
        let folder = line.folder.isEmpty ? "–" : shown(line.folder)
        func cells(_ word: String, _ colour: Terminal.Colour?, _ verdict: VerdictLine?) -> [(String, Terminal.Colour?)]
        {
            [
                (folder, nil), (line.studyKey.value, .faint), (word, colour),
                (Presentation.probability(verdict?.probability), nil),
                (verdict.map { "\($0.scoredSlices) of \($0.slices)" } ?? "–", nil),
            ]
        }
        switch line.end {
        case .judged(let verdict), .unchanged(let verdict), .unreported(let verdict, _):
            var notes: [String] = []
            if let doubt = verdict.doubt { notes.append(doubt) }
            if case .unchanged = line.end {
                notes.append("unchanged since revision \(verdict.revision); not scored again")
            }
            if case .unreported(_, let detail) = line.end { notes.append("report not written: " + detail) }
            if verdict.scoresFromStore, case .judged = line.end { notes.append("judged anew from stored scores") }
            return .init(
                cells: cells(verdict.finding.rawValue, Presentation.colour(of: verdict.finding), verdict), notes: notes)
        case .failed(_, let detail): return .init(cells: cells("failed", .red, nil), notes: [detail.printable])
        case .quarantined(let detail):
            return .init(
                cells: cells("quarantined", .red, nil),
                notes: ["left alone: " + detail.printable, Self.howToTakeUp])
        case .unfinished:
            return .init(cells: cells("not finished", .yellow, nil), notes: [Self.whatToDo(stopped)])
        }
    }

    /// What a person does about a study that was not finished.
    private static func whatToDo(_ stopped: StopReason?) -> String {
        switch stopped {
        case .lowDisk(let path, let free):
            "not begun: \(path.printable) has \(gigabytes(free)) GB free, less than --smallest-free-gb asks for; make "
                + "space, "
                + "then run the command again"
        case .storeFault: "handed back: the store failed; the sentence below says what to do"
        case .scorerFault: "handed back: the network cannot score; the sentence below says why"
        case .signal, nil: "handed back; run the command again"
        }
    }

    private func closingLine(_ summary: RunSummary) -> String {
        let account = summary.account
        var parts = [
            "\(counted(summary.filesSeen, "file")): \(account.scored) scored, \(account.skipped) skipped, "
                + "\(account.rejected) rejected"
        ]
        let areUnchanged = summary.studies.allSatisfy { if case .unchanged = $0.end { true } else { false } }
        if areUnchanged && !summary.studies.isEmpty { parts[0] += ", none of them anew" }
        if summary.unfinishedFiles > 0 { parts[0] += ", \(summary.unfinishedFiles) not finished" }
        parts.append("\(Presentation.decimals((ContinuousClock.now - started).seconds, 1)) s")
        return parts.joined(separator: " in ") + ".\n" + Terminal.output.painted(Gantry.notice, .faint)
    }
}

extension Duration {
    /// The duration in seconds.
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}

/// A study's end as a JSON line.
private struct StudyLineObject: Encodable {
    var at: Timestamp?
    var studyKey: StudyKey
    var folder: String?
    var end: String
    var finding: Finding?
    var probability: Double?
    var scoredSlices: Int?
    var slices: Int?
    var revision: Int?
    var failureCode: StudyFailure.Code?
    var detail: String?

    init(_ line: StudyLine, namesFolder: Bool) {
        at = line.endedAt
        studyKey = line.studyKey
        folder = namesFolder ? line.folder : nil
        let verdict = line.end.verdict
        finding = verdict?.finding
        probability = verdict?.probability
        scoredSlices = verdict?.scoredSlices
        slices = verdict?.slices
        revision = verdict?.revision
        detail = verdict?.doubt
        switch line.end {
        case .judged: end = "judged"
        case .unchanged: end = "unchanged"
        case .unreported(_, let sentence): (end, detail) = ("unreported", sentence)
        case .failed(let code, let sentence): (end, failureCode, detail) = ("failed", code, sentence)
        case .quarantined(let sentence): (end, failureCode, detail) = ("quarantined", .quarantined, sentence)
        case .unfinished: end = "unfinished"
        }
    }
}

/// A run's end as a JSON line.
private struct RunObject: Encodable {
    var studies: Int
    var filesSeen: Int
    var scored: Int
    var skipped: Int
    var rejected: Int
    var unfinished: Int
    var unreadableFolderCount: Int
    var unreadableFolders: [String]?
    var exitStatus: Int32

    init(_ summary: RunSummary, namesFolders: Bool) {
        studies = summary.studies.count
        filesSeen = summary.filesSeen
        scored = summary.account.scored
        skipped = summary.account.skipped
        rejected = summary.account.rejected
        unfinished = summary.unfinishedFiles
        unreadableFolderCount = summary.unreadableFolders.count
        unreadableFolders = namesFolders ? summary.unreadableFolders.map(\.folder) : nil
        exitStatus = summary.exitStatus
    }
}
