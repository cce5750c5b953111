import GantryCore
import GantryGround
import GantryInference
import GantryModelling
import GantryPipeline
import GantryTensors

/// What the training data look like to the network that was trained.
extension TrainingSession {
    /// Images whose features are computed together.
    private static let profileBatch = 32

    /// Profiles of the training side, with quantiles of the validation side, in each arithmetic that this CPU has;
    /// none, with the reason, where there are too few images or their features do not vary.
    ///
    /// **Throws** `ExitCode` where a signal has come, `FileFailure`, `WeightsError`.
    func profiles(
        _ weights: TensorDictionary, sha256: String
    ) throws -> (profiles: FeatureProfiles?, section: String) {
        let plan = plan
        let command = "`gantry train` of Gantry \(record.version)"
        let (training, validation) = (FeatureSamples.spread(plan.training), FeatureSamples.spread(plan.validation))
        guard training.count + validation.count >= FeatureSamples.fewest,
            validation.count >= FeatureSamples.fewestHeldOut
        else {
            let reason =
                "None: it takes at least \(FeatureSamples.fewest) images, \(FeatureSamples.fewestHeldOut) of them for "
                + "validation"
            return (nil, FeatureProfiles.section(none: reason, by: command))
        }
        let architecture = definition.scoring.model.architecture
        var entries: [Precision: FeatureProfiles.Entry] = [:]
        for precision in [Precision.f32, .bf16] {
            let network = try ResidualNetwork(architecture: architecture, weights: weights, precision: precision)
            guard network.arithmetic == precision else { continue }
            var samples = FeatureSamples(network, workers: workers)
            for (indices, isHeldOut) in [(training, false), (validation, true)] {
                for first in stride(from: 0, to: indices.count, by: Self.profileBatch) {
                    try interruption.check()
                    let part = Array(indices[first..<min(first + Self.profileBatch, indices.count)])
                    interruption.bar.show(
                        "profile, \(precision.rawValue)",
                        fraction: Double(first) / Double(indices.count),
                        detail: "\(first)/\(indices.count) \(isHeldOut ? "validation" : "training") images")
                    guard let batch = try batch(part, channels: architecture.inputChannels) else { continue }
                    try samples.add(batch, isHeldOut: isHeldOut)
                }
            }
            if let profile = samples.profile() {
                entries[precision] = FeatureProfiles.Entry(profile: profile, modelSHA256: sha256)
            }
        }
        interruption.bar.finish()
        guard !entries.isEmpty else {
            let reason = "None: the network's features do not vary over the images"
            return (nil, FeatureProfiles.section(none: reason, by: command))
        }
        let profiles = FeatureProfiles(entries)
        return (profiles, profiles.section(by: command))
    }

    /// These images as they are, not augmented.
    private func batch(_ indices: [Int], channels: Int) throws -> ImageBatch? {
        let size = channels * side * side
        var values = [Float](repeating: 0, count: indices.count * size)
        try values.withUnsafeMutableBufferPointer { all throws(FileFailure) in
            for (row, index) in indices.enumerated() {
                let target = UnsafeMutableBufferPointer(rebasing: all[row * size..<(row + 1) * size])
                try material.inputs.write(index, epoch: nil, into: target)
            }
        }
        return ImageBatch(count: indices.count, channels: channels, height: side, width: side, values: values)
    }
}
