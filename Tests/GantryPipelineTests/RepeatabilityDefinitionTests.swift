import Foundation
import GantryCore
import GantryPipeline
import Testing

/// The section `repeatability`, how it is written into a file, and what it is of.
struct RepeatabilityDefinitionTests {
    private let yaml = """
        # What is done with a study.
        pipeline: p
        version: "1"
        model:
            sha256: "\(String(repeating: "ab", count: 32))"  # sha256sum
            variant: resnet50-v1.5
            classes: [negative, covid19]
            positive-class: covid19

        judging:
          negative-below: 0.3   # as trained
        """

    private func bands(_ definition: PipelineDefinition, lung: Double? = 186.25) -> Repeatability {
        Repeatability(
            probability: 0.0473, lungMillilitres: lung, extentMillimetres: 17.5, pairs: 60,
            dataSHA256: String(repeating: "cd", count: 32), measuringDigest: DefinitionDigest.measuring(definition))
    }

    private func problems(_ yaml: String) -> [String] {
        do {
            _ = try PipelineDefinition(yaml: yaml)
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test func `bands are written into a section of their own, in place of those it had, and read again`() throws {
        let plain = try PipelineDefinition(yaml: yaml)
        #expect(plain.repeatability == nil && plain.validRepeatability == nil && !plain.yaml.contains("repeatability"))
        let bands = bands(plain)
        let text = try #require(PipelineText.measuring(bands, in: yaml))
        #expect(text.hasPrefix(yaml + "\n\nrepeatability:\n  probability: 0.0473\n  lung-ml: 186.25\n"))
        let definition = try PipelineDefinition(yaml: text)
        #expect(definition.repeatability == bands && definition.validRepeatability == bands)
        #expect(try PipelineDefinition(yaml: definition.yaml) == definition)
        // Measured again, without a volume.
        let fewer = self.bands(plain, lung: nil)
        let again = try #require(PipelineText.measuring(fewer, in: text))
        #expect(again == text.replacing("  lung-ml: 186.25\n", with: ""))
        #expect(try PipelineDefinition(yaml: again).repeatability == fewer)
        #expect(PipelineText.measuring(bands, in: again) == text)
        #expect(PipelineText.measuring(bands, in: yaml + "\nrepeatability: {pairs: 60}\n") == nil)
    }

    @Test func `they enter no digest, and hold for what they were measured with alone`() throws {
        var definition = try PipelineDefinition(yaml: yaml)
        let before = PipelineBundle(folder: "", definition: definition, modelPath: "")
        definition.repeatability = bands(definition)
        let after = PipelineBundle(folder: "", definition: definition, modelPath: "")
        #expect(before.scoringDigest == after.scoringDigest && before.judgingDigest == after.judgingDigest)
        func holds(_ change: (inout PipelineDefinition) -> Void) -> Bool {
            var changed = definition
            change(&changed)
            return changed.validRepeatability != nil
        }
        #expect(holds { $0.judging.positiveFrom = 0.9 } && holds { $0.judging.fewestScoredSlices = 7 })
        #expect(holds { $0.report.keyPictures = 1 })
        #expect(!holds { $0.judging.aggregation = .maximum } && !holds { $0.judging.slicePositiveFrom = 0.7 })
        #expect(!holds { $0.scoring.model.sha256 = String(repeating: "00", count: 32) })
        #expect(!holds { $0.scoring.model.precision = .bf16 })
        #expect(
            !holds {
                $0.scoring.model.calibration = ModelCalibration(
                    temperature: 2, dataSHA256: String(repeating: "cd", count: 32))
            })
    }

    @Test func `what is no band is named with its place`() throws {
        func with(_ lines: String...) -> [String] {
            problems(yaml + "\nrepeatability:\n" + lines.map { "  \($0)\n" }.joined())
        }
        let digests = ["data-sha256", "measuring-sha256"].map { "\($0): \"\(String(repeating: "cd", count: 32))\"" }
        #expect(with("probability: 0.1", "pairs: 60", digests[0], digests[1]).isEmpty)
        #expect(with("pairs: 60", digests[0], digests[1]).contains { $0.contains("`probability` is missing") })
        #expect(
            with("probability: 0", "pairs: 60", digests[0], digests[1]).contains {
                $0.hasPrefix("pipeline.yaml:13:16: `probability`: 0 is outside")
            })
        #expect(with("probability: 0.1", "pairs: 3", digests[0], digests[1]).contains { $0.contains("`pairs`: 3 is") })
        #expect(with("probability: 0.1", "pairs: 60", "lung-ml: x", digests[0], digests[1]).count == 1)
        #expect(with("probability: 0.1", "pairs: 60", digests[0]).contains { $0.contains("`measuring-sha256`") })
        #expect(with("probability: 0.1", "pairs: 60", "data-sha256: a", digests[1]).contains { $0.contains("64 ") })
        #expect(
            with("probability: 0.1", "lung: 3", "pairs: 60", digests[0], digests[1]).contains { $0.contains("lung") })
        let images = yaml + "\npreparation: {input: images}\nrepeatability: {pairs: 60}\n"
        #expect(problems(images).contains { $0.contains("`repeatability` has no meaning with `input: images`") })
    }
}
