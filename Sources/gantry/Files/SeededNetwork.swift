import Foundation
import GantryCore
import GantryInference
import GantryPipeline
import GantryWeights

/// What of a bundle may be replaced by numbers from a seed: such numbers, which can be made again, and nothing else.
enum SeededNetwork {
    /// Refuses (73) where the file that `model` names holds anything but a seeded backbone: a network of one's own would
    /// be lost.
    static func requireReplaceable(_ model: ModelDescription, in bundle: String) throws(CommandFault) {
        let path = bundle + "/" + model.file
        guard FileManager.default.fileExists(atPath: path), !isSeeded(path) else { return }
        throw CommandFault(
            ExitStatus.cannotCreate,
            "\(path): is no seeded network of Gantry's, and would be replaced by one. This is no fine-tuning: take a "
                + "bundle of its own for it, or move the file away.")
    }

    /// Refuses (73) where the bundle's file of fitted parts is none of Gantry's.
    static func requireReplaceableFit(in bundle: String) throws(CommandFault) {
        let path = bundle + "/" + ModelSeedCommand.fittedFile
        guard FileManager.default.fileExists(atPath: path),
            (try? SafetensorsFile(path: path))?.metadata[ModelSeedCommand.seedKey] == nil
        else { return }
        throw CommandFault(
            ExitStatus.cannotCreate,
            "\(path): was not written by `gantry model fit`, and would be replaced. Move the file away.")
    }

    /// Whether all that is not fitted in a model file has the values of the seed that the file names, whatever else it
    /// says of itself.
    private static func isSeeded(_ path: String) -> Bool {
        do {
            let file = try SafetensorsFile(path: path)
            guard let seed = file.metadata[ModelSeedCommand.seedKey].flatMap(UInt64.init) else { return false }
            // No convention has influence on a seeded number.
            let architecture = try WeightArchitecture(file).architecture(stride: .middleConvolution, origin: path)
            return try architecture.seededBackbone(seed: seed).isBackbone(of: file)
        } catch {
            return false
        }
    }
}
