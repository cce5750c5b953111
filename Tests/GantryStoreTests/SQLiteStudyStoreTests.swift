import Foundation
import GRDB
import GantryCore
import GantryStore
import Testing

/// What the SQLite store keeps, and what it never tells.
@Suite struct SQLiteStudyStoreTests {
    @Test func `a study of 1,000 slices comes back equal from another connection`() throws {
        let folder = try TemporaryFolder()
        let key: StudyKey
        let record: StudyRecord
        do {
            let store = try folder.runner()
            key = try store.enqueue(try Samples.study(1), now: Samples.moment(0)).studyKey
            let lease = try #require(try store.claim(worker: "w", among: nil, leaseSeconds: 9, now: Samples.moment(1)))
            let result = try Samples.result(slices: 1000)
            record = try store.commit(result, of: Samples.identity(), under: lease, now: Samples.moment(2))
            #expect(record.result == result)
        }
        let reader = try folder.reader()
        #expect(try reader.latestRecord(of: key) == record)
        #expect(record.result.slices.count == 1000)
    }

    @Test func `a store from before there were remarks opens, and its slices have none`() throws {
        let folder = try TemporaryFolder()
        let key: StudyKey
        do {
            let store = try folder.runner()
            key = try store.enqueue(try Samples.study(1), now: Samples.moment(0)).studyKey
            let lease = try #require(try store.claim(worker: "w", among: nil, leaseSeconds: 9, now: Samples.moment(1)))
            _ = try store.commit(
                try Samples.result(slices: 20), of: Samples.identity(), under: lease, now: Samples.moment(2))
            // As it was: without the column, and without the step that adds it.
            let raw = try DatabaseQueue(path: folder.store)
            try raw.write { db in
                try db.execute(sql: "ALTER TABLE slice_score DROP COLUMN remarks")
                try db.execute(sql: "DELETE FROM grdb_migrations WHERE identifier = 'remarks on slices'")
            }
            withExtendedLifetime(store) {}
        }
        let slices = try #require(try folder.runner().latestRecord(of: key)).result.slices
        #expect(slices.count == 20 && slices.allSatisfy(\.remarks.isEmpty))
    }

    @Test func `a row that contradicts its others is damage, and nothing traps`() throws {
        let folder = try TemporaryFolder()
        let store = try folder.runner()
        let key = try store.enqueue(try Samples.study(1), now: Samples.moment(0)).studyKey
        let lease = try #require(try store.claim(worker: "w", among: nil, leaseSeconds: 9, now: Samples.moment(1)))
        _ = try store.commit(try Samples.result(), of: Samples.identity(), under: lease, now: Samples.moment(2))
        try DatabaseQueue(path: folder.store).write { db in
            try db.execute(sql: "DROP TRIGGER slice_score_is_not_updated")
            try db.execute(sql: "UPDATE slice_score SET reason = 'pixelDataIncomplete' WHERE slice_index = 1")
        }
        #expect(try storeFault { _ = try store.latestRecord(of: key) }?.code == .damaged)
        #expect(try store.summaries().map(\.studyKey) == [key])
    }

    @Test func `keys survive a new start and differ between stores`() throws {
        let (one, other) = (try TemporaryFolder(), try TemporaryFolder())
        let study = try Samples.study(1)
        func key(_ folder: TemporaryFolder) throws -> [String] {
            let store = try folder.runner()
            let key = try store.enqueue(study, now: Samples.moment(0)).studyKey
            return [key.value] + (try store.patientKey(patientID: "PAT-7").map(\.value))
        }
        let first = try key(one)
        #expect(first.count == 2)
        #expect(try key(one) == first)
        #expect(Set(try key(other)).isDisjoint(with: first))
    }

    @Test func `a key of 16 digits is HMAC-SHA256 under the stored salt`() throws {
        let folder = try TemporaryFolder()
        let key: StudyKey
        do {
            let store = try folder.runner()
            // Another salt, so that the expected digits can be computed elsewhere:
            // python3: hmac.new(bytes(range(32)), b"study\0" + uid, "sha256").hexdigest()[:16]
            let raw = try DatabaseQueue(path: folder.store)
            try raw.write { db in
                try db.execute(sql: "DROP TRIGGER setting_is_not_updated")
                try db.execute(sql: "UPDATE setting SET salt = ?", arguments: [Data(0..<32)])
            }
            withExtendedLifetime(store) {}
        }
        let store = try folder.runner()
        key = try store.enqueue(try Samples.study(1), now: Samples.moment(0)).studyKey
        #expect(key.value == "e4544e49f4fb59e4")
        #expect(try store.summaries().first?.patientKey.value == "ac1fc88d434a8041")
    }

