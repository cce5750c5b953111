import GantryCore
import Testing

@Suite struct DefinitionProblemTests {
    private static let sound = ScoringDefinition(
        model: ModelDescription(
            file: "model.safetensors", sha256: String(repeating: "0a", count: 32), architecture: .resNet50(classes: 2),
            classes: ["other", "covid-19"], positiveClass: "covid-19"),
        preparation: PreparationDefinition(), sliceSelection: .defaultLung, seriesRules: SeriesRules())

    @Test func `the defaults have no problem`() {
        #expect(Self.sound.problems().isEmpty)
        #expect(JudgingDefinition().problems().isEmpty)
    }

    @Test(arguments: [8, 28, 32, 1024]) func `a network for images may see small ones`(side: Int) {
        var definition = Self.sound
        definition.preparation = PreparationDefinition(
            images: ImagePreparation(resize: .torchvision, inputSize: side, colourOrder: .bgr))
        #expect(definition.problems().isEmpty)
        #expect(definition.preparation.imagePreparation?.inputSize == side)
        #expect(Self.sound.preparation.imagePreparation == nil)
    }

    private static func quantized(
        file: String = "model.int8.safetensors", sha256: String = String(repeating: "0a", count: 32)
    ) -> QuantizedModel { QuantizedModel(file: file, sha256: sha256) }

    @Test(arguments: Precision.allCases) func `a network with its form in 8 bits has no problem in any precision`(
        precision: Precision
    ) {
        var definition = Self.sound
        definition.model.quantized = Self.quantized()
        definition.model.precision = precision
        #expect(definition.problems().isEmpty)
    }

    static let scoringBreaches: [(key: String, change: @Sendable (inout ScoringDefinition) -> Void)] = [
        ("model.file", { $0.model.file = "" }),
        ("model.file", { $0.model.file = "../model" }),
        ("model.file", { $0.model.file = ".." }),
        ("model.sha256", { $0.model.sha256 = String(repeating: "0A", count: 32) }),
        ("model.sha256", { $0.model.sha256 = "0a" }),
        ("model.quantized-file", { $0.model.quantized = quantized(file: "a/b") }),
        ("model.quantized-file", { $0.model.quantized = quantized(file: "") }),
        ("model.quantized-sha256", { $0.model.quantized = quantized(sha256: "0a") }),
        ("model.quantized-sha256", { $0.model.quantized = quantized(sha256: String(repeating: "g", count: 64)) }),
        ("model.precision", { $0.model.precision = .int8 }),
        ("model.classes", { $0.model.classes = ["covid-19"] }),
        ("model.classes", { $0.model.classes = ["covid-19", "covid-19"] }),
        ("model.classes", { $0.model.classes = ["covid-19", ""] }),
        ("model.positive-class", { $0.model.positiveClass = "COVID-19" }),
        ("preparation.windows", { $0.preparation.windows = [] }),
        ("preparation.windows", { $0.preparation.windows = [.lung, .lung] }),
        (
            "preparation.windows[1]",
            { $0.preparation.windows = [.lung, Window(windowCenterHU: 0, windowWidthHU: 0), .lung] }
        ),
        ("preparation.mean", { $0.model.architecture.inputChannels = 1 }),
        ("model.architecture.groups", { $0.model.architecture.groups = 3 }),
        ("model.architecture.blocks", { $0.model.architecture.blocksPerStage = [] }),
        ("preparation.input-size", { $0.preparation.inputSize = 31 }),
        ("preparation.input-size", { $0.preparation.inputSize = 1025 }),
        (
            "preparation.mean",
            {
                $0.preparation.mean = [0, 0]
                $0.preparation.standardDeviation = [1, 1]
            }
        ),
        ("preparation.standard-deviation", { $0.preparation.standardDeviation = [1, 1] }),
        ("preparation.mean", { $0.preparation.mean = [0, 0, .nan] }),
        ("preparation.standard-deviation", { $0.preparation.standardDeviation = [1, 1, 0] }),
        ("preparation.standard-deviation", { $0.preparation.standardDeviation = [1, 1, .infinity] }),
        ("preparation.resize", { $0.preparation.resize = .keras }),
        ("preparation.colour-order", { $0.preparation.colourOrder = .bgr }),
        ("preparation.windows", { $0.preparation.input = .images }),
        ("preparation.input-size", { $0.preparation = PreparationDefinition(images: ImagePreparation(inputSize: 7)) }),
        (
            "preparation.input-size",
            { $0.preparation = PreparationDefinition(images: ImagePreparation(inputSize: 1025)) }
        ),
        (
            "preparation.mean",
            { $0.preparation = PreparationDefinition(images: ImagePreparation(mean: [0], standardDeviation: [1])) }
        ),
        (
            "slices.smallest-lung-fraction",
            { $0.sliceSelection = .lung(smallestFraction: 1.1, airRangeHU: -1000...(-400)) }
        ),
        (
            "slices.smallest-lung-fraction",
            { $0.sliceSelection = .lung(smallestFraction: .nan, airRangeHU: -1000...(-400)) }
        ),
        ("slices.air-hu", { $0.sliceSelection = .lung(smallestFraction: 0.1, airRangeHU: -1000...0) }),
        ("series.smallest-axial-normal-z", { $0.seriesRules.smallestAxialNormalZ = -0.1 }),
        ("series.largest-slice-thickness-mm", { $0.seriesRules.largestSliceThicknessMillimetres = 0 }),
        ("series.fewest-slices", { $0.seriesRules.fewestSlices = 0 }),
        ("series.preferred-kernels", { $0.seriesRules.preferredKernels = ["B", ""] }),
        ("series.smallest-lung-ml", { $0.seriesRules.smallestLungMillilitres = -1 }),
        ("series.spacing-tolerance-mm", { $0.seriesRules.spacingToleranceMillimetres = -1 }),
    ]

