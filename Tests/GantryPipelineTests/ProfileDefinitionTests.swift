import Foundation
import GantryCore
import GantryPipeline
import Testing

/// `features-file` and `features-sha256` in the section `model`, and how they are written into a file.
struct ProfileDefinitionTests {
    private let profile = ProfileFile(file: "features.safetensors", sha256: String(repeating: "ef", count: 32))

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
          aggregation: maximum

        """

    private func problems(_ yaml: String) -> [String] {
        do {
            _ = try PipelineDefinition(yaml: yaml)
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test func `a file without a profile is written without, and both digests are of the same text`() throws {
        let plain = try PipelineDefinition(yaml: yaml)
        #expect(plain.scoring.model.profile == nil && plain.judging.unlikeQuantile == 0.995)
        #expect(!plain.yaml.contains("features") && !plain.yaml.contains("unlike"))
        let text =
            String(decoding: try JSONEncoder().encode(plain.scoring), as: UTF8.self)
            + String(decoding: try JSONEncoder().encode(plain.judging), as: UTF8.self)
        #expect(text.contains("sha256") && !text.contains("profile") && !text.contains("nlike"))
    }

    @Test func `a profile is another scoring digest, by its bytes and not by its name`() throws {
        var definition = try PipelineDefinition(yaml: yaml)
        func digest() -> String { DefinitionDigest.scoring(definition.scoring) }
        let plain = digest()
        definition.scoring.model.profile = profile
        let profiled = digest()
        #expect(profiled != plain)
        definition.scoring.model.profile?.file = "other.safetensors"
        #expect(digest() == profiled)
        definition.scoring.model.profile?.sha256 = String(repeating: "12", count: 32)
        #expect(digest() != profiled)
        #expect(try PipelineDefinition(yaml: definition.yaml) == definition)
        #expect(definition.yaml.contains("unlike-quantile: 0.995") && definition.yaml.contains("largest-share-unlike"))
    }

    @Test func `a command names it in place, comments and all, and once more in place of itself`() throws {
        let changed = try #require(PipelineText.naming(profile, in: yaml))
        #expect(changed.contains("    features-file: features.safetensors\n    features-sha256: \"efef"))
        #expect(changed.contains("# What is done with a study.") && changed.contains("# sha256sum"))
        #expect(try PipelineDefinition(yaml: changed).scoring.model.profile == profile)
        #expect(PipelineText.naming(profile, in: changed) == changed)
        #expect(PipelineText.naming(profile, in: "model: {}") == nil)
    }

    @Test func `a file without its digest, and a digest that is none, are problems`() {
        func with(_ lines: String) -> String { yaml.replacing("judging:", with: lines + "\njudging:") }
        #expect(
            problems(with("    features-file: a.safetensors")).first?.contains("`features-sha256` is missing") == true)
        #expect(problems(with("    features-sha256: \"12\"")).first?.contains("64 lower-case") == true)
        #expect(problems(with("    features-file: ../a\n    features-sha256: \"12\"")).count == 2)
    }

    @Test func `settings beyond their range are refused, and pictures know the quantile alone`() throws {
        #expect(problems(yaml + "  unlike-quantile: 0.4\n").first?.contains("outside 0.5 to 0.999") == true)
        #expect(problems(yaml + "  largest-share-unlike: 1.1\n").first?.contains("outside 0 to 1") == true)
        let images = yaml.replacing(
            "judging:\n  aggregation: maximum\n", with: "preparation: { input: images }\njudging:\n")
        #expect(try PipelineDefinition(yaml: images + "  unlike-quantile: 0.99\n").judging.unlikeQuantile == 0.99)
        #expect(problems(images + "  largest-share-unlike: 0.5\n").first?.contains("has no meaning") == true)
    }
}
