import Foundation
import Testing

/// Real and malformed files beside the package, which are not committed.
enum SharedData {
    /// Their folder.
    static let url = Executable.packageFolder.deletingLastPathComponent().appending(path: "shared/data")

    /// Runs `body` with one of its folders. Without one it says what is left out, and fails in continuous integration.
    static func use(_ name: String, _ body: (URL) throws -> Void) throws {
        let folder = url.appending(path: name)
        if folder.exists { return try body(folder) }
        print("skipped: \(name) of ../shared/data, which is not on this machine")
        #expect(ProcessInfo.processInfo.environment["CI"] != "true", "../shared/data must be there in CI")
    }
}
