import Foundation
import GantryCore

/// A `DropFolder` without a disk, for tests of what stands above it; held to the same suite as the real one.
package final class InMemoryDropFolder: DropFolder, @unchecked Sendable {
    // Sendable because everything is touched while `condition` is locked.
    private let condition = NSCondition()
    private var files: [String: String] = [:]
    private var seen: [String: String] = [:]
    private var told: [String: String] = [:]
    private var isWoken = false

    /// An empty folder.
    package init() {}

    /// Puts a file there, or changes it.
    package func put(_ path: String, _ text: String) { condition.withLock { files[path] = text } }

    /// Takes a file away.
    package func remove(_ path: String) { condition.withLock { files[path] = nil } }

    package func look() throws(DropFolderFault) -> DropFolderView {
        condition.withLock {
            defer { seen = files }
            func sorted(_ paths: [String]) -> [String] { paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
            let paths = sorted(Array(files.keys))
            let settled = paths.filter { seen[$0] == files[$0] && told[$0] != files[$0] }
            for path in settled { told[path] = files[path] }
            let gone = sorted(seen.keys.filter { files[$0] == nil })
            for path in gone { told[path] = nil }
            return DropFolderView(
                settled: settled, unsettled: paths.filter { seen[$0] != files[$0] }, outcomes: [], gone: gone)
        }
    }

    package func wait(seconds: Double) {
        condition.withLock {
            let end = Date(timeIntervalSinceNow: seconds)
            while !isWoken, condition.wait(until: end) {}
            isWoken = false
        }
    }

    package func wake() {
        condition.withLock {
            isWoken = true
            condition.broadcast()
        }
    }
}
