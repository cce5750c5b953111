import Foundation
import GantryCore
import GantryPipeline
import Testing

struct PipelineDefinitionTests {
    private let digest = String(repeating: "ab", count: 32)

    private var model: String {
        "model: { file: model.safetensors, sha256: \"\(digest)\", variant: resnet50-v1.5, "
            + "classes: [negative, covid19], positive-class: covid19 }\n"
    }

    private func problems(_ yaml: String) -> [String] {
        do {
            _ = try PipelineDefinition(yaml: yaml)
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test func `the shortest file takes every default`() throws {
        let definition = try PipelineDefinition(yaml: "pipeline: p\nversion: 1\n" + model)
        #expect(definition.version == "1")
        #expect(definition.scoring.preparation == PreparationDefinition())
        #expect(definition.scoring.seriesRules == SeriesRules())
        #expect(definition.scoring.sliceSelection == .defaultLung)
        #expect(definition.judging == JudgingDefinition())
        #expect(definition.report == ReportDefinition())
        #expect(definition.reader == ReaderLimits())
        #expect(definition.scoring.model.classes == ["negative", "covid19"])
        #expect(definition.scoring.model.precision == .f32 && definition.scoring.model.quantized == nil)
        // As version 0.5.0 computed them: another digest has every study of a site scored or judged again.
        let bundle = PipelineBundle(folder: "", definition: definition, modelPath: "")
        #expect(bundle.scoringDigest == "6a24f650995456f5adb92d7af48ab7b2331ef744b5e58915f67e64d994f6a0d7")
        #expect(bundle.judgingDigest == "1b4b4fbb16b4cc95dd0e478b414ee64fafb9be195ce00dd0461ef55adfdd3dd1")
    }

    /// A file whose model's section, one key a line, ends with these lines, from line 8 on.
    private func yaml(modelEndingWith lines: String...) -> String {
        let model = [
            "pipeline: p", "version: 1", "model:", "  sha256: \"\(digest)\"", "  variant: resnet50-v1.5",
            "  classes: [negative, covid19]", "  positive-class: covid19",
        ]
        return (model + lines.map { "  " + $0 }).joined(separator: "\n") + "\n"
    }

    @Test(arguments: Precision.allCases) func `precision and the network in 8 bits are read and written`(
        precision: Precision
    ) throws {
        let other = String(repeating: "c4", count: 32)
        let definition = try PipelineDefinition(
            yaml: yaml(
                modelEndingWith: "precision: \(precision.rawValue)", "quantized-file: small.safetensors",
                "quantized-sha256: \"\(other)\""))
        let model = definition.scoring.model
        #expect(model.precision == precision)
        #expect(model.quantized == QuantizedModel(file: "small.safetensors", sha256: other))
        #expect(model.scoredFile.file == (precision == .int8 ? "small.safetensors" : "model.safetensors"))
        #expect(model.scoredFile.sha256 == (precision == .int8 ? other : digest))
        #expect(try PipelineDefinition(yaml: definition.yaml) == definition)
        let usual = try PipelineDefinition(yaml: yaml(modelEndingWith: "quantized-sha256: \"\(other)\""))
        #expect(usual.scoring.model.quantized?.file == "model.int8.safetensors")
        #expect(usual.scoring.model.precision == .f32)
        #expect(try PipelineDefinition(yaml: usual.yaml) == usual)
    }

    @Test func `8 bits without their file are refused where they are asked for`() {
        #expect(
            problems(yaml(modelEndingWith: "precision: int8")) == [
                "pipeline.yaml:8:14: `precision`: int8 needs `quantized-file` and `quantized-sha256`; "
                    + "`gantry model quantize` makes them"
            ])
        // The other precisions need none.
        #expect(problems(yaml(modelEndingWith: "precision: bf16")).isEmpty)
    }

    @Test func `values that are no precision, file name or digest are named with their place`() {
        #expect(
            problems(
                yaml(modelEndingWith: "precision: fp16", "quantized-file: ../model", "quantized-sha256: ABC"))
                == [
                    "pipeline.yaml:8:14: `precision`: expected one of f32, bf16, int8, found `fp16`",
                    "pipeline.yaml:9:19: `quantized-file`: expected the plain name of a file in the bundle, found "
                        + "`../model`",
                    "pipeline.yaml:10:21: `quantized-sha256`: expected 64 lower-case hexadecimal digits",
                ])
        #expect(
            problems(yaml(modelEndingWith: "precision: int8", "quantized-file: model.int8.safetensors")) == [
                "pipeline.yaml:4:3: `quantized-sha256` is missing below `model`"
            ])
    }

    @Test func `every key is read`() throws {
        let definition = try PipelineDefinition(
            yaml: "pipeline: p\nversion: \"2.1\"\ndescription: \"a: b\"\n" + model + """
                preparation:
                  windows:
                    - { center: 40, width: 400, function: SIGMOID }
                    - { center: -600, width: 1500, function: LINEAR_EXACT }
                    - { center: 0, width: 1 }
                  input-size: 256
                  mean: [0, 1, 2.5]
                  standard-deviation: [1, 2, 3]
                series: { original-primary: false, smallest-axial-normal-z: 0.5, largest-slice-thickness-mm: 3,
                          fewest-slices: 20, preferred-kernels: [B70, L], spacing-tolerance-mm: 0.1,
                          accept-lossy: false, accept-burned-in-text: true, most-localizer-images: 5,
                          largest-thickness-spread-mm: 0.5, largest-pixel-spacing-ratio: 1.02,
                          regular-spacing: true, most-missing-slices: 2, largest-tilt-degrees: 30,
                          most-doubled-positions: 4, same-position-tolerance-mm: 0.02,
                          orientation-tolerance-degrees: 0.2, smallest-lung-ml: 80,
                          chest-words: [tronc], other-region-words: ["tête", genou] }
                reader: { largest-file-mebibytes: 300, largest-rows-or-columns: 2048, most-pixels: 4194304,
                          most-frames: 4000, most-fragments: 5000, deepest-nesting: 64, most-elements: 100000,
                          most-inflated-mebibytes: 100, seconds-per-file: 20 }
                slices: { select: lung, smallest-lung-fraction: 0.1, air-hu: [-990, -500] }
                judging: { aggregation: percentile, percentile: 95, negative-below: 0.3, positive-from: 0.7,
                           fewest-scored-slices: 7, slice-positive-from: 0.6 }
                report: { key-pictures: 3, window: { center: -500, width: 1400 } }
                """)
        #expect(definition.description == "a: b")
        #expect(definition.scoring.preparation.windows.map(\.function) == [.sigmoid, .linearExact, .linear])
        #expect(definition.scoring.preparation.mean == [0, 1, 2.5])
        #expect(definition.scoring.seriesRules.preferredKernels == ["B70", "L"])
        #expect(definition.scoring.seriesRules.fewestSlices == 20)
        #expect(!definition.scoring.seriesRules.requiresOriginalPrimary)
        var rules = SeriesRules(
            requiresOriginalPrimary: false, smallestAxialNormalZ: 0.5, largestSliceThicknessMillimetres: 3,
            fewestSlices: 20, preferredKernels: ["B70", "L"], spacingToleranceMillimetres: 0.1)
        rules.acceptsLossy = false
        rules.acceptsBurnedInText = true
        rules.mostLocalizerImages = 5
        rules.largestThicknessSpreadMillimetres = 0.5
        rules.largestPixelSpacingRatio = 1.02
        rules.requiresRegularSpacing = true
        rules.mostMissingSlices = 2
        rules.largestTiltDegrees = 30
        rules.mostDoubledPositions = 4
        rules.samePositionToleranceMillimetres = 0.02
        rules.orientationToleranceDegrees = 0.2
        rules.smallestLungMillilitres = 80
        rules.chestWords = ["tronc"]
        rules.otherRegionWords = ["tête", "genou"]
        #expect(definition.scoring.seriesRules == rules)
        #expect(definition.reader.largestFileBytes == 300 << 20 && definition.reader.mostInflatedBytes == 100 << 20)
        #expect(
            ReaderLimits.Setting.allCases.map { definition.reader[$0] }
                == [300, 2048, 4_194_304, 4000, 5000, 64, 100_000, 100, 20])
        #expect(definition.scoring.sliceSelection == .lung(smallestFraction: 0.1, airRangeHU: -990...(-500)))
        #expect(
            definition.judging
                == JudgingDefinition(
                    aggregation: .percentile(95), negativeBelow: 0.3, positiveFrom: 0.7, fewestScoredSlices: 7,
                    slicePositiveFrom: 0.6))
        #expect(definition.report.window.windowWidthHU == 1400)
        #expect(try PipelineDefinition(yaml: definition.yaml) == definition)
        // As version 0.5.0 computed them.
        let bundle = PipelineBundle(folder: "", definition: definition, modelPath: "")
        #expect(bundle.scoringDigest == "45ba6189f7ad91ca88701389e42ce57490f798f456400d4fe42e7557e6a0c709")
        #expect(bundle.judgingDigest == "30cf930cf31ec6a6d36b99a3ccd5fbb87391d1ee4bc14e1d694a20517ac780bb")
    }

    @Test(arguments: [
        AggregationRule.topKMean(k: 4, referenceSpacingMillimetres: nil),
        .topKMean(k: 2, referenceSpacingMillimetres: 1.25), .maximum, .mean, .percentile(12.5), .noisyOr,
        .fractionPositive(threshold: 0.25),
    ])
    func `what is written is read again as it was`(rule: AggregationRule) throws {
        var definition = try PipelineDefinition(yaml: "pipeline: p\nversion: 1\n" + model)
        definition.judging.aggregation = rule
        definition.scoring.sliceSelection = .all
        definition.description = "tab\t, quote \", line\n, bell \u{7}, ä"
        #expect(try PipelineDefinition(yaml: definition.yaml) == definition)
    }

    @Test func `a limit may be none, and is none where it is absent`() throws {
        let definition = try PipelineDefinition(
            yaml: "pipeline: p\nversion: 1\n" + model
                + "series: { largest-tilt-degrees: none, most-missing-slices: none, most-doubled-positions: 0 }\n")
        #expect(definition.scoring.seriesRules.largestTiltDegrees == nil)
        #expect(definition.scoring.seriesRules.mostMissingSlices == nil)
        #expect(definition.scoring.seriesRules.mostDoubledPositions == 0)
        #expect(try PipelineDefinition(yaml: definition.yaml) == definition)
    }

    @Test func `settings of later versions do not change the digest of a definition without them`()
        throws
    {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        func text(_ rules: SeriesRules) throws -> String {
            String(decoding: try encoder.encode(rules), as: UTF8.self)
        }
        // As version 0.4.0 wrote it.
        let earlier =
            #"{"acceptsBurnedInText":false,"acceptsLossy":true,"fewestSlices":10,"largestSliceThicknessMillimetres":5,"#
            + #""mostLocalizerImages":3,"orientationToleranceDegrees":0.1,"preferredKernels":[],"#
            + #""requiresOriginalPrimary":true,"requiresRegularSpacing":false,"#
            + #""samePositionToleranceMillimetres":0.01,"smallestAxialNormalZ":0.9,"spacingToleranceMillimetres":0.2}"#
        var rules = SeriesRules()
        #expect(try text(rules) == earlier)
        rules.smallestLungMillilitres = 80
        rules.chestWords = ["a"]
        rules.otherRegionWords = []
        rules.mostDoubledPositions = 2
        #expect(try text(rules).contains(#""chestWords":["a"]"#) && text(rules).contains(#""mostDoubledPositions":2"#))
        #expect(try JSONDecoder().decode(SeriesRules.self, from: encoder.encode(rules)) == rules)
    }

    @Test func `preparation and judging stand in JSON as they always did`() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let preparation = try encoder.encode(PreparationDefinition())
        #expect(
            String(decoding: preparation, as: UTF8.self)
                == #"{"inputSize":224,"mean":[0.485,0.456,0.406],"standardDeviation":[0.229,0.224,0.225],"#
                + #""windows":[{"function":"LINEAR","windowCenterHU":-600,"windowWidthHU":1500}]}"#)
        let judging = try encoder.encode(JudgingDefinition())
        #expect(
            String(decoding: judging, as: UTF8.self)
                == #"{"aggregation":{"topKMean":{"k":3,"referenceSpacingMillimetres":5}},"fewestScoredSlices":5,"#
                + #""negativeBelow":0.4,"positiveFrom":0.6,"slicePositiveFrom":0.5}"#)
        #expect(try JSONDecoder().decode(PreparationDefinition.self, from: preparation) == PreparationDefinition())
        #expect(try JSONDecoder().decode(JudgingDefinition.self, from: judging) == JudgingDefinition())
        let changed = JudgingDefinition(aggregation: .noisyOr, negativeBelow: 0.1, fewestScoredSlices: 2)
        #expect(try JSONDecoder().decode(JudgingDefinition.self, from: encoder.encode(changed)) == changed)
    }

    @Test func `limits outside their range, and words that are no limit, are named with their place`() {
        let found = problems(
            "pipeline: p\nversion: 1\n" + model
                + """
                series:
                  largest-tilt-degrees: 91
                  most-missing-slices: few
                  largest-pixel-spacing-ratio: 0.5
                reader:
                  most-frames: 0
                  deepest-nesting: deep
                  most-pixel: 5
                """)
        #expect(
            found == [
                "pipeline.yaml:5:25: `largest-tilt-degrees`: 91 is outside 0 to 90",
                "pipeline.yaml:6:24: `most-missing-slices`: expected a whole number, found `few`",
                "pipeline.yaml:7:32: `largest-pixel-spacing-ratio`: 0.5 is outside 1 to 100",
                "pipeline.yaml:9:16: `most-frames`: 0 is outside 1 to 2147483647",
                "pipeline.yaml:10:20: `deepest-nesting`: expected a whole number, found `deep`",
                "pipeline.yaml:11:3: unknown key `most-pixel`; did you mean `most-pixels`?",
            ])
    }

    @Test func `an unknown key is named with its place and the key that was meant`() {
        let found = problems(
            "pipeline: p\nversion: 1\n" + model + "report:\n  key-pictures: 3\n  widnow: { center: 1 }\n")
        #expect(found == ["pipeline.yaml:6:3: unknown key `widnow`; did you mean `window`?"])
    }

    @Test func `all problems come at once, in the order of the lines`() {
        let found = problems(
            """
            pipeline: p
            versoin: 1
            model:
              sha256: abc
              variant: resnet51
              classes: [a, b]
              positive-class: c
            judging: { k: three, positive-from: 1.5 }
            slices: { select: all, air-hu: [-1000, -400] }
            preparation: { windows: [{ center: 0, width: 0.5 }], mean: [1, 2] }
            """)
        #expect(
            found == [
                "pipeline.yaml:1:1: `version` is missing",
                "pipeline.yaml:2:1: unknown key `versoin`; did you mean `version`?",
                "pipeline.yaml:4:11: `sha256`: expected 64 lower-case hexadecimal digits",
                "pipeline.yaml:5:12: `variant`: expected one of "
                    + PublishedNetwork.allCases.map(\.rawValue).joined(separator: ", ")
                    + ", found `resnet51`; did you mean `resnet50-v1.5` or `resnet50-v1` or `resnet56`?",
                "pipeline.yaml:7:19: `positive-class`: `c` is none of the classes a, b",
                "pipeline.yaml:8:15: `k`: expected a whole number, found `three`",
                "pipeline.yaml:8:37: `positive-from`: 1.5 is outside 0 to 1",
                "pipeline.yaml:9:32: `air-hu` has no meaning with `select: all`",
                "pipeline.yaml:10:46: `width`: 0.5 is outside 1 to 100000",
                "pipeline.yaml:10:60: `mean`: expected three numbers, one a channel, found 2",
            ])
    }

    @Test(arguments: [
        ("", "pipeline.yaml:1:1: the file is empty"),
        ("- a\n", "pipeline.yaml:1:1: expected keys and values"),
        ("pipeline: p\nversion: 1\n", "pipeline.yaml:1:1: `model` is missing"),
        ("pipeline: p\npipeline: q\n", "pipeline.yaml:1:1: key `pipeline` stands twice in one section"),
        ("pipeline: [\n", "pipeline.yaml:2:1: not YAML: did not find expected node content"),
    ])
    func `a file that is no pipeline file says so`(yaml: String, problem: String) {
        #expect(problems(yaml) == [problem])
    }

    @Test func `thresholds that cross are refused`() {
        let found = problems(
            "pipeline: p\nversion: 1\n" + model + "judging: { negative-below: 0.7, positive-from: 0.6 }\n")
        #expect(found == ["pipeline.yaml:4:28: `negative-below` (0.7) must not lie above `positive-from` (0.6)"])
    }

    @Test(arguments: [".nan", ".inf", "\"0.5\"", "0x1p-2", "true", "[1]"])
    func `what is no plain finite number is refused`(value: String) {
        let found = problems("pipeline: p\nversion: 1\n" + model + "judging: { positive-from: \(value) }\n")
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("pipeline.yaml:4:27: `positive-from`: expected a number") == true)
    }

    @Test func `quotes around a number are what is wrong, and are shown`() {
        let found = problems("pipeline: p\nversion: 1\n" + model + "judging: { k: \"3\" }\n")
        #expect(
            found == [
                "pipeline.yaml:4:15: `k`: expected a whole number, found `\"3\"`, a text: leave the quotes out"
            ])
    }

    @Test(arguments: [
        ("resnet50", ["resnet50-v1.5", "resnet50-v1"]), ("resnet18", ["resnet18"]), ("restnet18", ["resnet18"]),
        ("resnet101", ["resnet101-v1.5", "resnet101-v1"]), ("vgg", []),
    ])
    func `a name that was begun is completed, not taken for another`(text: String, expected: [String]) {
        #expect(nearest(to: text, among: PublishedNetwork.allCases.map(\.rawValue)) == expected)
    }

    @Test func `bombs, deep nesting and large files end as problems`() {
        let levels = (0..<30).map {
            "a\($0): &a\($0) [\(Array(repeating: "*a\(max(0, $0 - 1))", count: 9).joined(separator: ","))]"
        }
        #expect(problems(levels.joined(separator: "\n")) == ["pipeline.yaml:1:1: more than 16 aliases (`*name`)"])
        #expect(problems(String(repeating: "[", count: 60_000)).count == 1)
        #expect(
            problems(String(repeating: "#", count: 65_537)) == [
                "pipeline.yaml:1:1: larger than 64 KiB: this is no file of Gantry's"
            ])
    }
}
