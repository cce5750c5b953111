import Foundation
import GRDB
import GantryCore
import GantryGround
import GantryStore
import Glibc
import Synchronization
import Testing

/// One runner, readers beside it, and what either finds on disk.
@Suite struct RunnerAndReaderTests {
    @Test func `a second runner is told who holds the store, and may follow`() throws {
        let folder = try TemporaryFolder()
        do {
            let first = try folder.runner()
            let fault = try #require(try storeFault { _ = try folder.runner() })
            #expect(fault.code == .heldByAnotherRunner && fault.disposition == .retryable)
            #expect(fault.explanation.contains("pid \(getpid()) (test)"))
            withExtendedLifetime(first) {}
        }
        let second = try folder.runner()
        #expect(try second.summaries() == [])
    }

    @Test func `a reader tells whether a runner is alive, and makes no file to do so`() throws {
        let folder = try TemporaryFolder()
        do { _ = try folder.runner() }
        try FileManager.default.removeItem(atPath: folder.store + ".lock")
        let reader = try folder.reader()
        #expect(reader.runner == .absent)
        #expect(!FileManager.default.fileExists(atPath: folder.store + ".lock"))
        do {
            let runner = try folder.runner()
            #expect(reader.runner == .alive(pid: Int(getpid()), name: "test"))
            // What a killed runner leaves names it, but nobody holds it.
            try FileManager.default.copyItem(atPath: folder.store + ".lock", toPath: folder.store + ".left")
            withExtendedLifetime(runner) {}
        }
        #expect(reader.runner == .absent)
        #expect(rename(folder.store + ".left", folder.store + ".lock") == 0)
        #expect(reader.runner == .absent)
    }

    @Test func `whoever asks for the runner keeps none from starting`() throws {
        let folder = try TemporaryFolder()
        do { _ = try folder.runner() }
        let reader = try folder.reader()
        let isDone = Mutex(false)
        let asking = try JoinableThread(name: "asking") {
            while !isDone.withLock({ $0 }) { _ = reader.runner }
        }
        for _ in 0..<30 { #expect(throws: Never.self) { _ = try folder.runner() } }
        isDone.withLock { $0 = true }
        asking.join()
    }

    @Test func `what a runner's drop folder waited for is forgotten by the next`() throws {
        let folder = try TemporaryFolder()
        let settling = Settling(studies: 1, unreadFiles: 1, longest: [])
        do { try folder.runner().keep(settling) }
        let reader = try folder.reader()
        #expect(try reader.settling() == settling)
        let next = try folder.runner()
        #expect(try reader.settling() == nil && next.settling() == nil)
    }

    @Test func `a reader beside a runner sees each change and cannot make one`() throws {
        let folder = try TemporaryFolder()
        let runner = try folder.runner()
        let reader = try folder.reader()
        #expect(try reader.summaries() == [])
        let key = try runner.enqueue(try Samples.study(1), now: Samples.moment(0)).studyKey
        #expect(try reader.summaries().map(\.studyKey) == [key])
        let lease = try #require(try runner.claim(worker: "w", among: nil, leaseSeconds: 9, now: Samples.moment(1)))
        let record = try runner.commit(
            try Samples.result(), of: Samples.identity(), under: lease, now: Samples.moment(2))
        #expect(try reader.latestRecord(of: key) == record)
        let fault = try storeFault { _ = try reader.enqueue(try Samples.study(2), now: Samples.moment(3)) }
        #expect(fault?.code == .cannotOpen)
        #expect(try reader.summaries().count == 1)
    }

    @Test func `a store of version 0.4.0 is read as it is, and brought up to date by the next run`() throws {
        let folder = try TemporaryFolder()
        let key: StudyKey
        let record: StudyRecord
        do {
            let store = try folder.runner()
            key = try store.enqueue(try Samples.study(1), now: Samples.moment(0)).studyKey
            let lease = try #require(try store.claim(worker: "w", among: nil, leaseSeconds: 9, now: Samples.moment(1)))
            record = try store.commit(
                try Samples.result(), of: Samples.identity(), under: lease, now: Samples.moment(2))
        }
        try DatabaseQueue(path: folder.store).write { db in
            try db.execute(
                sql: """
                    DROP TABLE former_patient;
                    DROP TABLE input;
                    DROP TABLE settling;
                    DROP TABLE second_opinion;
                    DROP TABLE key_map;
                    DROP TABLE revision_source;
                    ALTER TABLE slice_score DROP COLUMN remarks;
                    ALTER TABLE slice_score DROP COLUMN distance;
                    ALTER TABLE slice_score DROP COLUMN lung_area_mm2;
                    DELETE FROM grdb_migrations WHERE identifier NOT LIKE '1 %';
                    """)
        }
        let reader = try folder.reader()
        #expect(try reader.summaries().map(\.studyKey) == [key])
        #expect(try reader.latestRecord(of: key)?.result.verdict == record.result.verdict)
        #expect(try reader.formerPatients(of: key).isEmpty && reader.inputs().isEmpty)
        #expect(try reader.settling() == nil)
        let runner = try folder.runner()
        let unremarked = record.result.slices.map { slice in
            var slice = slice
            slice.remarks = []
            slice.lungAreaSquareMillimetres = nil
            return slice
        }
        #expect(try runner.latestRecord(of: key)?.result.slices == unremarked)
        try runner.remember(inputs: ["/data"])
        #expect(try runner.summaries().map(\.studyKey) == [key])
        #expect(try runner.inputs() == ["/data"])
    }

    @Test func `a store that another connection holds too long is busy`() throws {
        let folder = try TemporaryFolder()
        let runner = try folder.runner(busyTimeoutSeconds: 0)
        let raw = try DatabaseQueue(path: folder.store)
        try raw.inDatabase { db in
            try db.execute(sql: "BEGIN EXCLUSIVE")
            let fault = try storeFault { _ = try runner.enqueue(try Samples.study(1), now: Samples.moment(0)) }
            #expect(fault?.code == .busy && fault?.disposition == .retryable)
            #expect(fault?.status == 5)
            try db.execute(sql: "ROLLBACK")
        }
        _ = try runner.enqueue(try Samples.study(1), now: Samples.moment(0))
    }

    @Test func `a full disk is named, and nothing of the call remains`() throws {
        let folder = try TemporaryFolder()
        let runner = try folder.runner()
        _ = try runner.enqueue(try Samples.study(1), now: Samples.moment(0))
        let lease = try #require(try runner.claim(worker: "w", among: nil, leaseSeconds: 9, now: Samples.moment(1)))
        let before = try runner.history(of: lease.studyKey)
        // 70 pages are 280 KiB; the result needs more.
        let result = try Samples.result(slices: 3000)
        try runner.limitSize(pages: 70)
        let fault = try storeFault {
            _ = try runner.commit(result, of: Samples.identity(), under: lease, now: Samples.moment(2))
        }
        try runner.limitSize(pages: nil)
        #expect(fault?.code == .diskFull && fault?.disposition == .retryable)
        #expect(try runner.history(of: lease.studyKey) == before)
        #expect(try runner.latestRecord(of: lease.studyKey) == nil)
        _ = try runner.commit(result, of: Samples.identity(), under: lease, now: Samples.moment(3))
    }

    @Test func `a newer schema is refused by runner and reader`() throws {
        let folder = try TemporaryFolder()
        _ = try folder.runner()
        let raw = try DatabaseQueue(path: folder.store)
        try raw.write { db in try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('99 from the future')") }
        for open in [folder.runner, folder.reader] {
            let fault = try storeFault { _ = try open(5) }
            #expect(fault?.code == .newerSchema)
            #expect(fault?.explanation.contains("99 from the future") == true)
        }
    }

    @Test func `a store that was never begun is brought up by a runner, not by a reader`() throws {
        let folder = try TemporaryFolder()
        #expect(try storeFault { _ = try folder.reader() }?.code == .cannotOpen)
        #expect(!FileManager.default.fileExists(atPath: folder.store), "a reader creates nothing")
        // What a runner killed at its very first step leaves.
        try Data().write(to: URL(fileURLWithPath: folder.store))
        #expect(try storeFault { _ = try folder.reader() }?.code == .cannotOpen)
        #expect(try folder.runner().summaries() == [])
        #expect(try folder.reader().summaries() == [])
    }

    @Test func `what is no store is refused and left as it is`() throws {
        let folder = try TemporaryFolder()
        let text = Data(String(repeating: "not a database. ", count: 500).utf8)
        try text.write(to: URL(fileURLWithPath: folder.store))
        for open in [folder.runner, folder.reader] {
            let fault = try storeFault { _ = try open(5) }
            #expect(fault?.code == .damaged && fault?.status == 26)
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.store)) == text)

        try FileManager.default.removeItem(atPath: folder.store)
        let foreign = try DatabaseQueue(path: folder.store)
        try foreign.write { db in try db.execute(sql: "CREATE TABLE study (recipe TEXT)") }
        try foreign.close()
        for open in [folder.runner, folder.reader] {
            #expect(try storeFault { _ = try open(5) }?.code == .damaged)
        }
    }

