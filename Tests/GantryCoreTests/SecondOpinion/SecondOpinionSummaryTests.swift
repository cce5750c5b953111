import Foundation
import GantryCore
import Testing

/// The sentence about a second opinion claims no more than was compared.
struct SecondOpinionSummaryTests {
    private func summary(_ slices: [(SliceOpinion.Comparison, unread: [String], differences: Int)]) throws -> String {
        let uid = try #require(UID("1.2.3"))
        let difference = SliceOpinion.Difference(attribute: "Rows", ours: "1", theirs: "2")
        return SecondOpinion(
            extent: .all,
            slices: slices.map {
                SliceOpinion(
                    sopInstanceUID: uid, frameNumber: 1, compared: $0.0, unreadAttributes: $0.unread,
                    remark: $0.0 == .pixels && $0.unread.isEmpty ? nil : "why",
                    differences: Array(repeating: difference, count: $0.differences))
            }
        ).summary
    }

    @Test func `everything was compared`() throws {
        #expect(
            try summary([(.pixels, [], 0), (.pixels, [], 0)])
                == "DCMTK read 2 slices again: 2 compared in attributes and every pixel; no difference.")
        #expect(
            try summary([(.pixels, [], 2)])
                == "DCMTK read 1 slice again: 1 compared in attributes and every pixel; 1 differs.")
    }

    @Test func `an attribute that was not read is not among those compared`() throws {
        #expect(
            try summary([(.pixels, ["Rows"], 0), (.pixels, [], 0), (.attributes, ["Rows"], 0), (.attributes, [], 0)])
                == "DCMTK read 4 slices again: 1 compared in attributes and every pixel, 1 in every pixel and those "
                + "attributes that DCMTK reads, 1 in attributes alone, 1 in those attributes alone that DCMTK reads; "
                + "no difference.")
    }

    @Test func `where nothing was compared there is no talk of a difference`() throws {
        #expect(
            try summary([(.nothing, [], 0), (.nothing, [], 0)])
                == "DCMTK was asked about 2 slices, and nothing was compared.")
        #expect(
            try summary([(.attributes, [], 0), (.nothing, [], 0)])
                == "DCMTK read 2 slices again: 1 compared in attributes alone, 1 not compared; no difference.")
        #expect(try summary([]) == "No slice was read a second time.")
    }

    @Test func `an opinion that was kept before unread attributes were said is read`() throws {
        let kept = #"{"sopInstanceUID":"1.2.3","frameNumber":2,"compared":"pixels","differences":[]}"#
        let opinion = try JSONDecoder().decode(SliceOpinion.self, from: Data(kept.utf8))
        #expect(opinion.unreadAttributes == [] && opinion.remark == nil && opinion.frameNumber == 2)
        let unread = SliceOpinion(
            sopInstanceUID: opinion.sopInstanceUID, frameNumber: 1, compared: .pixels, unreadAttributes: ["Rows"],
            remark: "DCMTK reads no Rows")
        #expect(try JSONDecoder().decode(SliceOpinion.self, from: JSONEncoder().encode(unread)) == unread)
    }
}
