import Foundation
import GRDB
import GantryCore

/// Opens connections to one store file: settings, schema checks, recovery from a killed runner.
struct StoreOpening {
    var path: String
    var busyTimeoutSeconds: Double

    /// A read-write connection to an existing file, brought to the newest schema.
    func openForRunning() throws(StoreFault) -> DatabaseQueue {
        do {
            return try checked(connect(readOnly: false)) { queue in
                try queue.read { db in try refuseForeign(db) }
                try StoreMigrations.migrator.migrate(queue)
                try forgetSettling(queue)
            }
        } catch {
            throw StoreFault(from: error, subject: path)
        }
    }

    /// What an earlier runner's drop folder waited for is of no use to anybody.
    private func forgetSettling(_ queue: DatabaseQueue) throws {
        guard try queue.read({ db in try Row.fetchOne(db, sql: "SELECT 1 FROM settling") }) != nil else { return }
        try queue.write { db in try db.execute(sql: "DELETE FROM settling") }
    }

    /// A read-only connection; a change half made by a killed runner is rolled back first.
    func openForReading() throws(StoreFault) -> DatabaseQueue {
        try StoreFiles.requireFile(path)
        do {
            let queue: DatabaseQueue
            do {
                queue = try connect(readOnly: true)
            } catch let error as DatabaseError where error.resultCode == .SQLITE_READONLY {
                try rollBackHotJournal()
                queue = try connect(readOnly: true)
            }
            return try checked(queue) { queue in
                try queue.read { db in
                    try refuseForeign(db)
                    // What later steps added is absent in an older store, and reads as empty.
                    guard try !StoreMigrations.migrator.appliedIdentifiers(db).isEmpty else {
                        throw StoreFault(
                            .cannotOpen, subject: path,
                            explanation: "it has no schema yet; the next run makes one")
                    }
                }
            }
        } catch {
            throw StoreFault(from: error, subject: path)
        }
    }

    /// `queue`, closed where one of the `checks` fails.
    private func checked(
        _ queue: DatabaseQueue, _ checks: (DatabaseQueue) throws -> Void
    ) throws -> DatabaseQueue {
        do {
            try checks(queue)
            return queue
        } catch {
            try? queue.close()
            throw error
        }
    }

    /// The keys made from the store's salt; the connection is closed where there are none.
    func keys(from queue: DatabaseQueue) throws(StoreFault) -> PseudonymKeys {
        do {
            let salt = try queue.read { db in try Data.fetchOne(db, sql: "SELECT salt FROM setting") }
            guard let salt else {
                throw StoreFault(
                    .damaged, subject: path,
                    explanation:
                        "the store has lost its salt: it is damaged. Bring back a copy, or name another with --store")
            }
            return PseudonymKeys(salt: salt)
        } catch {
            try? queue.close()
            throw StoreFault(from: error, subject: path)
        }
    }

    private func connect(readOnly: Bool) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = readOnly
        configuration.label = "GantryStore"
        configuration.busyMode = .timeout(busyTimeoutSeconds)
        configuration.foreignKeysEnabled = true
        configuration.prepareDatabase { db in
            try db.execute(
                sql: """
                    PRAGMA cell_size_check = ON;
                    PRAGMA temp_store = MEMORY;
                    """)
            if !readOnly {
                // Also a file that someone has put into WAL mode comes back to the rollback journal.
                try db.execute(sql: "PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA;")
            }
        }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        // It is closed by its owner, but never destroyed: with a dispatch queue goes what GRDB keeps beside it, on a
        // thread that nobody can join, and a process that ends meanwhile may crash.
        _ = Unmanaged.passRetained(queue)
        return queue
    }

    /// A read-write connection rolls a hot journal back at its first look; only where no runner lives.
    private func rollBackHotJournal() throws {
        let lock: RunnerLock
        do throws(StoreFault) {
            lock = try RunnerLock(storePath: path, name: "rolling back")
        } catch {
            if error.code == .heldByAnotherRunner {
                throw StoreFault(
                    .busy, subject: path,
                    explanation: "a runner is just taking the store over from a killed one; try again")
            }
            throw StoreFault(
                .cannotOpen, subject: path, status: error.status,
                explanation: "a killed run left a change half made, and this account may not write here to roll it "
                    + "back; the store's owner can")
        }
        let queue = try connect(readOnly: false)
        _ = try queue.read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") }
        try queue.close()
        withExtendedLifetime(lock) {}
    }

    /// Refuses a newer schema, and an SQLite file of another application.
    private func refuseForeign(_ db: Database) throws {
        let tables = try Set(String.fetchAll(db, sql: "SELECT name FROM sqlite_schema WHERE type = 'table'"))
        guard !tables.subtracting(["grdb_migrations"]).isEmpty else { return }
        guard try Int.fetchOne(db, sql: "PRAGMA application_id") == StoreMigrations.applicationID else {
            throw StoreFault(
                .damaged, subject: path,
                explanation: "it is an SQLite database, but no store of Gantry; --store names another")
        }
        let unknown = try StoreMigrations.migrator.appliedIdentifiers(db)
            .subtracting(StoreMigrations.migrator.migrations)
        guard unknown.isEmpty else {
            throw StoreFault(
                .newerSchema, subject: path,
                explanation:
                    "it was written by a newer version of Gantry (\(unknown.sorted().joined(separator: ", "))). "
                    + "Run that version, or name another store with --store; this one is left as it is")
        }
    }
}
