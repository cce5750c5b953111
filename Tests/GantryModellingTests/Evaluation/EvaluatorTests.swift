import Foundation
import GantryCore
import Testing

import GantryModelling

/// What is put together of the figures: rows of labels, thresholds, confusion, groups, wrong cases, comparisons,
/// temperatures. Numbers are scikit-learn's, SciPy's and statsmodels' (`Golden/make_report_golden.py`).
@Suite struct EvaluatorTests {
    private struct Golden: Decodable {
        struct Row: Decodable {
            let area: Double
            let averagePrecision: Double
            let told: [String: [Double]]
        }

        struct Several: Decodable {
            let truth: [Int]
            let probabilities: [[Double]]
            let confusion: [[Int]]
            let accuracy: [Double]
            let rows: [Row]
            let temperature: Double
            let lossBefore: Double
        }

        struct Labels: Decodable {
            let truth: [Int]
            let probabilities: [Double]
            let row: Row
            let temperature: Double
            let lossBefore: Double
        }

        let several: Several
        let labels: Labels
    }

    /// Of what other programs compute in double.
    private static let tolerance = 1e-9

    private let golden: Golden

    init() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../Golden/report.json").standardizedFileURL
        golden = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
    }

    private static let names = ["a", "b", "c", "d"]

    private func several(_ unit: EvaluationUnit = .image) throws -> (Evaluator, EvaluationCases) {
        let classes = try #require(
            EvaluationClasses(names: Self.names, positiveClass: "c", activation: .softmax))
        var cases = EvaluationCases(unit: unit, classes: 4)
        for (index, row) in golden.several.probabilities.enumerated() {
            cases.add(
                "\(index)", patient: "\(index / 2)", probabilities: row,
                truth: (0..<4).map { $0 == golden.several.truth[index] },
                finding: row[2] >= 0.6 ? .positive : .negative)
        }
        let judging = JudgingDefinition(negativeBelow: 0.6, positiveFrom: 0.6)
        return (Evaluator(classes: classes, judging: judging), cases)
    }

    private func expect(
        _ share: EvaluationShare, _ golden: [Double]?, _ name: Comment, location: SourceLocation = #_sourceLocation
    ) throws {
        let golden = try #require(golden)
        let (value, interval) = (try #require(share.value), try #require(share.interval))
        #expect([share.count, share.all] == golden.prefix(2).map(Int.init), name, sourceLocation: location)
        for (one, other) in zip([interval.lowerBound, interval.upperBound, value], golden.dropFirst(2)) {
            #expect(abs(one - other) <= Self.tolerance, name, sourceLocation: location)
        }
    }

    @Test func `of several classes each has its row, and the figures are scikit-learn's`() throws {
        let (evaluator, cases) = try several()
        let level = evaluator.level(cases)
        #expect(level.labels.map(\.label) == ["c", "a", "b", "d"])
        for label in level.labels {
            let expected = golden.several.rows[try #require(Self.names.firstIndex(of: label.label))]
            #expect(abs(try #require(label.area.value) - expected.area) <= Self.tolerance)
            #expect(abs(try #require(label.averagePrecision.value) - expected.averagePrecision) <= Self.tolerance)
            #expect(label.patients == 120 && label.cases == 240)
            let told = try #require(label.thresholds.first)
            #expect(label.thresholds.count == 1)
            #expect(told.name == (label.label == "c" ? "positive-from" : "most-probable"))
            try expect(told.sensitivity, expected.told["sensitivity"], "sensitivity")
            try expect(told.specificity, expected.told["specificity"], "specificity")
            try expect(told.positivePredictiveValue, expected.told["positivePredictiveValue"], "PPV")
            try expect(told.negativePredictiveValue, expected.told["negativePredictiveValue"], "NPV")
            try expect(told.accuracy, expected.told["accuracy"], "accuracy")
            let interval = try #require(label.area.interval)
            #expect(interval.lowerBound < expected.area && interval.upperBound > expected.area)
        }
        let confusion = try #require(level.confusion)
        #expect(confusion.counts == golden.several.confusion)
        try expect(
            confusion.accuracy, golden.several.accuracy + [golden.several.accuracy[0] / golden.several.accuracy[1]],
            "accuracy")
    }

    @Test func `temperatures are SciPy's, and the loss falls to its least`() throws {
        let several = try #require(
            TemperatureFit(probabilities: golden.several.probabilities, classes: golden.several.truth))
        #expect(abs(several.temperature - golden.several.temperature) <= Self.tolerance)
        #expect(abs(several.lossBefore - golden.several.lossBefore) <= Self.tolerance)
        #expect(several.lossAfter < several.lossBefore)
        let single = try #require(
            TemperatureFit(
                probabilities: golden.labels.probabilities, isPositive: golden.labels.truth.map { $0 == 1 }))
        #expect(abs(single.temperature - golden.labels.temperature) <= Self.tolerance)
        #expect(abs(single.lossBefore - golden.labels.lossBefore) <= Self.tolerance)
        // Two classes are one label: the same temperature either way.
        let two = try #require(
            TemperatureFit(
                probabilities: golden.labels.probabilities.map { [1 - $0, $0] }, classes: golden.labels.truth))
        #expect(abs(two.temperature - golden.labels.temperature) <= 1e-6)
        // At the temperature a second fit finds nothing to change.
        let again = try #require(
            TemperatureFit(
                probabilities: golden.several.probabilities.map {
                    TemperatureFit.applied(several.temperature, to: $0, activation: .softmax)
                },
                classes: golden.several.truth))
        #expect(abs(again.temperature - 1) <= Self.tolerance)
        #expect(
            abs(
                TemperatureFit.applied(
                    several.temperature, to: golden.several.probabilities[0], activation: .softmax
                ).reduce(0, +) - 1) < 1e-12)
    }

    @Test func `data that determine no temperature give none`() {
        #expect(TemperatureFit(probabilities: [[0.2, 0.8], [0.7, 0.3]], classes: [1, 0]) == nil)
        #expect(TemperatureFit(probabilities: [[0.2, 0.8], [0.7, 0.3]], classes: [0, 1]) == nil)
        #expect(TemperatureFit(probabilities: [], classes: []) == nil)
        #expect(TemperatureFit(probabilities: [[.nan, 0.8]], classes: [1]) == nil)
        #expect(TemperatureFit(probabilities: [0.2, 0.9], isPositive: [false, true]) == nil)
    }

    @Test func `thresholds between which nothing is decided are two rows`() throws {
        var (evaluator, cases) = try several(.study)
        evaluator = Evaluator(classes: evaluator.classes, judging: JudgingDefinition())
        let label = try #require(evaluator.level(cases).labels.first)
        #expect(label.thresholds.map(\.name) == ["negative-below", "positive-from"])
        #expect(label.thresholds.map(\.threshold) == [0.4, 0.6])
        cases = EvaluationCases(unit: .slice, classes: 4)
        cases.add("x", patient: "p", probabilities: [0.1, 0.1, 0.7, 0.1], truth: [nil, nil, true, nil])
        let slices = evaluator.level(cases)
        #expect(slices.labels.map(\.label) == ["c"])
        #expect(slices.labels[0].thresholds.map(\.name) == ["slice-positive-from"])
    }

    @Test func `what cannot be computed is missing and said why, never 0 or 1`() throws {
        let (evaluator, _) = try several()
        func label(_ truths: [Bool], patients: [String]) throws -> EvaluationLabel {
            var cases = EvaluationCases(unit: .study, classes: 4)
            for (index, truth) in truths.enumerated() {
                cases.add(
                    "\(index)", patient: patients[index],
                    probabilities: [0.1, 0.1, Double(index) / 10, 0.1], truth: [nil, nil, truth, nil])
            }
            return try #require(evaluator.level(cases).labels.first)
        }
        let empty = try label([], patients: [])
        #expect(empty.area.value == nil && empty.averagePrecision.value == nil && empty.calibration.brierScore == nil)
        #expect(empty.area.note == "no study of which both probability and truth are known")
        #expect(empty.thresholds[0].sensitivity.value == nil && empty.thresholds[0].sensitivity.interval == nil)
        let negative = try label([false, false], patients: ["a", "b"])
        #expect(negative.area.value == nil && negative.area.note == "no study is positive")
        #expect(negative.averagePrecision.value == nil && negative.roc.isEmpty)
        let positive = try label([true, true], patients: ["a", "b"])
        #expect(positive.area.value == nil && positive.area.note == "every study is positive")
        #expect(positive.averagePrecision.value == 1 && positive.thresholds[0].specificity.value == nil)
        let one = try label([false, true], patients: ["a", "a"])
        #expect(one.area.value == 1 && one.area.interval == nil)
        #expect(one.area.note == "no interval: all are of one patient")
        let text = String(decoding: try JSONEncoder().encode(empty), as: UTF8.self)
        #expect(text.contains(#""value":null"#) && text.contains(#""brierScore":null"#))
        #expect(!text.contains(#""value":0"#) && !text.contains(#""value":1"#))
    }

    @Test func `wrong verdicts come worst first, and pictures of several classes by their class`() throws {
        let (evaluator, cases) = try several(.study)
        let (first, all) = evaluator.wrong(cases) { "reports/\($0)" }
        let expected = golden.several.probabilities.indices.filter {
            (golden.several.probabilities[$0][2] >= 0.6) != (golden.several.truth[$0] == 2)
        }
        #expect(all == expected.count && first.count == min(all, Evaluator.mostWrong) && all > 10)
        #expect(first.map(\.distance) == first.map(\.distance).sorted(by: >))
        #expect(first.allSatisfy { $0.report == "reports/\($0.name)" && expected.contains(Int($0.name) ?? -1) })
        let images = try several(.image)
        let wrong = images.0.wrong(images.1)
        let confused = golden.several.confusion.enumerated().reduce(0) { sum, row in
            sum + row.element.enumerated().filter { $0.offset != row.offset }.map(\.element).reduce(0, +)
        }
        #expect(wrong.all == confused && wrong.first.allSatisfy { $0.truth != $0.said })
    }

    @Test func `groups that differ beyond their intervals come first, and small ones are called so`() throws {
        let classes = try #require(
            EvaluationClasses(names: ["negative", "ill"], positiveClass: "ill", activation: .softmax))
        let evaluator = Evaluator(classes: classes, judging: JudgingDefinition())
        var cases = EvaluationCases(unit: .study, classes: 2)
        var attributes: [[EvaluationAttribute: String]] = []
        for index in 0..<200 {
            let isIll = index % 2 == 0
            // The network is right but for one maker's scanners, of which it knows nothing.
            let isOdd = index % 5 == 0
            let score = isOdd ? Double(index * 7919 % 97) / 97 : (isIll ? 0.7 : 0.1) + Double(index % 7) / 50
            cases.add(
                "\(index)", patient: "\(index)", probabilities: [1 - score, score], truth: [!isIll, isIll],
                finding: .indeterminate)
            attributes.append([
                .manufacturer: isOdd ? "Odd" : "Usual", .sex: index < 15 ? "other" : index % 3 == 0 ? "female" : "male",
                .kernel: "same of all",
            ])
        }
        let groups = evaluator.groups(cases, attributes: attributes)
        #expect(groups.map(\.name) == ["Odd", "Usual", "female", "male", "other"])
        #expect(groups.prefix(2).allSatisfy { !$0.differences.isEmpty })
        #expect(groups.dropFirst(2).allSatisfy { $0.differences.isEmpty })
        #expect(groups[0].differences[0].hasPrefix("area under the ROC curve 0."))
        #expect(groups[0].cases == 40 && groups[0].positives == 20 && !groups[0].isSmall)
        #expect(groups[4].isSmall && groups[4].cases == 15)
    }

    @Test func `bands have their upper ends, and ages are full years`() {
        #expect(
            [0.5, 1, 1.01, 2, 3, 5, 5.1].map { EvaluationBands.thickness($0) } == [
                "up to 1 mm", "up to 1 mm", "1 to 2 mm", "1 to 2 mm", "2 to 3 mm", "3 to 5 mm", "above 5 mm",
            ])
        #expect(EvaluationBands.thickness(0) == nil && EvaluationBands.thickness(.nan) == nil)
        func age(_ birth: String?, _ study: String?) -> String? {
            EvaluationBands.age(birthDate: birth, studyDate: study)
        }
        #expect(age("20000229", "20180228") == "under 18" && age("20000229", "20180301") == "18 to 39")
        #expect(age("19400101", "20200101") == "80 and above" && age("19400102", "20200101") == "60 to 79")
        #expect(age("20200101", "20190101") == nil && age("2020", "20190101") == nil && age(nil, "20190101") == nil)
        #expect(EvaluationBands.sex(" F ") == "female" && EvaluationBands.sex("x") == nil)
    }

    @Test func `two scores of the same cases are paired by their names`() throws {
        let (evaluator, cases) = try several(.study)
        var other = EvaluationCases(unit: .study, classes: 4)
        for (index, row) in golden.several.probabilities.enumerated().reversed() where index % 3 != 0 {
            other.add(
                "\(index)", patient: "p", probabilities: row.map { $0 * $0 }, truth: [nil, nil, nil, nil],
                finding: index % 4 == 0 ? .indeterminate : row[2] >= 0.6 ? .positive : .negative)
        }
        let areas = evaluator.areas(cases, other)
        #expect(areas.map(\.label) == ["c", "a", "b", "d"] && areas.allSatisfy { $0.cases == 160 })
        // A square keeps the order: the same area, and nothing that varies.
        #expect(areas.allSatisfy { $0.first == $0.second && $0.difference.value == 0 && $0.probability == 1 })
        let agreement = Evaluator.agreement(cases, other)
        #expect(agreement.joined().reduce(0, +) == 160)
        #expect(agreement[1] == [0, 0, 0] && agreement[0][2] == 0 && agreement[2][0] == 0)
        #expect(agreement[0][1] + agreement[2][1] == (0..<240).count { $0 % 3 != 0 && $0 % 4 == 0 })
        // Classes are found by their names, in whatever order, and however few the other has.
        let few = try #require(EvaluationClasses(names: ["c", "other", "a"], positiveClass: "c", activation: .softmax))
        var reordered = EvaluationCases(unit: .study, classes: 3)
        for (index, row) in golden.several.probabilities.enumerated() {
            reordered.add(
                "\(index)", patient: "p", probabilities: [row[2], 0.5, row[0]], truth: [nil, nil, nil])
        }
        let named = evaluator.areas(cases, reordered, of: few)
        #expect(named.map(\.label) == ["c", "a"] && named.allSatisfy { $0.cases == 240 && $0.first == $0.second })
        let none = try #require(evaluator.areas(cases, EvaluationCases(unit: .study, classes: 4)).first)
        #expect(none.cases == 0 && none.difference.value == nil && none.probability == nil)
        #expect(none.difference.note == "fewer than two positive or two negative studies in common")
    }
}
