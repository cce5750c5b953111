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
    private let folder: TrainingFolder
    /// The bundle as the person named it.
    private let shown: String
    private let recipe: TrainingRecipe
    private let record: TrainingRecord
    private var definition: PipelineDefinition
    private let material: TrainingMaterial
    private let workers: Int
    private let isJSON: Bool
    private let interruption: Interruption

    /// Bytes that the frozen beginning's outputs may take on the disk; beyond, they are computed in each epoch.
    private static let mostCachedBytes = 20 << 30

    // MARK: - Beginning

    /// Begins a run, and trains. **Throws** `CommandFault` and the faults that `command` knows; nothing is written
    /// where the recipe, the data or the model are refused.
    static func begun(_ recipe: TrainingRecipe, output: String, workers: Int, json: Bool) throws {
        let inputs = [
            recipe.data.images, recipe.data.studies, recipe.data.truth, recipe.data.split, recipe.data.pipeline,
            recipe.network.model,
        ].compactMap(\.self)
        try OutputOptions.refuse(output, among: inputs)
        try RunOptions.refuse(
            writing: [("--output", output)],
            into: [recipe.data.images, recipe.data.studies, recipe.network.model].compactMap(\.self))
        var facts = stat()
        guard lstat(output, &facts) != 0 else { throw isThere(output) }
        let interruption = try Interruption()
        let setUp = try TrainingNetworkSetUp(recipe.network)
        let recipe = try setUp.completed(recipe)
        let made = URL(filePath: output).standardizedFileURL
        let name = made.lastPathComponent
        guard PipelineDefinition.isName(name) else {
            throw CommandFault(
                ExitStatus.usage,
                "\(name) can be no pipeline's name, which has letters, digits, `-`, `_` and `.`: name another output.")
        }
        // Where its folders are not there yet, they are made with it.
        let parent = made.deletingLastPathComponent()
        var nearest = parent
        while nearest.path != "/", !FileManager.default.fileExists(atPath: nearest.path) {
            nearest.deleteLastPathComponent()
        }
        // From here on there is something to put away.
        interruption.hold()
        let aside = try UnfinishedFolder(in: nearest.path, for: name)
        defer { aside.discard() }
        let bundle = TrainingFolder(aside.url.appending(path: name).path)
        try Self.makeFolder(bundle.path)

        var (material, definition) = try load(
            recipe, setUp: setUp, name: name, in: aside.url.path, interruption: interruption)
        material.samples = try TrainingSplit.assigned(
            material, recipe: recipe, bar: interruption.bar, remarks: &material.remarks)
        let manifest = try DataManifest(material.samples, classes: material.classes)
        let start = try Self.firstWeights(setUp, definition: definition, recipe: recipe)
        let record = TrainingRecord(
            classes: material.classes, positiveClass: definition.scoring.model.positiveClass,
            kernels: try kernelPath(), modelSHA256: setUp.modelSHA256,
            splitSHA256: manifest.digest,
            pipelineSHA256: try recipe.data.pipeline.map { path throws(BundleFault) in try FileDigest.sha256(of: path)
            },
            origin: setUp.origin, remarks: material.remarks + unreadableRemark(material), version: Gantry.version)

        try bundle.makeCheckpoints()
        try UnfinishedTraining.mark(bundle.path)
        try bundle.write(recipe.yaml + record.yaml, as: TrainingRecipe.file)
        try bundle.write(manifest.text, as: TrainingFolder.split)
        try bundle.write(definition.yaml, as: PipelineBundle.definitionFile)
        try bundle.write(HistoryTable.text([]), as: TrainingFolder.history)
        let session = TrainingSession(
            folder: bundle, shown: output, recipe: recipe, record: record, definition: definition, material: material,
            workers: workers, isJSON: json, interruption: interruption)
        for remark in record.remarks { Terminal.error.sentence(remark.printable, start: "gantry: note: ", .yellow) }
        try session.writeSheet()
        try session.requireVariance(start)
        let (network, optimizer) = try session.network(start)
        let state = TrainingState(settings: settingsDigest(recipe, definition))
        try bundle.checkpoints.save(
            state, weights: network.tensors().all, optimizer: network.state(of: optimizer))
        try session.writePage(state, [], state: .running(epochs: recipe.training.epochs))
        try interruption.check()
        let lock = try TrainingLock(bundle.path)
        defer { lock.release() }
        try Self.makeFolder(parent.path)
        // What has come there meanwhile is not replaced: neither a file nor a folder with something in it.
        guard rename(bundle.path, made.path) == 0 else { throw isThere(output) }
        try CommandFault.ofWriting { () throws(FileFailure) in try DurableFile.synchronise(folder: parent.path) }
        aside.discard()
        try session.moved(to: made.path).train(network, optimizer, state: state)
    }

    private static func isThere(_ output: String) -> CommandFault {
        CommandFault(
            ExitStatus.cannotCreate,
            "\(output): is there already. Name another output, or go on with it: gantry train --resume \(output)")
    }

    /// Digest of what decides the bytes that come out, wherever the data lie.
    private static func settingsDigest(_ recipe: TrainingRecipe, _ definition: PipelineDefinition) -> String {
        var (recipe, definition) = (recipe, definition)
        // What the end of a training writes into the definition: it may have been killed behind that.
        definition.scoring.model.sha256 = ""
        definition.judging = JudgingDefinition()
        recipe.data.images = recipe.data.images.map { _ in "" }
        recipe.data.studies = recipe.data.studies.map { _ in "" }
        (recipe.data.truth, recipe.data.split, recipe.data.pipeline, recipe.network.model) = (nil, nil, nil, nil)
        return SHA256.hash(Array((recipe.yaml + definition.yaml).utf8)).hexadecimal
    }

    /// **Throws** `CommandFault` (64) where batch norms would have one value a channel to learn from: one image a step,
    /// whose maps end as one pixel.
    private func requireVariance(_ weights: TensorDictionary) throws {
        guard recipe.training.batch == 1 || plan.training.count == 1, let index = plan.training.first else { return }
        let (trial, _) = try network(weights)
        let inputs = try inputs(trial).inputs(of: [index], epoch: nil)
        do throws(TrainingError) {
            _ = try inputs.withUnsafeBufferPointer { all throws(TrainingError) in
                try trial.learn(all, labels: [plan.labels[index]], loss: CrossEntropyLoss())
            }
        } catch {
            throw CommandFault(ExitStatus.usage, "\(error.description) Give a larger --batch, or --batch-norm frozen.")
        }
    }

    /// What computes: the scoring engine's kernels, by the name that `GANTRY_CPU` has for them, and OpenBLAS's.
    private static func kernelPath() throws(WeightsError) -> String {
        "\(ConvolutionKernels.preferred.rawValue), \(try TrainableNetwork.kernelPath())"
    }

    private static func makeFolder(_ path: String) throws(CommandFault) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw UnfinishedFolder.fault(path, error)
        }
    }

    /// Most files that could not be read that card and recipe name.
    private static let mostNamed = 50

    /// What could not be read, by name, for card, recipe and page.
    private static func unreadableRemark(_ material: TrainingMaterial) -> [String] {
        let names = material.unreadable
        guard !names.isEmpty else { return [] }
        let more = names.count > mostNamed ? ["and \(names.count - mostNamed) more"] : []
        let many = names.count == 1 ? "1 could not be read and was" : "\(names.count) could not be read and were"
        return ["\(many) left out: " + (names.prefix(mostNamed) + more).joined(separator: "; ")]
    }

    /// Reads the data, and says what the bundle's definition is.
    private static func load(
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
    private static func firstWeights(
        _ setUp: TrainingNetworkSetUp, definition: PipelineDefinition, recipe: TrainingRecipe
    ) throws -> TensorDictionary {
        let architecture = definition.scoring.model.architecture
        guard let weights = setUp.weights else {
            return try Initialisation.he(architecture, seed: recipe.training.seed)
        }
        // A fault of the network ends with 78, as `command` has it for weights.
        return try Initialisation.replacingLastLayer(
            of: weights, architecture: architecture, classes: definition.scoring.model.classes,
            storedClasses: setUp.bundle?.scoring.model.classes, seed: recipe.training.seed
        ).weights
    }

    private func moved(to path: String) -> TrainingSession {
        TrainingSession(
            folder: TrainingFolder(path), shown: shown, recipe: recipe, record: record, definition: definition,
            material: material, workers: workers, isJSON: isJSON, interruption: interruption)
    }

    // MARK: - Going on

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
        let kernels = try kernelPath()
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
        var material = try read(
            recipe, as: manifest, definition: definition, in: path, interruption: interruption)
        material.samples = try TrainingSplit.restored(material.samples, as: manifest, from: recipe)
        material.classes = record.classes
        let session = TrainingSession(
            folder: folder, shown: path, recipe: recipe, record: record, definition: definition, material: material,
            workers: workers, isJSON: json, interruption: interruption)
        var (network, optimizer) = try session.network(checkpoint.weights)
        try network.restore(
            &optimizer, steps: checkpoint.state.step,
            state: TensorDictionary(origin: folder.path, checkpoint.optimizer))
        try session.train(network, optimizer, state: checkpoint.state)
    }

    private static func sayFinished(_ path: String, _ json: Bool) {
        // What programs read has lines of JSON alone.
        let terminal = json ? Terminal.error : Terminal.output
        terminal.line("\(path): its training is finished; there is nothing to go on with.")
    }

    /// Reads the data of a run that goes on, as its manifest names them.
    private static func read(
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

    // MARK: - Training

    private var side: Int { definition.scoring.preparation.inputSize }

    /// The network and its optimiser before the first step, or before they are put back to where they were.
    private func network(_ weights: TensorDictionary) throws -> (TrainableNetwork, Optimizer) {
        let training = recipe.training
        let network = try TrainableNetwork(
            architecture: definition.scoring.model.architecture, weights: weights, freeze: recipe.network.freeze,
            batchNorm: recipe.network.batchNorm, height: side, width: side, workers: workers)
        return (
            network,
            Optimizer(kind: training.optimizer, momentum: training.momentum, weightDecay: training.usedWeightDecay)
        )
    }

    private var plan: TrainingPlan {
        let indices = material.samples.indices
        return TrainingPlan(
            recipe: recipe, classes: record.classes, labels: material.samples.map(\.label),
            names: material.samples.map(\.name),
            training: indices.filter { material.samples[$0].side == .train },
            validation: indices.filter { material.samples[$0].side == .validation },
            positiveClass: record.classes.firstIndex(of: record.positiveClass) ?? 0)
    }

    private func inputs(_ network: TrainableNetwork) throws -> NetworkInputs {
        let freeze = recipe.network.freeze
        let isAugmented = recipe.augmentation != .none
        var beginning: FrozenBeginning?
        var cache: SampleFile?
        if freeze != .none {
            beginning = try FrozenBeginning(
                architecture: definition.scoring.model.architecture, weights: network.tensors(), freeze: freeze)
            let bytes = material.samples.count * network.inputCount * MemoryLayout<Float>.size
            if bytes <= Self.mostCachedBytes {
                cache = try SampleFile(in: folder.path)
                let what = isAugmented ? "validation images" : "images"
                interruption.bar.log(
                    "The frozen beginning's output is computed once for \(what) and kept: up to "
                        + "\(Self.size(bytes)) of the bundle's disk, until the process ends.")
            }
            if isAugmented || cache == nil {
                interruption.bar.log(
                    "The frozen beginning is computed in each epoch: "
                        + (isAugmented ? "augmentation changes the images." : "its output is too large to keep."))
            }
        }
        return NetworkInputs(
            material.inputs, channels: definition.scoring.model.architecture.inputChannels, side: side,
            beginning: beginning, outputCount: network.inputCount, cache: cache, isAugmented: isAugmented,
            workers: workers)
    }

    /// `39 MB`, `1.4 GB`; never rounded to nothing.
    private static func size(_ bytes: Int) -> String {
        bytes < 999_500_000
            ? "\(max(1, Int((Double(bytes) / 1e6).rounded()))) MB"
            : "\(Presentation.decimals(Double(bytes) / 1e9, 1)) GB"
    }

    /// Trains on from `state` to the end, and finishes the bundle; or saves, and says how to go on.
    private func train(_ network: TrainableNetwork, _ optimizer: Optimizer, state: TrainingState) throws {
        let plan = plan
        let loop = TrainingLoop(
            plan: plan, network: network, optimizer: optimizer, state: state, inputs: try inputs(network),
            checkpoints: folder.checkpoints)
        let reporter = TrainingReporter(
            shown: shown, plan: plan, bar: interruption.bar, isJSON: isJSON)
        reporter.begin(state)
        interruption.hold(
            saying: "gantry: saving; `gantry train --resume \(shown)` goes on from here. Once more to end at once.")
        var bestProbabilities = try bestProbabilities(network, loop, state)
        let ending: TrainingLoop.Ending
        do {
            ending = try loop.run(
                TrainingLoop.Observer(
                    afterStep: { progress in
                        reporter.show(progress)
                        return interruption.control
                    },
                    afterEpoch: { state, probabilities in
                        if state.history.last?.isBest == true { bestProbabilities = probabilities }
                        try folder.write(HistoryTable.text(state.history), as: TrainingFolder.history)
                        try writePage(state, bestProbabilities, state: .running(epochs: recipe.training.epochs))
                        try reporter.finished(state)
                    }))
        } catch let error as TrainingRunError {
            interruption.bar.finish()
            try writePage(loop.state, bestProbabilities, state: .stopped(reason: error.description))
            throw CommandFault(ExitStatus.badData, "\(shown): \(error.description)")
        } catch let error as WeightsError where error.code == .cannotWrite {
            throw stopped(by: error.description, loop, bestProbabilities)
        } catch let failure as FileFailure {
            throw stopped(by: failure.description, loop, bestProbabilities)
        }
        interruption.bar.finish()
        guard case .finished(let reason) = ending else {
            try writePage(
                loop.state, bestProbabilities,
                state: .stopped(reason: "It was interrupted."))
            Terminal.error.sentence("gantry: saved. To go on: gantry train --resume \(shown)")
            try interruption.check()
            return
        }
        try finish(network, loop, bestProbabilities, reason: reason)
        try reporter.summarise(loop.state, input: definition.scoring.preparation.input)
    }

    /// The end of a run that the disk stopped; what was saved before is there.
    private func stopped(by sentence: String, _ loop: TrainingLoop, _ probabilities: [[Double]]) -> CommandFault {
        interruption.bar.finish()
        try? writePage(loop.state, probabilities, state: .stopped(reason: sentence))
        return CommandFault(
            ExitStatus.inputOutput, "\(sentence) To go on when that is mended: gantry train --resume \(shown)")
    }

    /// What the best epoch of a run that goes on says of the validation images; the network is left as it was.
    private func bestProbabilities(
        _ network: TrainableNetwork, _ loop: TrainingLoop, _ state: TrainingState
    ) throws -> [[Double]] {
        guard state.best != nil else { return [] }
        let now = network.tensors()
        try network.restore(try folder.checkpoints.bestWeights())
        let probabilities = try loop.validationProbabilities()
        try network.restore(now)
        return probabilities
    }

    // MARK: - What comes out

    private func finish(
        _ network: TrainableNetwork, _ loop: TrainingLoop, _ probabilities: [[Double]], reason: String
    ) throws {
        guard let best = loop.state.best else { return }
        let weights = try folder.checkpoints.bestWeights()
        var definition = definition
        let architecture = definition.scoring.model.architecture
        let conventions = NetworkConventions(
            strideOnFirstConvolution: architecture.hasStridedBottlenecks
                ? architecture.stridePosition == .firstConvolution : nil,
            batchNormEpsilon: architecture.batchNormEpsilon)
        let path = folder.file(TrainingFolder.model)
        try SafetensorsWriter(metadata: conventions.metadata).write(weights.all, to: path)
        definition.scoring.model.sha256 = try FileDigest.sha256(of: path)
        let thresholds = TrainingThresholds(
            material: material, plan: loop.plan, probabilities: probabilities, definition: definition)
        thresholds.apply(to: &definition.judging)
        let head =
            "# Made by `gantry train` (Gantry \(record.version)). Every key is written out; docs/pipeline.md explains "
            + "them.\n"
        try folder.write(head + definition.yaml, as: PipelineBundle.definitionFile)
        try folder.write(
            TrainingCard(
                name: definition.name, description: definition.scoring.model, origin: record.origin,
                input: inputInWords, sides: sides, best: best, epochs: loop.state.history.count,
                thresholds: thresholds.sentence, remarks: record.remarks, splitDigest: record.splitSHA256,
                version: record.version
            ).text, as: ModelCard.file)
        try folder.write(HistoryTable.text(loop.state.history), as: TrainingFolder.history)
        try writePage(loop.state, probabilities, state: .finished(reason: reason))
        try folder.end()
        _ = try PipelineBundle.load(folder: folder.path)
    }

    private var inputInWords: String {
        let preparation = definition.scoring.preparation
        let size = "\(preparation.inputSize)x\(preparation.inputSize)"
        let numbers =
            "less \(preparation.mean.map(\.description).joined(separator: ", ")), over "
            + preparation.standardDeviation.map(\.description).joined(separator: ", ")
        guard preparation.input == .images else {
            let windows = preparation.windows.map { "centre \($0.windowCenterHU) width \($0.windowWidthHU)" }
            return "\(windows.joined(separator: ", ")) HU; area-averaged to \(size); \(numbers)"
        }
        return
            "pictures, \(preparation.resize.rawValue) to \(size), \(preparation.colourOrder.rawValue), 0 to 1; \(numbers)"
    }

    private var sides: [TrainingCard.Side] {
        DataSide.allCases.compactMap { side in
            let own = material.samples.filter { $0.side == side }
            guard !own.isEmpty else { return nil }
            let counts = record.classes.indices.map { label in own.count { $0.label == label } }
            return TrainingCard.Side(name: side.rawValue, counts: counts, groups: Set(own.map(\.group)).count)
        }
    }

    private func writeSheet() throws {
        guard recipe.augmentation != .none else { return }
        let training = plan.training
        let count = min(training.count, 3 * ContactSheet.columns)
        var sheet = ContactSheet()
        for number in 0..<count {
            let index = training[(2 * number + 1) * training.count / (2 * count)]
            sheet.add(
                try material.pictures.picture(index, epoch: nil),
                variation: try material.pictures.picture(index, epoch: 1))
        }
        guard let picture = sheet.picture else { return }
        try DurableFile.write(try PNGWriting.bytes(of: picture), to: folder.file(TrainingFolder.sheet))
    }

    private func writePage(
        _ state: TrainingState, _ probabilities: [[Double]], state page: TrainingProgressReport.State
    ) throws {
        try folder.write(
            TrainingPageMaker(
                material: material, plan: plan, recipe: recipe, record: record, name: definition.name,
                resumeCommand: "gantry train --resume \(shown)"
            ).html(state, probabilities, page), as: TrainingFolder.page)
    }
}
