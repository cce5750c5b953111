import GRDB
import GantryCore

extension SQLiteStudyStore {
    /// The connection's settings as SQLite reports them, by PRAGMA name: for `doctor` and tests.
    package func settings(_ names: [String]) throws(StoreFault) -> [String?] {
        try read { db in
            try names.map { name in
                switch try DatabaseValue.fetchOne(db, sql: "PRAGMA \(name)")?.storage {
                case .string(let text): text
                case .int64(let number): String(number)
                default: nil
                }
            }
        }
    }

    /// Lets this connection's file grow to so many pages and no further, as if the disk were full then; nil takes the
    /// limit away.
    package func limitSize(pages: Int?) throws(StoreFault) {
        try write { db in
            _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(pages ?? 0xffff_fffe)")
        }
    }
}
