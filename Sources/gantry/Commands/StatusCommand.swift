import ArgumentParser
import Foundation
import GantryCore
import GantryPipeline
import GantryStore

/// `gantry status`: the queue and the results, from the store alone.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows the queue and the results: states, verdicts, attempts, errors.",
        discussion: """
            With the key of a study: its attempts, its series with every rule, its slices with their probabilities. \
            Reads the store only, also while a runner works on it; no patient's identity is shown. "tries" counts how \
            often a worker took the study up, also to find it unchanged. A study that failed after it was judged shows \
            no verdict in its row: that of the last revision, which stands, is told below it. Below the table stands \
            whether a runner is alive, and what a watch waits for.
            """
    )

    @Argument(help: ArgumentHelp("Key of a study, or its first digits.", valueName: "study"))
    var study: String?

    @OptionGroup var location: StoreLocation

    @Flag(help: "Print one JSON object a line.")
    var json = false

    func run() throws {
        try command {
            let store = try location.openForReading()
            let activity = try StoreActivity(store)
            let summaries = try store.summaries()
            guard let study else {
                return try json ? printLines(summaries, activity) : printTable(summaries, activity)
            }
            let summary = try summaries.study(named: study)
            let record = try store.latestRecord(of: summary.studyKey)
            let history = try store.history(of: summary.studyKey)
            if json {
                try JSONLines.print(
                    "study", StudyDetail(summary: summary, record: record, history: history, activity: activity))
            } else {
                StudyDetail(summary: summary, record: record, history: history, activity: activity).printed()
            }
        }
    }

    private func printLines(_ summaries: [StudySummary], _ activity: StoreActivity) throws {
        for summary in summaries { try JSONLines.print("study-summary", summary) }
        try JSONLines.print("status", activity)
    }

    private func printTable(_ summaries: [StudySummary], _ activity: StoreActivity) throws {
        defer { for line in activity.lines { Terminal.output.line(line) } }
        guard !summaries.isEmpty else { return Terminal.output.line("No studies yet.") }
        var table = Table(columns: [
            .init(title: "study"), .init(title: "state"), .init(title: "verdict"),
            .init(title: "prob.", isNumeric: true), .init(title: "slices", isNumeric: true),
            .init(title: "rev.", isNumeric: true), .init(title: "tries", isNumeric: true), .init(title: "updated"),
        ])
        for summary in summaries {
            // Where the study failed since, the verdict is not how it stands.
            let finding = summary.failedSince == nil ? summary.finding : nil
            let isScored = finding != nil && summary.slices > 0
            table.rows.append(
                .init(
                    cells: [
                        (summary.studyKey.value, nil), (summary.state.rawValue, Presentation.colour(of: summary.state)),
                        (finding?.rawValue ?? "–", finding.map(Presentation.colour)),
                        (Presentation.probability(finding == nil ? nil : summary.probability), nil),
                        (isScored ? "\(summary.scoredSlices)/\(summary.slices)" : "–", nil),
                        (summary.revision == 0 ? "–" : "\(summary.revision)", nil), ("\(summary.attempts)", nil),
                        (Presentation.minute(summary.updatedAt), nil),
                    ], notes: notes(on: summary, activity)))
        }
        Terminal.output.write(table.rendered(for: .output))
        let counts = StudyState.allCases.compactMap { state in
            let count = summaries.count { $0.state == state }
            return count == 0 ? nil : "\(count) \(state.rawValue)"
        }
        Terminal.output.line("\n\(counted(summaries.count, "study", "studies")): " + counts.joined(separator: ", "))
    }

    /// Sentences below the row of a study.
    private func notes(on summary: StudySummary, _ activity: StoreActivity) -> [String] {
        var notes: [String] = []
        if let note = activity.note(on: summary.state) { notes.append(note) }
        if let failed = summary.failedSince { notes.append("failed \(failed.whenAndWhy)") }
        // What a study waits for may be another failure than the one that stands.
        if let detail = summary.failureDetail, summary.failedSince == nil || summary.state == .waiting {
            notes.append(detail)
        }
        if let retryAt = summary.retryAt { notes.append("tried again at \(retryAt)") }
        let standing = summary.failedSince == nil ? nil : summary.standingVerdict
        let doubt = summary.finding == .indeterminate ? summary.doubt : nil
        let verdict = [standing, doubt].compactMap(\.self)
        if !verdict.isEmpty { notes.append(verdict.joined(separator: "; ")) }
        return notes
    }
}

extension StudyFailureSince {
    /// `on 2026-11-29 14:03 UTC: the reader died twice`.
    fileprivate var whenAndWhy: String { "on \(Presentation.minute(at)) UTC: \(detail)" }
}

extension StudySummary {
    /// `revision 2, judged 2026-11-22 16:18 UTC from what lay there then`.
    fileprivate var standingRevision: String {
        "revision \(revision), judged" + (judgedAt.map { " \(Presentation.minute($0)) UTC" } ?? "")
            + " from what lay there then"
    }

