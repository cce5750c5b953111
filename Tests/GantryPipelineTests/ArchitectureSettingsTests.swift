import GantryCore
import GantryPipeline
import Testing

/// The section `model.architecture`: what few networks have.
@Suite struct ArchitectureSettingsTests {
    private func yaml(_ architecture: String) -> String {
        """
        pipeline: p
        version: 1
        model: { sha256: "\(String(repeating: "ab", count: 32))", architecture: { \(architecture) }, \
        classes: [a, b], positive-class: b }

        """
    }

    private func read(_ architecture: String) throws -> ResidualArchitecture {
        try PipelineDefinition(yaml: yaml(architecture)).scoring.model.architecture
    }

    private func problem(_ architecture: String) -> String? {
        do {
            _ = try read(architecture)
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test func `what is not said is as usual`() throws {
        let large = try read("block: basic, blocks: [1, 1]")
        #expect(large.stemStride == 2 && large.stemPool == .max && large.shortcut == .projection)
        #expect(large.padding == .symmetric && large.activationOrder == .normFirst && !large.hasShortcutBias)
        let small = try read("block: basic, blocks: [1, 1], stem: cifar, convolution-bias: true")
        #expect(small.stemStride == 1 && small.stemPool == .nothing && small.hasShortcutBias)
    }

    static let networks = [
        ResidualArchitecture(block: .basic, blocksPerStage: [2, 2, 2], stemPool: .nothing, classes: 2),
        ResidualArchitecture(block: .basic, blocksPerStage: [1, 1], stemStride: 1, hasShortcutBias: true, classes: 2),
        ResidualArchitecture(
            block: .basic, blocksPerStage: [1, 1], stem: .cifar, stemPool: .max, padding: .same,
            shortcut: .convolution, activationOrder: .activationFirst, hasConvolutionBias: true,
            hasShortcutBias: false, classes: 2),
        ResidualArchitecture(
            block: .bottleneck, blocksPerStage: [1, 1], shortcut: .zeros, hasConvolutionBias: true, classes: 2),
        PublishedNetwork.resNet20.architecture(classes: 2),
    ]

    @Test(arguments: networks) func `what is written is read again`(_ architecture: ResidualArchitecture) throws {
        var definition = try PipelineDefinition(yaml: yaml("block: basic, blocks: [1, 1]"))
        definition.scoring.model.architecture = architecture
        #expect(try PipelineDefinition(yaml: definition.yaml) == definition, "\(definition.yaml)")
    }

    @Test func `only what is not usual is written`() throws {
        let definition = try PipelineDefinition(yaml: yaml("block: basic, blocks: [1, 1]"))
        for key in ["stem-stride", "stem-pool", "padding", "shortcut", "activation-order", "shortcut-bias"] {
            #expect(!definition.yaml.contains(key))
        }
    }

    @Test func `what has no meaning is a problem`() {
        let bias = "block: basic, blocks: [1], shortcut: zeros, shortcut-bias: true"
        #expect(problem(bias)?.contains("no meaning") == true)
        #expect(problem("block: basic, blocks: [1], stem-stride: 3")?.contains("stem-stride") == true)
        #expect(problem("block: basic, blocks: [1], stem-pool: mean")?.contains("stem-pool") == true)
        #expect(problem("block: basic, blocks: [1], shortcut: ones")?.contains("shortcut") == true)
    }
}
