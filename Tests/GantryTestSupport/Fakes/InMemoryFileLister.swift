import GantryCore

/// A `FileLister` without a disk, for tests of what stands above it; held to the same suite as the real one.
package struct InMemoryFileLister: Sendable {
    /// The folder below which a path lies that begins with no slash.
    private let place: String
    // By their absolute paths.
    private var folders: Set<String> = []
    private var files: Set<String> = []
    private var outcomes: [FileOutcome] = []

    /// Nothing yet; paths lie below the absolute folder `place`.
    package init(below place: String = "/") { self.place = place }

    /// Makes a folder, with files in it and what is not read of it.
    package mutating func put(_ folder: String, files: some Sequence<String> = [], outcomes: [FileOutcome] = []) {
        let folder = absolute(folder)
        folders.insert(folder)
        self.files.formUnion(files.map { RelativePath.joined(folder, $0) })
        self.outcomes += outcomes.map { outcome in
            var outcome = outcome
            outcome.file = RelativePath.joined(folder, outcome.file)
            return outcome
        }
    }

    /// The lister.
    package func list(_ path: String) throws(DropFolderFault) -> FileListing {
        let shown = trimmed(path)
        let absolute = absolute(path)
        if files.contains(absolute) {
            return FileListing(
                root: folder(of: absolute), shown: folder(of: shown), files: [RelativePath.name(of: absolute)],
                outcomes: [])
        }
        let below = absolute == "/" ? absolute : absolute + "/"
        guard folders.contains(absolute) || folders.union(files).contains(where: { $0.hasPrefix(below) }) else {
            throw DropFolderFault(.unreadable, subject: path, explanation: "there is no such file or folder")
        }
        func name(_ file: String) -> String { String(file.dropFirst(below.count)) }
        return FileListing(
            root: absolute, shown: shown,
            files: files.filter { $0.hasPrefix(below) }.map(name).sorted(by: pathPrecedes),
            outcomes: outcomes.filter { $0.file.hasPrefix(below) }.map { outcome in
                var outcome = outcome
                outcome.file = name(outcome.file)
                return outcome
            }.sorted { pathPrecedes($0.file, $1.file) })
    }

    private func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? trimmed(path) : RelativePath.joined(place, trimmed(path))
    }

    private func folder(of path: String) -> String {
        guard path.contains("/") else { return "." }
        let folder = RelativePath.folder(of: path)
        return folder.isEmpty ? "/" : folder
    }

    private func trimmed(_ path: String) -> String {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }
}
