import ArgumentParser
import Foundation
import GantryInference
import GantryPipeline
import GantryWeights

/// `gantry model seed`: completes a bundle whose backbone is seeded numbers.
struct ModelSeedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seed",
        abstract: "Makes a bundle's model file from its seed and its fitted part.",
        discussion: """
            The bundle keeps \(ModelSeedCommand.fittedFile) (batch-norm statistics and the last layer); the \
            convolutions, 100 MB of He-uniform numbers, follow from the seed in it by integer hashing and exact \
            arithmetic, so the file is the same on every machine and its SHA-256 is the one in pipeline.yaml. \
            Nothing is done where the right file is there already.
            """
    )

    /// The committed part of a seeded bundle.
    static let fittedFile = "fitted.safetensors"
    /// Key of the seed in its metadata.
    static let seedKey = "gantry.seed"

    @Argument(help: "The pipeline bundle's folder.")
    var bundle: String

    func run() throws {
        try command {
            let definition = try PipelineBundle.definition(folder: bundle)
            let model = definition.scoring.model
            let path = bundle + "/" + model.file
            if FileManager.default.fileExists(atPath: path), try FileDigest.sha256(of: path) == model.sha256 {
                return
            }
            try SeededNetwork.requireReplaceable(model, in: bundle)
            let digest = try Self.complete(bundle: bundle, definition: definition, to: path)
            guard digest == model.sha256 else {
                throw CommandFault(
                    ExitStatus.configuration,
                    "\(path): made with SHA-256 \(digest), but pipeline.yaml says \(model.sha256). Was the fitted "
                        + "part changed without `gantry model fit`?")
            }
            Terminal.error.line("Made \(path)")
        }
    }

    /// Writes the complete model; returns its SHA-256.
    static func complete(bundle: String, definition: PipelineDefinition, to path: String) throws -> String {
        let fitted = try SafetensorsFile(path: bundle + "/" + fittedFile)
        guard let seed = fitted.metadata[seedKey].flatMap(UInt64.init) else {
            throw CommandFault(
                ExitStatus.configuration, "\(bundle)/\(fittedFile): its metadata has no \(seedKey), a whole number.")
        }
        try definition.scoring.model.architecture.seededBackbone(seed: seed).write(fitted: fitted, to: path)
        return try FileDigest.sha256(of: path)
    }
}
