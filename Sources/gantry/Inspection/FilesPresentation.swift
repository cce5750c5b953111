import GantryCore

/// What became of files: for each reason how many, and the first few by name; or all of them.
struct FilesPresentation {
    let outcomes: [FileOutcome]
    /// Files that go on to be scored; nil where there is no such thing.
    let taken: Int?
    /// What they are.
    let takenWords: String
    /// Whether every file is named with its sentence.
    let showsAll: Bool

    func show(on terminal: Terminal) {
        let account = FileAccount(outcomes)
        var parts = taken.map { $0 > 0 ? ["\($0) \(takenWords)"] : [] } ?? []
        if account.skipped > 0 { parts.append("\(account.skipped) skipped") }
        if account.rejected > 0 { parts.append("\(account.rejected) rejected") }
        let all = counted(outcomes.count + (taken ?? 0), "file")
        terminal.line(terminal.painted(all, .bold) + ": " + parts.joined(separator: ", "))
        guard !outcomes.isEmpty else { return }
        if showsAll { showEach(on: terminal) } else { showReasons(on: terminal) }
    }

    private func showReasons(on terminal: Terminal) {
        var table = Table(columns: [
            .init(title: ""), .init(title: "", isNumeric: true), .init(title: ""), .init(title: "", fit: .cutBehind),
        ])
        table.hasHeader = false
        let kinds = outcomes.byReason.flatMap { _, ofReason in
            Dictionary(grouping: ofReason, by: \.reasonInWords).sorted { $0.key < $1.key }
        }
        let widest = kinds.map(\.key.columns).max() ?? 0
        for (words, files) in kinds {
            let names = Self.names(files.prefix(3).map(\.file.printable), width: terminal.columns - widest - 14)
            let isRejected = files[0].disposition == .rejected
            var notes: [String] = []
            if isRejected {
                let details = Set(files.map(\.detail))
                notes = [(details.count == 1 ? "" : "the first: ") + files[0].detail.printable]
            }
            table.rows.append(
                .init(
                    cells: [
                        (isRejected ? "✗" : "·", isRejected ? .red : .faint), ("\(files.count)", nil),
                        (words, nil),
                        (names.joined(separator: "  ") + (files.count > names.count ? "  …" : ""), .faint),
                    ], notes: notes))
        }
        table.noteIndent = 4
        terminal.write(table.rendered(for: terminal))
    }

    /// As many of the names as fit into `width` columns whole; at least the first, cut in its middle where it is too
    /// long.
    private static func names(_ all: [String], width: Int) -> [String] {
        var left = width
        let fitting = all.prefix { name in
            left -= name.columns + 2
            return left >= 0
        }
        return fitting.isEmpty ? all.prefix(1).map { $0.middle(max(12, width - 2)) } : Array(fitting)
    }

    private func showEach(on terminal: Terminal) {
        for outcome in outcomes.sorted(by: { ($0.disposition.rawValue, $0.file) < ($1.disposition.rawValue, $1.file) })
        {
            let isRejected = outcome.disposition == .rejected
            terminal.line(
                terminal.painted(isRejected ? "✗" : "·", isRejected ? .red : .faint) + " "
                    + outcome.file.printable.shortened)
            let sentence = "\(outcome.reasonInWords): \(outcome.detail.printable)"
            for part in sentence.wrapped(terminal.columns - 4) {
                terminal.line("    " + terminal.painted(part, .faint))
            }
        }
    }
}
