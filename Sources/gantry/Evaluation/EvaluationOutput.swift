import Foundation
import GantryCore
import GantryGround
import GantryReports

/// An evaluation as files and on the terminal.
struct EvaluationOutput {
    let report: EvaluationReport

    /// Names of the files.
    static let (figures, page) = ("evaluation.json", "evaluation.html")

    /// Writes both files into `folder`, which is made, in place of those of an earlier evaluation.
    ///
    /// **Throws** `CommandFault` (73), `ReportFault`.
    func write(to folder: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw UnfinishedFolder.fault(folder, error)
        }
        let html = try EvaluationPage(report).html
        let json = try JSONLines.text("evaluation", report, isIndented: true)
        try CommandFault.ofWriting { () throws(FileFailure) in
            try DurableFile.write(Data((json + "\n").utf8), to: folder + "/" + Self.figures)
            try DurableFile.write(Data(html.utf8), to: folder + "/" + Self.page)
        }
    }

    /// The tables, 80 columns wide where that is what the terminal has.
    func print(on terminal: Terminal = .output) {
        terminal.write(areas.rendered(for: terminal))
        terminal.line()
        terminal.write(verdicts.rendered(for: terminal))
        terminal.line()
        terminal.write(thresholds.rendered(for: terminal))
        for line in calibrationLines { terminal.hanging(line, indent: 2) }
        if let unlike = report.unlikeTraining {
            terminal.hanging(
                "Unlike the training data: \(unlike.count) of \(unlike.all) (\(Self.share(unlike)), "
                    + "\(Self.interval(unlike.interval)))", indent: 2)
        }
        printConfusion(on: terminal)
        printGroups(on: terminal)
        printComparison(on: terminal)
        printWrong(on: terminal)
        if !report.remarks.isEmpty { terminal.line() }
        for remark in report.remarks { terminal.hanging("Note: \(remark.printable)", indent: 6) }
    }

    private static let dash = "\u{2013}"

    private static func number(_ value: Double?) -> String {
        value.map { Presentation.decimals($0, 3) } ?? dash
    }

    private static func interval(_ range: ClosedRange<Double>?) -> String {
        range.map { "\(Presentation.decimals($0.lowerBound, 3))-\(Presentation.decimals($0.upperBound, 3))" } ?? dash
    }

    /// As it was set, where that is short; otherwise to four decimals.
    private static func threshold(_ value: Double) -> String {
        let text = value.writtenInFull(decimals: 2)
        return text.count <= 6 ? text : Presentation.decimals(value, 4)
    }

    private static func share(_ share: EvaluationShare) -> String {
        guard let value = share.value else { return dash }
        return Presentation.decimals(value, 3)
    }

    private var hasSeveralLabels: Bool { report.levels.contains { $0.labels.count > 1 } }

    private func name(_ level: EvaluationLevel, _ label: EvaluationLabel) -> String {
        hasSeveralLabels ? "\(level.unit.words.plural): \(label.label.printable)" : level.unit.words.plural
    }

    private var areas: Table {
        var table = Table(columns: [
            .init(title: "", fit: .wrap), .init(title: "cases", isNumeric: true),
            .init(title: "positive", isNumeric: true), .init(title: "patients", isNumeric: true),
            .init(title: "AUC", isNumeric: true), .init(title: "95 % interval", isNumeric: true),
            .init(title: "avg. precision", isNumeric: true),
        ])
        for level in report.levels {
            for label in level.labels {
                table.rows.append(
                    .init(cells: [
                        (name(level, label), .bold), (Presentation.grouped(label.cases), nil),
                        (Presentation.grouped(label.positives), nil), (Presentation.grouped(label.patients), nil),
                        (Self.number(label.area.value), nil), (Self.interval(label.area.interval), nil),
                        (Self.number(label.averagePrecision.value), nil),
                    ]))
            }
        }
        return table
    }

    private var verdicts: Table {
        var table = Table(
            columns: [.init(title: "truth")]
                + Finding.allCases.map { .init(title: "judged \($0.rawValue)", isNumeric: true) })
        for (word, counts) in [("positive", report.truePositive), ("negative", report.trueNegative)] {
            table.rows.append(.init(cells: [(word, nil)] + Finding.allCases.map { ("\(counts[$0] ?? 0)", nil) }))
        }
        return table
    }

    private var thresholds: Table {
        var table = Table(columns: [
            .init(title: "", fit: .wrap), .init(title: "threshold"), .init(title: "sensitivity", isNumeric: true),
            .init(title: "specificity", isNumeric: true), .init(title: "PPV", isNumeric: true),
            .init(title: "NPV", isNumeric: true), .init(title: "accuracy", isNumeric: true),
        ])
        for level in report.levels {
            for label in level.labels where label.cases > 0 {
                for told in label.thresholds {
                    let value = told.threshold.map { ">= \(Self.threshold($0))" } ?? "most probable"
                    table.rows.append(
                        .init(cells: [
                            (name(level, label), .bold), (value, nil), (Self.share(told.sensitivity), nil),
                            (Self.share(told.specificity), nil), (Self.share(told.positivePredictiveValue), nil),
                            (Self.share(told.negativePredictiveValue), nil), (Self.share(told.accuracy), nil),
                        ]))
                    table.rows.append(
                        .init(cells: [
                            ("", nil), ("", nil), (Self.interval(told.sensitivity.interval), .faint),
                            (Self.interval(told.specificity.interval), .faint), ("", nil), ("", nil), ("", nil),
                        ]))
                }
            }
        }
        return table
    }

    private var calibrationLines: [String] {
        report.levels.compactMap { level in
            guard let calibration = report.positive(level.unit)?.calibration, let error = calibration.expectedError,
                let brier = calibration.brierScore, level.unit != .study
            else { return nil }
            return "Calibration of \(level.unit.words.plural): expected error \(Presentation.decimals(error, 3)) in "
                + "\(calibration.bins.count) bins, Brier score \(Presentation.decimals(brier, 3))"
        }
    }

    private func printConfusion(on terminal: Terminal) {
        guard let level = report.levels.first, let confusion = level.confusion, confusion.classes.count > 2 else {
            return
        }
        terminal.line()
        var table = Table(
            columns: [.init(title: "true, said:", fit: .cutBehind)]
                + confusion.classes.map { .init(title: $0.printable.head(12), isNumeric: true) })
        for (name, row) in zip(confusion.classes, confusion.counts) {
            table.rows.append(.init(cells: [(name.printable, nil)] + row.map { ("\($0)", nil) }))
        }
        // Beyond what a terminal holds the page has it.
        if confusion.classes.count <= 6 { terminal.write(table.rendered(for: terminal)) }
        terminal.line(
            "Accuracy \(Self.share(confusion.accuracy)) (\(Self.interval(confusion.accuracy.interval))), "
                + "\(confusion.accuracy.count) of \(confusion.accuracy.all)")
    }

    private func printGroups(on terminal: Terminal) {
        guard !report.groups.isEmpty else { return }
        terminal.line()
        var table = Table(
            columns: [
                .init(title: "by"), .init(title: "group", fit: .cutBehind), .init(title: "studies", isNumeric: true),
                .init(title: "positive", isNumeric: true), .init(title: "AUC", isNumeric: true),
                .init(title: "95 % interval", isNumeric: true),
            ])
        for group in report.groups {
            var notes = group.differences.map { "differs: \($0)" }
            if let note = group.area.note { notes.append(note) }
            if group.isSmall { notes.append("fewer than \(EvaluationGroup.fewest) studies") }
            table.rows.append(
                .init(
                    cells: [
                        (group.attribute.name, nil), (group.name.printable, nil), ("\(group.cases)", nil),
                        ("\(group.positives)", nil), (Self.number(group.area.value), nil),
                        (Self.interval(group.area.interval), nil),
                    ], notes: notes))
        }
        terminal.write(table.rendered(for: terminal))
    }

    private func printComparison(on terminal: Terminal) {
        guard let comparison = report.comparison else { return }
        terminal.line()
        terminal.hanging("Compared with \(comparison.other.printable):", indent: 2)
        var table = Table(columns: [
            .init(title: "", fit: .wrap), .init(title: "cases", isNumeric: true), .init(title: "AUC", isNumeric: true),
            .init(title: "other", isNumeric: true), .init(title: "difference", isNumeric: true),
            .init(title: "95 % interval", isNumeric: true), .init(title: "p (DeLong)", isNumeric: true),
        ])
        for row in comparison.areas {
            table.rows.append(
                .init(
                    cells: [
                        ("\(row.unit.words.plural): \(row.label.printable)", .bold), ("\(row.cases)", nil),
                        (Self.number(row.first), nil), (Self.number(row.second), nil),
                        (Self.number(row.difference.value), nil), (Self.interval(row.difference.interval), nil),
                        (row.probability.map { Presentation.probability($0) } ?? Self.dash, nil),
                    ], notes: [row.difference.note].compactMap(\.self)))
        }
        terminal.write(table.rendered(for: terminal))
        terminal.line()
        var agreement = Table(
            columns: [.init(title: "this, other:")]
                + Finding.allCases.map { .init(title: $0.rawValue, isNumeric: true) })
        for (finding, counts) in zip(Finding.allCases, comparison.agreement) {
            agreement.rows.append(.init(cells: [(finding.rawValue, nil)] + counts.map { ("\($0)", nil) }))
        }
        terminal.write(agreement.rendered(for: terminal))
        terminal.line(
            "The same verdict: \(comparison.same.count) of "
                + counted(
                    comparison.same.all, comparison.unit.words.singular, comparison.unit.words.plural))
    }

    /// Most wrong cases that the terminal shows.
    private static let mostShown = 10

    private func printWrong(on terminal: Terminal) {
        guard !report.wrong.isEmpty else { return }
        terminal.line()
        var table = Table(columns: [
            .init(title: "wrong", fit: .cutInFront), .init(title: "true"), .init(title: "said"),
            .init(title: "probability", isNumeric: true),
        ])
        for wrong in report.wrong.prefix(Self.mostShown) {
            table.rows.append(
                .init(
                    cells: [
                        (wrong.name.printable, nil), (wrong.truth.printable, nil), (wrong.said.printable, .red),
                        (Presentation.probability(wrong.probability), nil),
                    ]))
        }
        terminal.write(table.rendered(for: terminal))
        let rest = report.wrongCases - min(Self.mostShown, report.wrong.count)
        if rest > 0 { terminal.line("and \(rest) more") }
    }
}
