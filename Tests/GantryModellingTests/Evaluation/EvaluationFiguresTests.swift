import Foundation
import GantryCore
import Testing

import GantryModelling

/// Figures of evaluation against scikit-learn, SciPy, statsmodels and NumPy (`Golden/make_evaluation_golden.py`), and
/// against what was published.
@Suite struct EvaluationFiguresTests {
    private struct Golden: Decodable {
        struct Case: Decodable {
            let scores: [Double]
            let second: [Double]
            let labels: [Int]
            let patients: [String]
            let area: Double
            let interval: [Double]
            let averagePrecision: Double
            let precision: [Double]
            let recall: [Double]
            let calibration: Calibration
            let paired: Paired

            var isPositive: [Bool] { labels.map { $0 == 1 } }
        }

        struct Calibration: Decodable {
            let counts: [Int]
            let positives: [Double]
            let probabilities: [Double]
            let expectedError: Double
            let brierScore: Double
            let reliability: Double
            let resolution: Double
            let uncertainty: Double
        }

        struct Paired: Decodable {
            let areas: [Double]
            let variances: [Double]
            let covariance: Double
            let z: Double
            let probability: Double
        }

        let cases: [Case]
        let shares: [[Double]]
    }

    /// Of what other programs compute in double.
    private static let tolerance = 1e-9

    private let golden: Golden

