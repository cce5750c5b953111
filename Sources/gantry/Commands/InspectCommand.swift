import ArgumentParser
import Foundation
import GantryCore
import GantryDICOM
import GantryPipeline

/// `gantry inspect`: what the reader sees and decides, without scoring.
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Shows what the reader sees and decides, without scoring.",
        discussion: """
            Of a folder: each study with a table of its series, which one is scored, why each of the others is not, \
            and what became of every file. Of one file: its header, and what its pixels become. No patient's identity \
            is shown.

            Marks: ● the series that is scored, ○ one that is not; ✓ and ✗ a rule passed or failed.
            """
    )

    @Argument(help: "A folder of DICOM files, or one file.")
    var path: String

    @Option(help: RunOptions.pipelineHelp)
    var pipeline: String?

    @OptionGroup var readerLimits: ReaderLimitOptions

    @Flag(help: "Show every rule of every series: what was measured, what is expected.")
    var rules = false

    @Option(help: ArgumentHelp("Show the rules of this series only: its number or UID.", valueName: "series"))
    var series: String?

    @Flag(help: "Name every file that is not scored, with its reason.")
    var files = false

    @Flag(
        help: "Of one file: let DCMTK read it as well, and say what it reads differently.")
    var secondOpinion = false

    @Flag(help: "Print one JSON object a line, with everything.")
    var json = false

    func run() throws {
        try command {
            let interruption = try Interruption()
            defer { withExtendedLifetime(interruption) {} }
            let seriesRules = try InputFolder.rules(pipeline: pipeline)
            let limits = try readerLimits.applied(to: InputFolder.limits(pipeline: pipeline))
            let input = try InputFolder.scan(path, limits: limits, bar: interruption.bar)
            let studies = input.studies.map { InspectedStudy($0, rules: seriesRules) }
            if let series, studies.allSatisfy({ $0.lines(matching: series).isEmpty }) {
                throw CommandFault(ExitStatus.noInput, "\(path): has no series \(series).")
            }
            guard input.isOneFile || !secondOpinion else {
                throw CommandFault(ExitStatus.usage, "--second-opinion takes one file; \(path) is a folder.")
            }
            if input.isOneFile {
                let file = try InspectedFile(path, input: input, limits: limits, asksSecondReader: secondOpinion)
                try show(file, studies)
            } else if json {
                try printJSON(studies, input.outcomes)
            } else {
                show(studies, input.outcomes)
            }
            guard !studies.isEmpty else {
                throw CommandFault(
                    ExitStatus.badData,
                    input.isOneFile
                        ? "\(path): is no DICOM object that can be read."
                        : "\(path): no file of \(input.outcomes.count) is a DICOM object that can be read.")
            }
        }
    }

    private func show(_ file: InspectedFile, _ studies: [InspectedStudy]) throws {
        guard json else {
            let decisions = studies.flatMap(\.lines).map(\.decision)
            if rules { return decisions.forEach { RuleTable(decision: $0).show(on: .output) } }
            return FilePresentation(file: file, decisions: decisions, terminal: .output).show()
        }
        try JSONLines.print("inspected-file", file)
        for study in studies { try JSONLines.print("inspected-study", study) }
    }

    private func printJSON(_ studies: [InspectedStudy], _ outcomes: [FileOutcome]) throws {
        for study in studies { try JSONLines.print("inspected-study", study) }
        for outcome in outcomes { try JSONLines.print("file", outcome) }
        try JSONLines.print("inspection", Totals(studies, outcomes))
    }

    private func show(_ studies: [InspectedStudy], _ outcomes: [FileOutcome]) {
        let terminal = Terminal.output
        for study in studies {
            if rules || series != nil {
                let lines = study.lines(matching: series)
                guard !lines.isEmpty else { continue }
                terminal.line(terminal.painted("Study \(study.study.studyInstanceUID)\n", .bold))
                for line in lines { RuleTable(decision: line.decision).show(on: terminal) }
            } else {
                StudyPresentation(study: study, terminal: terminal, showsAllFiles: files).show()
            }
        }
        guard series == nil else { return }
        if !outcomes.isEmpty {
            terminal.line(terminal.painted("Of no study", .bold))
            FilesPresentation(outcomes: outcomes, taken: nil, takenWords: "", showsAll: files).show(on: terminal)
            terminal.line()
        }
        let totals = Totals(studies, outcomes)
        if studies.count > 1 {
            for part in totals.sentence.wrapped(terminal.columns) { terminal.line(part) }
        }
        if !rules, terminal.isInteractive, !studies.isEmpty {
            terminal.line(
                terminal.painted("--rules shows every rule, --series N those of one, --files every file.", .faint))
        }
    }
}

/// The whole of what was inspected.
private struct Totals: Encodable {
    var studies: Int
    var studiesToScore: Int
    var filesSeen: Int
    var toScore: Int
    var skipped: Int
    var rejected: Int

    init(_ inspected: [InspectedStudy], _ outcomes: [FileOutcome]) {
        let account = FileAccount(outcomes + inspected.flatMap(\.selection.outcomes))
        studies = inspected.count
        studiesToScore = inspected.count { $0.selection.chosen != nil }
        toScore = inspected.reduce(0) { $0 + $1.slicedFiles }
        (skipped, rejected) = (account.skipped, account.rejected)
        filesSeen = toScore + account.seen
    }

    var sentence: String {
        "\(counted(studies, "study", "studies")), \(studiesToScore) with a series to score; "
            + "\(counted(filesSeen, "file")): "
            + "\(toScore) of chosen series, \(skipped) skipped, \(rejected) rejected"
    }
}