    @Test func `a key that belongs to another study is refused, not merged`() throws {
        let folder = try TemporaryFolder()
        let store = try folder.runner()
        let key = try store.enqueue(try Samples.study(1), now: Samples.moment(0)).studyKey
        let raw = try DatabaseQueue(path: folder.store)
        try raw.write { db in try db.execute(sql: "UPDATE study SET study_instance_uid = '9.9', root = 'kept'") }
        let fault = try storeFault { _ = try store.enqueue(try Samples.study(1), now: Samples.moment(1)) }
        #expect(fault?.code == .illegalMove)
        #expect(fault?.subject == key.value)
        #expect(try raw.read { db in try String.fetchOne(db, sql: "SELECT root FROM study") } == "kept")

        try raw.write { db in try db.execute(sql: "UPDATE patient SET patient_id = 'somebody else'") }
        #expect(
            try storeFault { _ = try store.enqueue(try Samples.study(2), now: Samples.moment(1)) }?.code
                == .illegalMove)
    }

    @Test func `no identity reaches audit, attempts or faults`() throws {
        let folder = try TemporaryFolder()
        let store = try folder.runner()
        var study = try Samples.study(77_777, patientID: "SECRET-ID", issuer: "SECRET-ISSUER", root: "/in/SECRET^ROOT")
        study.patient.patientName = "SECRET^NAME"
        study.patient.patientBirthDate = "19010101"
        study.study.accessionNumber = "SECRET-ACC"
        _ = try store.enqueue(study, now: Samples.moment(0))
        let lease = try #require(try store.claim(worker: "w", among: nil, leaseSeconds: 9, now: Samples.moment(1)))
        try store.fail(
            lease, failure: try Samples.failure(.timedOut), retryAt: Samples.moment(3), now: Samples.moment(2))
        let second = try #require(try store.claim(worker: "w", among: nil, leaseSeconds: 9, now: Samples.moment(3)))
        _ = try store.commit(try Samples.result(), of: study.identity, under: second, now: Samples.moment(4))
        try store.finish(second, note: "reports written", now: Samples.moment(5))
        _ = try store.enqueue(study, now: Samples.moment(6))
        let fault = try #require(try storeFault { try store.release(second, now: Samples.moment(7)) })

        let raw = try DatabaseQueue(path: folder.store)
        let text = try raw.read { db in
            try ["audit", "attempt"].flatMap { try Row.fetchAll(db, sql: "SELECT * FROM \($0)") }
                .map(\.description).joined(separator: "\n")
        }
        #expect(text.contains(lease.studyKey.value))
        for secret in ["SECRET", "19010101", study.studyInstanceUID.value, "ACC"] {
            #expect(!text.contains(secret))
            #expect(!fault.description.contains(secret))
        }
    }

    @Test func `files are the owner's alone, and so is a folder the store creates`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/state/deep/gantry.sqlite"
        let store = try SQLiteStudyStore(path: path, access: .runner(name: "test"))
        // A transaction held open shows the journal.
        let raw = try DatabaseQueue(path: path)
        try raw.inDatabase { db in
            try db.execute(sql: "BEGIN IMMEDIATE; INSERT INTO patient (patient_key) VALUES ('0123456789abcdef')")
            for (name, mode) in [
                ("state", 0o700), ("state/deep", 0o700), ("state/deep/gantry.sqlite", 0o600),
                ("state/deep/gantry.sqlite.lock", 0o600), ("state/deep/gantry.sqlite-journal", 0o600),
            ] {
                let facts = try FileManager.default.attributesOfItem(atPath: folder.path + "/" + name)
                #expect(facts[.posixPermissions] as? Int == mode, "\(name)")
            }
            try db.execute(sql: "ROLLBACK")
        }
        withExtendedLifetime(store) {}
    }

    @Test func `the connection keeps a rollback journal and syncs everything`() throws {
        let folder = try TemporaryFolder()
        do {
            _ = try folder.runner()
            let raw = try DatabaseQueue(path: folder.store)
            try raw.inDatabase { db in _ = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL") }
            try raw.close()
        }
        let store = try folder.runner()
        let pragmas = try store.settings(["journal_mode", "synchronous", "foreign_keys", "application_id"])
        #expect(pragmas == ["delete", "3", "1", String(0x474E_5459)])
    }

    @Test func `the tables for 10,000 studies are read through their indexes`() throws {
        let folder = try TemporaryFolder()
        _ = try folder.runner()
        let raw = try DatabaseQueue(path: folder.store)
        func plan(_ sql: String) throws -> String {
            try raw.read { db in
                try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql).map { $0["detail"] as String }
                    .joined(separator: "; ")
            }
        }
        #expect(
            try plan(
                """
                SELECT * FROM study WHERE state IN ('queued', 'waiting', 'judged')
                    AND (lease_until IS NULL OR lease_until <= 5) ORDER BY sequence
                """
            ).contains("study_claimable"))
        #expect(try plan("SELECT * FROM study WHERE worker IS NOT NULL ORDER BY sequence").contains("study_leased"))
        #expect(try plan("SELECT * FROM study WHERE patient_key = 'a'").contains("study_by_patient"))
        #expect(try plan("SELECT * FROM audit WHERE study_key = 'a' ORDER BY audit_id").contains("audit_by_study"))
        let summaries = try plan(
            """
            SELECT * FROM study LEFT JOIN revision
                ON revision.study_key = study.study_key AND revision.revision = study.revision ORDER BY sequence
            """)
        #expect(summaries.contains("SEARCH revision USING INDEX"))
        #expect(!summaries.contains("TEMP B-TREE"))
        let latestEnd = try plan(
            """
            SELECT (SELECT attempt FROM attempt AS ended WHERE ended.study_key = study.study_key
                AND ended.outcome IN ('done', 'failed', 'quarantined') ORDER BY ended.attempt DESC LIMIT 1) FROM study
            """)
        #expect(latestEnd.contains("SEARCH ended USING PRIMARY KEY"))
        #expect(!latestEnd.contains("TEMP B-TREE"))
    }
}
