/// As JSON, of which a digest is taken: the properties that every network was told by before there were others, and the
/// others where they are not the usual ones, so that the digest of a network that was described before stays.
extension ResidualArchitecture {
    private enum CodingKeys: String, CodingKey {
        case block, blocksPerStage, baseWidth, innerWidth, groups, stem, stridePosition, hasConvolutionBias
        case batchNormEpsilon, inputChannels, classes
        case stemStride, stemPool, padding, shortcut, activationOrder, hasShortcutBias
    }

    /// What is absent is the usual.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            block: try container.decode(Block.self, forKey: .block),
            blocksPerStage: try container.decode([Int].self, forKey: .blocksPerStage),
            baseWidth: try container.decode(Int.self, forKey: .baseWidth),
            innerWidth: try container.decode(Int.self, forKey: .innerWidth),
            groups: try container.decode(Int.self, forKey: .groups),
            stem: try container.decode(Stem.self, forKey: .stem),
            stemStride: try container.decodeIfPresent(Int.self, forKey: .stemStride),
            stemPool: try container.decodeIfPresent(StemPool.self, forKey: .stemPool),
            stridePosition: try container.decode(StridePosition.self, forKey: .stridePosition),
            padding: try container.decodeIfPresent(Padding.self, forKey: .padding) ?? .symmetric,
            shortcut: try container.decodeIfPresent(Shortcut.self, forKey: .shortcut) ?? .projection,
            activationOrder: try container.decodeIfPresent(ActivationOrder.self, forKey: .activationOrder)
                ?? .normFirst,
            hasConvolutionBias: try container.decode(Bool.self, forKey: .hasConvolutionBias),
            hasShortcutBias: try container.decodeIfPresent(Bool.self, forKey: .hasShortcutBias),
            batchNormEpsilon: try container.decode(Double.self, forKey: .batchNormEpsilon),
            inputChannels: try container.decode(Int.self, forKey: .inputChannels),
            classes: try container.decode(Int.self, forKey: .classes))
    }

    /// Leaves out what is usual.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(block, forKey: .block)
        try container.encode(blocksPerStage, forKey: .blocksPerStage)
        try container.encode(baseWidth, forKey: .baseWidth)
        try container.encode(innerWidth, forKey: .innerWidth)
        try container.encode(groups, forKey: .groups)
        try container.encode(stem, forKey: .stem)
        try container.encode(stridePosition, forKey: .stridePosition)
        try container.encode(hasConvolutionBias, forKey: .hasConvolutionBias)
        try container.encode(batchNormEpsilon, forKey: .batchNormEpsilon)
        try container.encode(inputChannels, forKey: .inputChannels)
        try container.encode(classes, forKey: .classes)
        if stemStride != stem.usualStride { try container.encode(stemStride, forKey: .stemStride) }
        if stemPool != stem.usualPool { try container.encode(stemPool, forKey: .stemPool) }
        if padding != .symmetric { try container.encode(padding, forKey: .padding) }
        if shortcut != .projection { try container.encode(shortcut, forKey: .shortcut) }
        if activationOrder != .normFirst { try container.encode(activationOrder, forKey: .activationOrder) }
        if hasShortcutBias != hasConvolutionBias { try container.encode(hasShortcutBias, forKey: .hasShortcutBias) }
    }
}
