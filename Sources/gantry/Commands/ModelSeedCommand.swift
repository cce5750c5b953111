import ArgumentParser
import Foundation
import GantryModelling
import GantryPipeline
import GantryTensors

/// `gantry model seed`: completes a bundle whose backbone is seeded numbers.
struct ModelSeedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seed",
        abstract: "Makes a bundle's model file from its seed and its fitted part.",
        discussion: """
            The bundle keeps \(SeededNetwork.fittedFile) (batch-norm statistics and the last layer); the \
            convolutions, 100 MB of He-uniform numbers, follow from the seed in it by integer hashing and exact \
            arithmetic, so the file is the same on every machine and its SHA-256 is the one in pipeline.yaml. \
            Nothing is done where the right file is there already.
            """
    )

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
            try SeededNetwork.complete(model.architecture, in: bundle, to: path)
            let digest = try FileDigest.sha256(of: path)
            guard digest == model.sha256 else {
                throw CommandFault(
                    ExitStatus.configuration,
                    "\(path): made with SHA-256 \(digest), but pipeline.yaml says \(model.sha256). Was the fitted "
                        + "part changed without `gantry model fit`?")
            }
            Terminal.error.line("Made \(path)")
        }
    }
}
