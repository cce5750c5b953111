import GantryCore
import Testing

@Suite struct FileTallyTests {
    private func outcome(_ file: String, _ reason: FileReason) -> FileOutcome {
        FileOutcome(file: file, reason: reason, detail: "")
    }

    @Test func `files are counted by end and by reason, in a fixed order`() {
        let tally = FileTally([
            outcome("a", .notDICOM), outcome("b", .scored), outcome("c", .scored), outcome("d", .seriesNotChosen),
            outcome("e", .notDICOM), outcome("f", .damaged),
        ])
        #expect(tally.scored == 2 && tally.skipped == 1 && tally.rejected == 3 && tally.total == 6)
        #expect(tally.reasons.map(\.reason) == [.scored, .seriesNotChosen, .notDICOM, .damaged])
        #expect(tally.reasons.map(\.files) == [2, 1, 2, 1])
        #expect(tally.accounts(forSeen: 6) && !tally.accounts(forSeen: 7))
    }

    @Test func `every reason belongs to one end`() {
        let tally = FileTally(FileReason.allCases.map { outcome($0.rawValue, $0) })
        #expect(tally.total == FileReason.allCases.count)
        #expect(tally.scored == 1)
    }

    @Test func `no files tally to nothing`() {
        #expect(FileTally([]).accounts(forSeen: 0))
        #expect(FileTally([]).reasons.isEmpty)
    }

    @Test func `books that do not balance name the file`() {
        let outcomes = [outcome("b", .scored), outcome("b", .damaged), outcome("z", .scored)]
        #expect(
            FileTally.discrepancies(seen: ["b", "a"], outcomes: outcomes)
                == ["a has no end", "b has 2 ends", "z has an end and was not seen"])
        #expect(FileTally.discrepancies(seen: ["a"], outcomes: [outcome("a", .scored)]).isEmpty)
    }
}
