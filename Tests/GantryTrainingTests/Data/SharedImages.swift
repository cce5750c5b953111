import Foundation
import Testing

/// Pictures beside the package, which are not committed: `../shared/data/images`.
enum SharedImages {
    private static let folder = (0..<4).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        .deletingLastPathComponent().appending(path: "shared/data/images")

    /// Runs `body` with the path of one of them. Without it, says what is left out, and fails in continuous
    /// integration.
    static func use(_ name: String, _ body: (String) throws -> Void) throws {
        let path = folder.appending(path: name).path
        if FileManager.default.fileExists(atPath: path) { return try body(path) }
        print("skipped: \(name) of ../shared/data/images, which is not on this machine")
        #expect(ProcessInfo.processInfo.environment["CI"] != "true", "../shared/data must be there in CI")
    }
}
