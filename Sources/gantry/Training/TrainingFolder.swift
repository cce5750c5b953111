import Foundation
import GantryCore
import GantryGround
import GantryModelling
import GantryPipeline
import GantryTraining

/// The files of a bundle that is trained, or was.
struct TrainingFolder {
    /// The bundle's folder.
    let path: String

    static let split = "split.csv"
    static let history = "history.csv"
    static let page = "training.html"
    static let sheet = "augmentation.png"
    /// The checkpoints' folder; it goes when the training has ended.
    static let checkpoints = "training"
    static let model = "model.safetensors"

    init(_ path: String) { self.path = path }

    func file(_ name: String) -> String { path + "/" + name }

    var checkpoints: CheckpointFolder { CheckpointFolder(file(Self.checkpoints)) }

    /// Writes a file of the bundle; it is on the disk then. **Throws** `FileFailure`.
    func write(_ text: String, as name: String) throws(FileFailure) {
        try DurableFile.write(text.utf8, to: file(name))
    }

    /// Makes the checkpoints' folder. **Throws** `CommandFault` (73).
    func makeCheckpoints() throws(CommandFault) {
        do {
            try FileManager.default.createDirectory(atPath: file(Self.checkpoints), withIntermediateDirectories: true)
        } catch {
            throw UnfinishedFolder.fault(file(Self.checkpoints), error)
        }
    }

    /// Whether the checkpoints are gone: everything else of the bundle was on the disk before.
    var hasEnded: Bool { !FileManager.default.fileExists(atPath: file(Self.checkpoints)) }

    /// What a training does last: takes the checkpoints away, lists the files, takes the mark away. Where it is killed
    /// meanwhile, doing it again is all that is left. **Throws** `CommandFault` (73), `BundleFault`.
    func end() throws {
        let (checkpoints, leaving) = (file(Self.checkpoints), file("." + Self.checkpoints))
        // At once or not at all: half of them would be no state to go on from.
        if !hasEnded, rename(checkpoints, leaving) != 0 {
            throw UnfinishedFolder.fault(checkpoints, POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO))
        }
        try CommandFault.ofWriting { () throws(FileFailure) in try DurableFile.synchronise(folder: path) }
        if FileManager.default.fileExists(atPath: leaving) {
            do {
                try FileManager.default.removeItem(atPath: leaving)
            } catch {
                throw UnfinishedFolder.fault(leaving, error)
            }
        }
        removePartialFiles()
        try BundleSeal.seal(path)
        try UnfinishedTraining.remove(path)
    }

    /// Takes away what killed writes have left, here and among the checkpoints.
    func removePartialFiles() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        for name in names where name.hasSuffix(".partial") { unlink(file(name)) }
        checkpoints.removePartialFiles()
    }

    /// **Throws** `CommandFault` (78) unless all that a training leaves is there: without checkpoints nothing can go
    /// on.
    func requireComplete() throws(CommandFault) {
        let yaml = try text(of: PipelineBundle.definitionFile)
        let model = file(Self.model)
        guard let definition = try? PipelineDefinition(yaml: yaml),
            let digest = try? FileDigest.sha256(of: model), digest == definition.scoring.model.sha256,
            FileManager.default.fileExists(atPath: file(ModelCard.file))
        else {
            throw CommandFault(
                ExitStatus.configuration,
                "\(path): its checkpoints (\(Self.checkpoints)/) are gone before its training ended; nothing can go on."
            )
        }
    }

    /// The text of a file of the bundle. **Throws** `CommandFault` (78).
    func text(of name: String) throws(CommandFault) -> String {
        do {
            return try String(contentsOfFile: file(name), encoding: .utf8)
        } catch {
            throw CommandFault(
                ExitStatus.configuration,
                "\(file(name)): cannot be read, so nothing can go on here: \(error.localizedDescription)")
        }
    }
}
