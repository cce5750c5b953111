import GantryCore
import Testing

/// What becomes of files that are there more than once, when their pixels have been looked at.
@Suite struct StudyCopiesTests {
    /// A series of 12 of which instance 3 is there three times: `a` is the first by path.
    private func study(_ edit: (inout SOPInstance) -> Void = { _ in }) throws -> Study {
        var series = chest(12)
        series.instances[3].file = "m/4.dcm"
        var instances = series.instances
        for folder in ["a", "z"] {
            var copy = series.instances[3]
            copy.file = folder + "/4.dcm"
            edit(&copy)
            instances.append(copy)
        }
        return try #require(Study.grouping(instances).first)
    }

    private func kept(_ study: Study) -> [String] {
        study.series[0].instances.map(\.file).filter { $0.hasSuffix("/4.dcm") && !$0.hasPrefix("1.2") }
    }

    private func reasons(_ study: Study) -> [String: FileReason] {
        Dictionary(study.outcomes.map { ($0.file, $0.reason) }, uniquingKeysWith: { first, _ in first })
    }

    @Test func `the files to compare are those of instances that are scored, with their copies`() throws {
        let study = try study()
        let uid = try #require(study.copies.first?.sopInstanceUID)
        #expect(study.filesToCompare(among: [uid]) == ["a/4.dcm", "m/4.dcm", "z/4.dcm"])
        #expect(study.filesToCompare(among: []) == [])
    }

    @Test func `where all are the same the first by path stays`() throws {
        let before = try study()
        let after = before.comparing(copies: ["a/4.dcm": "1", "m/4.dcm": "1", "z/4.dcm": "1"])
        #expect(kept(after) == ["a/4.dcm"])
        #expect(reasons(after) == ["m/4.dcm": .duplicateInstance, "z/4.dcm": .duplicateInstance])
    }

    @Test(arguments: ["a/4.dcm", "m/4.dcm", "z/4.dcm"])
    func `an intact one takes the place of damaged ones, whatever their names`(intact: String) throws {
        var digests: [String: String?] = ["a/4.dcm": nil, "m/4.dcm": nil, "z/4.dcm": nil]
        digests[intact] = "1"
        let after = try study().comparing(copies: digests)
        #expect(kept(after) == [intact])
        #expect(after.outcomes.map(\.reason) == [.damagedCopy, .damagedCopy])
        #expect(after.outcomes.allSatisfy { !$0.mayBeSlice && $0.detail.contains(intact) })
        #expect(Set(after.outcomes.map(\.file) + [intact]) == ["a/4.dcm", "m/4.dcm", "z/4.dcm"])
    }

    @Test func `where none is intact nothing changes`() throws {
        let before = try study()
        #expect(before.comparing(copies: ["a/4.dcm": nil, "m/4.dcm": nil, "z/4.dcm": nil]) == before)
    }

    @Test(arguments: [["a/4.dcm", "m/4.dcm", "z/4.dcm"], ["z/4.dcm", "m/4.dcm", "a/4.dcm"]])
    func `other pixels are a conflict that names both, and names decide nothing`(files: [String]) throws {
        let after = try study().comparing(copies: [files[0]: "1", files[1]: "2", files[2]: "1"])
        #expect(kept(after) == [min(files[0], files[2])])
        let reasons = reasons(after)
        #expect(reasons[files[1]] == .instanceConflict)
        #expect(after.outcomes.count == 2 && after.outcomes.count(where: \.mayBeSlice) == 1)
        let outcome = try #require(after.outcomes.first { $0.reason == .instanceConflict })
        #expect(outcome.detail.contains(min(files[0], files[2])) && outcome.detail.contains("Remove the wrong one"))
    }

    @Test func `another rescale is a conflict before any pixel is read`() throws {
        let study = try study { $0.frames[0].rescale?.rescaleIntercept = -1000 }
        #expect(study.copies.map(\.file) == ["z/4.dcm"])
        #expect(reasons(study)["m/4.dcm"] == .instanceConflict)
    }
}
