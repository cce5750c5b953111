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
    private let bundled: BundleModel?

    /// A weight file of any format that is read; HDF5 in a child process of this executable.
    static func weights(_ path: String) throws(WeightsError) -> any TensorCollection {
        try WeightFile.open(path, hdf5: HDF5Reader(executable: RunOptions.childExecutable))
    }

    /// Opens the model at `path`. **Throws** `BundleFault`, or `CommandFault`: 66 where there is nothing, 65 where a
    /// weight file is bad, 64 where its stride must be said, or where an option contradicts a bundle.
    init(_ path: String, conventions: ConventionOptions, trust: TrustedKeys?, precision: Precision? = nil) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw CommandFault(ExitStatus.noInput, "\(path): there is no such bundle or weight file.")
        }
        if isFolder.boolValue {
            let model = try BundleModel.checked(folder: path, precision: precision, trust: trust)
            let definition = model.bundle.definition.scoring
            architecture = definition.model.architecture
            inputSize = definition.preparation.inputSize
            let file = "\(path)/\(PipelineBundle.definitionFile)"
            if let contradiction = Self.contradiction(of: conventions, architecture) {
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
        (weights, architecture, sources) = try Self.weightFile(path, conventions)
    }

    /// The option that says something else than a bundle's definition, and what that says.
    private static func contradiction(
        of conventions: ConventionOptions, _ architecture: ResidualArchitecture
    ) -> (option: String, found: String)? {
        if let said = conventions.stride {
            if architecture.hasStridedBottlenecks, said != architecture.stridePosition {
                return ("--stride \(said.rawValue)", architecture.stridePosition.rawValue)
            }
            if architecture.block == .basic, said == .firstConvolution {
                return ("--stride \(said.rawValue)", "that its blocks are basic ones, which have no 1x1 to stride on")
            }
        }
        if let said = conventions.batchNormEpsilon, said != architecture.batchNormEpsilon {
            return ("--batch-norm-epsilon \(said)", "\(architecture.batchNormEpsilon)")
        }
        return nil
    }

    private static func weightFile(
        _ path: String, _ conventions: ConventionOptions
    ) throws(CommandFault) -> (any TensorCollection, ResidualArchitecture, [String]) {
        let (weights, found) = try CommandFault.ofWeightFile { () throws(WeightsError) in
            let weights = try Self.weights(path)
            return (weights, try WeightArchitecture(weights))
        }
        guard conventions.stride != nil || !found.needsStride else {
            throw CommandFault(
                ExitStatus.usage,
                """
                \(path): a weight file does not say where its bottlenecks have their stride, and no tensor shows it.
                Say --stride v1.5 (on the 3x3: torchvision, timm, Hugging Face) or --stride v1 (on the first 1x1: \
                Keras).
                """)
        }
        let architecture = try CommandFault.ofWeightFile { () throws(WeightsError) in
            try found.architecture(
                stride: conventions.stride, epsilon: conventions.batchNormEpsilon, origin: path)
        }
        return (weights, architecture, Self.sources(found, architecture, conventions))
    }

    private static func sources(
        _ found: WeightArchitecture, _ architecture: ResidualArchitecture, _ conventions: ConventionOptions
    ) -> [String] {
        var sentences: [String] = []
        if architecture.hasStridedBottlenecks {
            let who = found.stride == nil ? "as --stride says" : "as the file says"
            let place = architecture.stridePosition == .firstConvolution ? "first 1x1 (v1)" : "3x3 (v1.5)"
            sentences.append("Stride on the \(place), \(who).")
        }
        let who =
            found.epsilon != nil
            ? "as the file says"
            : conventions.batchNormEpsilon != nil
                ? "as --batch-norm-epsilon says"
                : architecture.hasConvolutionBias ? "keras.applications' own" : "PyTorch's own"
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
            try ResidualNetwork(architecture: architecture, weights: weights)
        }
    }
}
