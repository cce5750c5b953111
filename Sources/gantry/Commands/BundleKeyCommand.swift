import ArgumentParser
import Foundation
import GantryGround
import GantryPipeline

/// `gantry bundle key`: a pair of keys.
struct BundleKeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Makes a pair of Ed25519 keys: one to sign bundles with, one to trust.",
        discussion: "Files that are there already are not replaced. The private key is readable for its owner alone."
    )

    @Argument(help: ArgumentHelp("File for the private key.", valueName: "private.pem"))
    var privateKey: String

    @Argument(help: ArgumentHelp("File for the public key.", valueName: "public.pem"))
    var publicKey: String

    func run() throws {
        try command {
            let key = SigningKey()
            try write(key.pem, to: privateKey, mode: 0o600)
            do throws(CommandFault) {
                try write(key.publicPEM, to: publicKey, mode: 0o644)
            } catch {
                // Half a pair is of no use.
                unlink(privateKey)
                throw error
            }
            Terminal.output.line("Wrote \(privateKey), to sign with: keep it to yourself")
            Terminal.output.line("Wrote \(publicKey), for --trust")
        }
    }

    private func write(_ text: String, to path: String, mode: mode_t) throws(CommandFault) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            throw CommandFault(
                ExitStatus.cannotCreate, "\(path): cannot be made: \(String(cString: strerror(errno))).")
        }
        defer { close(descriptor) }
        // The mode is meant as it stands, whatever the umask.
        let bytes = Array(text.utf8)
        guard fchmod(descriptor, mode) == 0, Foundation.write(descriptor, bytes, bytes.count) == bytes.count,
            fsync(descriptor) == 0
        else {
            throw CommandFault(
                ExitStatus.cannotCreate, "\(path): cannot be written: \(String(cString: strerror(errno))).")
        }
        try CommandFault.ofWriting { () throws(FileFailure) in try DurableFile.synchroniseFolder(of: path) }
    }
}
