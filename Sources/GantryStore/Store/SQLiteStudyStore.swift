import GRDB
import GantryCore

/// The `StudyStore` in one SQLite file: a single connection, rollback journal, `synchronous=EXTRA`, foreign keys on.
///
/// A store is opened either for running (it is created where absent, brought to the newest schema, and held by a lock
/// until the value goes away) or for reading beside a runner. Every write is one immediate transaction. The file holds
/// patient identity: it, its journal and its lock have mode 0600.
public final class SQLiteStudyStore: StudyStore {
    /// What a store is opened for.
    public enum Access: Sendable, Hashable {
        /// To run: the only writer. `name` stands beside the process id in the lock file, for the next who asks.
        case runner(name: String)
        /// To read, also while a runner works.
        case reader
    }

    /// The file.
    public let path: String
    let queue: DatabaseQueue
    let keys: PseudonymKeys
    private let lock: RunnerLock?

    /// Opens the store at `path`; a call waits up to `busyTimeoutSeconds` for another connection.
    ///
    /// A reader that finds a change half made by a killed runner rolls it back first, provided no runner holds the
    /// store.
    ///
    /// **Throws** `.heldByAnotherRunner` (with the other's pid), `.cannotOpen`, `.newerSchema`, `.damaged`, `.busy`,
    /// `.diskFull`, `.inputOutput`.
    public init(path: String, access: Access, busyTimeoutSeconds: Double = 5) throws(StoreFault) {
        self.path = path
        let opening = StoreOpening(path: path, busyTimeoutSeconds: busyTimeoutSeconds)
        switch access {
        case .runner(let name):
            try StoreFiles.createFolder(of: path)
            lock = try RunnerLock(storePath: path, name: name)
            try StoreFiles.createIfAbsent(path)
            queue = try opening.openForRunning()
        case .reader:
            lock = nil
            queue = try opening.openForReading()
        }
        keys = try opening.keys(from: queue)
    }

    deinit {
        // Before the lock goes: the next runner must not meet this connection.
        try? queue.close()
    }

    /// Runs `body` in one immediate transaction.
    func write<Value>(_ body: (Database) throws -> Value) throws(StoreFault) -> Value {
        guard lock != nil else {
            throw StoreFault(.cannotOpen, subject: path, explanation: "the store was opened for reading only")
        }
        do {
            return try queue.write(body)
        } catch {
            throw StoreFault(from: error, subject: path)
        }
    }

    /// Runs `body` in one read transaction: it sees one moment of the store.
    func read<Value>(_ body: (Database) throws -> Value) throws(StoreFault) -> Value {
        do {
            return try queue.read(body)
        } catch {
            throw StoreFault(from: error, subject: path)
        }
    }
}
