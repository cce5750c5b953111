import GantryCore

/// One series with every rule: what was measured, what was expected.
struct RuleTable {
    let decision: SeriesDecision

    func show(on terminal: Terminal) {
        let number = decision.attributes.seriesNumber.map { "Series \($0)" } ?? "Series without number"
        let description = (decision.attributes.seriesDescription ?? "").printable
        let mark = decision.isChosen ? terminal.painted("● chosen", .green) : terminal.painted("○ not chosen", .red)
        terminal.line(terminal.painted(number, .bold) + (description.isEmpty ? "" : "  " + description) + "  " + mark)
        if let part = decision.part { terminal.line("  " + part.printable) }
        terminal.line("  " + terminal.painted(decision.seriesInstanceUID.value, .faint))
        for part in decision.reason.printable.wrapped(terminal.columns - 2) { terminal.line("  " + part) }
        for line in Self.facts(decision) {
            for part in line.printable.wrapped(terminal.columns - 2) { terminal.line("  " + part) }
        }
        var table = Table(columns: [
            .init(title: " "), .init(title: "rule"), .init(title: "measured", fit: .wrap),
            .init(title: "expected", fit: .wrap),
        ])
        for rule in decision.rules {
            table.rows.append(
                .init(cells: [
                    (rule.passed ? "✓" : "✗", rule.passed ? .green : .red),
                    (rule.rule.rawValue, rule.passed ? nil : .bold),
                    (rule.measured.printable, rule.passed ? nil : .red), (rule.expected.printable, .faint),
                ]))
        }
        terminal.write(table.rendered(for: terminal))
        terminal.line()
    }

    /// Geometry and transfer syntaxes in words.
    private static func facts(_ decision: SeriesDecision) -> [String] {
        var lines: [String] = []
        if let geometry = decision.geometry {
            var parts = [counted(geometry.positions, "position")]
            if let step = geometry.sliceSpacingMillimetres {
                parts.append("\(Presentation.decimals(step, 2)) mm apart")
            }
            if let thickness = decision.sliceThicknessMillimetres {
                parts.append("\(Presentation.decimals(thickness, 2)) mm thick")
            }
            lines.append((parts + Presentation.peculiarities(of: geometry)).joined(separator: ", "))
            let gaps = geometry.gaps(apartFrom: geometry.changesOfStep)
            lines += gaps.prefix(5).map { gap in
                "gap after slice \(gap.afterSlice + 1): \(Presentation.decimals(gap.distanceMillimetres, 2)) mm"
                    + (gap.missingSlices > 0 ? ", \(counted(gap.missingSlices, "slice")) missing" : "")
            }
            if gaps.count > 5 { lines.append("and \(counted(gaps.count - 5, "further gap"))") }
        }
        lines += decision.transferSyntaxes.map { "\($0.name) (\($0.uid))" + ($0.isLossy ? ", lossy" : "") }
        return lines
    }
}
