import Foundation
import GRDB
import GantryCore
import GantryGround
import GantryStore
import Glibc
import Testing

/// A runner killed at any moment leaves the old state or the new one, whole.
@Suite(.serialized) struct KilledRunnerTests {
    /// Copies a store and its journal as they lie on disk while a transaction is half written: what a kill leaves.
    private func copyMidTransaction(_ folder: TemporaryFolder) throws -> TemporaryFolder {
        let copy = try TemporaryFolder()
        let raw = try DatabaseQueue(path: folder.store)
        try raw.inDatabase { db in
            // A cache of a few pages spills changed pages into the file long before the commit.
            try db.execute(sql: "PRAGMA cache_size = 5; BEGIN IMMEDIATE; UPDATE study SET root = 'half made'")
            try db.execute(
                sql: """
                    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
                    INSERT INTO patient (patient_key, patient_id) SELECT printf('%016x', i), 'half made' FROM n
                    """)
            for suffix in ["", "-journal"] {
                try FileManager.default.copyItem(atPath: folder.store + suffix, toPath: copy.store + suffix)
            }
            try db.execute(sql: "ROLLBACK")
        }
        let halfMade = try Data(contentsOf: URL(fileURLWithPath: copy.store)).range(of: Data("half made".utf8))
        try #require(halfMade != nil, "the transaction has to have reached the file")
        return copy
    }

    @Test func `a reader rolls back what a killed runner left half made`() throws {
        let folder = try TemporaryFolder()
        let store = try folder.runner()
        let key = try store.enqueue(try Samples.study(1), now: Samples.moment(0)).studyKey
        let copy = try copyMidTransaction(folder)
        let reader = try copy.reader()
        #expect(try reader.summaries() == store.summaries())
        #expect(try reader.history(of: key) == store.history(of: key))
        #expect(!FileManager.default.fileExists(atPath: copy.store + "-journal"))
        #expect(try integrity(copy) == "ok")
    }

    @Test func `a runner rolls back what a killed runner left half made`() throws {
        let folder = try TemporaryFolder()
        let store = try folder.runner()
        _ = try store.enqueue(try Samples.study(1), now: Samples.moment(0))
        let copy = try copyMidTransaction(folder)
        let next = try copy.runner()
        #expect(try next.summaries() == store.summaries())
        #expect(try integrity(copy) == "ok")
    }

    @Test func `a reader does not touch a hot journal while a runner holds the store`() throws {
        let folder = try TemporaryFolder()
        let store = try folder.runner()
        _ = try store.enqueue(try Samples.study(1), now: Samples.moment(0))
        let copy = try copyMidTransaction(folder)
        let descriptor = open(copy.store + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        try #require(descriptor >= 0 && flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        #expect(try storeFault { _ = try copy.reader() }?.code == .busy)
        #expect(FileManager.default.fileExists(atPath: copy.store + "-journal"))
        // Not by closing alone: a child that another test starts meanwhile may have the lock too.
        #expect(flock(descriptor, LOCK_UN) == 0)
        close(descriptor)
        #expect(try copy.reader().summaries() == store.summaries())
    }

    /// Where in the commit the process kills itself: as soon as the journal has this many bytes, or the store has
    /// grown by this many.
    struct Moment: Codable, Sendable, CustomStringConvertible {
        var journalBytes: Int?
        var grownBytes: Int?
        var description: String {
            journalBytes.map { "journal of \($0) bytes" } ?? grownBytes.map { "grown by \($0) bytes" } ?? "after"
        }
    }

    @Test(arguments: [
        Moment(journalBytes: 1), Moment(journalBytes: 5000), Moment(journalBytes: 20_000), Moment(grownBytes: 1),
        Moment(grownBytes: 200_000), Moment(grownBytes: 400_000), Moment(),
    ])
    func `a process killed in its commit leaves the old state or the new`(moment: Moment) async throws {
        let folder = try TemporaryFolder()
        let result = try Samples.result(slices: 5000)
        let before: StudyHistory
        do {
            let store = try folder.runner()
            let key = try store.enqueue(try Samples.study(1), now: Samples.moment(0)).studyKey
            before = try #require(try store.history(of: key))
        }
        let path = folder.store
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, moment = moment as Moment] in
            let store = try SQLiteStudyStore(path: path, access: .runner(name: "to be killed"))
            let result = try Samples.result(slices: 5000)
            let lease = try #require(try store.claim(worker: "w", among: nil, leaseSeconds: 9, now: Samples.moment(1)))
            let watch = try KilledRunnerTests.watch(path, moment)
            try withExtendedLifetime(watch) {
                _ = try store.commit(result, of: Samples.identity(), under: lease, now: Samples.moment(2))
                kill(getpid(), SIGKILL)
            }
        }
        let hadJournal = Self.size(path + "-journal") > 0
        let status = try folder.reader()
        let seen = try #require(try status.history(of: before.summary.studyKey))
        let record = try status.latestRecord(of: before.summary.studyKey)
        switch seen.summary.state {
        case .running:
            #expect(record == nil && seen.summary.revision == 0)
        case .judged:
            #expect(record?.result == result)
            #expect(!hadJournal, "a hot journal means the old state")
        default:
            Issue.record("\(seen.summary.state) is neither the old state nor the new")
        }
        #expect(moment.journalBytes != nil || moment.grownBytes != nil || seen.summary.state == .judged)
        if moment.journalBytes == 1 { #expect(seen.summary.state == .running) }
        #expect(try integrity(folder) == "ok")

        let next = try folder.runner()
        #expect(try next.recoverAbandoned(now: Samples.moment(3)) == [before.summary.studyKey])
        let lease = try #require(try next.claim(worker: "w", among: nil, leaseSeconds: 9, now: Samples.moment(4)))
        #expect(lease.failedAttempts == 0)
        if lease.previousState != .judged {
            _ = try next.commit(result, of: Samples.identity(), under: lease, now: Samples.moment(5))
        }
        try next.finish(lease, note: "", now: Samples.moment(6))
        let end = try #require(try next.latestRecord(of: before.summary.studyKey))
        #expect(end.revision == 1 && end.result == result)
    }

