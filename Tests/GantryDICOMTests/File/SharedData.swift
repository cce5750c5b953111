import GantryTestSupport
import Foundation
import Testing

/// The real and malformed files that lie beside the repository on some machines, and never inside it.
enum SharedData {
    /// The folder; nil where this machine has none.
    static let folder: URL? = {
        let folder = packageRoot.deletingLastPathComponent().appending(path: "shared/data")
        return FileManager.default.fileExists(atPath: folder.appending(path: "MANIFEST.csv").path) ? folder : nil
    }()

    /// The package's root, four levels above this file.
    static let packageRoot = (0..<4).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }

    /// The golden files beside this file.
    static let golden = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

    /// Runs `body` with the folder. Without one, says how many files the test leaves out, and fails in continuous
    /// integration.
    static func require(_ files: Int, _ body: (URL) throws -> Void) throws {
        if let folder { return try body(folder) }
        print("skipped: \(files) files of ../shared/data, which is not on this machine")
        #expect(ProcessInfo.processInfo.environment["CI"] != "true", "../shared/data must be there in CI")
    }

    /// The files of the manifest with their rows, archives unpacked below `temporary`: path to open, name, row.
    static func manifest(
        _ folder: URL, unpackedBelow temporary: URL
    ) throws -> [(path: String, name: String, row: [String: String])] {
        var archives: [String: URL] = [:]
        var files: [(String, String, [String: String])] = []
        for row in try CSVTable(contentsOf: folder.appending(path: "MANIFEST.csv")).rows {
            let file = try #require(row["file"])
            let member = row["member"] ?? ""
            if member.isEmpty {
                files.append((folder.appending(path: file).path, file, row))
                continue
            }
            let unpacked = try archives[file] ?? unpack(folder.appending(path: file), below: temporary)
            archives[file] = unpacked
            files.append((unpacked.appending(path: member).path, file + "/" + member, row))
        }
        return files
    }

    private static func unpack(_ archive: URL, below temporary: URL) throws -> URL {
        let target = temporary.appending(path: archive.lastPathComponent)
        try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
        let tar = Process()
        tar.executableURL = URL(filePath: "/bin/tar")
        tar.arguments = ["-xJf", archive.path, "-C", target.path, "--strip-components=1"]
        try tar.run()
        tar.waitUntilExit()
        try #require(tar.terminationStatus == 0, "tar failed on \(archive.lastPathComponent)")
        return target
    }
}

/// Runs `body` with an empty folder and removes it afterwards.
func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "gantry-dicom-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
}
