import ArgumentParser
import Foundation
import GantryCore
import GantryGround
import GantryImages
import GantryInference
import GantryModelling
import GantryPipeline
import GantryTensors
import GantryTraining

/// A training run of one process: begun, or gone on with, to its end or until somebody stops it.
struct TrainingSession {
    let folder: TrainingFolder
    /// The bundle as the person named it.
    let shown: String
    let recipe: TrainingRecipe
    let record: TrainingRecord
    var definition: PipelineDefinition
    let material: TrainingMaterial
    let workers: Int
    let isJSON: Bool
    let interruption: Interruption

    /// Bytes that the frozen beginning's outputs may take on the disk; beyond, they are computed in each epoch.
    static let mostCachedBytes = 20 << 30

    /// Begins a run, and trains. **Throws** `CommandFault` and the faults that `command` knows; nothing is written
    /// where the recipe, the data or the model are refused.
    static func begun(_ recipe: TrainingRecipe, output: String, workers: Int, json: Bool) throws {
        let place = try TrainingPlace(output, recipe)
        let interruption = try Interruption()
        // From here on there is something to put away.
        interruption.hold()
        let aside = try UnfinishedFolder(in: place.nearestFolder, for: place.name)
        defer { aside.discard() }
        let (session, start) = try made(
            recipe, at: place, in: aside, workers: workers, json: json, interruption: interruption)
        let bundle = session.folder
        try bundle.makeCheckpoints()
        try UnfinishedTraining.mark(bundle.path)
        try bundle.write(session.recipe.yaml + session.record.yaml, as: TrainingRecipe.file)
        try bundle.write(try session.manifest.text, as: TrainingFolder.split)
        try bundle.write(session.definition.yaml, as: PipelineBundle.definitionFile)
        try bundle.write(HistoryTable.text([]), as: TrainingFolder.history)
        for remark in session.record.remarks {
            Terminal.error.sentence(remark.printable, start: "gantry: note: ", .yellow)
        }
        try session.writeSheet()
        try session.requireVariance(start)
        let (network, optimizer) = try session.network(start, epoch: 0)
        let state = TrainingState(settings: settingsDigest(session.recipe, session.definition))
        try bundle.checkpoints.save(
            state, weights: network.tensors().all, optimizer: network.state(of: optimizer))
        try session.writePage(state, [], state: .running(epochs: recipe.training.epochs))
        try interruption.check()
        let lock = try TrainingLock(bundle.path)
        defer { lock.release() }
        try Self.makeFolder(place.parent.path)
        // What has come there meanwhile is not replaced: neither a file nor a folder with something in it.
        guard rename(bundle.path, place.bundle.path) == 0 else { throw TrainingPlace.isThere(output) }
        try CommandFault.ofWriting { () throws(FileFailure) in
            try DurableFile.synchronise(folder: place.parent.path)
        }
        aside.discard()
        try session.moved(to: place.bundle.path).train(network, optimizer, state: state)
    }

    /// A run before its first step, and the weights that it begins with: recipe, model and data are read, nothing but
    /// the data's pixels is written, and that into `aside`.
    static func made(
        _ recipe: TrainingRecipe, at place: TrainingPlace, in aside: UnfinishedFolder, workers: Int, json: Bool,
        interruption: Interruption
    ) throws -> (TrainingSession, TensorDictionary) {
        let setUp = try TrainingNetworkSetUp(recipe.network)
        let recipe = try setUp.completed(recipe)
        let bundle = TrainingFolder(aside.url.appending(path: place.name).path)
        try Self.makeFolder(bundle.path)
        var (material, definition) = try load(
            recipe, setUp: setUp, name: place.name, in: aside.url.path, interruption: interruption)
        try Self.requireHalves(recipe, definition)
        try Self.requireMemory(recipe, definition, images: material.samples.count)
        material.samples = try TrainingSplit.assigned(
            material, recipe: recipe, workers: workers, interruption: interruption, remarks: &material.remarks)
        let start = try Self.firstWeights(setUp, definition: definition, recipe: recipe)
        let arithmetic = try arithmetic(recipe, definition)
        let record = TrainingRecord(
            classes: material.classes, positiveClass: definition.scoring.model.positiveClass,
            kernels: try kernelPath(arithmetic), modelSHA256: setUp.modelSHA256,
            splitSHA256: try DataManifest(material.samples, classes: material.classes).digest,
            pipelineSHA256: try recipe.data.pipeline.map { path throws(BundleFault) in try FileDigest.sha256(of: path)
            },
            origin: setUp.origin,
            remarks: setUp.remarks + material.remarks + arithmeticRemark(recipe, arithmetic)
                + unreadableRemark(material),
            version: Gantry.version)
        let session = TrainingSession(
            folder: bundle, shown: place.shown, recipe: recipe, record: record, definition: definition,
            material: material, workers: workers, isJSON: json, interruption: interruption)
        return (session, start)
    }

