import ArgumentParser
import GantryCore
import GantryInference
import GantryModelling
import GantryPipeline

/// A bundle's network and the way in which its scores are explained.
struct Explainer {
    /// How a map is made.
    enum Method: String, ExpressibleByArgument, CaseIterable {
        /// From the maps of a stage and the gradients of the class's logit to them.
        case gradcam
        /// From what covering a part of the image takes from the class's logit.
        case occlusion
    }

    /// The bundle.
    let bundle: PipelineBundle
    /// The network that scores.
    let network: ResidualNetwork
    /// Which class or label is explained.
    let classIndex: Int
    /// How.
    let method: Method
    /// Where Grad-CAM's maps are taken; nil for occlusion.
    let stage: ExplainedStage?
    private let gradCAM: GradCAM?
    private let threads: Int

    /// `named`: the class, the positive one where nil; `stage`: the last where nil.
    ///
    /// **Throws** `CommandFault` (64) where the network has no such class or stage; what opening its model throws.
    init(
        _ model: BundleModel, named: String?, method: Method, stage: String?, trust: TrustedKeys?, threads: Int
    ) throws {
        bundle = model.bundle
        let described = bundle.definition.scoring.model
        let name = named ?? described.positiveClass
        guard let index = described.classes.firstIndex(of: name) else {
            throw CommandFault(
                ExitStatus.usage,
                "--class \(name): is none of the bundle's classes, \(described.classes.joined(separator: ", ")).")
        }
        classIndex = index
        self.method = method
        self.threads = threads
        do throws(ModellingFault) {
            self.stage = method == .gradcam ? try ExplainedStage(stage, of: described.architecture) : nil
        } catch {
            throw CommandFault(ExitStatus.usage, "--stage: \(error.description)")
        }
        let network = try model.network()
        self.network = network
        guard let stage = self.stage else {
            gradCAM = nil
            return
        }
        let (side, folder) = (bundle.definition.scoring.preparation.inputSize, bundle.folder)
        gradCAM = try GradCAM(
            network: network,
            // Gradients are those of the model in Float32, also where another precision scores.
            weights: { try BundleModel.checked(folder: folder, precision: .f32, trust: trust).tensors() },
            stage: stage, height: side, width: side, workers: threads)
    }

    /// The name of the class.
    var className: String { bundle.definition.scoring.model.classes[classIndex] }

    /// The probability of the class, and its map, for one input; `check` may end it.
    ///
    /// **Shape** `tensor`: `[channels, side, side]` CHW. **Throws** `CommandFault` (78) where the result is no number;
    /// what `check` throws.
    func explain(_ tensor: [Float], check: () throws -> Void) throws -> (probability: Double, map: ActivationMap) {
        let scoring = bundle.definition.scoring
        let (side, channels) = (scoring.preparation.inputSize, scoring.model.architecture.inputChannels)
        guard let image = ImageBatch(count: 1, channels: channels, height: side, width: side, values: tensor) else {
            throw CommandFault(ExitStatus.unexpected, "a picture does not fill the network's input.")
        }
        let probability = try network.probabilities(
            image, activation: scoring.model.activation, temperature: scoring.model.temperature, workers: threads)[0][
                classIndex]
        guard probability.isFinite else {
            throw CommandFault(
                ExitStatus.configuration,
                "\(bundle.folder): the network's result is not a finite number; its weights may be broken.")
        }
        if let gradCAM { return (probability, try gradCAM.maps(image, class: classIndex)[0]) }
        let occlusion = Occlusion(network: network, workers: threads)
        var thrown: (any Error)?
        let map = try occlusion.map(
            of: tensor, channels: channels, height: side, width: side, class: classIndex
        ) {
            do {
                try check()
                return true
            } catch {
                thrown = error
                return false
            }
        }
        if let thrown { throw thrown }
        guard let map else { throw CommandFault(ExitStatus.unexpected, "the map was not finished.") }
        return (probability, map)
    }
}
