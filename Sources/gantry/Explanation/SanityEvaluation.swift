import GantryCore
import GantryImages
import GantryInference
import GantryModelling
import GantryPipeline
import GantryTraining

/// `gantry evaluate --sanity`: whether a bundle's maps depend on what its network has learned (`SanityTest`).
struct SanityEvaluation: Encodable {
    /// What the maps are taken on.
    enum Source {
        /// A folder of DICOM studies.
        case studies(String)
        /// A folder of pictures, one of their classes' folders, or a MedMNIST file.
        case images(String)

        /// What a bundle must be for.
        var input: InputKind {
            switch self {
            case .studies: .ct
            case .images: .images
            }
        }
    }

    /// Most pictures or slices that are looked at.
    private static let mostInputs = 24
    /// Of the random weights.
    private static let seed: UInt64 = 1

    /// The class whose maps were looked at.
    let `class`: String
    /// Pictures or slices whose maps have a positive part.
    let inputs: Int
    /// Whether the maps have changed once every layer is random; nil where there was none to look at.
    let mapsChange: Bool?
    /// From the top down; each layer is random together with those before it.
    let layers: [Layer]

    /// One step.
    struct Layer: Encodable {
        /// `fc`, `layer4`, ..., `stem`.
        let layer: String
        /// Mean rank correlation with the maps of the whole network; nil where every random map is the same all over.
        let rankCorrelation: Double?

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Keys.self)
            try container.encode(layer, forKey: .layer)
            try container.encode(rankCorrelation, forKey: .rankCorrelation)
        }

        private enum Keys: String, CodingKey { case layer, rankCorrelation }
    }

    /// Says `null` for what nobody knows.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(`class`, forKey: .class)
        try container.encode(inputs, forKey: .inputs)
        try container.encode(mapsChange, forKey: .mapsChange)
        try container.encode(layers, forKey: .layers)
    }

    private enum Keys: String, CodingKey { case `class`, inputs, mapsChange, layers }

    /// Runs the test on the bundle in `folder`, with as many threads as there are cores.
    ///
    /// **Throws** `CommandFault`: 66 where there is nothing to look at, 65 where nothing of it can be read; what
    /// opening the bundle throws; `ExitCode` where a signal has come.
    init(bundle folder: String, source: Source, trust: TrustedKeys?) throws {
        let interruption = try Interruption()
        defer { withExtendedLifetime(interruption) {} }
        try PipelineBundle.refuse(folder, unlessFor: source.input)
        // What was learned is in the model in Float32, whatever scores.
        let model = try BundleModel.checked(folder: folder, precision: .f32, trust: trust)
        try model.bundle.definition.require(source.input, in: folder)
        let scoring = model.bundle.definition.scoring
        guard let index = scoring.model.positiveClassIndex else {
            throw CommandFault(ExitStatus.configuration, "\(folder): the positive class is none of the classes.")
        }
        // Says what is wrong with the tensors.
        _ = try model.loading()
        let images =
            switch source {
            case .studies(let path): try Self.slices(path, definition: model.bundle.definition)
            case .images(let path): try Self.pictures(path, definition: model.bundle.definition)
            }
        let bar = interruption.bar
        interruption.hold(saying: "gantry: stopping. Once more to end at once.")
        let test = try SanityTest(
            architecture: scoring.model.architecture, weights: model.tensors(), images: images, class: index,
            seed: Self.seed, workers: CoreDivision.available
        ) { done, count in
            bar.show(
                "making layers random", fraction: Double(done) / Double(count), detail: "\(done)/\(count) networks")
            return interruption.goesOn()
        }
        bar.finish()
        try interruption.check()
        guard let test else { throw CommandFault(ExitStatus.unexpected, "the test was not finished.") }
        `class` = scoring.model.positiveClass
        inputs = test.images
        mapsChange = test.mapsChange
        layers = test.steps.map { Layer(layer: $0.layer, rankCorrelation: $0.correlation) }
    }

    private static func slices(_ path: String, definition: PipelineDefinition) throws -> ImageBatch {
        let cohort = try CohortSlices(path: path, truth: nil, definition: definition)
        let tensors = try cohort.spread(mostInputs, over: Array(0..<cohort.studies))
        guard !tensors.isEmpty, let batch = CohortSlices.batch(tensors, of: definition.scoring.preparation) else {
            throw CommandFault(ExitStatus.noInput, "\(path): there is no slice that the pipeline would score.")
        }
        return batch
    }

    private static func pictures(_ path: String, definition: PipelineDefinition) throws -> ImageBatch {
        guard let prepared = definition.scoring.preparation.imagePreparation else {
            throw CommandFault(ExitStatus.configuration, "the bundle has no preparation of images.")
        }
        let preparation = try PicturePreparation(prepared)
        var values: [[Float]] = []
        var fault: ImageFault?
        func take(_ result: Result<PixelImage, ImageFault>) {
            switch result {
            case .success(let picture): values.append(preparation.tensor(preparation.resized(picture)))
            case .failure(let error): fault = error
            }
        }
        if path.hasSuffix(".npz") {
            let file = try MedMNISTFile(path: path, takesSeveralLabels: true)
            // What it was not trained on tells most.
            if let side = file.sides[.test] ?? file.sides[.validation] ?? file.sides[.train] {
                for number in spread(side.count) { take(.success(side.image(number))) }
            }
        } else {
            let found = try PictureFiles([path])
            let files = spread(found.files.count).map { found.files[$0] }
            if let root = files.first?.root {
                try ImageReader(executable: RunOptions.childExecutable).read(root: root, paths: files.map(\.path)) {
                    _, result in
                    take(result)
                    return .proceed
                }
            }
        }
        let side = prepared.inputSize
        guard
            let batch = ImageBatch(
                count: values.count, channels: prepared.channels, height: side, width: side,
                values: values.flatMap(\.self)), !values.isEmpty
        else {
            if let fault { throw CommandFault(ExitStatus.badData, "\(path): \(fault.explanation)") }
            throw CommandFault(ExitStatus.noInput, "\(path): there is no PNG or JPEG file.")
        }
        return batch
    }

    /// At most `mostInputs` of `count`, evenly.
    private static func spread(_ count: Int) -> [Int] {
        let taken = min(count, mostInputs)
        return (0..<taken).map { (2 * $0 + 1) * count / (2 * taken) }
    }

    /// For a person: a table, and what it says.
    func printed() {
        let terminal = Terminal.output
        let images = counted(inputs, "map")
        terminal.line("\(images) of \u{201C}\(`class`.printable)\u{201D}, layers made random from the top\n")
        var table = Table(columns: [
            .init(title: "random down to"), .init(title: "rank correlation with the trained map", isNumeric: true),
        ])
        for layer in layers {
            table.rows.append(
                .init(cells: [
                    (layer.layer, nil),
                    (layer.rankCorrelation.map { Presentation.decimals($0, 3) } ?? "\u{2013} (maps of 0)", nil),
                ]))
        }
        terminal.write(table.rendered(for: terminal))
        terminal.line("")
        terminal.sentence(sentence)
    }

    private var sentence: String {
        let limit = Presentation.decimals(SanityTest.largestCorrelation, 1)
        guard let mapsChange else { return "No map has a positive part: there is nothing to compare." }
        return mapsChange
            ? "The maps change with the layers (at most \(limit) once all are random): they show the network."
            : "The maps stay although all layers are random (above \(limit)): they do not show the network."
    }
}
