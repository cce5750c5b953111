import Foundation
import GantryCore
import GantryPipeline
import Testing

/// `temperature` and `calibration-sha256` in the section `model`, and how they are written into a file.
struct CalibrationDefinitionTests {
    private let calibration = ModelCalibration(temperature: 1.75, dataSHA256: String(repeating: "cd", count: 32))

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
          aggregation: maximum

        """

    private func digest(_ definition: PipelineDefinition) -> String {
        PipelineBundle(folder: "", definition: definition, modelPath: "").scoringDigest
    }

    private func problems(_ yaml: String) -> [String] {
        do {
            _ = try PipelineDefinition(yaml: yaml)
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test func `a file without a temperature means 1, is written without, and keeps its digest`() throws {
        let plain = try PipelineDefinition(yaml: yaml)
        #expect(plain.scoring.model.calibration == nil && plain.scoring.model.temperature == 1)
        #expect(!plain.yaml.contains("temperature"))
        // The digest is of this text.
        let text = String(decoding: try JSONEncoder().encode(plain.scoring), as: UTF8.self)
        #expect(text.contains("sha256") && !text.contains("calibration") && !text.contains("temperature"))
    }

    @Test func `a temperature is another scoring digest, the data it was fitted on are not`() throws {
        var definition = try PipelineDefinition(yaml: yaml)
        let plain = digest(definition)
        definition.scoring.model.calibration = calibration
        let calibrated = digest(definition)
        #expect(calibrated != plain)
        definition.scoring.model.calibration?.dataSHA256 = String(repeating: "ef", count: 32)
        #expect(digest(definition) == calibrated)
        definition.scoring.model.calibration?.temperature = 2
        #expect(digest(definition) != calibrated)
        #expect(try PipelineDefinition(yaml: definition.yaml) == definition)
    }

    @Test func `both are written where they belong, and everything else stays`() throws {
        let changed = try #require(
            PipelineText.calibrating(calibration, negativeBelow: 0.25, positiveFrom: 0.75, in: yaml))
        let definition = try PipelineDefinition(yaml: changed)
        #expect(definition.scoring.model.calibration == calibration)
        #expect(definition.judging.negativeBelow == 0.25 && definition.judging.positiveFrom == 0.75)
        #expect(definition.judging.aggregation == .maximum)
        #expect(changed.contains("  negative-below: 0.25 # as trained\n"))
        var lines = changed.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(lines.remove(at: 5) == "    temperature: 1.75")
        #expect(lines.remove(at: 5) == "    calibration-sha256: \"\(calibration.dataSHA256)\"")
        #expect(lines.remove(at: 10) == "  positive-from: 0.75")
        lines[10] = "  negative-below: 0.3   # as trained"
        #expect(lines.joined(separator: "\n") == yaml)
        // Once more: in place of what stands there.
        var other = calibration
        other.temperature = 0.5
        let again = try #require(
            PipelineText.calibrating(other, negativeBelow: 0.5, positiveFrom: 0.5, in: changed))
        #expect(again.split(separator: "\n").count == changed.split(separator: "\n").count)
        #expect(try PipelineDefinition(yaml: again).scoring.model.temperature == 0.5)
    }

    @Test func `a section that is missing is added, and one in braces is left to a person`() throws {
        let without = String(yaml.prefix(upTo: try #require(yaml.range(of: "\njudging:")).lowerBound))
        let changed = try #require(
            PipelineText.calibrating(calibration, negativeBelow: 0.2, positiveFrom: 0.9, in: without))
        #expect(changed.hasSuffix("judging:\n  negative-below: 0.2\n  positive-from: 0.9\n"))
        let flow = without + "\njudging: { negative-below: 0.3 }\n"
        #expect(PipelineText.calibrating(calibration, negativeBelow: 0.2, positiveFrom: 0.9, in: flow) == nil)
        #expect(PipelineText.calibrating(calibration, negativeBelow: 0.2, positiveFrom: 0.9, in: "no: pipeline") == nil)
    }

    @Test func `values that are none are named with their place`() {
        func with(_ lines: String...) -> String {
            yaml.replacing("    variant:", with: lines.map { "    \($0)\n" }.joined() + "    variant:")
        }
        #expect(problems(with("temperature: 0")).contains { $0.contains("pipeline.yaml:6:18: `temperature`") })
        #expect(problems(with("temperature: hot")).contains { $0.contains("expected a number") })
        #expect(problems(with("temperature: 2")).contains { $0.contains("`calibration-sha256` is missing") })
        #expect(problems(with("temperature: 2", "calibration-sha256: ABC")).contains { $0.contains("64 lower-case") })
    }
}
