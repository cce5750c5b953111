import Foundation
import GantryCore

/// A pipeline folder that may run: its definition has no problem and its model is the one the definition names.
public struct PipelineBundle: Sendable, Hashable {
    /// The folder, as it was given.
    public var folder: String
    /// What `pipeline.yaml` says.
    public var definition: PipelineDefinition
    /// Path of the model file that slices are scored with.
    public var modelPath: String
    /// Digest of everything that decides the slice scores, 64 hexadecimal digits.
    public var scoringDigest: String
    /// Digest of everything that turns scores into a verdict, 64 hexadecimal digits.
    public var judgingDigest: String

    /// A bundle of `definition`, whose model at `modelPath` has been checked by the caller; the digests are computed.
    public init(folder: String, definition: PipelineDefinition, modelPath: String) {
        self.folder = folder
        self.definition = definition
        self.modelPath = modelPath
        scoringDigest = DefinitionDigest.scoring(definition.scoring)
        judgingDigest = DefinitionDigest.judging(definition.judging)
    }

    /// Loads the bundle in `folder`: reads `pipeline.yaml` and compares the SHA-256 of the model file. `precision`
    /// stands for the one that the file says. With `trust`, a bundle that none of its keys has signed, or whose files
    /// are not those that were signed, is refused.
    ///
    /// **Throws** the first fault; a definition's problems come together as one, and so do files that were altered. A
    /// bundle of a training that has not ended is refused by this and whatever else opens one.
    public static func load(
        folder: String, precision: Precision? = nil, trust: TrustedKeys? = nil
    ) throws(BundleFault) -> PipelineBundle {
        let bundle = try unchecked(folder: folder, precision: precision, trust: trust)
        try bundle.checkModel(sha256: try FileDigest.sha256(of: bundle.modelPath))
        return bundle
    }

    /// The same without the model's digest: nothing that comes of the model may be used before `checkModel`, which
    /// whoever loads it gives the digest of the bytes that are loaded.
    public static func unchecked(
        folder: String, precision: Precision? = nil, trust: TrustedKeys? = nil
    ) throws(BundleFault) -> PipelineBundle {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
            throw BundleFault(
                .folderMissing, subject: folder,
                explanation: "there is no such folder, where a pipeline bundle was expected (sought at "
                    + "\(URL(filePath: folder).absoluteURL.standardizedFileURL.path)). --pipeline names another")
        }
        try UnfinishedTraining.refuse(folder)
        let manifest: BundleManifest? = if let trust { try trust.manifest(of: folder) } else { nil }
        var definition = try definition(folder: folder, listed: manifest)
        if let precision { definition.scoring.model.precision = precision }
        let model = definition.scoring.model.scoredFile
        let modelPath = folder + "/" + model.file
        guard FileManager.default.fileExists(atPath: modelPath, isDirectory: &isFolder), !isFolder.boolValue else {
            throw BundleFault(
                .modelMissing, subject: modelPath,
                explanation: "the model file is absent, and pipeline.yaml names it")
        }
        // The model's own digest is compared by `checkModel`; here it is the one that was signed.
        try manifest?.check(folder, knowing: [model.file: model.sha256])
        return PipelineBundle(folder: folder, definition: definition, modelPath: modelPath)
    }

    /// Compares the SHA-256 of the model file, `found`, with the definition's.
    ///
    /// **Throws** `.modelMismatch`.
    public func checkModel(sha256 found: String) throws(BundleFault) {
        let expected = definition.scoring.model.scoredFile.sha256
        guard found == expected else {
            throw BundleFault(
                .modelMismatch, subject: modelPath,
                explanation: "not the model that pipeline.yaml names: expected SHA-256 \(expected), found \(found)")
        }
    }

    /// The name of the file in which everything is defined.
    public static let definitionFile = "pipeline.yaml"

    /// What `pipeline.yaml` in `folder` says; the model need not be there.
    ///
    /// **Throws** `.trainingUnfinished`, `.definitionMissing`, `.definitionUnreadable`, `.definitionInvalid`.
    public static func definition(folder: String) throws(BundleFault) -> PipelineDefinition {
        try definition(folder: folder, listed: nil)
    }

    /// The same; with a manifest, the bytes that are parsed are those that it lists.
    private static func definition(folder: String, listed: BundleManifest?) throws(BundleFault) -> PipelineDefinition {
        try UnfinishedTraining.refuse(folder)
        let path = folder + "/" + definitionFile
        guard FileManager.default.fileExists(atPath: path) else {
            let isFolder = FileManager.default.fileExists(atPath: folder)
            throw BundleFault(
                isFolder ? .definitionMissing : .folderMissing, subject: path,
                explanation: isFolder
                    ? "there is no such file: a bundle's folder has a pipeline.yaml and the model that it names"
                    : "there is no such folder (sought at "
                        + "\(URL(filePath: folder).absoluteURL.standardizedFileURL.path)). --pipeline names another")
        }
        let data: Data
        do {
            data = try BundleFile.bytes(of: path, atMost: PipelineDefinition.largestFileBytes + 1)
        } catch {
            throw BundleFault(
                .definitionUnreadable, subject: path, status: error.status, explanation: error.explanation)
        }
        try listed?.check(data, as: definitionFile, in: folder)
        guard let text = String(data: data, encoding: .utf8) else {
            throw BundleFault(.definitionInvalid, subject: folder, explanation: "pipeline.yaml:1:1: not UTF-8 text")
        }
        do {
            return try PipelineDefinition(yaml: text)
        } catch {
            throw BundleFault(.definitionInvalid, subject: folder, explanation: error.description)
        }
    }
}
