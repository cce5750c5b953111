import GantryCore

/// A study on one screen: the table of its series, why those that are not scored are not, and what became of its files.
struct StudyPresentation {
    let study: InspectedStudy
    let terminal: Terminal
    /// Whether every file is named, not only the first of each reason.
    let showsAllFiles: Bool

    func show() {
        let decisions = study.lines.map(\.decision)
        terminal.line(terminal.painted("Study \(study.study.studyInstanceUID)", .bold))
        let series = Set(decisions.map(\.seriesInstanceUID)).count
        terminal.line(
            "\(counted(series, "series", "series")), \(counted(study.images, "image")), "
                + "\(counted(study.files, "file"))\n")
        terminal.write(table().rendered(for: terminal))
        terminal.line(terminal.painted("   pixel, step and thick in millimetres\n", .faint))
        showReasons(decisions)
        terminal.line()
        FilesPresentation(
            outcomes: study.selection.outcomes, taken: study.slicedFiles,
            takenWords: "of the chosen series", showsAll: showsAllFiles
        ).show(on: terminal)
        terminal.line()
    }

    // MARK: - The table

    private func table() -> Table {
        var table = Table(columns: [
            .init(title: ""), .init(title: "no", isNumeric: true), .init(title: "description", fit: .cutBehind),
            .init(title: "images", isNumeric: true), .init(title: "matrix", isNumeric: true),
            .init(title: "pixel", isNumeric: true), .init(title: "step", isNumeric: true),
            .init(title: "thick", isNumeric: true), .init(title: "coded"),
        ])
        table.noteIndent = 7
        table.rows = study.lines.map(row)
        return table
    }

    private func row(_ line: InspectedStudy.Line) -> Table.Row {
        let decision = line.decision
        let isChosen = decision.isChosen
        func millimetres(_ value: Double?) -> String { value.map { Presentation.decimals($0, 2) } ?? "–" }
        let matrix = line.facts.flatMap { facts in
            facts.rows.flatMap { rows in facts.columns.map { "\(rows)×\($0)" } }
        }
        let isLossy = decision.transferSyntaxes.contains(where: \.isLossy)
        return .init(
            cells: [
                Self.mark(decision),
                (decision.attributes.seriesNumber.map(String.init) ?? "–", isChosen ? .bold : nil),
                (Self.description(decision), isChosen ? .bold : nil),
                ("\(decision.images ?? decision.instances)", nil), (matrix ?? "–", nil),
                (millimetres(line.facts?.pixelSpacingMillimetres?.first), nil),
                (millimetres(decision.geometry?.sliceSpacingMillimetres), nil),
                (millimetres(decision.sliceThicknessMillimetres), nil),
                (Self.coding(decision.transferSyntaxes), isLossy ? .yellow : nil),
            ], notes: Self.notes(line))
    }

    private static func description(_ decision: SeriesDecision) -> String {
        let text = (decision.attributes.seriesDescription ?? "").printable
        return text.allSatisfy(\.isWhitespace) ? "(no description)" : text
    }

    /// One word for how the pixels are coded.
    private static func coding(_ syntaxes: [TransferSyntax]) -> String {
        let words = Set(syntaxes.map(\.codingWord))
        return words.count == 1 ? words.first ?? "–" : words.isEmpty ? "–" : "mixed"
    }

    /// What is unusual about the series, and which part of it this is.
    private static func notes(_ line: InspectedStudy.Line) -> [String] {
        let decision = line.decision
        var notes: [String] = decision.part.map { [$0] } ?? []
        if let geometry = decision.geometry { notes += Presentation.peculiarities(of: geometry) }
        if let geometry = decision.geometry, geometry.positions != decision.images ?? decision.instances {
            notes.append(counted(geometry.positions, "position"))
        }
        if line.facts?.differ == true { notes.append("images of different size") }
        if let spacing = line.facts?.pixelSpacingMillimetres, spacing[0] != spacing[1] {
            let numbers = spacing.map { Presentation.decimals($0, 3) }
            notes.append("pixels \(numbers[0]) high and \(numbers[1]) wide")
        }
        let codings = Set(decision.transferSyntaxes.map(\.codingWord))
        if codings.count > 1 || decision.transferSyntaxes.contains(where: { $0.isLossy || $0.codingWord == "other" }) {
            notes.append(
                decision.transferSyntaxes.map { $0.name + ($0.isLossy ? " (lossy)" : "") }.joined(separator: " and "))
        }
        return notes.isEmpty ? [] : [notes.joined(separator: ", ")]
    }

    // MARK: - The reasons

    private func showReasons(_ decisions: [SeriesDecision]) {
        if let chosen = decisions.first(where: \.isChosen) {
            sentence(terminal.painted("●", .green) + " ", "\(names([chosen])) is scored: ", Self.reason(chosen))
        } else {
            terminal.line(terminal.painted("No series can be scored.", .red))
        }
        // Series with one and the same reason share a line.
        var order: [String] = []
        var series: [String: [SeriesDecision]] = [:]
        for decision in decisions where !decision.isChosen {
            let reason = Self.reason(decision)
            if series[reason] == nil { order.append(reason) }
            series[reason, default: []].append(decision)
        }
        for reason in order {
            guard let members = series[reason] else { continue }
            let (mark, colour) = Self.mark(members[0])
            sentence((colour.map { terminal.painted(mark, $0) } ?? mark) + " ", names(members) + ": ", reason)
        }
    }

    /// A sentence with a mark in front and its beginning in bold, wrapped below that.
    private func sentence(_ mark: String, _ beginning: String, _ text: String) {
        for (index, part) in (beginning + text).printable.wrapped(terminal.columns - 2).enumerated() {
            let isFirst = index == 0 && part.hasPrefix(beginning)
            let painted =
                isFirst ? terminal.painted(beginning, .bold) + part.dropFirst(beginning.count) : part
            terminal.line((index == 0 ? mark : "  ") + painted)
        }
    }

    /// The decision's sentence without what the mark says already.
    private static func reason(_ decision: SeriesDecision) -> String {
        var text = decision.reason
        for start in ["Chosen: ", "Not chosen: "] where text.hasPrefix(start) { text.removeFirst(start.count) }
        guard let failed = decision.rules.first(where: { !$0.passed }) else { return text }
        if text.hasSuffix(".") { text.removeLast() }
        let rule = failed.rule.rawValue
        return text.hasPrefix(rule) ? text : "\(text) [\(rule)]"
    }

    /// The mark of a series: scored, passed and behind another, failed.
    private static func mark(_ decision: SeriesDecision) -> (String, Terminal.Colour?) {
        decision.isChosen ? ("●", .green) : ("○", decision.rank == nil ? .red : nil)
    }

    /// Most series that are named for one reason.
    private static let mostNamed = 12

    /// `Series 3, 4 phase 1 of 2`; the UID where there is no number, and beside it where two series have the same.
    private func names(_ decisions: [SeriesDecision]) -> String {
        let shared = study.lines.map(\.decision).sharedNumbers
        return "Series "
            + decisions.map { decision in
                let name = SeriesDecision.name(
                    decision.attributes.seriesNumber, decision.seriesInstanceUID,
                    sharesNumber: decision.attributes.seriesNumber.map(shared.contains) ?? false)
                let number = name.dropFirst("series ".count)
                // What the part differs in stands in the table.
                let part = decision.part.map { " " + $0.prefix { $0 != "(" } } ?? ""
                return (number + part).trimmed
            }.listed(Self.mostNamed)
    }
}

extension String {
    fileprivate var trimmed: String { String(reversed().drop { $0 == " " }.reversed()) }
}

extension TransferSyntax {
    /// One word for how pixel data is coded: for a column of eight characters.
    fileprivate var codingWord: String {
        let suffix = uid.hasPrefix("1.2.840.10008.1.2") ? String(uid.dropFirst("1.2.840.10008.1.2".count)) : "?"
        switch suffix {
        case "", ".1", ".2": return "raw"
        case ".1.99": return "deflated"
        case ".5": return "RLE"
        case ".4.50", ".4.51", ".4.53", ".4.55", ".4.57", ".4.70": return "JPEG"
        case ".4.80", ".4.81": return "JPEG-LS"
        case ".4.90", ".4.91": return "JPEG2000"
        case ".4.201", ".4.202", ".4.203": return "HTJ2K"
        default: return "other"
        }
    }
}
