import Foundation
import GantryCore
import GantryInference
import GantryPipeline
import GantryTensors
import GantryWeightImport

/// A network whose tensors are known and not loaded yet.
struct OpenedModel {
    /// What it is.
    let architecture: ResidualArchitecture
    /// Its tensors; of a bundle in 8 bits those of its 8-bit model.
    let weights: any TensorCollection
    /// Who says what names and shapes do not tell, in sentences for a person.
    let sources: [String]
    /// Side of the images that a bundle scores; nil for a weight file, which takes any.
    let inputSize: Int?
    /// What makes probabilities of a bundle's logits; nil for a weight file, which does not say.
    let activation: Activation?
    /// What divides a bundle's logits; nil where it has none, and for a weight file.
    let calibration: ModelCalibration?
    private let bundled: BundleModel?

    /// A weight file of any format that is read, or a folder of Hugging Face or timm; HDF5 in a child process of this
    /// executable.
    static func weights(_ path: String, _ choice: WeightChoice) throws(WeightsError) -> any TensorCollection {
        try WeightFile.open(path, choice: choice, hdf5: HDF5Reader(executable: RunOptions.childExecutable))
    }

    /// Opens the model at `path`. **Throws** `BundleFault`, or `CommandFault`: 66 where there is nothing, 65 where a
    /// weight file is bad, 64 where its stride or its shortcuts must be said, or where an option contradicts a bundle.
    init(
        _ path: String, said: SaidConventions, choice: WeightChoice, trust: TrustedKeys?, precision: Precision? = nil
    ) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw CommandFault(ExitStatus.noInput, "\(path): there is no such bundle or weight file.")
        }
        if isFolder.boolValue, !Self.isWeights(folder: path) {
            let model = try BundleModel.checked(folder: path, precision: precision, trust: trust)
            let definition = model.bundle.definition.scoring
            architecture = definition.model.architecture
            inputSize = definition.preparation.inputSize
            activation = definition.model.activation
            calibration = definition.model.calibration
            let file = "\(path)/\(PipelineBundle.definitionFile)"
            if let contradiction = Self.contradiction(of: said, choice, architecture) {
                throw CommandFault(
                    ExitStatus.usage, "\(contradiction.option): \(file) says \(contradiction.found).")
            }
            weights = try model.tensors()
            sources = ["Architecture and input size from \(file)."]
            bundled = model
            // Checks its tensors too.
            _ = try model.loading()
            return
        }
        bundled = nil
        inputSize = nil
        activation = nil
        calibration = nil
        (weights, architecture, sources) = try Self.weightFile(path, said, choice)
    }

    /// Whether a folder is one of Hugging Face or timm, and no bundle.
    private static func isWeights(folder: String) -> Bool {
        !FileManager.default.fileExists(atPath: folder + "/" + PipelineBundle.definitionFile)
            && ModelFolder.isOne(folder)
    }

    /// The option that says something else than a bundle's definition, and what that says.
    private static func contradiction(
        of conventions: SaidConventions, _ choice: WeightChoice, _ architecture: ResidualArchitecture
    ) -> (option: String, found: String)? {
        if let said = conventions.stride {
            if architecture.hasStridedBottlenecks, said != architecture.stridePosition {
                return ("--stride \(said.rawValue)", architecture.stridePosition.rawValue)
            }
            if architecture.block == .basic, said == .firstConvolution {
                return ("--stride \(said.rawValue)", "that its blocks are basic ones, which have no 1x1 to stride on")
            }
        }
        if let prefix = choice.prefix { return ("--prefix \(prefix)", "which network it is") }
        if let key = choice.stateDict { return ("--state-dict \(key)", "which network it is") }
        if let said = conventions.epsilon, said != architecture.batchNormEpsilon {
            return ("--batch-norm-epsilon \(said)", "\(architecture.batchNormEpsilon)")
        }
        if let said = conventions.stemStride, said != architecture.stemStride {
            return ("--stem-stride \(said)", "\(architecture.stemStride)")
        }
        if let said = conventions.stemPool, said != architecture.stemPool {
            return ("--stem-pool \(said.rawValue)", architecture.stemPool.rawValue)
        }
        if let said = conventions.padding, said != architecture.padding {
            return ("--padding \(said.rawValue)", architecture.padding.rawValue)
        }
        if let said = conventions.shortcut, said != architecture.shortcut, architecture.hasShapedShortcuts {
            return ("--shortcut \(said.rawValue)", architecture.shortcut.rawValue)
        }
        if let said = conventions.activationOrder, said != architecture.activationOrder {
            return ("--activation-order \(said.rawValue)", architecture.activationOrder.rawValue)
        }
        return nil
    }

    private static func weightFile(
        _ path: String, _ said: SaidConventions, _ choice: WeightChoice
    ) throws(CommandFault) -> (any TensorCollection, ResidualArchitecture, [String]) {
        let (weights, found) = try recognised(path, choice)
        guard said.stride != nil || !found.needsStride else {
            throw CommandFault(
                ExitStatus.usage,
                """
                \(path): a weight file does not say where its bottlenecks have their stride, and no tensor shows it.
                Say --stride v1.5 (on the 3x3: torchvision, timm, Hugging Face) or --stride v1 (on the first 1x1: \
                Keras).
                """)
        }
        try requireShortcut(of: found, said: said, path: path)
        try requireStemStride(of: found, said: said, path: path)
        let architecture = try CommandFault.ofWeightFile { () throws(WeightsError) in
            try found.architecture(said, origin: path)
        }
        return (weights, architecture, Self.sources(weights.remarks, found, architecture, said))
    }

    /// What is to be said of how a file's tensors were taken for a network's.
    static func sentences(_ remarks: [WeightRemark], _ architecture: ResidualArchitecture) -> [String] {
        let name = PublishedNetwork(architecture)?.rawValue ?? "network of \(architecture.summary)"
        return remarks.map { $0.sentence(network: name) }
    }

    /// The weight file at `path`, and what its tensors tell of its network. **Throws** `CommandFault` (65).
    static func recognised(
        _ path: String, _ choice: WeightChoice
    ) throws(CommandFault) -> (weights: any TensorCollection, found: WeightArchitecture) {
        try CommandFault.ofWeightFile { () throws(WeightsError) in
            let weights = try weights(path, choice)
            return (weights, try WeightArchitecture(weights))
        }
    }

    /// **Throws** `CommandFault` (64) where the stem's stride is open: of MONAI's networks.
    static func requireStemStride(
        of found: WeightArchitecture, said: SaidConventions, path: String
    ) throws(CommandFault) {
        guard found.needsStemStride, said.stemStride == nil else { return }
        throw CommandFault(
            ExitStatus.usage,
            """
            \(path): shortcuts have biases and other convolutions have none, as in MONAI's networks, whose first \
            convolution has a stride of 1 or 2, and no tensor shows which.
            Say --stem-stride 1 (MONAI's own default) or --stem-stride 2.
            """)
    }

    /// **Throws** `CommandFault` (64) where shortcuts have no tensors, and neither the file nor an option says what
    /// they do.
    static func requireShortcut(
        of found: WeightArchitecture, said: SaidConventions, path: String
    ) throws(CommandFault) {
        guard found.needsShortcut, said.shortcut == nil, let block = found.firstShapedBlock else { return }
        throw CommandFault(
            ExitStatus.usage,
            """
            \(path): blocks change the shape of the maps, \(block) first, and no tensor says what their shortcuts do: \
            there is no \(block).downsample.
            Say --shortcut zeros where they have no parameters (every other pixel, zero channels around: the paper's \
            option A).
            """)
    }

    private static func sources(
        _ remarks: [WeightRemark], _ found: WeightArchitecture, _ architecture: ResidualArchitecture,
        _ conventions: SaidConventions
    ) -> [String] {
        var sentences = Self.sentences(remarks, architecture)
        if architecture.hasStridedBottlenecks {
            let who = found.stride == nil ? "as --stride says" : "as the file says"
            let place = architecture.stridePosition == .firstConvolution ? "first 1x1 (v1)" : "3x3 (v1.5)"
            sentences.append("Stride on the \(place), \(who).")
        }
        func who(_ isInFile: Bool, _ option: String) -> String { isInFile ? "as the file says" : "as \(option) says" }
        let own = found.conventions
        if own?.stemStride != nil || conventions.stemStride != nil {
            let who = who(own?.stemStride != nil, "--stem-stride")
            sentences.append("Stem of stride \(architecture.stemStride), \(who).")
        }
        if own?.stemPool != nil || conventions.stemPool != nil {
            let pool = architecture.stemPool == .max ? "with a 3x3 max pool" : "without a pool"
            sentences.append("Stem \(pool), \(who(own?.stemPool != nil, "--stem-pool")).")
        }
        if own?.padding != nil || conventions.padding != nil {
            sentences.append("Padding \(architecture.padding.rawValue), \(who(own?.padding != nil, "--padding")).")
        }
        if architecture.hasShapedShortcuts, architecture.shortcut == .zeros {
            sentences.append("Shortcuts of zeros, \(who(own?.shortcut != nil, "--shortcut")).")
        }
        if architecture.activationOrder == .activationFirst {
            let who = who(own?.activationOrder != nil, "--activation-order")
            sentences.append("Batch norms behind the ReLUs, \(who).")
        }
        let who =
            found.epsilon != nil
            ? "as the file says"
            : conventions.epsilon != nil
                ? "as --batch-norm-epsilon says"
                : architecture.hasConvolutionBias && architecture.block == .bottleneck
                    ? "keras.applications' own" : "PyTorch's own"
        sentences.append("Batch-norm epsilon \(architecture.batchNormEpsilon), \(who).")
        return sentences
    }

    /// Checks every number of a network in Float32 or half precision. (One in 8 bits was checked when it was opened.)
    ///
    /// **Throws** `CommandFault` naming every tensor that no network can compute with: 65 of a weight file, 78 of a
    /// bundle.
    func requireUsableValues() throws(CommandFault) {
        let names = architecture.tensors.map(\.name)
        guard !names.contains(where: { weights.elementType(of: $0) == .i8 }) || bundled == nil else { return }
        do {
            try weights.requireUsableValues(of: names)
        } catch {
            throw bundled == nil
                ? CommandFault(weightFile: error) : CommandFault(ExitStatus.configuration, error.description)
        }
    }

    /// The network with its weights checked and folded: of a bundle in the bundle's precision, of a weight file in f32.
    func network() throws -> ResidualNetwork {
        if let bundled { return try bundled.network() }
        return try CommandFault.ofWeightFile { () throws(WeightsError) in
            try ResidualNetwork(architecture: architecture, weights: weights, workers: CoreDivision.available)
        }
    }
}
