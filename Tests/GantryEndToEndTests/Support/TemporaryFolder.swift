import Foundation

/// Folders for a test, away from everything else.
enum TemporaryFolder {
    /// A new, empty folder, which the caller removes.
    static func make() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "gantry-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    /// Runs `body` with a new folder and removes it afterwards.
    static func use<Result>(_ body: (URL) throws -> Result) throws -> Result {
        let folder = try make()
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder)
    }
}

extension URL {
    /// Paths of all files and folders below, relative, sorted.
    var everythingBelow: [String] {
        let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        return names.sorted()
    }

    /// The regular files below, by path.
    var filesBelow: [URL] {
        everythingBelow.map { appending(path: $0) }.filter {
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: $0.path, isDirectory: &isFolder) && !isFolder.boolValue
        }
    }

    /// Whether anything is there.
    var exists: Bool { FileManager.default.fileExists(atPath: path) }
}
