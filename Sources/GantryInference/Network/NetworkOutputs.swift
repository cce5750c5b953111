import GantryCore

/// What a network gives for a batch in one pass: its logits, and what is compared with its training data.
public struct NetworkOutputs: Hashable, Sendable {
    /// **Shape** `[N, classes]`.
    public let logits: ScoreMatrix
    /// What the last layer got for them. **Shape** `[N, features]`.
    public let features: ScoreMatrix
    /// The output of the first stage, averaged over its pixels. **Shape** `[N, early]`.
    public let early: ScoreMatrix

    /// What of image `index` is compared with the training data. `input` is that image, `[channels, height, width]`.
    public func compared(
        _ index: Int, input: some Collection<Float>, channels: Int, height: Int, width: Int
    ) -> [FeatureKind: [Float]] {
        [
            .features: Array(features[index]), .early: Array(early[index]),
            .texture: InputTexture.values(of: input, channels: channels, height: height, width: width),
        ]
    }
}

extension ResidualArchitecture {
    /// The stage whose output's means are compared with those of training data, as the last one's features are: the
    /// first; 0, the stem, in a network without any.
    package var earlyStage: Int { min(blocksPerStage.count, 1) }

    /// How many numbers these are: its channels.
    package var earlyCount: Int { earlyStage == 0 ? baseWidth : baseWidth * block.expansion }

    /// How many numbers of a `kind` are compared.
    package func count(of kind: FeatureKind) -> Int {
        switch kind {
        case .features: featureCount
        case .texture: InputTexture.countPerChannel * inputChannels
        case .early: earlyCount
        }
    }
}
