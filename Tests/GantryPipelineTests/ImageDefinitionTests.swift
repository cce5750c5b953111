import Foundation
import GantryCore
import GantryPipeline
import Testing

/// The pipeline file of a bundle for images.
struct ImageDefinitionTests {
    private static let digest = String(repeating: "ab", count: 32)

    /// A file whose sections, from line 4 on, are these lines.
    private func yaml(_ lines: String..., variant: String = "variant: resnet50-v1.5") -> String {
        let model =
            "model: { sha256: \"\(Self.digest)\", \(variant), classes: [normal, pneumonia], "
            + "positive-class: pneumonia }"
        return (["pipeline: p", "version: 1", model] + lines).joined(separator: "\n") + "\n"
    }

    private func problems(_ yaml: String) -> [String] {
        do {
            _ = try PipelineDefinition(yaml: yaml)
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test func `input: images alone takes every default`() throws {
        let definition = try PipelineDefinition(yaml: yaml("preparation: { input: images }"))
        let preparation = definition.scoring.preparation
        #expect(preparation == PreparationDefinition(images: ImagePreparation()))
        #expect(preparation.input == .images && preparation.windows.isEmpty)
        #expect(preparation.imagePreparation == ImagePreparation())
        #expect(definition.judging == JudgingDefinition())
        #expect(try PipelineDefinition(yaml: definition.yaml) == definition)
    }

    @Test func `input: ct is what a file means that says nothing of it`() throws {
        let silent = try PipelineDefinition(yaml: yaml())
        let said = try PipelineDefinition(yaml: yaml("preparation: { input: ct }"))
        #expect(said == silent && said.scoring.preparation.imagePreparation == nil)
        let (one, other) = (
            PipelineBundle(folder: "", definition: silent, modelPath: ""),
            PipelineBundle(folder: "", definition: said, modelPath: "")
        )
        #expect(one.scoringDigest == other.scoringDigest && one.judgingDigest == other.judgingDigest)
    }

    @Test func `every key is read, written, and read again`() throws {
        let definition = try PipelineDefinition(
            yaml: yaml(
                "preparation: { input: images, resize: keras, colour-order: bgr, input-size: 28,",
                "               mean: [0.1, 0.2, 0.3], standard-deviation: [1, 2, 3] }",
                "judging: { negative-below: 0.2, positive-from: 0.7 }"
            )
        )
        #expect(
            definition.scoring.preparation.imagePreparation
                == ImagePreparation(
                    resize: .keras, inputSize: 28, colourOrder: .bgr, mean: [0.1, 0.2, 0.3],
                    standardDeviation: [1, 2, 3]))
        #expect(definition.judging == JudgingDefinition(negativeBelow: 0.2, positiveFrom: 0.7))
        #expect(try PipelineDefinition(yaml: definition.yaml) == definition)
        for section in ["reader:", "series:", "slices:", "report:", "windows:", "aggregation:"] {
            #expect(!definition.yaml.contains(section), "\(section)")
        }
    }

    @Test func `a preparation of images stands in JSON with what it has besides, and is read again`() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let usual = try encoder.encode(PreparationDefinition(images: ImagePreparation()))
        #expect(
            String(decoding: usual, as: UTF8.self)
                == #"{"input":"images","inputSize":224,"mean":[0.485,0.456,0.406],"#
                + #""standardDeviation":[0.229,0.224,0.225],"windows":[]}"#)
        for resize in ResizeConvention.allCases {
            let other = PreparationDefinition(images: ImagePreparation(resize: resize, colourOrder: .bgr))
            #expect(try JSONDecoder().decode(PreparationDefinition.self, from: encoder.encode(other)) == other)
        }
        let broken = Data(String(decoding: usual, as: UTF8.self).replacing("}", with: #","resize":"cubic"}"#).utf8)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(PreparationDefinition.self, from: broken) }
    }

    @Test func `what decides a picture's number enters the scoring digest`() throws {
        func digest(_ section: String) throws -> String {
            let definition = try PipelineDefinition(yaml: yaml(section))
            return PipelineBundle(folder: "", definition: definition, modelPath: "").scoringDigest
        }
        let sections = [
            "preparation: { input: ct }", "preparation: { input: images }",
            "preparation: { input: images, resize: torchvision }", "preparation: { input: images, resize: keras }",
            "preparation: { input: images, colour-order: bgr }", "preparation: { input: images, input-size: 28 }",
        ]
        #expect(try Set(sections.map(digest)).count == sections.count)
    }

    @Test func `what has no meaning with images is named with its place, all of it at once`() {
        let found = problems(
            yaml(
                "preparation:", "  input: images", "  windows: [{ center: 0, width: 1 }]", "reader: { most-frames: 5 }",
                "series: {}", "slices: { select: all }", "judging:", "  aggregation: mean", "  k: 3",
                "  fewest-scored-slices: 1", "  slice-positive-from: 0.5", "report: { key-pictures: 0 }"))
        let alone = "each is judged by its own probability"
        let studies = "which are read, prepared and scored one by one"
        #expect(
            found == [
                "pipeline.yaml:6:12: `windows` has no meaning with `input: images`",
                "pipeline.yaml:7:9: `reader` has no meaning with `input: images`, \(studies)",
                "pipeline.yaml:8:9: `series` has no meaning with `input: images`, \(studies)",
                "pipeline.yaml:9:9: `slices` has no meaning with `input: images`, \(studies)",
                "pipeline.yaml:11:16: `aggregation` has no meaning with `input: images`: \(alone)",
                "pipeline.yaml:12:6: `k` has no meaning with `input: images`: \(alone)",
                "pipeline.yaml:13:25: `fewest-scored-slices` has no meaning with `input: images`: \(alone)",
                "pipeline.yaml:14:24: `slice-positive-from` has no meaning with `input: images`: \(alone)",
                "pipeline.yaml:15:9: `report` has no meaning with `input: images`, \(studies)",
            ])
    }

    @Test(arguments: ["", "input: ct, "]) func `what only images have is refused with ct`(input: String) {
        #expect(
            problems(yaml("preparation: { \(input)resize: area, colour-order: rgb }")).map { $0.drop { $0 != "`" } }
                == [
                    "`resize` has no meaning with `input: ct`", "`colour-order` has no meaning with `input: ct`",
                ])
    }

