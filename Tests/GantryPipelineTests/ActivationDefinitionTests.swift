import GantryCore
import GantryPipeline
import Testing

/// `activation` in the section `model`.
struct ActivationDefinitionTests {
    private func yaml(_ classes: String, positive: String = "covid19", activation: String?) -> String {
        let lines = [
            "pipeline: p", "version: 1", "model:", "  sha256: \"\(String(repeating: "ab", count: 32))\"",
            "  variant: resnet50-v1.5", "  classes: [\(classes)]", "  positive-class: \(positive)",
        ]
        return (lines + (activation.map { ["  activation: \($0)"] } ?? [])).joined(separator: "\n") + "\n"
    }

    private func problems(_ yaml: String) -> [String] {
        do {
            _ = try PipelineDefinition(yaml: yaml)
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    private func digest(_ definition: PipelineDefinition) -> String {
        PipelineBundle(folder: "", definition: definition, modelPath: "").scoringDigest
    }

    @Test func `a softmax is what a file means that says nothing, and it is not written`() throws {
        let silent = try PipelineDefinition(yaml: yaml("negative, covid19", activation: nil))
        let said = try PipelineDefinition(yaml: yaml("negative, covid19", activation: "softmax"))
        #expect(silent == said && silent.scoring.model.activation == .softmax && digest(silent) == digest(said))
        #expect(!said.yaml.contains("activation"))
    }

    @Test(arguments: ["covid19", "effusion, covid19, nodule"]) func `labels are read, written, and another pipeline`(
        classes: String
    ) throws {
        let labels = try PipelineDefinition(yaml: yaml(classes, activation: "sigmoid"))
        #expect(labels.scoring.model.activation == .sigmoid)
        #expect(labels.scoring.model.architecture.classes == labels.scoring.model.classes.count)
        #expect(labels.yaml.contains("  activation: sigmoid\n"))
        #expect(try PipelineDefinition(yaml: labels.yaml) == labels)
        if labels.scoring.model.classes.count > 1 {
            #expect(digest(labels) != digest(try PipelineDefinition(yaml: yaml(classes, activation: nil))))
        }
    }

    @Test func `one class needs a sigmoid, and other words are refused`() {
        let one = problems(yaml("covid19", activation: nil))
        #expect(
            one == [
                "pipeline.yaml:6:12: `classes`: expected at least two; a network of one output has "
                    + "`activation: sigmoid`"
            ])
        #expect(problems(yaml("negative, covid19", activation: "relu")).first?.hasPrefix("pipeline.yaml:8:") == true)
        #expect(problems(yaml("", positive: "covid19", activation: "sigmoid")).contains { $0.contains("at least one") })
    }
}
