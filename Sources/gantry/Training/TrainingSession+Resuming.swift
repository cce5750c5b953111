import Foundation
import GantryCore
import GantryGround
import GantryImages
import GantryInference
import GantryModelling
import GantryPipeline
import GantryTensors
import GantryTraining

/// Going on with a run that was interrupted.
extension TrainingSession {
    /// Goes on with the run of the bundle at `path`; where it is finished, says so.
    static func resumed(
        _ path: String, moved: TrainingDataRecipe, workers: Int, allowsOtherKernels: Bool, json: Bool
    ) throws {
        let folder = TrainingFolder(path)
        guard FileManager.default.fileExists(atPath: path) else {
            throw CommandFault(ExitStatus.noInput, "\(path): there is no such bundle.")
        }
        guard FileManager.default.fileExists(atPath: folder.file(TrainingRecipe.file)) else {
            throw CommandFault(
                ExitStatus.configuration, "\(path): has no recipe.yaml; it is no bundle that `gantry train` began.")
        }
        guard UnfinishedTraining.isMarked(path) else {
            guard folder.hasEnded else {
                throw CommandFault(
                    ExitStatus.configuration,
                    "\(path): has checkpoints and no mark (\(UnfinishedTraining.file)), which somebody has taken away. "
                        + "Put a file of that name back to go on.")
            }
            return sayFinished(path, json)
        }
        let lock = try TrainingLock(path)
        defer { lock.release() }
        folder.removePartialFiles()
        guard !folder.hasEnded else {
            try folder.requireComplete()
            try folder.end()
            return sayFinished(path, json)
        }
        let text = try folder.text(of: TrainingRecipe.file)
        var recipe: TrainingRecipe
        var record: TrainingRecord
        let definition: PipelineDefinition
        do {
            recipe = try TrainingRecipe(yaml: text)
            record = try TrainingRecord(yaml: text)
            definition = try PipelineDefinition(yaml: try folder.text(of: PipelineBundle.definitionFile))
        } catch let problems as PipelineFileProblems {
            throw CommandFault(ExitStatus.configuration, problems.description)
        }
        let kernels = try kernelPath(try arithmetic(recipe, definition))
        guard kernels == record.kernels || allowsOtherKernels else {
            throw CommandFault(
                ExitStatus.configuration,
                "\(path): began on \(record.kernels), and this is \(kernels): the numbers would differ in their last "
                    + "digits. --allow-other-kernels goes on all the same; GANTRY_CPU chooses among those that a CPU "
                    + "has.")
        }
        if kernels != record.kernels {
            let remark = "Went on with other kernels (\(kernels)) than it began with (\(record.kernels))."
            if !record.remarks.contains(remark) { record.remarks.append(remark) }
            try folder.write(recipe.yaml + record.yaml, as: TrainingRecipe.file)
        }
        let checkpoint = try folder.checkpoints.newest()
        guard checkpoint.state.settings == settingsDigest(recipe, definition) else {
            throw CommandFault(
                ExitStatus.configuration,
                "\(path): recipe.yaml or pipeline.yaml is not what the training began with. Bring it back, or begin "
                    + "anew with --recipe.")
        }
        let interruption = try Interruption()
        if let images = moved.images, recipe.data.images != nil { recipe.data.images = images }
        if let studies = moved.studies, recipe.data.studies != nil { recipe.data.studies = studies }
        if let truth = moved.truth { recipe.data.truth = truth }
        let manifest = try DataManifest(
            try folder.text(of: TrainingFolder.split), name: TrainingFolder.split, classes: record.classes)
        guard manifest.digest == record.splitSHA256 else {
            throw CommandFault(
                ExitStatus.configuration, "\(folder.file(TrainingFolder.split)): has been changed; nothing can go on.")
        }
        if moved != TrainingDataRecipe() { try folder.write(recipe.yaml + record.yaml, as: TrainingRecipe.file) }
        try requireMemory(recipe, definition, images: manifest.samples.count)
        var material = try read(
            recipe, as: manifest, definition: definition, in: path, interruption: interruption)
        material.samples = try TrainingSplit.restored(material.samples, as: manifest, from: recipe)
        material.classes = record.classes
        let session = TrainingSession(
            folder: folder, shown: path, recipe: recipe, record: record, definition: definition, material: material,
            workers: workers, isJSON: json, interruption: interruption)
        let (network, optimizer) = try session.restored(checkpoint)
        try session.train(network, optimizer, state: checkpoint.state)
    }

    static func sayFinished(_ path: String, _ json: Bool) {
        // What programs read has lines of JSON alone.
        let terminal = json ? Terminal.error : Terminal.output
        terminal.line("\(path): its training is finished; there is nothing to go on with.")
    }

    /// Reads the data of a run that goes on, as its manifest names them.
    static func read(
        _ recipe: TrainingRecipe, as manifest: DataManifest, definition: PipelineDefinition, in folder: String,
        interruption: Interruption
    ) throws -> TrainingMaterial {
        if let preparation = definition.scoring.preparation.imagePreparation {
            return try ImageMaterial.load(
                recipe, as: manifest, preparation: preparation, in: folder, bar: interruption.bar,
                check: interruption.check)
        }
        guard let truth = recipe.data.truth else {
            throw CommandFault(ExitStatus.configuration, "the recipe names no truth.")
        }
        return try StudyMaterial.load(
            recipe, labels: try StudyLabels(path: truth, classesOf: definition.scoring.model), definition: definition,
            in: folder, bar: interruption.bar, check: interruption.check)
    }
}