    @Test(arguments: scoringBreaches.indices) func `a scoring definition names what is wrong by its key`(breach: Int) {
        var definition = Self.sound
        Self.scoringBreaches[breach].change(&definition)
        let problems = definition.problems()
        #expect(problems.map(\.key) == [Self.scoringBreaches[breach].key])
        #expect(problems.allSatisfy { $0.problem.hasPrefix("expected ") && $0.problem.contains("; found ") })
    }

    static let judgingBreaches: [(keys: [String], definition: JudgingDefinition)] = [
        (["judging.k"], JudgingDefinition(aggregation: .topKMean(k: 0, referenceSpacingMillimetres: 5))),
        (
            ["judging.reference-spacing-mm"],
            JudgingDefinition(aggregation: .topKMean(k: 3, referenceSpacingMillimetres: 0))
        ),
        (["judging.percentile"], JudgingDefinition(aggregation: .percentile(101))),
        (["judging.threshold"], JudgingDefinition(aggregation: .fractionPositive(threshold: -0.1))),
        (["judging.negative-below"], JudgingDefinition(negativeBelow: -0.1)),
        (["judging.negative-below"], JudgingDefinition(negativeBelow: .nan)),
        (["judging.positive-from"], JudgingDefinition(positiveFrom: 1.1)),
        (["judging.positive-from"], JudgingDefinition(negativeBelow: 0.6, positiveFrom: 0.5)),
        (["judging.slice-positive-from"], JudgingDefinition(slicePositiveFrom: 2)),
        (["judging.fewest-scored-slices"], JudgingDefinition(fewestScoredSlices: 0)),
    ]

    @Test(arguments: judgingBreaches.indices) func `a judging definition names what is wrong by its key`(breach: Int) {
        let (keys, definition) = Self.judgingBreaches[breach]
        #expect(definition.problems().map(\.key) == keys)
    }

    @Test func `every problem is told at once`() {
        var definition = Self.sound
        definition.model.file = ""
        definition.preparation.inputSize = 0
        definition.seriesRules.fewestSlices = 0
        #expect(
            definition.problems().map(\.key) == ["model.file", "preparation.input-size", "series.fewest-slices"])
    }
}