    @Test func `a damaged page is a fault, not a crash`() throws {
        let folder = try TemporaryFolder()
        do {
            let store = try folder.runner()
            for number in 0..<40 { _ = try store.enqueue(try Samples.study(number), now: Samples.moment(0)) }
        }
        var bytes = try Data(contentsOf: URL(fileURLWithPath: folder.store))
        let schemaEnd = 4096 * 4
        for offset in stride(from: schemaEnd, to: bytes.count, by: 3) { bytes[offset] = UInt8(offset % 253) }
        try bytes.write(to: URL(fileURLWithPath: folder.store))
        let fault = try storeFault {
            let reader = try folder.reader()
            _ = try reader.summaries()
        }
        #expect(fault?.code == .damaged)
    }

    @Test func `a value of the wrong kind is a fault, not a crash`() throws {
        let folder = try TemporaryFolder()
        let store = try folder.runner()
        let key = try store.enqueue(try Samples.study(1), now: Samples.moment(0)).studyKey
        let raw = try DatabaseQueue(path: folder.store)
        try raw.write { db in
            try db.execute(sql: "PRAGMA ignore_check_constraints = ON; UPDATE study SET study_instance_uid = 'x'")
        }
        let lease = try storeFault {
            _ = try store.claim(worker: "w", among: nil, leaseSeconds: 1, now: Samples.moment(1))
        }
        #expect(lease?.code == .damaged)
        #expect(try store.history(of: key)?.summary.state == .queued)
    }

    @Test func `a folder or file that cannot be made is named`() throws {
        let folder = try TemporaryFolder()
        try Data().write(to: URL(fileURLWithPath: folder.path + "/file"))
        let fault = try storeFault {
            _ = try SQLiteStudyStore(path: folder.path + "/file/store.sqlite", access: .runner(name: "test"))
        }
        #expect(fault?.code == .cannotOpen && fault?.status == Int(ENOTDIR))
    }
}
