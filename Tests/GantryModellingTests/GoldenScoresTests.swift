import Foundation
import GantryCore
import GantryModelling
import GantryTestSupport
import Testing

@Suite struct GoldenScoresTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func scores(_ lines: String...) throws -> GoldenScores {
        try folder.write(Data((lines.joined(separator: "\n") + "\n").utf8), to: "scores.csv")
        return try GoldenScores(path: folder.path + "/scores.csv", classes: ["negative", "covid19"])
    }

    private func slice(_ number: Int) throws -> Truth.Slice {
        Truth.Slice(sopInstanceUID: try #require(UID("1.2.\(number)")), frameNumber: 1)
    }

    @Test func `columns are found by their names, in any order and among others`() throws {
        let table = try scores(
            "patient,covid19,frame_number,sop_instance_uid,negative", "a,0.75,1,1.2.1,0.25", "a,0.5,1,1.2.2,0.5")
        #expect(try table.rows[slice(1)] == [0.25, 0.75] && table.rows.count == 2)
        #expect(try table.mismatch(scored: [slice(1), slice(2)]) == nil)
    }

    @Test func `what stands on one side alone is counted, and the first named`() throws {
        let table = try scores(
            "sop_instance_uid,frame_number,negative,covid19", "1.2.1,1,0.1,0.9", "1.2.3,1,0.1,0.9", "1.2.4,1,0.1,0.9")
        let sentence = try #require(try table.mismatch(scored: [slice(2), slice(1)]))
        #expect(sentence.contains("2 of 3 rows of ") && sentence.contains("(first: 1.2.3, frame 1)"))
        #expect(
            sentence.contains("1 of 2 slices that the pipeline scores has no row")
                && sentence.contains("(first: 1.2.2, frame 1)"))
    }

    @Test(arguments: [
        (["sop_instance_uid,frame_number,negative", "1.2.1,1,0.5"], ":1", "covid19 among them"),
        (["sop_instance_uid,negative,covid19", "1.2.1,0.5,0.5"], ":1", "frame_number"),
        (["sop_instance_uid,frame_number,negative,covid19", "1.2.1,1,0.5,none"], ":2", "a number for each of"),
        (["sop_instance_uid,frame_number,negative,covid19", "1.2.1,1,0.5"], ":2", "a field for each column"),
        (["sop_instance_uid,frame_number,negative,covid19", "slice,1,0.5,0.5"], ":2", "has not a UID"),
        (["sop_instance_uid,frame_number,negative,covid19", "1.2.1,0,0.5,0.5"], ":2", "a frame number from 1 on"),
        (
            ["sop_instance_uid,frame_number,negative,covid19", "1.2.1,1,0.5,0.5", "1.2.1,1,0.5,0.5"], ":3",
            "that another line has"
        ),
        (["sop_instance_uid,frame_number,negative,covid19"], ":1", "proves nothing"),
    ]) func `a table that cannot be understood is refused with its line`(
        lines: [String], place: String, words: String
    ) throws {
        try folder.write(Data((lines.joined(separator: "\n") + "\n").utf8), to: "scores.csv")
        let path = folder.path + "/scores.csv"
        let fault = #expect(throws: ModellingFault.self) {
            try GoldenScores(path: path, classes: ["negative", "covid19"])
        }
        #expect(fault?.code == .malformed && fault?.subject == path + place, "\(String(describing: fault))")
        #expect(fault?.explanation.contains(words) == true, "\(String(describing: fault))")
    }

    @Test func `a table that is not there is said to be`() {
        let fault = #expect(throws: ModellingFault.self) {
            try GoldenScores(path: folder.path + "/none.csv", classes: ["a"])
        }
        #expect(fault?.code == .cannotRead)
    }
}
