import Foundation
import GRDB

/// The store's schema as a list of named steps. Steps are only ever appended; one that has been released never changes.
enum StoreMigrations {
    /// "GNTY": marks the file as a store of this application (SQLite header, offset 68).
    static let applicationID = 0x474E_5459

    /// Every step, oldest first.
    static let migrator: DatabaseMigrator = {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 studies, revisions, audit") { db in
            try db.execute(sql: "PRAGMA application_id = \(applicationID)")
            try db.execute(sql: FirstSchema.tables)
            try db.execute(sql: FirstSchema.rules)
            try db.execute(
                sql: "INSERT INTO setting (id, salt, created_at) VALUES (1, ?, ?)",
                arguments: [randomSalt(), Int64(Date().timeIntervalSince1970 * 1000)])
        }
        migrator.registerMigration("remarks on slices") { db in
            // NULL: nothing was noticed, or an earlier version did not look.
            try db.execute(
                sql: "ALTER TABLE slice_score ADD COLUMN remarks TEXT CHECK (remarks IS NULL OR json_valid(remarks))")
        }
        migrator.registerMigration("second opinions") { db in
            try db.execute(sql: SecondOpinionSchema.tables)
        }
        migrator.registerMigration("former patients") { db in
            try db.execute(sql: LaterSchemas.formerPatients)
        }
        migrator.registerMigration("inputs") { db in try db.execute(sql: LaterSchemas.inputs) }
        migrator.registerMigration("settling") { db in try db.execute(sql: LaterSchemas.settling) }
        migrator.registerMigration("maps of key slices") { db in try db.execute(sql: LaterSchemas.keyMaps) }
        migrator.registerMigration("distances of slices") { db in
            // NULL: not measured.
            try db.execute(
                sql: "ALTER TABLE slice_score ADD COLUMN distance REAL CHECK (distance IS NULL OR distance >= 0)")
        }
        migrator.registerMigration("lung areas of slices") { db in
            // NULL: the slice was not decoded, or an earlier version did not keep it.
            try db.execute(
                sql: """
                    ALTER TABLE slice_score ADD COLUMN lung_area_mm2 REAL
                        CHECK (lung_area_mm2 IS NULL OR lung_area_mm2 >= 0)
                    """)
        }
        migrator.registerMigration("images of origin") { db in try db.execute(sql: SourceSchema.tables) }
        return migrator
    }()

    /// 32 bytes from the system's generator.
    private static func randomSalt() -> Data {
        var generator = SystemRandomNumberGenerator()
        return Data((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }
}
