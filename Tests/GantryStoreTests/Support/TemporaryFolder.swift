import Foundation
import GantryCore
import GantryStore

/// A folder that goes away with the value.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "gantry-store-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Where the tests of this folder keep their store.
    var store: String { path + "/gantry.sqlite" }

    func runner(busyTimeoutSeconds: Double = 5) throws -> SQLiteStudyStore {
        try SQLiteStudyStore(path: store, access: .runner(name: "test"), busyTimeoutSeconds: busyTimeoutSeconds)
    }

    func reader(busyTimeoutSeconds: Double = 5) throws -> SQLiteStudyStore {
        try SQLiteStudyStore(path: store, access: .reader, busyTimeoutSeconds: busyTimeoutSeconds)
    }
}

/// The fault that `body` ends with; nil where it succeeds.
func storeFault(_ body: () throws -> Void) throws -> StoreFault? {
    do {
        try body()
        return nil
    } catch let fault as StoreFault {
        return fault
    }
}