    /// The same with its verdict: `..., stands: positive, probability 0.92, 41 of 48 slices scored`.
    fileprivate var standingVerdict: String? {
        guard let finding else { return nil }
        let number = probability.map { ", probability \(Presentation.probability($0))" } ?? ""
        let scored = "\(scoredSlices) of \(counted(slices, "slice")) scored"
        return "\(standingRevision), stands: \(finding.rawValue)\(number), \(scored)"
    }
}

/// One study in full.
private struct StudyDetail: Encodable {
    let summary: StudySummary
    let record: StudyRecord?
    let history: StudyHistory?
    let activity: StoreActivity

    enum Keys: String, CodingKey {
        case summary, revision, judgedAt, failedSince, verdict, series, slices, files, provenance, attempts, audit,
            runner
    }

    /// Everything but the patient's identity and the pictures.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(summary, forKey: .summary)
        if let record {
            try container.encode(record.revision, forKey: .revision)
            try container.encode(record.judgedAt.description, forKey: .judgedAt)
            try container.encodeIfPresent(record.failedSince, forKey: .failedSince)
            try container.encode(record.result.verdict, forKey: .verdict)
            try container.encode(record.result.slices, forKey: .slices)
            try container.encode(record.result.provenance, forKey: .provenance)
        }
        try container.encode(decisions, forKey: .series)
        try container.encode(files, forKey: .files)
        try container.encode(history?.attempts ?? [], forKey: .attempts)
        try container.encode(history?.audit ?? [], forKey: .audit)
        try container.encode(activity.runnerObject, forKey: .runner)
    }

    /// Whether a failure is the last word on series and files: it has its own account of them.
    private var hasFailed: Bool {
        guard record != nil else { return true }
        guard let history, summary.failedSince != nil || summary.failureCode != nil else { return false }
        return !history.failedSeriesDecisions.isEmpty || !history.failedFiles.isEmpty
    }
    private var decisions: [SeriesDecision] {
        hasFailed ? history?.failedSeriesDecisions ?? [] : record?.result.seriesDecisions ?? []
    }
    private var files: [FileOutcome] { hasFailed ? history?.failedFiles ?? [] : record?.result.files ?? [] }

    func printed() {
        let terminal = Terminal.output
        terminal.line(terminal.painted("Study \(summary.studyKey)", .bold) + "  of patient \(summary.patientKey)")
        let note = activity.note(on: summary.state).map { " (\($0))" } ?? ""
        let state = terminal.painted(summary.state.rawValue, Presentation.colour(of: summary.state))
        terminal.line("State     \(state)\(note)")
        if let failed = summary.failedSince { show(failed.whenAndWhy, as: "Failure", on: terminal) }
        if let detail = summary.failureDetail, summary.failedSince == nil || summary.state == .waiting {
            show(detail, as: "Failure", on: terminal)
        }
        if let record {
            if summary.failedSince != nil { show("\(summary.standingRevision):", as: "Stands", on: terminal) }
            Presentation.printVerdict(record.result.verdict, on: terminal)
        }
        terminal.line("\n" + terminal.painted("Series", .bold))
        for decision in decisions { RuleTable(decision: decision).show(on: terminal) }
        if let record {
            let heading = summary.failedSince == nil ? "Slices" : "Slices of revision \(record.revision)"
            terminal.line(terminal.painted(heading, .bold))
            Presentation.printSlices(record.result.slices, provenance: record.result.provenance, on: terminal)
        }
        let notGood = files.filter { $0.disposition == .rejected }
        if !notGood.isEmpty {
            terminal.line("\n" + terminal.painted("Rejected files", .bold))
            Presentation.printOutcomes(notGood, on: terminal)
        }
        let named = Set(notGood.map(\.file))
        let beside = (hasFailed ? [] : record?.result.verdict.findings.compactMap(\.files).flatMap(\.self) ?? [])
            .filter { !named.contains($0.file) }
        if !beside.isEmpty {
            terminal.line("\n" + terminal.painted("Files in its folder that nobody could read", .bold))
            Presentation.printOutcomes(beside, on: terminal)
        }
        if let history {
            terminal.line("\n" + terminal.painted("Attempts", .bold))
            for attempt in history.attempts {
                terminal.line(
                    "  \(attempt.attempt)  \(Presentation.minute(attempt.startedAt))  \(attempt.outcome)  "
                        + "\(attempt.detail)"
                )
            }
        }
    }

    /// A line with its name in front, wrapped.
    private func show(_ text: String, as name: String, on terminal: Terminal) {
        for (index, part) in text.printable.wrapped(terminal.columns - 10).enumerated() {
            terminal.line((index == 0 ? name : "").padding(toLength: 10, withPad: " ", startingAt: 0) + part)
        }
    }
}
