import Foundation
import GantryCore
import GantryGround
import GantryImages
import GantryInference
import GantryModelling
import GantryPipeline
import GantryTensors
import GantryTraining

/// What comes out: the files of the bundle.
extension TrainingSession {
    func finish(
        _ network: TrainableNetwork, _ loop: TrainingLoop, _ probabilities: [[Double]], reason: String
    ) throws {
        guard let best = loop.state.best else { return }
        let weights = try stored(try folder.checkpoints.bestWeights())
        var definition = definition
        let architecture = definition.scoring.model.architecture
        let conventions = NetworkConventions(of: architecture)
        let path = folder.file(TrainingFolder.model)
        try SafetensorsWriter(metadata: conventions.metadata).write(
            weights.all.map { StoredTensor(name: $0.name, shape: $0.shape, elementType: elementType(of: $0)) }, to: path
        ) { tensor throws(WeightsError) in .floats(try weights.values(of: tensor.name)) }
        definition.scoring.model.sha256 = try FileDigest.sha256(of: path)
        let profile = try profiles(weights, sha256: definition.scoring.model.sha256)
        if let profiles = profile.profiles {
            let file = folder.file(ProfileFile.usualFile)
            try profiles.write(to: file)
            definition.scoring.model.profile = ProfileFile(
                file: ProfileFile.usualFile, sha256: try FileDigest.sha256(of: file))
        }
        let thresholds = TrainingThresholds(
            material: material, plan: loop.plan, probabilities: probabilities, definition: definition)
        let remarks = record.remarks + [thresholds.warning].compactMap(\.self)
        thresholds.apply(to: &definition.judging)
        let head =
            "# Made by `gantry train` (Gantry \(record.version)). Every key is written out; docs/pipeline.md explains "
            + "them.\n"
        try folder.write(head + definition.yaml, as: PipelineBundle.definitionFile)
        var card = ModelCard(
            TrainingCard(
                name: definition.name, description: definition.scoring.model, origin: record.origin,
                input: inputInWords, sides: sides, best: best, epochs: loop.state.history.count,
                thresholds: thresholds.sentence, remarks: remarks, splitDigest: record.splitSHA256,
                version: record.version
            ).text)
        card.put(profile: profile.section)
        try folder.write(card.text, as: ModelCard.file)
        try folder.write(HistoryTable.text(loop.state.history), as: TrainingFolder.history)
        try writePage(loop.state, probabilities, state: .finished(reason: reason))
        try folder.end()
        _ = try PipelineBundle.load(folder: folder.path)
    }

    /// What a tensor is stored as: statistics and biases of batch norms, a few numbers of any size, stay Float32.
    private func elementType(of tensor: NamedTensor) -> ElementType {
        recipe.training.storedWeights == .f16 && tensor.shape.dimensions.count > 1 ? .f16 : .f32
    }

    /// The weights as they will be read from the file.
    private func stored(_ weights: TensorDictionary) throws(WeightsError) -> TensorDictionary {
        TensorDictionary(
            origin: weights.origin,
            try weights.all.map { tensor throws(WeightsError) in
                guard elementType(of: tensor) == .f16 else { return tensor }
                return try NamedTensor(
                    name: tensor.name, shape: tensor.shape,
                    values: tensor.values.map { Float(halfBitPattern: $0.halfBitPattern) })
            })
    }

    var inputInWords: String {
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
            "pictures, \(preparation.resize.rawValue) to \(size), \(preparation.colourOrder.rawValue), 0 to 1; "
            + numbers
    }

    var sides: [TrainingCard.Side] {
        DataSide.allCases.compactMap { side in
            let own = material.samples.filter { $0.side == side }
            guard !own.isEmpty else { return nil }
            let counts = record.classes.indices.map { label in own.count { $0.label == label } }
            return TrainingCard.Side(name: side.rawValue, counts: counts, groups: Set(own.map(\.group)).count)
        }
    }

    func writeSheet() throws {
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

    func writePage(
        _ state: TrainingState, _ probabilities: [[Double]], state page: TrainingProgressReport.State
    ) throws {
        try folder.write(
            TrainingPageMaker(
                material: material, plan: plan, recipe: recipe, record: record, name: definition.name,
                resumeCommand: "gantry train --resume \(shown)"
            ).html(state, probabilities, page), as: TrainingFolder.page)
    }
}