    /// Every image, its label, side and group.
    var manifest: DataManifest {
        get throws { try DataManifest(material.samples, classes: material.classes) }
    }

    /// Digest of what decides the bytes that come out, wherever the data lie.
    static func settingsDigest(_ recipe: TrainingRecipe, _ definition: PipelineDefinition) -> String {
        var (recipe, scoring) = (recipe, definition.scoring)
        // What the end of a training writes into the definition: it may have been killed behind that.
        scoring.model.sha256 = ""
        scoring.model.profile = nil
        recipe.data.images = recipe.data.images.map { _ in "" }
        recipe.data.studies = recipe.data.studies.map { _ in "" }
        (recipe.data.truth, recipe.data.split, recipe.data.pipeline, recipe.network.model) = (nil, nil, nil, nil)
        return SHA256.hash(Array((recipe.settingsText + DefinitionDigest.scoring(scoring)).utf8)).hexadecimal
    }

    /// **Throws** `CommandFault` (78) where the memory that is free does not hold a batch, `WeightsError` where the
    /// network cannot be cut where the recipe says.
    static func requireMemory(_ recipe: TrainingRecipe, _ definition: PipelineDefinition, images: Int) throws {
        guard let available = MachineMemory.available else { return }
        let side = definition.scoring.preparation.inputSize
        let memory = try TrainingMemory(
            definition.scoring.model.architecture, freeze: recipe.network.freeze,
            optimizer: recipe.training.optimizer, arithmetic: try arithmetic(recipe, definition), height: side,
            width: side)
        let batch = min(recipe.training.batch, images)
        guard memory.bytes(batch: batch) > available else { return }
        let fits = memory.largestBatch(within: available)
        throw CommandFault(
            ExitStatus.configuration,
            "a batch of \(counted(batch, "image")) of \(side)x\(side) needs some "
                + "\(size(memory.bytes(batch: batch))) of memory, and \(size(available)) are free. "
                + (fits.map { "--batch \($0) would fit." }
                    ?? "Not even one image would fit: give a smaller --input-size."))
    }

    /// **Throws** `CommandFault` (64) where pictures of half the side are asked for, and it has none.
    static func requireHalves(_ recipe: TrainingRecipe, _ definition: PipelineDefinition) throws(CommandFault) {
        let side = definition.scoring.preparation.inputSize
        guard recipe.training.lowResolutionEpochs != nil, side % 2 != 0 || side < 16 else { return }
        throw CommandFault(
            ExitStatus.usage,
            "--low-resolution-epochs halves the side of the input, which must be even and 16 or more; it is \(side).")
    }

    /// **Throws** `CommandFault` (64) where batch norms would have one value a channel to learn from: one image a step,
    /// whose maps end as one pixel.
    func requireVariance(_ weights: TensorDictionary) throws {
        guard recipe.training.batch == 1 || plan.training.count == 1, let index = plan.training.first else { return }
        let (trial, _) = try network(weights, epoch: 0)
        let inputs = try inputs(trial, epoch: 0).inputs(of: [index], epoch: nil)
        do throws(TrainingError) {
            _ = try inputs.withUnsafeBufferPointer { all throws(TrainingError) in
                try trial.learn(all, labels: [plan.labels[index]], loss: CrossEntropyLoss())
            }
        } catch {
            throw CommandFault(ExitStatus.usage, "\(error.description) Give a larger --batch, or --batch-norm frozen.")
        }
    }

    /// What computes: the scoring engine's kernels, by the name that `GANTRY_CPU` has for them, and OpenBLAS's.
    static func kernelPath(_ arithmetic: Precision) throws(WeightsError) -> String {
        "\(ConvolutionKernels.preferred.rawValue), \(try TrainableNetwork.kernelPath(arithmetic))"
    }

    /// The arithmetic that the network is trained in on this CPU. **Throws** as `TrainableNetwork` does.
    static func arithmetic(
        _ recipe: TrainingRecipe, _ definition: PipelineDefinition
    ) throws(WeightsError) -> Precision {
        try TrainableNetwork.arithmetic(
            for: recipe.training.usedPrecision, architecture: definition.scoring.model.architecture,
            freeze: recipe.network.freeze)
    }

