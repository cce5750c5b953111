import Foundation
import GantryCore
import Testing

@Suite struct ActivationTests {
    private static func model(_ classes: [String], _ activation: Activation) -> ModelDescription {
        ModelDescription(
            file: "model.safetensors", sha256: String(repeating: "0a", count: 32),
            architecture: .resNet50(classes: classes.count), classes: classes, positiveClass: classes.last ?? "",
            activation: activation)
    }

    private static func problems(_ model: ModelDescription) -> [String] {
        ScoringDefinition(
            model: model, preparation: PreparationDefinition(), sliceSelection: .defaultLung, seriesRules: SeriesRules()
        ).problems().map { "\($0.key): \($0.problem)" }
    }

    @Test func `of classes the most probable one holds, the first of several`() {
        #expect(Activation.softmax.holding(in: [0.2, 0.5, 0.3]) == [1])
        #expect(Activation.softmax.holding(in: [0.4, 0.4, 0.2]) == [0])
        #expect(Activation.softmax.holding(in: []) == [])
    }

    @Test func `of labels every one holds from a half on, and perhaps none`() {
        #expect(Activation.sigmoid.holding(in: [0.9, 0.1, 0.5]) == [0, 2])
        #expect(Activation.sigmoid.holding(in: [0.4999, 0.1]) == [])
        #expect(Activation.sigmoid.holding(in: [.nan]) == [])
    }

    @Test func `one output is a label, and no class`() {
        #expect(Self.problems(Self.model(["covid19"], .sigmoid)).isEmpty)
        #expect(Self.model(["covid19"], .sigmoid).architecture.classes == 1)
        #expect(
            Self.problems(Self.model(["covid19"], .softmax)) == ["model.classes: expected at least 2 classes; found 1"])
        #expect(Self.problems(Self.model([], .sigmoid)).first == "model.classes: expected at least 1 label; found 0")
    }

    @Test func `a softmax is not written, and what says nothing has one`() throws {
        for activation in Activation.allCases {
            let model = Self.model(["negative", "covid19"], activation)
            let data = try JSONEncoder().encode(model)
            #expect(String(decoding: data, as: UTF8.self).contains("activation") == (activation == .sigmoid))
            #expect(try JSONDecoder().decode(ModelDescription.self, from: data) == model)
        }
    }

    /// Labels do not add up to 1: the study's number is the positive one's alone, and the others change nothing.
    @Test func `the positive label is judged by its own probabilities`() {
        func verdict(_ rows: [[Double]], _ index: Int) -> StudyVerdict {
            let slices = rows.enumerated().map { index, probabilities in
                SliceRecord(
                    index: index, sopInstanceUID: uid("1.2.\(index)"), frameNumber: 1, instanceNumber: nil,
                    positionMillimetres: Double(index), lungFraction: nil, probabilities: probabilities,
                    reason: .scored, clampedPixels: 0)
            }
            return JudgingDefinition(aggregation: .mean, fewestScoredSlices: 2)
                .judge(slices: slices, positiveClassIndex: index, geometry: nil, quality: [])
        }
        let both = verdict([[0.9, 0.75], [0.8, 0.75]], 1)
        #expect(both.finding == .positive && both.probability == 0.75 && both.fractionPositive == 1)
        #expect(verdict([[0.1, 0.75], [0.2, 0.75]], 1) == both)
        let alone = verdict([[0.25], [0.125]], 0)
        #expect(alone.finding == .negative && alone.probability == 0.1875 && alone.scoredSlices == 2)
    }
}
