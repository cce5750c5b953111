import Foundation
import GantryCore
import GantryImages
import GantryInference
import GantryModelling
import GantryPipeline
import GantryTensors
import GantryWeightImport
import GantryTraining

/// The network that a recipe begins with, and what it sees.
struct TrainingNetworkSetUp {
    /// The network, before its classes are known.
    var architecture: ResidualArchitecture
    /// Its weights; nil where it begins from nothing.
    var weights: (any TensorCollection)?
    /// The definition of the bundle that it comes from; nil where it comes from none.
    var bundle: PipelineDefinition?
    /// Where it comes from, a sentence for the card.
    var origin: String
    /// How a weight file's tensors were taken for a network's, in sentences.
    var remarks: [String] = []
    /// SHA-256 of the weight file; nil where there is none.
    var modelSHA256: String?

    /// The network of `recipe`. **Throws** what opening a model throws, `CommandFault` 64 where nothing is named.
    init(_ recipe: TrainingNetworkRecipe) throws {
        if let path = recipe.model {
            let isBundle = FileManager.default.fileExists(atPath: path + "/" + PipelineBundle.definitionFile)
            let opened: OpenedModel
            do {
                opened = try OpenedModel(
                    path, said: recipe.said,
                    choice: WeightChoice(prefix: recipe.prefix, stateDict: recipe.stateDict), trust: nil,
                    precision: .f32)
            } catch let fault as CommandFault where [ExitStatus.badData, ExitStatus.noInput].contains(fault.status) {
                // Of the data 65 and 66 speak.
                throw CommandFault(ExitStatus.configuration, fault.description)
            }
            architecture = opened.architecture
            weights = opened.weights
            bundle = isBundle ? try PipelineBundle.definition(folder: path) : nil
            let name = URL(filePath: path).lastPathComponent.printable
            let digest = try bundle?.scoring.model.sha256 ?? FileDigest.sha256(of: opened.weights.origin)
            remarks = OpenedModel.sentences(opened.weights.remarks, opened.architecture)
            modelSHA256 = digest
            origin =
                isBundle
                ? "the network of the bundle `\(name)`, SHA-256 `\(digest)`" : "`\(name)`, SHA-256 `\(digest)`"
            return
        }
        guard let network = recipe.architecture else {
            throw CommandFault(
                ExitStatus.usage,
                "which network? --model begins with a weight file or a bundle, --architecture from nothing: "
                    + PublishedNetwork.allCases.map(\.rawValue).joined(separator: ", ") + ".")
        }
        architecture = recipe.changed(network.architecture(classes: 2))
        origin = "nothing: a \(network.rawValue) of random weights (He)"
    }

    /// The recipe with everything said that follows from the rest: what a bundle keeps of it. **Throws** as
    /// `imagePreparation` does.
    func completed(_ recipe: TrainingRecipe) throws(CommandFault) -> TrainingRecipe {
        var complete = recipe
        complete.training.learningRate = recipe.training.usedLearningRate
        complete.training.weightDecay = recipe.training.usedWeightDecay
        complete.training.augmentation = recipe.augmentation
        if recipe.data.images != nil {
            let preparation = try imagePreparation(recipe.network)
            (complete.network.inputSize, complete.network.resize) = (preparation.inputSize, preparation.resize)
        }
        return complete
    }

    /// How pictures are prepared: what is said, then the bundle's, then area averaging and ImageNet's statistics.
    ///
    /// **Throws** `CommandFault` 64 where the convention does not know the network's channels.
    func imagePreparation(_ recipe: TrainingNetworkRecipe) throws(CommandFault) -> ImagePreparation {
        let channels = architecture.inputChannels
        var preparation = bundle?.scoring.preparation.imagePreparation ?? ImagePreparation(inputSize: usualSize)
        if bundle?.scoring.preparation.imagePreparation == nil || recipe.inputConvention != nil {
            let convention = recipe.inputConvention ?? .torch
            guard let (mean, deviation) = Self.normalisation(convention, channels: channels) else {
                throw CommandFault(
                    ExitStatus.usage,
                    "the network's input has \(counted(channels, "channel")), which the convention "
                        + "\(convention.rawValue) does not know; --input-convention names another.")
            }
            (preparation.mean, preparation.standardDeviation) = (mean, deviation)
            preparation.colourOrder = convention.isBlueFirst ? .bgr : .rgb
        }
        if let size = recipe.inputSize { preparation.inputSize = size }
        if let resize = recipe.resize { preparation.resize = resize }
        return preparation
    }

    /// The bundle's, whatever it is for; 32 with CIFAR's stem, which is for small images; otherwise 224.
    private var usualSize: Int { bundle?.scoring.preparation.inputSize ?? (architecture.stem == .cifar ? 32 : 224) }

    /// One grey channel sees the mean of ImageNet's three.
    private static func normalisation(
        _ convention: InputConvention, channels: Int
    ) -> (mean: [Double], standardDeviation: [Double])? {
        if channels == 1, convention == .torch { return ([0.449], [0.226]) }
        return convention.normalisation(channels: channels)
    }

    /// Who makes the pipeline of CT studies: the file that is given, the bundle, or the defaults.
    ///
    /// **Throws** `CommandFault`: 78 where the file is wrong, 64 where flags contradict it.
    func studyDefinition(
        _ recipe: TrainingRecipe, model: ModelDescription, name: String
    ) throws -> PipelineDefinition {
        for (option, isSaid) in [
            ("--resize", recipe.network.resize != nil), ("--input-convention", recipe.network.inputConvention != nil),
        ] where isSaid {
            throw CommandFault(
                ExitStatus.usage,
                "\(option) is for images; slices are prepared as the pipeline file says (--pipeline).")
        }
        var definition: PipelineDefinition
        if let file = recipe.data.pipeline {
            guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
                throw CommandFault(ExitStatus.configuration, "\(file): cannot be read.")
            }
            do {
                definition = try PipelineDefinition(
                    settings: text, file: URL(filePath: file).lastPathComponent, model: model, name: name)
            } catch {
                throw CommandFault(ExitStatus.configuration, error.description)
            }
            guard definition.scoring.preparation.input == .ct else {
                throw CommandFault(ExitStatus.configuration, "\(file): is for images; --studies needs one for CT.")
            }
        } else if let bundle, bundle.scoring.preparation.input == .ct {
            definition = bundle
            definition.name = name
            definition.version = "1"
            definition.description = ""
            definition.scoring.model = model
        } else {
            let windows = PreparationDefinition().windows
            var preparation = PreparationDefinition(windows: windows, inputSize: usualSize)
            if architecture.inputChannels == 1 { (preparation.mean, preparation.standardDeviation) = ([0.5], [0.25]) }
            definition = PipelineDefinition(
                name: name, version: "1",
                scoring: ScoringDefinition(
                    model: model, preparation: preparation, sliceSelection: .defaultLung, seriesRules: SeriesRules()))
        }
        if let size = recipe.network.inputSize { definition.scoring.preparation.inputSize = size }
        guard definition.scoring.preparation.channels == architecture.inputChannels else {
            throw CommandFault(
                ExitStatus.configuration,
                "the network sees \(counted(architecture.inputChannels, "channel")), the pipeline's preparation gives "
                    + "\(definition.scoring.preparation.channels).")
        }
        return definition
    }
}
