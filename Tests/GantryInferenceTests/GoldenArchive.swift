import Foundation
import GantryTestSupport

/// The archives of `GantryWeightImportTests/Golden`, unpacked once in a process; they go with its temporary folder.
enum GoldenArchive {
    /// Every architecture in every format: `make_family.py`.
    static let family = Result { try unpacked("family.tar.xz") }
    /// One network in the ways in which people save networks: `make_wild.py`.
    static let wild = Result { try unpacked("wild.tar.xz") }

    private static func unpacked(_ name: String) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let archive = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../GantryWeightImportTests/Golden/\(name)").standardizedFileURL.path
        let tar = Process()
        tar.executableURL = URL(fileURLWithPath: "/bin/tar")
        tar.arguments = ["-xf", archive, "-C", folder.path]
        try tar.run()
        tar.waitUntilExit()
        guard tar.terminationStatus == 0 else { throw CocoaError(.fileReadCorruptFile) }
        return folder
    }
}
