import Crypto
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

    /// Loads the bundle in `folder`: reads `pipeline.yaml` and compares the SHA-256 of the model file. `precision` stands for the one that the file
    /// says.
    ///
    /// **Throws** the first fault; a definition's problems come together as one.
    public static func load(folder: String, precision: Precision? = nil) throws(BundleFault) -> PipelineBundle {
        let bundle = try unchecked(folder: folder, precision: precision)
        try bundle.checkModel()
        return bundle
    }

    /// The same without the model's digest: nothing that comes of the model may be used before `checkModel`.
    public static func unchecked(folder: String, precision: Precision? = nil) throws(BundleFault) -> PipelineBundle {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
            throw BundleFault(.folderMissing, subject: folder, explanation: "there is no pipeline bundle here")
        }
        var definition = try definition(folder: folder)
        if let precision { definition.scoring.model.precision = precision }
        let model = definition.scoring.model.scoredFile
        let modelPath = folder + "/" + model.file
        guard FileManager.default.fileExists(atPath: modelPath, isDirectory: &isFolder), !isFolder.boolValue else {
            throw BundleFault(
                .modelMissing, subject: modelPath,
                explanation: "the model file is absent; `make model` makes the one of this project's bundle")
        }
        return PipelineBundle(folder: folder, definition: definition, modelPath: modelPath)
    }

    /// Compares the SHA-256 of the model file with the definition's.
    ///
    /// **Throws** `.modelMismatch`, `.modelUnreadable`.
    public func checkModel() throws(BundleFault) {
        let found = try Self.sha256(of: modelPath)
        let expected = definition.scoring.model.scoredFile.sha256
        guard found == expected else {
            throw BundleFault(
                .modelMismatch, subject: modelPath,
                explanation: "not the model that pipeline.yaml names: expected SHA-256 \(expected), found \(found)")
        }
    }

    /// What `pipeline.yaml` in `folder` says; the model need not be there.
    ///
    /// **Throws** `.definitionMissing`, `.definitionUnreadable`, `.definitionInvalid`.
    public static func definition(folder: String) throws(BundleFault) -> PipelineDefinition {
        let path = folder + "/pipeline.yaml"
        guard FileManager.default.fileExists(atPath: path) else {
            throw BundleFault(.definitionMissing, subject: path, explanation: "the bundle has no pipeline.yaml")
        }
        let data: Data
        do {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? file.close() }
            data = try file.read(upToCount: PipelineDefinition.largestFileBytes + 1) ?? Data()
        } catch {
            throw BundleFault(
                .definitionUnreadable, subject: path, status: status(of: error), explanation: "cannot be read")
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw BundleFault(.definitionInvalid, subject: folder, explanation: "pipeline.yaml:1:1: not UTF-8 text")
        }
        do {
            return try PipelineDefinition(yaml: text)
        } catch {
            throw BundleFault(.definitionInvalid, subject: folder, explanation: error.description)
        }
    }

    /// SHA-256 of the file at `path`, 64 lower-case hexadecimal digits; read a quarter of a mebibyte at a time.
    ///
    /// **Throws** `.modelUnreadable`.
    public static func sha256(of path: String) throws(BundleFault) -> String {
        // Foundation's FileHandle takes as long for reading as the digest itself.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(path) }
        defer { close(descriptor) }
        var hash = SHA256()
        var part = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count = part.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(path) }
            if count == 0 { return hash.finalize().map(hexadecimal).joined() }
            part.withUnsafeBytes { hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
    }

    /// The fault of the system call that failed last.
    private static func unreadable(_ path: String) -> BundleFault {
        BundleFault(.modelUnreadable, subject: path, status: Int(errno), explanation: "cannot be read")
    }

    private static func status(of error: any Error) -> Int? {
        let error = error as NSError
        return (error.userInfo[NSUnderlyingErrorKey] as? NSError)?.code ?? error.code
    }
}

/// Digests of the two halves of a definition: SHA-256 over JSON with sorted keys, after a line that names the rules by
/// which this version computes.
enum DefinitionDigest {
    /// Raise it when the same definition gives a slice another number than before: a change of windowing, resizing,
    /// lung area, series choice, slice order, or of the network's arithmetic beyond its tolerance.
    static let scoringRevision = 2
    /// Raise it when the same scores give another verdict than before: a change of aggregation or of quality rules.
    static let judgingRevision = 1

    static func scoring(_ definition: ScoringDefinition) -> String {
        var definition = definition
        // The digest of the file is in; under which name it lies has no influence on a number.
        definition.model.file = ""
        // What is not loaded has none either.
        if definition.model.precision == .int8 {
            definition.model.sha256 = ""
            definition.model.quantized?.file = ""
        } else {
            definition.model.quantized = nil
        }
        return digest(of: definition, headline: "gantry scoring \(scoringRevision)\n")
    }

    static func judging(_ definition: JudgingDefinition) -> String {
        digest(of: definition, headline: "gantry judging \(judgingRevision)\n")
    }

    private static func digest(of value: some Encodable, headline: String) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        var hash = SHA256()
        hash.update(data: Data(headline.utf8))
        do {
            hash.update(data: try encoder.encode(value))
        } catch {
            // Numbers, texts and lists always encode; were it otherwise, the text still tells two values apart.
            hash.update(data: Data(String(reflecting: value).utf8))
        }
        return hash.finalize().map(hexadecimal).joined()
    }
}

/// A byte as two lower-case hexadecimal digits.
private func hexadecimal(_ byte: UInt8) -> String { String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }
