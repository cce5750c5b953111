import Foundation
import GantryCore
import GantryReports
import Testing

/// `evaluation.html` of studies, of pictures, and of what could not be computed.
@Suite struct EvaluationPageTests {
    private static func share(_ count: Int, _ all: Int) -> EvaluationShare {
        EvaluationShare(
            count: count, all: all,
            interval: all > 0 ? Double(count) / Double(all) * 0.9...Double(count) / Double(all) : nil)
    }

    private static func points(_ pairs: [Double]...) -> [EvaluationPoint] {
        pairs.map { EvaluationPoint(x: $0[0], y: $0[1]) }
    }

    private static func label(_ name: String, isKnown: Bool = true) -> EvaluationLabel {
        let told = EvaluationThreshold(
            name: "positive-from", threshold: 0.6, sensitivity: share(19, 20), specificity: share(30, 40),
            positivePredictiveValue: share(19, 29), negativePredictiveValue: share(30, 31), accuracy: share(49, 60))
        let bins = (0..<10).map { (bin: Int) -> EvaluationCalibration.Bin in
            let (from, isEmpty) = (Double(bin) / 10, bin == 4)
            return EvaluationCalibration.Bin(
                from: from, to: from + 0.1, count: isEmpty ? 0 : 6, meanProbability: isEmpty ? nil : from + 0.04,
                positives: isEmpty ? nil : Double(bin) / 12)
        }
        return EvaluationLabel(
            label: name, cases: isKnown ? 60 : 0, positives: isKnown ? 20 : 0, patients: isKnown ? 50 : 0,
            area: isKnown
                ? EvaluationFigure(value: 0.913, interval: 0.85...0.96)
                : EvaluationFigure(value: nil, note: "no slice of which both probability and truth are known"),
            averagePrecision: EvaluationFigure(value: isKnown ? 0.87 : nil, note: isKnown ? nil : "none"),
            thresholds: isKnown ? [told] : [],
            calibration: isKnown
                ? EvaluationCalibration(
                    bins: bins, expectedError: 0.081, brierScore: 0.12,
                    parts: .init(reliability: 0.01, resolution: 0.1, uncertainty: 0.2, withinBins: 0.01))
                : EvaluationCalibration(bins: [], expectedError: nil, brierScore: nil, parts: nil),
            roc: isKnown ? points([0, 0], [0.1, 0.7], [0.4, 0.95], [1, 1]) : [],
            precisionRecall: isKnown ? points([0.5, 1], [0.9, 0.8], [1, 0.4]) : [])
    }

    private static func report(text: String = "covid19") -> EvaluationReport {
        let confusion = EvaluationConfusion(
            classes: ["negative", text], counts: [[35, 5], [2, 18]], accuracy: share(53, 60))
        return EvaluationReport(
            gantryVersion: "0.6.0", evaluated: text, truth: text, classes: ["negative", text], positiveClass: text,
            activation: .softmax, negativeBelow: 0.4, positiveFrom: 0.6, studies: 60, slices: 0, images: 0,
            truePositive: [.positive: 19, .indeterminate: 1], trueNegative: [.negative: 30, .positive: 10],
            bootstrap: .init(draws: 2000, seed: 1),
            levels: [
                EvaluationLevel(unit: .study, labels: [label(text)], confusion: confusion),
                EvaluationLevel(unit: .slice, labels: [label(text, isKnown: false)], confusion: nil),
            ],
            groups: [
                EvaluationGroup(
                    attribute: .manufacturer, name: text, cases: 25, positives: 9, patients: 25,
                    area: EvaluationFigure(value: 0.5, interval: 0.4...0.6), sensitivity: share(5, 9),
                    specificity: share(9, 16), differences: ["sensitivity 0.556, of the others 0.990"]),
                EvaluationGroup(
                    attribute: .sex, name: "male", cases: 3, positives: 3, patients: 3,
                    area: EvaluationFigure(value: nil, note: "every study is positive"), sensitivity: share(3, 3),
                    specificity: share(0, 0), differences: []),
            ],
            wrong: [
                EvaluationWrong(
                    name: "00ff00ff00ff00ff", truth: "negative", said: "positive", probability: 0.98, distance: 0.98,
                    report: "../reports/patients/a/b/report.html"),
                EvaluationWrong(name: text, truth: "positive", said: "negative", probability: 0.1, distance: 0.9),
            ], wrongCases: 10,
            comparison: EvaluationComparison(
                other: text,
                areas: [
                    .init(
                        unit: .study, label: text, cases: 60, first: 0.913, second: 0.87,
                        difference: EvaluationFigure(value: 0.043, interval: -0.01...0.1), z: 1.5, probability: 0.13),
                    .init(
                        unit: .slice, label: text, cases: 0, first: nil, second: nil,
                        difference: EvaluationFigure(value: nil, note: "nothing in common"), z: nil, probability: nil),
                ], unit: .study, agreement: [[30, 0, 1], [0, 1, 0], [2, 0, 26]], same: share(57, 60)),
            remarks: [text])
    }