    @Test(arguments: [
        Moment(journalBytes: 1), Moment(journalBytes: 20_000), Moment(grownBytes: 200_000), Moment(),
    ])
    func `a process killed as it judges anew leaves the study done, or judged anew, and never queued`(
        moment: Moment
    ) async throws {
        let folder = try TemporaryFolder()
        let result = try Samples.result(slices: 5000)
        let key: StudyKey
        do {
            let store = try folder.runner()
            key = try store.enqueue(try Samples.study(1), now: Samples.moment(0)).studyKey
            let lease = try #require(try store.claim(worker: "w", among: nil, leaseSeconds: 9, now: Samples.moment(1)))
            _ = try store.commit(result, of: Samples.identity(), under: lease, now: Samples.moment(2))
            try store.finish(lease, note: "", now: Samples.moment(3))
        }
        let path = folder.store
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, moment = moment as Moment] in
            let store = try SQLiteStudyStore(path: path, access: .runner(name: "to be killed"))
            let key = try #require(try store.summaries().first?.studyKey)
            let record = try #require(try store.latestRecord(of: key))
            let watch = try KilledRunnerTests.watch(path, moment)
            try withExtendedLifetime(watch) {
                _ = try store.rejudge(
                    record, as: record.result, worker: "r", leaseSeconds: 9, now: Samples.moment(4))
                kill(getpid(), SIGKILL)
            }
        }
        let next = try folder.runner()
        _ = try next.recoverAbandoned(now: Samples.moment(5))
        let summary = try #require(try next.summaries().first)
        switch summary.state {
        case .done: #expect(summary.revision == 1 && moment.journalBytes ?? moment.grownBytes != nil)
        case .judged: #expect(summary.revision == 2)
        default: Issue.record("\(summary.state) is neither the old state nor the new")
        }
        if moment.journalBytes == 1 { #expect(summary.state == .done) }
        let record = try #require(try next.latestRecord(of: key))
        #expect(record.revision == summary.revision && record.result == result)
        #expect(try integrity(folder) == "ok")
    }

    /// Kills this process when the store that is written at `path` has come to the moment. It has no end of its own: it
    /// must not be waited for.
    private static func watch(_ path: String, _ moment: Moment) throws -> JoinableThread {
        let size = size(path)
        return try JoinableThread(name: "watch") {
            while true {
                if let bytes = moment.journalBytes, Self.size(path + "-journal") >= bytes { kill(getpid(), SIGKILL) }
                if let bytes = moment.grownBytes, Self.size(path) >= size + bytes { kill(getpid(), SIGKILL) }
            }
        }
    }

    /// Bytes of a file; 0 where there is none.
    static func size(_ path: String) -> Int {
        var facts = stat()
        return stat(path, &facts) == 0 ? Int(facts.st_size) : 0
    }

    private func integrity(_ folder: TemporaryFolder) throws -> String? {
        let raw = try DatabaseQueue(path: folder.store)
        return try raw.read { db in
            #expect(try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").isEmpty)
            return try String.fetchOne(db, sql: "PRAGMA integrity_check")
        }
    }
}
