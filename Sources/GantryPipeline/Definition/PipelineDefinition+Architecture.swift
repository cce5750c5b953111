import GantryCore

/// What the network is, in a pipeline file: a published network by its name, or every property of another.
extension PipelineDefinition {
    private static let architectureKeys = [
        "block", "blocks", "base-width", "inner-width", "groups", "stem", "stem-stride", "stem-pool", "stride",
        "padding", "shortcut", "activation-order", "convolution-bias", "shortcut-bias", "batch-norm-epsilon",
        "input-channels",
    ]

    /// The network of the section `model`, which has either `variant` or `architecture`.
    static func architecture(_ model: YAMLSection, classes: Int) -> ResidualArchitecture {
        guard model.value("architecture") != nil else {
            let variant: PublishedNetwork = model.choice("variant", fallback: nil) ?? .resNet50
            return variant.architecture(classes: classes)
        }
        if model.value("variant") != nil {
            model.add(at: "variant", "`variant` has no meaning beside `architecture`, which says everything")
        }
        let section = model.section("architecture", keys: architectureKeys)
        let block: ResidualArchitecture.Block = section.choice("block", fallback: nil) ?? .bottleneck
        let isBottleneck = block == .bottleneck
        for key in ["inner-width", "groups", "stride"] where !isBottleneck && section.value(key) != nil {
            section.add(at: key, "`\(key)` has no meaning with `block: basic`")
        }
        // What only bottlenecks have must be said of them: a stride that is guessed computes something else without a
        // word.
        let stride: ResidualArchitecture.StridePosition? = section.choice(
            "stride", fallback: isBottleneck ? nil : .middleConvolution)
        let stem = section.choice("stem", fallback: .imageNet) ?? ResidualArchitecture.Stem.imageNet
        let shortcut = section.choice("shortcut", fallback: .projection) ?? ResidualArchitecture.Shortcut.projection
        if shortcut == .zeros, section.value("shortcut-bias") != nil {
            section.add(at: "shortcut-bias", "`shortcut-bias` has no meaning with `shortcut: zeros`")
        }
        let hasBias = section.flag("convolution-bias", fallback: false)
        let baseWidth = section.integer("base-width", in: 1...1024, fallback: 64)
        return ResidualArchitecture(
            block: block, blocksPerStage: section.wholeNumbers("blocks", in: 1...200), baseWidth: baseWidth,
            innerWidth: isBottleneck ? section.integer("inner-width", in: 1...4096, fallback: baseWidth) : nil,
            groups: isBottleneck ? section.integer("groups", in: 1...4096, fallback: 1) : 1,
            stem: stem, stemStride: section.integer("stem-stride", in: 1...2, fallback: stem.usualStride),
            stemPool: section.choice("stem-pool", fallback: stem.usualPool) ?? stem.usualPool,
            stridePosition: stride ?? .middleConvolution,
            padding: section.choice("padding", fallback: .symmetric) ?? .symmetric, shortcut: shortcut,
            activationOrder: section.choice("activation-order", fallback: .normFirst) ?? .normFirst,
            hasConvolutionBias: hasBias,
            hasShortcutBias: shortcut == .zeros ? nil : section.flag("shortcut-bias", fallback: hasBias),
            batchNormEpsilon: section.number("batch-norm-epsilon", in: 1e-12...1, fallback: 1e-5),
            inputChannels: inputChannels(section), classes: classes)
    }

    /// Slices are made into one channel or three.
    private static func inputChannels(_ section: YAMLSection) -> Int {
        let channels = section.integer("input-channels", in: 1...3, fallback: 3)
        if channels == 2 { section.add(at: "input-channels", "`input-channels`: expected 1 or 3, found 2") }
        return channels == 2 ? 3 : channels
    }

    /// The lines of the section `model` that say what the network is. What few networks have otherwise stands there
    /// where this one has.
    func architectureLines(_ architecture: ResidualArchitecture) -> [String] {
        if let variant = PublishedNetwork(architecture) { return ["  variant: \(variant.rawValue)"] }
        let isBottleneck = architecture.block == .bottleneck
        let blocks = architecture.blocksPerStage.map(String.init).joined(separator: ", ")
        return [
            "  architecture:", "    block: \(architecture.block.rawValue)", "    blocks: [\(blocks)]",
            "    base-width: \(architecture.baseWidth)",
        ]
            + (isBottleneck
                ? ["    inner-width: \(architecture.innerWidth)", "    groups: \(architecture.groups)"] : [])
            + ["    stem: \(architecture.stem.rawValue)"] + unusualLines(architecture)
            + (isBottleneck ? ["    stride: \(architecture.stridePosition.rawValue)"] : [])
            + [
                "    convolution-bias: \(architecture.hasConvolutionBias)",
                "    batch-norm-epsilon: \(shortest(architecture.batchNormEpsilon))",
                "    input-channels: \(architecture.inputChannels)",
            ]
    }

    private func unusualLines(_ architecture: ResidualArchitecture) -> [String] {
        let stem = architecture.stem
        var lines: [String] = []
        if architecture.stemStride != stem.usualStride { lines.append("    stem-stride: \(architecture.stemStride)") }
        if architecture.stemPool != stem.usualPool {
            lines.append("    stem-pool: \(architecture.stemPool.rawValue)")
        }
        if architecture.padding != .symmetric { lines.append("    padding: \(architecture.padding.rawValue)") }
        if architecture.hasShapedShortcuts {
            if architecture.shortcut != .projection { lines.append("    shortcut: \(architecture.shortcut.rawValue)") }
            if architecture.shortcut != .zeros, architecture.hasShortcutBias != architecture.hasConvolutionBias {
                lines.append("    shortcut-bias: \(architecture.hasShortcutBias)")
            }
        }
        if architecture.activationOrder != .normFirst {
            lines.append("    activation-order: \(architecture.activationOrder.rawValue)")
        }
        return lines
    }
}
