import ArgumentParser
import Foundation
import GantryCore
import GantryModelling
import GantryPipeline
import GantryReports
import GantryStore
import GantryTraining

/// `gantry reaggregate`: other rules on the scores that a store has.
struct ReaggregateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reaggregate",
        abstract: "Shows what studies would be judged by another aggregation or other thresholds, without inference.",
        discussion: """
            The scores of the slices come from the store; nothing is read or scored, and nothing is changed. A row for \
            each aggregation and each pair of thresholds; without any, for every aggregation. With --truth each row \
            says how well it does.

            With --commit one rule makes new revisions of all studies and their reports. `ingest` judges by the \
            pipeline: write the same rule into pipeline.yaml, or it comes back.
            """
    )

    @OptionGroup var location: StoreLocation

    @Option(
        help: ArgumentHelp(
            "top-k-mean:K, maximum, mean, percentile:P, noisy-or or fraction-positive:T; may be given several times.",
            valueName: "rule"))
    var aggregation: [String] = []

    @Option(
        help: ArgumentHelp(
            "Negative below the first, positive from the second on; may be given several times.", valueName: "a,b"))
    var thresholds: [String] = []

    @Option(help: ArgumentHelp("Table of what is true, as for `gantry evaluate`.", valueName: "truth.csv"))
    var truth: String?

    @Option(help: ArgumentHelp("What the draws of the bootstrap follow from.", valueName: "n"))
    var seed: UInt64 = 1

    @Flag(help: "Make new revisions by the one rule that is given, and write their reports.")
    var commit = false

    @Option(help: ArgumentHelp("Folder for the reports of --commit.", valueName: "folder"))
    var output: String = "gantry/reports"

    @OptionGroup var languageOption: ReportLanguageOption

    @Flag(help: "Print one JSON object a line.")
    var json = false

    func validate() throws {
        _ = try rules()
        guard commit else { return }
        guard aggregation.count <= 1, thresholds.count <= 1, aggregation.count + thresholds.count > 0 else {
            throw ValidationError("--commit takes one --aggregation, one pair of --thresholds, or one of each.")
        }
    }

    func run() throws {
        try command {
            let rules = try rules()
            let table = try truth.map { path throws(TrainingDataFault) in try EvaluationTruth(path: path) }
            let store = try location.openForReading()
            let whatIf = try WhatIf(store, rules: rules, truth: table, seed: seed)
            guard whatIf.studies > 0 else {
                throw CommandFault(ExitStatus.noInput, "\(location.store): no study has a verdict.")
            }
            if let table, whatIf.known == 0 {
                throw CommandFault(
                    ExitStatus.noInput, "\(location.store): no study that \(table.name) names has a verdict.")
            }
            if json {
                for row in whatIf.rows { try JSONLines.print("reaggregation", row) }
            } else {
                show(whatIf)
            }
            if commit { try makeRevisions(by: rules[0], inputs: store.inputs()) }
        }
    }

    private func makeRevisions(by rules: WhatIf.Rules, inputs: [String]) throws {
        try RunOptions.refuse(writing: [("--output", output)], into: inputs)
        let reports = try ReportOutput.writer(into: output, language: languageOption.language)
        let store = try SQLiteStudyStore(path: location.store, access: .runner(name: "gantry reaggregate"))
        let judged = try RejudgedStudies(store, by: rules, reports: reports, clock: SystemClock())
        for sentence in judged.left {
            Terminal.error.sentence(sentence + "; left alone", start: "gantry: note: ", .yellow)
        }
        let owed = judged.reported == 0 ? "" : " (reports of \(judged.reported) were owed, and are written)"
        let line =
            "\(counted(judged.made, "new revision")), \(judged.unchanged) unchanged\(owed); reports in \(output)"
        if json { return Terminal.error.line(line) }
        Terminal.output.line(line)
    }

    /// The rules of the rows. **Throws** `ValidationError`.
    private func rules() throws -> [WhatIf.Rules] {
        let usual = JudgingDefinition().aggregation
        var rules = try aggregation.map { text in
            guard let rule = AggregationRule(argument: text, former: usual) else {
                throw ValidationError("--aggregation takes \(AggregationRule.argumentForm), not \(text).")
            }
            return rule as AggregationRule?
        }
        if rules.isEmpty {
            rules = [nil]
            if thresholds.isEmpty {
                rules += [usual, .maximum, .mean, .percentile(90), .noisyOr, .fractionPositive(threshold: 0.5)]
            }
        }
        let pairs = try thresholds.map { text -> ClosedRange<Double>? in
            let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
            guard numbers.count == 2, let low = numbers[0], let high = numbers[1], 0...1 ~= low, 0...1 ~= high,
                low <= high
            else {
                throw ValidationError("--thresholds takes two numbers from 0 to 1, the lower first, not \(text).")
            }
            return low...high
        }
        return rules.flatMap { rule in
            (pairs.isEmpty ? [nil] : pairs).map { WhatIf.Rules(aggregation: rule, thresholds: $0) }
        }
    }

    private func show(_ whatIf: WhatIf) {
        let terminal = Terminal.output
        var table = Table(columns: [
            .init(title: "aggregation"), .init(title: "threshold"),
            .init(title: "neg.", isNumeric: true), .init(title: "ind.", isNumeric: true),
            .init(title: "pos.", isNumeric: true), .init(title: "changed", isNumeric: true),
        ])
        let hasTruth = truth != nil
        if hasTruth {
            table.columns += [
                .init(title: "AUC", isNumeric: true), .init(title: "sens.", isNumeric: true),
                .init(title: "spec.", isNumeric: true),
            ]
        }
        func number(_ value: Double?) -> String { value.map { Presentation.decimals($0, 3) } ?? "\u{2013}" }
        for row in whatIf.rows {
            let pair = [row.negativeBelow, row.positiveFrom].compactMap { $0?.writtenInFull(decimals: 2) }
            var cells: [(text: String, colour: Terminal.Colour?)] = [
                (row.aggregation, .bold), (pair.isEmpty ? "as judged" : pair.joined(separator: "-"), nil),
            ]
            cells += [Finding.negative, .indeterminate, .positive].map { ("\(row.verdicts[$0] ?? 0)", nil) }
            cells.append(("\(row.changed)", nil))
            if hasTruth {
                cells += [row.area?.value, row.sensitivity?.value, row.specificity?.value].map { (number($0), nil) }
            }
            var notes: [String] = []
            if let interval = row.area?.interval {
                notes.append("AUC \(number(interval.lowerBound))-\(number(interval.upperBound))")
            } else if let note = row.area?.note {
                notes.append(note)
            }
            table.rows.append(.init(cells: cells, notes: notes))
        }
        terminal.write(table.rendered(for: terminal))
        terminal.hanging(
            "\(counted(whatIf.studies, "study", "studies"))"
                + (hasTruth ? ", the truth of \(whatIf.known) known; a verdict that is indeterminate is not right" : "")
                + (commit ? "" : ". Nothing was changed."), indent: 2)
    }
}
