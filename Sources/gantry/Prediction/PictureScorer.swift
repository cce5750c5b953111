import GantryCore
import GantryImages
import GantryInference
import GantryPipeline

/// A bundle's network on pictures: prepared as its definition says, scored some at a time.
struct PictureScorer {
    private let bundle: PipelineBundle
    private let preparation: PicturePreparation
    private let network: ResidualNetwork
    private let profile: FeatureProfile?
    private let threads: Int
    private let positiveClass: Int
    /// Pictures that are scored together.
    private let groupSize: Int
    /// What is prepared and not scored yet.
    private var waiting: [(file: String, tensor: [Float])] = []

    /// Most pictures that are scored together, and most bytes that they take.
    private static let (mostPictures, mostBytes) = (32, 128 << 20)

    /// The network of `model`, whose bundle is for images, computed with `threads` threads.
    ///
    /// **Throws** `CommandFault` (78) where the bundle cannot score images; what `BundleModel.network` throws.
    init(_ model: BundleModel, threads: Int) throws {
        bundle = model.bundle
        let scoring = bundle.definition.scoring
        try bundle.definition.require(.images, in: bundle.folder)
        guard let definition = scoring.preparation.imagePreparation,
            let positiveClass = scoring.model.positiveClassIndex
        else {
            throw CommandFault(ExitStatus.configuration, "\(bundle.folder): has no preparation of images.")
        }
        self.positiveClass = positiveClass
        do throws(ImageFault) {
            preparation = try PicturePreparation(definition)
        } catch {
            throw CommandFault(ExitStatus.configuration, "\(bundle.folder): \(error.explanation).")
        }
        network = try model.network()
        profile = try model.profile()
        self.threads = threads
        let bytes = 4 * definition.channels * definition.inputSize * definition.inputSize
        groupSize = max(1, min(Self.mostPictures, Self.mostBytes / bytes))
    }

    /// Takes a picture. Returns the predictions of those that have come together, mostly none.
    ///
    /// **Throws** `InferenceError`; `CommandFault` (78) where the network's result is no number.
    mutating func take(_ picture: PixelImage, of file: String) throws -> [Prediction] {
        waiting.append((file, preparation.tensor(preparation.resized(picture))))
        return waiting.count < groupSize ? [] : try finish()
    }

    /// The predictions of the pictures that are still waiting. **Throws** as `take`.
    mutating func finish() throws -> [Prediction] {
        guard !waiting.isEmpty else { return [] }
        let definition = preparation.definition
        guard
            let images = ImageBatch(
                count: waiting.count, channels: definition.channels, height: definition.inputSize,
                width: definition.inputSize, values: waiting.flatMap(\.tensor))
        else { throw CommandFault(ExitStatus.unexpected, "pictures do not fill a batch.") }
        let model = bundle.definition.scoring.model
        let outputs = try network.outputs(images, workers: threads)
        let rows = outputs.logits.probabilities(model.activation, temperature: model.temperature)
        let judging = bundle.definition.judging
        let limit = profile?.quantiles.distance(at: judging.unlikeQuantile)
        let predictions = try zip(waiting, rows).enumerated().map { index, item in
            let (picture, probabilities) = item
            let distance = profile?.distance(
                of: outputs.compared(
                    index, input: picture.tensor, channels: definition.channels, height: definition.inputSize,
                    width: definition.inputSize))
            guard probabilities.allSatisfy(\.isFinite), probabilities.count == model.classes.count,
                distance?.isFinite ?? true
            else {
                throw CommandFault(
                    ExitStatus.configuration,
                    "\(bundle.folder): of \(picture.file.printable) the network's result is not a finite number; its "
                        + "weights may be broken.")
            }
            return Prediction(
                file: picture.file, classes: model.classes, activation: model.activation,
                probabilities: probabilities,
                finding: judging.finding(ofProbability: probabilities[positiveClass]),
                distance: distance, limit: limit)
        }
        waiting = []
        return predictions
    }
}
