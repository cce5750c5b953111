import Foundation
import GantryCore
import GantryInference
import GantryTensors

/// A bundle's network whose convolutions are numbers from a seed: its fitted part, and what it may replace, which is
/// such numbers, for they can be made again, and nothing else.
package enum SeededNetwork {
    /// The part of it that a bundle keeps: batch-norm statistics and the last layer.
    package static let fittedFile = "fitted.safetensors"
    /// Key of the seed in its metadata.
    package static let seedKey = "gantry.seed"

    /// Writes the complete network of `architecture` to `path`, from the seed and the fitted part in `bundle`.
    ///
    /// **Throws** `ModellingFault` (`seedMissing`), `WeightsError`.
    package static func complete(_ architecture: ResidualArchitecture, in bundle: String, to path: String) throws {
        let place = bundle + "/" + fittedFile
        let fitted = try SafetensorsFile(path: place)
        guard let seed = fitted.metadata[seedKey].flatMap(UInt64.init) else {
            throw ModellingFault(
                .seedMissing, subject: place, explanation: "its metadata has no \(seedKey), a whole number.")
        }
        try architecture.seededBackbone(seed: seed).write(fitted: fitted, to: path)
    }

    /// Refuses (`notReplaceable`) where the file that `model` names holds anything but a seeded backbone: a network of
    /// one's own would be lost.
    package static func requireReplaceable(_ model: ModelDescription, in bundle: String) throws(ModellingFault) {
        let path = bundle + "/" + model.file
        guard FileManager.default.fileExists(atPath: path), !isSeeded(path) else { return }
        throw ModellingFault(
            .notReplaceable, subject: path,
            explanation: "is no seeded network of Gantry's, and would be replaced by one. This is no fine-tuning: "
                + "take a bundle of its own for it, or move the file away.")
    }

    /// Refuses (`notReplaceable`) where the bundle's file of fitted parts is none of Gantry's.
    package static func requireReplaceableFit(in bundle: String) throws(ModellingFault) {
        let path = bundle + "/" + fittedFile
        guard FileManager.default.fileExists(atPath: path),
            (try? SafetensorsFile(path: path))?.metadata[seedKey] == nil
        else { return }
        throw ModellingFault(
            .notReplaceable, subject: path,
            explanation: "was not written by `gantry model fit`, and would be replaced. Move the file away.")
    }

    /// Whether all that is not fitted in a model file has the values of the seed that the file names, whatever else it
    /// says of itself.
    private static func isSeeded(_ path: String) -> Bool {
        do {
            let file = try SafetensorsFile(path: path)
            guard let seed = file.metadata[seedKey].flatMap(UInt64.init) else { return false }
            // No convention has influence on a seeded number.
            let architecture = try WeightArchitecture(file).anyArchitecture(origin: path)
            return try architecture.seededBackbone(seed: seed).isBackbone(of: file)
        } catch {
            return false
        }
    }
}
