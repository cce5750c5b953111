import Foundation
import GantryGround
import GantryPipeline

/// A hidden folder beside results in the making: they take their names only when they are complete.
///
/// What a killed run leaves begins with a dot and ends in `.partial`.
struct UnfinishedFolder {
    /// The folder that the results go to.
    let destination: URL
    /// The hidden folder in it.
    let url: URL

    /// Makes a hidden folder in `destination`. **Throws** `CommandFault` (73).
    init(in destination: String, for name: String) throws(CommandFault) {
        self.destination = URL(filePath: destination)
        url = self.destination.appending(path: ".\(name).\(UUID().uuidString.prefix(8)).partial")
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
        } catch {
            throw Self.fault(destination, error)
        }
    }

    /// Writes a whole file in the hidden folder, and to the disk. **Throws** `CommandFault` (73).
    func write(_ data: Data, as name: String) throws(CommandFault) {
        try CommandFault.ofWriting(destination.appending(path: name).path) { () throws(FileFailure) in
            try DurableFile.write(data, to: url.appending(path: name).path)
        }
    }

    /// Brings a file or folder to its name in the destination, in place of what is there. **Throws** `CommandFault`
    /// (73).
    func commit(_ name: String) throws(CommandFault) {
        let target = destination.appending(path: name)
        defer { removeReplaced() }
        try bring(name, to: target)
        try CommandFault.ofWriting { () throws(FileFailure) in
            try DurableFile.synchronise(folder: destination.path)
        }
    }

    private func bring(_ name: String, to target: URL) throws(CommandFault) {
        let made = url.appending(path: name).path
        if rename(made, target.path) == 0 { return }
        // A folder does not replace a full one: the old one steps aside first.
        let replaced = url.appending(path: "replaced").path
        guard errno == ENOTEMPTY || errno == EEXIST || errno == EISDIR || errno == ENOTDIR,
            rename(target.path, replaced) == 0
        else { throw Self.fault(target.path, POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)) }
        guard rename(made, target.path) == 0 else {
            let status = errno
            // What was there comes back, and is not removed with the hidden folder.
            rename(replaced, target.path)
            throw Self.fault(target.path, POSIXError(POSIXErrorCode(rawValue: status) ?? .EIO))
        }
    }

    private func removeReplaced() { try? FileManager.default.removeItem(at: url.appending(path: "replaced")) }

    /// Removes the hidden folder with what is still in it.
    func discard() { try? FileManager.default.removeItem(at: url) }

    /// The end of a command that cannot write `path`.
    static func fault(_ path: String, _ error: any Error) -> CommandFault {
        CommandFault(ExitStatus.cannotCreate, "\(path): cannot be written: \(error.localizedDescription)")
    }
}
