extension ResidualArchitecture {
    /// What keeps the network from being built, by the keys of a pipeline file; empty where nothing does.
    ///
    /// The bounds are far beyond the published networks and keep every size of a layer within 32 bits.
    public func problems(_ prefix: String) -> [DefinitionProblem] {
        var list = ProblemList()
        list.expect(
            (1...6).contains(blocksPerStage.count) && blocksPerStage.allSatisfy((1...200).contains),
            prefix + "blocks", "expected 1 to 6 stages of 1 to 200 blocks; found \(blocksPerStage)")
        for (key, value, most) in [
            ("base-width", baseWidth, 1024), ("inner-width", innerWidth, 4096), ("groups", groups, 4096),
        ] {
            list.expect((1...most).contains(value), prefix + key, "expected 1 to \(most); found \(value)")
        }
        if groups > 0 {
            list.expect(
                block == .bottleneck ? innerWidth % groups == 0 : groups == 1, prefix + "groups",
                block == .bottleneck
                    ? "expected a divisor of the inner width \(innerWidth); found \(groups)"
                    : "expected 1 with basic blocks; found \(groups)")
        }
        list.expect(
            (1...2).contains(stemStride), prefix + "stem-stride", "expected 1 or 2; found \(stemStride)")
        list.expect(
            batchNormEpsilon > 0 && batchNormEpsilon <= 1, prefix + "batch-norm-epsilon",
            "expected a number above 0, at most 1; found \(batchNormEpsilon)")
        list.expect(
            (1...256).contains(inputChannels), prefix + "input-channels", "expected 1 to 256; found \(inputChannels)")
        return list.problems
    }
}