    private func page(_ report: EvaluationReport) throws -> MarkupElement {
        try MarkupDocument.parse(EvaluationPage(report).html)
    }

    private func text(_ element: MarkupElement?) -> String {
        (element?.text ?? "").split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    @Test func `shows what was computed, and says what was not`() throws {
        let report = Self.report()
        let page = try page(report)
        if let folder = ProcessInfo.processInfo.environment["GANTRY_REPORT_SAMPLES"] {
            try Data(EvaluationPage(report).html.utf8)
                .write(to: URL(filePath: folder).appending(path: "evaluation.html"))
        }
        let all = text(page)
        for word in [
            "0.913", "0.850 to 0.960", "95.0 %", "19 of 20", "2,000 draws", "seed 1", "differs: sensitivity 0.556",
            "fewer than 20 studies", "every study is positive", "The worst 2 of 10", "p (DeLong)", "0.130",
            "no slice of which both probability and truth are known", "nothing in common", "0.0100",
            "positive from 0.6",
        ] { #expect(all.contains(word), "\(word)") }
        // What is not known is a dash, not 0 or 1.
        let rows = page.elements("section").first { $0.attributes["id"] == "slices" }?.elements("tr").map { text($0) }
        #expect(rows?.contains { $0.hasSuffix("000 \u{2013}\u{2013}\u{2013}") } == true, "\(rows ?? [])")
        #expect(page.elements("svg").count == 4)
        let links = page.elements("a").compactMap { $0.attributes["href"] }
        #expect(links == ["../reports/patients/a/b/report.html"])
    }

    @Test func `is well-formed, without script and without anything from elsewhere, whatever the names`() throws {
        for report in [Self.report(), Self.report(text: PageSafetyTests.hostile)] {
            let page = try page(report)
            let known: Set = [
                "html", "head", "meta", "title", "style", "body", "main", "header", "footer", "section", "p", "div",
                "span", "h1", "h2", "h3", "bdi", "b", "strong", "ul", "li", "table", "thead", "tbody", "tr", "th", "td",
                "svg", "line", "rect", "circle", "polyline", "polygon", "text", "a",
            ]
            #expect(Set(page.all.map(\.name)).subtracting(known) == [])
            for element in page.all {
                for (attribute, value) in element.attributes {
                    #expect(!attribute.hasPrefix("on") && !["style", "srcset", "src"].contains(attribute))
                    if value.contains("://") { #expect(attribute == "xmlns") }
                }
                if element.name == "svg" { #expect(element.attributes["aria-label"]?.isEmpty == false) }
            }
            #expect(
                page.with("notice").map(\.text)
                    == Array(
                        repeating: "Research use only. Not for clinical use.", count: 2))
            let policy = page.elements("meta").first { $0.attributes["http-equiv"] == "Content-Security-Policy" }
            #expect(
                policy?.attributes["content"]?.hasPrefix(
                    "default-src 'none'; img-src data:; style-src '\(TrainingStyleSheet.digest)'") == true)
        }
        let hostile = try page(Self.report(text: PageSafetyTests.hostile))
        #expect(hostile.elements("h1").map(\.text) == [PageSafetyTests.shown])
        #expect(hostile.text.components(separatedBy: PageSafetyTests.shown).count > 12)
    }
}
