import Foundation

/// A file of its own in the temporary directory, removed with the test.
package final class TemporaryFile {
    package let path = FileManager.default.temporaryDirectory.appendingPathComponent("gantry-\(UUID().uuidString)").path

    package init(_ bytes: [UInt8] = []) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }

    package var bytes: [UInt8] { get throws { Array(try Data(contentsOf: URL(fileURLWithPath: path))) } }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