    init() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../Golden/evaluation.json").standardizedFileURL
        golden = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
    }

    private func expect(
        _ found: [Double], _ expected: [Double], _ what: Comment, location: SourceLocation = #_sourceLocation
    ) {
        #expect(found.count == expected.count, what, sourceLocation: location)
        for (one, other) in zip(found, expected) {
            #expect(abs(one - other) <= Self.tolerance, what, sourceLocation: location)
        }
    }

    @Test func `the area and its interval over patients are scikit-learn's of the same draws`() throws {
        for one in golden.cases {
            let area = try #require(ROC.areaUnderCurve(scores: one.scores, isPositive: one.isPositive))
            expect([area], [one.area], "area")
            var bootstrap = PatientBootstrap()
            let alone = try #require(
                bootstrap.interval(scores: one.scores, isPositive: one.isPositive, patients: one.patients))
            expect([alone.lowerBound, alone.upperBound], one.interval, "interval")
            bootstrap.workers = 3
            #expect(
                bootstrap.interval(scores: one.scores, isPositive: one.isPositive, patients: one.patients) == alone)
            bootstrap.seed = 2
            #expect(
                bootstrap.interval(scores: one.scores, isPositive: one.isPositive, patients: one.patients) != alone)
        }
    }

    @Test func `precision, recall and their mean are scikit-learn's`() throws {
        for one in golden.cases {
            let curve = try #require(PrecisionRecall.curve(scores: one.scores, isPositive: one.isPositive))
            // Theirs ends where all positives are found.
            let count = one.recall.count
            expect(curve.prefix(count).map(\.recall), one.recall, "recall")
            expect(curve.prefix(count).map(\.precision), one.precision, "precision")
            #expect(curve.dropFirst(count).allSatisfy { $0.recall == 1 })
            let mean = try #require(
                PrecisionRecall.averagePrecision(scores: one.scores, isPositive: one.isPositive))
            expect([mean], [one.averagePrecision], "average precision")
        }
    }

    @Test func `calibration is scikit-learn's, and the parts of the Brier score add up to it`() throws {
        for one in golden.cases {
            let found = try #require(CalibrationFigures(probabilities: one.scores, isPositive: one.isPositive))
            let expected = one.calibration
            #expect(found.bins.map(\.count) == expected.counts)
            expect(found.bins.compactMap(\.positives), expected.positives, "positives")
            expect(found.bins.compactMap(\.meanProbability), expected.probabilities, "probabilities")
            expect(
                [
                    found.expectedError, found.brierScore, found.reliability, found.resolution, found.uncertainty,
                    found.reliability - found.resolution + found.uncertainty + found.withinBins,
                ],
                [
                    expected.expectedError, expected.brierScore, expected.reliability, expected.resolution,
                    expected.uncertainty, expected.brierScore,
                ], "calibration")
        }
    }

    @Test func `two scores of the same cases are compared as by the definition`() throws {
        for one in golden.cases {
            let found = try #require(
                PairedAreas(first: one.scores, second: one.second, isPositive: one.isPositive))
            expect([found.first, found.second], one.paired.areas, "areas")
            expect([found.firstVariance, found.secondVariance], one.paired.variances, "variances")
            expect([found.covariance], [one.paired.covariance], "covariance")
            expect(
                [try #require(found.z), try #require(found.probability)], [one.paired.z, one.paired.probability], "z")
        }
    }

    /// Patients with ovarian cancer whose albumin, total protein and Krebs-Goplerud score (10 less it) were to tell
    /// whether surgery would help; 43 of 49 have all three. **Source** DeLong, DeLong and Clarke-Pearson (1988); data
    /// and figures as SAS/STAT's user's guide prints them (The LOGISTIC procedure, "Comparing receiver operating
    /// characteristic curves").
    @Test func `the published example of DeLong comes out as it was published`() throws {
        let rows: [(albumin: Double, protein: Double, score: Double, helps: Int)] = [
            (3.0, 5.8, 10, 0), (3.2, 6.3, 5, 1), (3.9, 6.8, 3, 1), (2.8, 4.8, 6, 0), (3.2, 5.8, 3, 1),
            (0.9, 4.0, 5, 0), (2.5, 5.7, 8, 0), (1.6, 5.6, 5, 1), (3.8, 5.7, 5, 1), (3.7, 6.7, 6, 1),
            (3.2, 5.4, 4, 1), (3.8, 6.6, 6, 1), (4.1, 6.6, 5, 1), (3.6, 5.7, 5, 1), (4.3, 7.0, 4, 1),
            (3.6, 6.7, 4, 0), (2.3, 4.4, 6, 1), (4.2, 7.6, 4, 0), (4.0, 6.6, 6, 0), (3.5, 5.8, 6, 1),
            (3.8, 6.8, 7, 1), (3.0, 4.7, 8, 0), (4.5, 7.4, 5, 1), (3.7, 7.4, 5, 1), (3.1, 6.6, 6, 1),
            (4.1, 8.2, 6, 1), (4.3, 7.0, 5, 1), (4.3, 6.5, 4, 1), (3.2, 5.1, 5, 1), (2.6, 4.7, 6, 1),
            (3.3, 6.8, 6, 0), (1.7, 4.0, 7, 0), (3.7, 6.1, 5, 1), (3.3, 6.3, 7, 1), (4.2, 7.7, 6, 1),
            (3.5, 6.2, 5, 1), (2.9, 5.7, 9, 0), (2.1, 4.8, 7, 1), (2.8, 6.2, 8, 0), (4.0, 7.0, 7, 1),
            (3.3, 5.7, 6, 1), (3.7, 6.9, 5, 1), (3.6, 6.6, 5, 1),
        ]
        let helps = rows.map { $0.helps == 1 }
        let score = rows.map { 10 - $0.score }
        let albumin = try #require(PairedAreas(first: rows.map(\.albumin), second: score, isPositive: helps))
        let protein = try #require(PairedAreas(first: rows.map(\.protein), second: score, isPositive: helps))
        func rounded(_ value: Double?) throws -> Double { (try #require(value) * 10_000).rounded() / 10_000 }
        #expect(try rounded(albumin.first) == 0.7366 && rounded(albumin.second) == 0.7258)
        #expect(try rounded(protein.first) == 0.6478)
        #expect(try rounded(albumin.firstVariance.squareRoot()) == 0.0927)
        #expect(try rounded(albumin.secondVariance.squareRoot()) == 0.1028)
        #expect(try rounded(albumin.probability) == 0.9102 && rounded(protein.probability) == 0.4561)
        #expect(try rounded(albumin.interval.lowerBound) == -0.1761 && rounded(albumin.interval.upperBound) == 0.1976)
    }

    @Test func `shares have statsmodels' Wilson intervals`() throws {
        for row in golden.shares {
            let share = Proportion(Int(row[0]), of: Int(row[1]))
            let interval = try #require(share.interval)
            expect([interval.lowerBound, interval.upperBound], [row[2], row[3]], "\(row)")
        }
        #expect(Proportion(0, of: 0).value == nil && Proportion(0, of: 0).interval == nil)
    }

    @Test func `what cannot be computed is nil, never 0 or 1`() {
        let bootstrap = PatientBootstrap()
        #expect(bootstrap.interval(scores: [0.1, 0.9], isPositive: [true, true], patients: ["a", "b"]) == nil)
        #expect(bootstrap.interval(scores: [0.1, 0.9], isPositive: [true, false], patients: ["a", "a"]) == nil)
        #expect(bootstrap.interval(scores: [0.1, .nan], isPositive: [true, false], patients: ["a", "b"]) == nil)
        #expect(PairedAreas(first: [1, 2, 3], second: [1, 2, 3], isPositive: [true, false, false]) == nil)
        #expect(PrecisionRecall.averagePrecision(scores: [1, 2], isPositive: [false, false]) == nil)
        #expect(CalibrationFigures(probabilities: [], isPositive: []) == nil)
        #expect(CalibrationFigures(probabilities: [1.5], isPositive: [true]) == nil)
        let same = PairedAreas(
            first: [1, 2, 3, 4], second: [1, 2, 3, 4], isPositive: [false, true, false, true])
        #expect(same?.z == nil && same?.probability == 1)
    }
}
