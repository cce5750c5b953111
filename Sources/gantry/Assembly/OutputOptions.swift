import ArgumentParser
import Foundation
import GantryPipeline

/// `--force` of a command that writes one file or folder, and what that must not be.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Replace an output that exists.")
    var force = false

    /// Refuses an output that is one of `inputs` (64, whatever is forced), and one that is there (73, unless forced).
    ///
    /// What is there can be replaced where it is a regular file or a link; of a folder `mayReplace` decides.
    func check(
        _ output: String, against inputs: [String], mayReplace isReplaceable: (String) -> Bool = { _ in false }
    ) throws(CommandFault) {
        try Self.refuse(output, among: inputs)
        var (own, target) = (stat(), stat())
        guard lstat(output, &own) == 0 else { return }
        guard force else {
            throw CommandFault(
                ExitStatus.cannotCreate,
                "\(output): is there already. Name another output, or say --force to replace it.")
        }
        // What a link leads to is not written to: the link itself is replaced.
        guard stat(output, &target) == 0 else { return }
        let isFile = target.st_mode & S_IFMT == S_IFREG
        guard isFile || target.st_mode & S_IFMT == S_IFDIR && isReplaceable(output) else {
            throw CommandFault(
                ExitStatus.cannotCreate, "\(output): is there already, and nothing that this command replaces.")
        }
    }

    /// Refuses an output that is one of `inputs`, under whatever name, or a folder that one of them lies in (64).
    static func refuse(_ output: String, among inputs: [String]) throws(CommandFault) {
        // The empty path would be the current folder.
        guard !output.isEmpty else { throw CommandFault(ExitStatus.usage, "the output's name is empty.") }
        guard let written = FileIdentity(output) else { return }
        for input in inputs where ([input] + folders(above: input)).contains(where: { FileIdentity($0) == written }) {
            throw CommandFault(
                ExitStatus.usage,
                "\(output): is the input \(input)\(FileIdentity(input) == written ? "" : "'s folder") and would be "
                    + "replaced. Name another output.")
        }
    }

    /// The folders that a file lies in, links resolved, from its own to the root; none where it is not there.
    private static func folders(above path: String) -> [String] {
        guard let resolved = realpath(path, nil) else { return [] }
        defer { free(resolved) }
        var url = URL(filePath: String(cString: resolved))
        var folders: [String] = []
        while url.path != "/" {
            url.deleteLastPathComponent()
            folders.append(url.path)
        }
        return folders
    }
}

/// What a path leads to, the same for all its names: links, hard and symbolic, and other ways of writing it.
struct FileIdentity: Hashable {
    private let device: UInt64
    private let inode: UInt64

    /// Nil where there is nothing.
    init?(_ path: String) {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return nil }
        (device, inode) = (UInt64(facts.st_dev), UInt64(facts.st_ino))
    }
}
