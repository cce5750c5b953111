import GantryCore
import GantryPipeline
import Testing

@Suite struct PipelineTextTests {
    private let first = QuantizedModel(file: "model.int8.safetensors", sha256: String(repeating: "12", count: 32))
    private let second = QuantizedModel(file: "other.safetensors", sha256: String(repeating: "34", count: 32))

    private let yaml = """
        # What is done with a study.
        pipeline: p   # its name
        version: "1"

        model:
            file: model.safetensors          # made elsewhere
            sha256: "\(String(repeating: "ab", count: 32))"  # sha256sum
            # torchvision's layout
            variant: resnet50-v1.5
            classes: [negative, covid19]
            positive-class: covid19

        judging: { negative-below: 0.3 }     # kept

        """

    private func model(_ yaml: String) throws -> QuantizedModel? {
        try PipelineDefinition(yaml: yaml).scoring.model.quantized
    }

    @Test func `the network in 8 bits is named after the model's digest, and everything else stays`() throws {
        let changed = try #require(PipelineText.naming(first, in: yaml))
        #expect(try model(changed) == first)
        var lines = changed.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(lines[7].hasPrefix("    quantized-file: model.int8.safetensors "))
        #expect(lines[8] == "    quantized-sha256: \"\(first.sha256)\"")
        lines.removeSubrange(7...8)
        #expect(lines.joined(separator: "\n") == yaml)
    }

    @Test func `it is renamed in place of what stood there, wherever that was`() throws {
        let changed = try #require(PipelineText.naming(first, in: yaml))
        let again = try #require(PipelineText.naming(second, in: changed))
        #expect(try model(again) == second)
        #expect(again == PipelineText.naming(second, in: yaml))
        let elsewhere = yaml.replacing(
            "    variant:",
            with: "    quantized-sha256: \(first.sha256)\n    precision: int8\n    quantized-file: a\n    variant:")
        let renamed = try #require(PipelineText.naming(second, in: elsewhere))
        #expect(try model(renamed) == second)
        #expect(try PipelineDefinition(yaml: renamed).scoring.model.precision == .int8)
        #expect(!renamed.contains(first.sha256))
    }

    @Test func `lines that end with a carriage return and a line feed go on doing so`() throws {
        let windows = yaml.replacing("\n", with: "\r\n")
        let changed = try #require(PipelineText.naming(first, in: windows))
        #expect(changed == PipelineText.naming(first, in: yaml)?.replacing("\n", with: "\r\n"))
        #expect(try model(changed) == first)
    }

    @Test func `a last line without an end gets one`() throws {
        let open = """
            pipeline: p
            version: 1
            model:
              variant: resnet50-v1.5
              classes: [a, b]
              positive-class: b
              sha256: "\(String(repeating: "ab", count: 32))"
            """
        #expect(try model(try #require(PipelineText.naming(first, in: open))) == first)
    }

    @Test(arguments: [
        "pipeline: p\nversion: 1\nmodel: { sha256: DIGEST, variant: resnet50-v1.5, classes: [a, b], "
            + "positive-class: b }\n",
        "pipeline: p\nversion: 1\nmodel: {\n  sha256: DIGEST,\n  variant: resnet50-v1.5,\n  classes: [a, b],\n  "
            + "positive-class: b }\n",
        "pipeline: p\nversion: 1\nmodel:\n  sha256: >-\n    DIGEST\n  variant: resnet50-v1.5\n  classes: [a, b]\n  "
            + "positive-class: b\n",
        "description: |\n  sha256: of what\npipeline: p\nversion: 1\nmodel:\n  sha256: DIGEST\n  "
            + "variant: resnet50-v1.5\n  classes: [a, b]\n  positive-class: b\n",
    ])
    func `what is not written one key a line is left to a person`(style: String) throws {
        let yaml = style.replacing("DIGEST", with: String(repeating: "ab", count: 32))
        // It is sound, only not to be changed by a program that would keep its looks.
        #expect(try model(yaml) == nil)
        #expect(PipelineText.naming(first, in: yaml) == nil)
    }

    @Test func `what is no pipeline file is left alone`() {
        #expect(PipelineText.naming(first, in: "pipeline: p\nmodel:\n  sha256: abc\n") == nil)
    }
}
