import Foundation
import GantryCore
import Testing

/// What earlier versions wrote into JSON columns is still read.
struct EarlierRowsTests {
    @Test func `a series decision without part and images is one of a whole series`() throws {
        let row = #"""
            {"attributes":{"modality":"CT","seriesNumber":2},"instances":41,"isChosen":true,"rank":1,
             "reason":"Chosen: the only series that passes every rule.","rules":[],"seriesInstanceUID":"1.2.3",
             "sliceThicknessMillimetres":2.5,"transferSyntaxes":["1.2.840.10008.1.2.1"]}
            """#
        let decision = try JSONDecoder().decode(SeriesDecision.self, from: Data(row.utf8))
        #expect(decision.part == nil && decision.images == nil)
        #expect(decision.instances == 41 && decision.isChosen)
    }

    @Test(arguments: RuleName.allCases) func `a rule is kept by its name`(rule: RuleName) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let outcome = RuleOutcome(rule: rule, expected: "CT", measured: "MR", passed: false)
        let row = #"{"expected":"CT","measured":"MR","passed":false,"rule":"\#(rule.rawValue)"}"#
        #expect(String(decoding: try encoder.encode(outcome), as: UTF8.self) == row)
        #expect(try JSONDecoder().decode(RuleOutcome.self, from: Data(row.utf8)) == outcome)
    }

    @Test func `a provenance without the pipeline's description and precision has none`() throws {
        let row = #"""
            {"classes":["a","b"],"contentDigest":"c","finishedAt":"2026-11-22T16:18:04.321Z","gantryVersion":"0.1.0",
             "judging":{"aggregation":{"maximum":{}},"fewestScoredSlices":5,"negativeBelow":0.4,"positiveFrom":0.6,
             "slicePositiveFrom":0.5},"judgingDigest":"j","modelSHA256":"m","pipelineName":"p","pipelineVersion":"1",
             "positiveClass":"b","scoresFromStore":false,"scoringDigest":"s","startedAt":"2026-11-22T16:18:00.000Z"}
            """#
        let provenance = try JSONDecoder().decode(Provenance.self, from: Data(row.utf8))
        #expect(provenance.pipelineDescription == nil && provenance.pipelineName == "p")
        #expect(provenance.precision == nil)
    }

    @Test func `a file's end is kept with its disposition, which on reading follows from the reason`() throws {
        let kept = #"{"detail":"d","disposition":"rejected","file":"a/1.dcm","reason":"damaged"}"#
        let outcome = FileOutcome(file: "a/1.dcm", reason: .damaged, detail: "d")
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        #expect(String(decoding: try encoder.encode(outcome), as: UTF8.self) == kept)
        for row in [kept, kept.replacingOccurrences(of: #""rejected""#, with: #""scored""#)] {
            let read = try JSONDecoder().decode(FileOutcome.self, from: Data(row.utf8))
            #expect(read == outcome && read.disposition == .rejected)
        }
    }

    @Test(arguments: Precision.allCases) func `a provenance keeps the precision`(precision: Precision) throws {
        var provenance = Samples.provenance(salt: 1)
        provenance.precision = precision
        let row = try JSONEncoder().encode(provenance)
        #expect(String(decoding: row, as: UTF8.self).contains("\"precision\":\"\(precision.rawValue)\""))
        #expect(try JSONDecoder().decode(Provenance.self, from: row) == provenance)
    }
}
