import GRDB
import GantryCore

/// What is going on just now: who runs the store, and what is waited for.
extension SQLiteStudyStore {
    /// Who runs the store at this moment, as far as can be seen from outside.
    public var runner: StoreRunner { RunnerLock.holder(ofStore: path) }

    /// The pseudonym of a study; see `StudyStore`.
    public func studyKey(of studyInstanceUID: UID) throws(StoreFault) -> StudyKey {
        try keys.studyKey(of: studyInstanceUID)
    }

    /// Keeps what the runner's drop folder waits for; see `StudyStore`.
    public func keep(_ settling: Settling?) throws(StoreFault) {
        try write { db in
            guard let settling else { return try db.execute(sql: "DELETE FROM settling") }
            try db.execute(
                sql: """
                    INSERT INTO settling (id, state) VALUES (1, ?)
                    ON CONFLICT (id) DO UPDATE SET state = excluded.state
                    """,
                arguments: [try JSONColumn.text(settling)])
        }
    }

    /// What the runner's drop folder waits for; nil also in a store that no run has brought up to date.
    public func settling() throws(StoreFault) -> Settling? {
        try read { db in
            guard try db.tableExists("settling") else { return nil }
            return try Row.fetchOne(db, sql: "SELECT state FROM settling")?.json("state")
        }
    }
}
