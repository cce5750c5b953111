import GantryCore
import Testing

@Suite struct FileAccountTests {
    private func outcome(_ file: String, _ reason: FileReason) -> FileOutcome {
        FileOutcome(file: file, reason: reason, detail: "")
    }

    @Test func `files are counted by end and by reason, in a fixed order`() {
        let outcomes = [
            outcome("a", .notDICOM), outcome("b", .scored), outcome("c", .scored), outcome("d", .seriesNotChosen),
            outcome("e", .notDICOM), outcome("f", .damaged),
        ]
        let account = FileAccount(outcomes)
        #expect(account.scored == 2 && account.skipped == 1 && account.rejected == 3 && account.seen == 6)
        #expect(account.entries.map(\.reason) == [.scored, .seriesNotChosen, .notDICOM, .damaged])
        #expect(account.entries.map(\.files) == [2, 1, 2, 1])
        let groups = outcomes.byReason
        #expect(groups.map(\.reason) == account.entries.map(\.reason))
        #expect(groups.map { $0.outcomes.map(\.file) } == [["b", "c"], ["d"], ["a", "e"], ["f"]])
    }

    @Test func `every reason belongs to one end`() {
        let account = FileAccount(FileReason.allCases.map { outcome($0.rawValue, $0) })
        #expect(account.seen == FileReason.allCases.count)
        #expect(account.scored + account.skipped + account.rejected == account.seen)
        #expect(account.scored == 1)
    }

    @Test func `no files are an account of nothing`() {
        #expect(FileAccount().seen == 0)
        #expect(FileAccount().entries.isEmpty)
    }

    @Test func `accounts are added reason by reason, and a part that is taken out leaves no trace`() {
        let one = FileAccount([outcome("a", .scored), outcome("b", .damaged)])
        let other = FileAccount([outcome("c", .damaged), outcome("d", .symbolicLink)])
        let sum = one + other
        #expect(sum.entries.map(\.reason) == [.scored, .symbolicLink, .damaged])
        #expect(sum.entries.map(\.files) == [1, 1, 2])
        #expect(sum.scored == 1 && sum.skipped == 1 && sum.rejected == 2 && sum.seen == 4)
        #expect(sum - other == one && sum - one == other)
        #expect(sum - sum == FileAccount())
    }

    @Test func `the end of an outcome follows when its reason changes`() {
        var end = outcome("a", .scored)
        end.reason = .damaged
        #expect(end.disposition == .rejected)
    }

    @Test func `books that do not balance name the file`() {
        let outcomes = [outcome("b", .scored), outcome("b", .damaged), outcome("z", .scored)]
        #expect(
            discrepancies(seen: ["b", "a"], outcomes: outcomes)
                == ["a has no end", "b has 2 ends", "z has an end and was not seen"])
        #expect(discrepancies(seen: ["a"], outcomes: [outcome("a", .scored)]).isEmpty)
    }
}