    @Test(arguments: [
        ("input: image", "`input`: expected one of ct, images, found `image`; did you mean `images`?"),
        (
            "input: images, resize: cubic",
            "`resize`: expected one of area, torchvision, keras, found `cubic`"
        ),
        ("input: images, colour-order: rbg", "`colour-order`: expected one of rgb, bgr, found `rbg`"),
        ("input: images, input-size: 7", "`input-size`: 7 is outside 8 to 1024"),
        ("input: images, meen: [1]", "unknown key `meen`; did you mean `mean`?"),
        ("input: ct, input-size: 28", "`input-size`: 28 is outside 32 to 1024"),
        ("input: images, mean: [1]", "`mean`: expected three numbers, one a channel, found 1"),
    ])
    func `a value that cannot be is named`(section: String, problem: String) {
        let found = problems(yaml("preparation: { \(section) }"))
        #expect(found.count == 1 && found.first?.contains(problem) == true, "\(found)")
    }

    @Test func `thresholds of images may not cross`() {
        let found = problems(
            yaml("preparation: { input: images }", "judging: { negative-below: 0.7, positive-from: 0.6 }"))
        #expect(found == ["pipeline.yaml:5:28: `negative-below` (0.7) must not lie above `positive-from` (0.6)"])
    }

    @Test func `images of one channel need their own statistics`() throws {
        let grey = "architecture: { block: basic, blocks: [1, 1], stem: cifar, input-channels: 1 }"
        #expect(problems(yaml("preparation: { input: images }", variant: grey)).count == 2)
        let definition = try PipelineDefinition(
            yaml: yaml(
                "preparation: { input: images, input-size: 28, mean: [0.5], standard-deviation: [0.25] }", variant: grey
            ))
        #expect(definition.scoring.preparation.imagePreparation?.channels == 1)
        #expect(try PipelineDefinition(yaml: definition.yaml) == definition)
    }

    @Test func `a picture is judged by the thresholds, ends as in a study`() {
        let judging = JudgingDefinition(negativeBelow: 0.25, positiveFrom: 0.75)
        #expect(judging.finding(ofProbability: 0.24) == .negative)
        #expect(judging.finding(ofProbability: 0.25) == .indeterminate)
        #expect(judging.finding(ofProbability: 0.74) == .indeterminate)
        #expect(judging.finding(ofProbability: 0.75) == .positive)
        #expect(judging.finding(ofProbability: .nan) == .indeterminate)
    }

    @Test func `each kind of bundle says what scores with it`() throws {
        let studies = try PipelineDefinition(yaml: yaml())
        let images = try PipelineDefinition(yaml: yaml("preparation: { input: images }"))
        try studies.require(.ct, in: "b")
        try images.require(.images, in: "b")
        let asked = #expect(throws: BundleFault.self) { try images.require(.ct, in: "b") }
        #expect(asked?.code == .otherInput && asked?.explanation.contains("gantry model predict b FILES...") == true)
        let other = #expect(throws: BundleFault.self) { try studies.require(.images, in: "b") }
        #expect(other?.code == .otherInput && other?.explanation.contains("gantry ingest") == true)
    }
}
