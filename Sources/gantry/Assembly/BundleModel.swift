import Foundation
import GantryCore
import GantryInference
import GantryModelling
import GantryPipeline
import GantryTensors

/// The model that a bundle scores with, opened once: what is compared with `pipeline.yaml` is what is loaded.
struct BundleModel {
    /// The bundle.
    let bundle: PipelineBundle
    private let file: OpenedWeightFile

    /// Opens the model. **Throws** `WeightsError`.
    init(_ bundle: PipelineBundle) throws(WeightsError) {
        self.bundle = bundle
        file = try OpenedWeightFile(path: bundle.modelPath)
    }

    /// The model of the bundle in `folder`, compared. **Throws** `BundleFault`, `WeightsError`.
    static func checked(
        folder: String, precision: Precision? = nil, trust: TrustedKeys?
    ) throws -> BundleModel {
        let model = try BundleModel(PipelineBundle.unchecked(folder: folder, precision: precision, trust: trust))
        try model.check()
        return model
    }

    /// Compares its SHA-256 with the definition's. **Throws** `BundleFault`, `WeightsError`.
    func check() throws { try bundle.checkModel(sha256: file.digest().hexadecimal) }

    /// Its tensors. **Throws** `WeightsError`.
    func tensors() throws(WeightsError) -> SafetensorsFile { try SafetensorsFile(file) }

    /// The network in the bundle's precision. **Throws** what `loading` throws, then what it returns.
    func network() throws -> ResidualNetwork { try loading()() }

    /// Checks names and shapes of its tensors; what comes back folds and packs them.
    ///
    /// **Throws** what is wrong with them, then or, where a value is unusable or cannot be read, or the file is written
    /// to meanwhile, in what comes back; `CommandFault` (78) where an 8-bit model was made from another model than the
    /// one that the bundle names.
    func loading() throws -> @Sendable () throws -> ResidualNetwork {
        let network = try unguarded()
        let file = file
        return {
            let network = try network()
            try file.requireUnchanged()
            return network
        }
    }

    /// What training data look like to the network in the arithmetic that it is scored in here; nil where the bundle
    /// does not say, or not of this arithmetic: nothing is measured then.
    ///
    /// **Throws** `CommandFault` (78) where the file is not the one that pipeline.yaml names, or is of other weights;
    /// `WeightsError`, `BundleFault` where it cannot be read.
    func profile() throws -> FeatureProfile? {
        let model = bundle.definition.scoring.model
        guard let named = model.profile else { return nil }
        let path = bundle.folder + "/" + named.file
        guard FileManager.default.fileExists(atPath: path) else {
            throw CommandFault(
                ExitStatus.configuration,
                "\(path): is absent, and pipeline.yaml names it. `gantry model profile` makes it.")
        }
        let found = try FileDigest.sha256(of: path)
        guard found == named.sha256 else {
            throw CommandFault(
                ExitStatus.configuration,
                "\(path): not the file that pipeline.yaml names: expected SHA-256 \(named.sha256), found \(found).")
        }
        let profiles = try FeatureProfiles(try SafetensorsFile(path: path), architecture: model.architecture)
        let kernels = ConvolutionKernels.preferred.serving(model.architecture)
        guard let entry = profiles.entries[kernels.arithmetic(for: model.precision)] else { return nil }
        let weights = model.precision == .int8 && kernels.arithmetic(for: .int8) != .int8 ? model.sha256 : nil
        guard entry.modelSHA256 == weights ?? model.scoredFile.sha256 else {
            throw CommandFault(
                ExitStatus.configuration,
                "\(path): is of the network of SHA-256 \(entry.modelSHA256), and pipeline.yaml names another. Run "
                    + "`gantry model profile` again.")
        }
        return entry.profile
    }

    /// What network these are the tensors of; nil where they are of none that is known.
    private static func name(of tensors: SafetensorsFile) -> String? {
        guard let found = try? WeightArchitecture(tensors),
            let network = try? found.anyArchitecture(origin: tensors.origin)
        else { return nil }
        let name = PublishedNetwork(network)?.rawValue ?? network.summary
        // The stride is no matter of tensors.
        return found.needsStride ? name.replacing("-v1.5", with: "") : name
    }

    private func unguarded() throws -> @Sendable () throws -> ResidualNetwork {
        let model = bundle.definition.scoring.model
        // What a run lacks is said before it begins.
        let architecture = model.architecture
        if ConvolutionKernels.preferred.serving(architecture) == .openBLAS { try OpenBLAS.load() }
        let tensors = try tensors()
        if model.precision == .int8 {
            if let source = tensors.metadata[QuantizedModel.sourceKey], source != model.sha256 {
                throw CommandFault(
                    ExitStatus.configuration,
                    "\(bundle.modelPath): was made from the model of SHA-256 \(source), but pipeline.yaml names "
                        + "\(model.sha256). Run `gantry model quantize` again.")
            }
            let quantized = try QuantizedNetwork(architecture: architecture, file: tensors)
            return { try ResidualNetwork(quantized, workers: CoreDivision.available) }
        }
        do throws(WeightsError) {
            try architecture.requireTensors(of: tensors)
        } catch {
            guard let other = Self.name(of: tensors) else { throw error }
            throw CommandFault(
                ExitStatus.configuration,
                "\(bundle.modelPath): these are the tensors of a \(other), and pipeline.yaml says "
                    + "\(PublishedNetwork(architecture)?.rawValue ?? architecture.summary). Say there which network "
                    + "it is, or "
                    + "put the other file here.")
        }
        if let conventions = tensors.conventions, let contradiction = architecture.contradiction(of: conventions) {
            throw CommandFault(
                ExitStatus.configuration, "\(bundle.modelPath): \(contradiction), but pipeline.yaml says otherwise.")
        }
        return {
            try ResidualNetwork(
                architecture: architecture, weights: tensors, precision: model.precision,
                workers: CoreDivision.available)
        }
    }
}
