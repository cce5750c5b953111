import Foundation
import GantryCore
import GantryPipeline

/// Where a training's bundle will be.
struct TrainingPlace {
    /// As the person named it.
    let shown: String
    /// The bundle's folder.
    let bundle: URL
    /// The folder that is there already and nearest to it: where its folders are absent, they are made with it.
    let nearestFolder: String

    /// The name of the bundle, and of its pipeline.
    var name: String { bundle.lastPathComponent }
    /// The folder that the bundle will lie in.
    var parent: URL { bundle.deletingLastPathComponent() }

    /// **Throws** `CommandFault` where `output` can be no bundle (64), is there already (73), or would replace or lie
    /// in what the recipe reads.
    init(_ output: String, _ recipe: TrainingRecipe) throws {
        let inputs = [
            recipe.data.images, recipe.data.studies, recipe.data.truth, recipe.data.split, recipe.data.pipeline,
            recipe.network.model,
        ].compactMap(\.self)
        try OutputOptions.refuse(output, among: inputs)
        try RunOptions.refuse(
            writing: [("--output", output)],
            into: [recipe.data.images, recipe.data.studies, recipe.network.model].compactMap(\.self))
        var facts = stat()
        guard lstat(output, &facts) != 0 else { throw Self.isThere(output) }
        shown = output
        bundle = URL(filePath: output).standardizedFileURL
        guard PipelineDefinition.isName(bundle.lastPathComponent) else {
            throw CommandFault(
                ExitStatus.usage,
                "\(bundle.lastPathComponent) can be no pipeline's name, which has letters, digits, `-`, `_` and `.`: "
                    + "name another output.")
        }
        var nearest = bundle.deletingLastPathComponent()
        while nearest.path != "/", !FileManager.default.fileExists(atPath: nearest.path) {
            nearest.deleteLastPathComponent()
        }
        nearestFolder = nearest.path
    }

    static func isThere(_ output: String) -> CommandFault {
        CommandFault(
            ExitStatus.cannotCreate,
            "\(output): is there already. Name another output, or go on with it: gantry train --resume \(output)")
    }
}