    /// That bf16 was asked for and is not computed, where that is so. Behind a frozen backbone nothing is left that
    /// would be.
    private static func arithmeticRemark(_ recipe: TrainingRecipe, _ arithmetic: Precision) -> [String] {
        guard recipe.training.usedPrecision == .bf16, arithmetic == .f32, recipe.network.freeze != .backbone else {
            return []
        }
        let reason =
            ConvolutionKernels.preferred.arithmetic(for: .bf16) == .bf16
            ? "the network has layers whose channels do not fill the tiles of bfloat16"
            : "this CPU has no products of bfloat16"
        return ["Trained in f32, not in bf16 as was asked: \(reason)."]
    }

    static func makeFolder(_ path: String) throws(CommandFault) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw UnfinishedFolder.fault(path, error)
        }
    }

    /// Most files that could not be read that card and recipe name.
    static let mostNamed = 50

    /// What could not be read, by name, for card, recipe and page.
    static func unreadableRemark(_ material: TrainingMaterial) -> [String] {
        let names = material.unreadable
        guard !names.isEmpty else { return [] }
        let more = names.count > mostNamed ? ["and \(names.count - mostNamed) more"] : []
        let many = names.count == 1 ? "1 could not be read and was" : "\(names.count) could not be read and were"
        return ["\(many) left out: " + (names.prefix(mostNamed) + more).joined(separator: "; ")]
    }

    /// Reads the data, and says what the bundle's definition is.
    static func load(
        _ recipe: TrainingRecipe, setUp: TrainingNetworkSetUp, name: String, in folder: String,
        interruption: Interruption
    ) throws -> (TrainingMaterial, PipelineDefinition) {
        func model(_ classes: [String]) throws -> ModelDescription {
            let bundled = setUp.bundle?.scoring.model.positiveClass
            let positive =
                recipe.data.positiveClass ?? bundled.flatMap { classes.contains($0) ? $0 : nil }
                ?? classes.last ?? ""
            guard classes.contains(positive) else {
                throw CommandFault(
                    ExitStatus.usage,
                    "--positive-class \(positive) is none of the classes \(classes.joined(separator: ", ")).")
            }
            return ModelDescription(
                file: TrainingFolder.model, sha256: String(repeating: "0", count: 64),
                architecture: setUp.architecture, classes: classes, positiveClass: positive)
        }
        if recipe.data.images != nil {
            let preparation = try setUp.imagePreparation(recipe.network)
            let material = try ImageMaterial.load(
                recipe, preparation: preparation, in: folder, bar: interruption.bar, check: interruption.check)
            let definition = PipelineDefinition(
                name: name, version: "1",
                scoring: ScoringDefinition(
                    model: try model(material.classes), preparation: PreparationDefinition(images: preparation),
                    sliceSelection: .defaultLung, seriesRules: SeriesRules()),
                judging: JudgingDefinition(fewestScoredSlices: 1))
            return (material, definition)
        }
        guard let truth = recipe.data.truth else { throw CommandFault(ExitStatus.usage, "--studies needs --truth.") }
        let labels = try StudyLabels(path: truth, classesOf: setUp.bundle?.scoring.model)
        let definition = try setUp.studyDefinition(recipe, model: try model(labels.classes), name: name)
        let material = try StudyMaterial.load(
            recipe, labels: labels, definition: definition, in: folder, bar: interruption.bar,
            check: interruption.check)
        return (material, definition)
    }

    /// The weights of the first step. **Throws** `WeightsError`, `CommandFault` (78) where the network does not fit.
    static func firstWeights(
        _ setUp: TrainingNetworkSetUp, definition: PipelineDefinition, recipe: TrainingRecipe
    ) throws -> TensorDictionary {
        let architecture = definition.scoring.model.architecture
        guard let weights = setUp.weights else {
            return try Initialisation.he(architecture, seed: recipe.training.seed)
        }
        // A last layer that was learnt behind a sigmoid is none for a softmax, whatever its classes are called.
        let stored = setUp.bundle.map { bundle in
            bundle.scoring.model.activation == .softmax ? bundle.scoring.model.classes : []
        }
        // A fault of the network ends with 78, as `command` has it for weights.
        return try Initialisation.replacingLastLayer(
            of: weights, architecture: architecture, classes: definition.scoring.model.classes,
            storedClasses: stored, seed: recipe.training.seed
        ).weights
    }

    func moved(to path: String) -> TrainingSession {
        TrainingSession(
            folder: TrainingFolder(path), shown: shown, recipe: recipe, record: record, definition: definition,
            material: material, workers: workers, isJSON: isJSON, interruption: interruption)
    }
}
