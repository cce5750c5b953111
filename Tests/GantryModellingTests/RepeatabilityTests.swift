import Foundation
import GantryCore
import Testing

/// The within-subject standard deviation against statsmodels (`Golden/make_repeatability_golden.py`).
struct RepeatabilityTests {
    private struct Golden: Decodable {
        let name: String
        let pairs: [[Double]]
        let leavingOut: Double?
        let kept: Int
        let standardDeviation: Double
        let coefficient: Double
        let beyond: Int
    }

    @Test func `it is that of a one-way analysis of variance`() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/repeatability.json")
        let cases = try JSONDecoder().decode([Golden].self, from: Data(contentsOf: file))
        #expect(cases.count == 4)
        for golden in cases {
            let within = try #require(
                WithinSubject(golden.pairs.map { ($0[0], $0[1]) }, leavingOut: golden.leavingOut), "\(golden.name)")
            #expect(within.pairs == golden.kept && within.beyond == golden.beyond, "\(golden.name)")
            // Two ways of adding up a hundred squares.
            #expect(abs(within.standardDeviation / golden.standardDeviation - 1) < 1e-12, "\(golden.name)")
            #expect(abs(within.coefficient / golden.coefficient - 1) < 1e-12, "\(golden.name)")
        }
        #expect(cases.contains { $0.kept < $0.pairs.count } && cases.contains { $0.beyond > 0 })
    }

    @Test func `too few pairs, none that differs, and what is no number determine nothing`() {
        let ten = (0..<10).map { (Double($0), Double($0) + 1) }
        #expect(WithinSubject(ten)?.pairs == 10)
        #expect(WithinSubject(Array(ten.dropLast())) == nil)
        #expect(WithinSubject(ten.map { ($0.0, $0.0) }) == nil)
        #expect(WithinSubject(ten.dropLast() + [(0, .nan)]) == nil)
        #expect(WithinSubject(ten.dropLast() + [(0, 0)], leavingOut: 0) == nil)
    }
}
