import Foundation
import GRDB
import GantryCore
import GantryStore
import Testing

/// What tables are made of.
@Suite struct StudyAccountTests {
    private func claim(_ number: Int, in store: SQLiteStudyStore, at moment: Int64) throws -> StudyLease {
        let key = try store.enqueue(try Samples.study(number), now: Samples.moment(moment)).studyKey
        return try #require(
            try store.claim(worker: "w", among: [key], leaseSeconds: 9, now: Samples.moment(moment + 1)))
    }

    private func judge(_ number: Int, in store: SQLiteStudyStore, salt: Int = 0, at moment: Int64) throws {
        let lease = try claim(number, in: store, at: moment)
        _ = try store.commit(
            try Samples.result(salt: salt), of: Samples.identity(number), under: lease, now: Samples.moment(moment + 2))
        try store.finish(lease, note: "", now: Samples.moment(moment + 3))
    }

    private func fail(
        _ number: Int, in store: SQLiteStudyStore, _ code: StudyFailure.Code = .noSuitableSeries, at moment: Int64
    ) throws {
        let lease = try claim(number, in: store, at: moment)
        try store.fail(lease, failure: try Samples.failure(code), retryAt: nil, now: Samples.moment(moment + 2))
    }

    private func read(
        _ store: SQLiteStudyStore, since: Int64? = nil, all: Bool = false
    ) throws -> [StudyAccount] {
        var accounts: [StudyAccount] = []
        try store.forEachAccount(since: since.map(Samples.moment), allRevisions: all) { accounts.append($0) }
        return accounts
    }

    /// Studies 1 (two revisions), 2 (failed), 3 (in quarantine), 4 (judged, failed since), 5 (queued), each from a
    /// moment of its own on.
    private func filled(_ folder: TemporaryFolder) throws -> SQLiteStudyStore {
        let store = try folder.runner()
        try judge(1, in: store, salt: 1, at: 0)
        try fail(2, in: store, at: 100)
        try fail(3, in: store, .quarantined, at: 200)
        try judge(4, in: store, salt: 4, at: 300)
        _ = try store.enqueue(try Samples.study(5), now: Samples.moment(400))
        try judge(1, in: store, salt: 2, at: 500)
        try fail(4, in: store, at: 600)
        return store
    }

    @Test func `every study comes once, with what it has`() throws {
        let folder = try TemporaryFolder()
        let store = try filled(folder)
        let accounts = try read(folder.reader())
        let (summaries, uids) = (try store.summaries(), try (1...5).map { try Samples.study($0).studyInstanceUID })
        #expect(accounts.map(\.summary) == summaries)
        #expect(accounts.map(\.studyInstanceUID) == uids)
        #expect(accounts.map(\.isStanding) == [true, nil, nil, true, nil])
        for account in accounts {
            var record = try store.latestRecord(of: account.summary.studyKey)
            #expect(record?.result.keyPictures.isEmpty != true)
            record?.result.keyPictures = []
            #expect(account.record == record)
        }
        #expect(accounts[0].identity == Samples.identity(1))
        #expect(accounts[3].record?.failedSince?.code == .noSuitableSeries)
        let failed = try Samples.failure()
        for account in accounts[1...2] {
            #expect(account.series == failed.seriesDecisions && account.files == failed.files)
            #expect(account.slices.isEmpty)
        }
        #expect(accounts[4].series.isEmpty && accounts[4].files.isEmpty)
    }

    @Test func `every revision comes where all are asked for, the oldest first`() throws {
        let folder = try TemporaryFolder()
        let accounts = try read(try filled(folder), all: true)
        #expect(accounts.map { $0.record?.revision } == [1, 2, nil, nil, 1, nil])
        #expect(accounts.map(\.isStanding) == [false, true, nil, nil, true, nil])
        #expect(accounts[0].record?.result.provenance.contentDigest == "c1")
        #expect(accounts[1].record?.result.provenance.contentDigest == "c2")
        #expect(accounts[0].summary == accounts[1].summary)
    }

    /// Seconds, and the studies that come since then, by their numbers: with the latest revision, with all.
    static let moments: [(Int64, [Int], [Int])] = [
        (0, [1, 2, 3, 4, 5], [1, 1, 2, 3, 4, 5]), (2, [1, 2, 3, 4, 5], [1, 1, 2, 3, 4, 5]),
        (3, [1, 2, 3, 4, 5], [1, 2, 3, 4, 5]), (102, [1, 2, 3, 4, 5], [1, 2, 3, 4, 5]),
        (103, [1, 3, 4, 5], [1, 3, 4, 5]), (302, [1, 4, 5], [1, 4, 5]), (400, [1, 4, 5], [1, 4, 5]),
        (401, [1, 4], [1, 4]), (503, [4], [4]), (602, [4], [4]), (603, [], []),
    ]

    @Test(arguments: moments) func `since a moment come those that were judged, failed or changed then or later`(
        since: Int64, latest: [Int], all: [Int]
    ) throws {
        let folder = try TemporaryFolder()
        let store = try filled(folder)
        func numbers(_ accounts: [StudyAccount]) -> [Int] {
            accounts.compactMap { Int($0.studyInstanceUID.value.split(separator: ".").last ?? "") }
        }
        #expect(numbers(try read(store, since: since)) == latest)
        #expect(numbers(try read(store, since: since, all: true)) == all)
    }

    @Test func `what the body throws ends the reading and comes out, and a runner may write meanwhile`() throws {
        struct Enough: Error {}
        let folder = try TemporaryFolder()
        let store = try filled(folder)
        let reader = try folder.reader()
        var count = 0
        #expect(throws: Enough.self) {
            try reader.forEachAccount { _ in
                count += 1
                try judge(6, in: store, salt: count, at: 700)
                if count == 3 { throw Enough() }
            }
        }
        #expect(count == 3)
        #expect(try read(reader).count == 6)
    }

    @Test func `pseudonyms are the same for the same, in this store alone`() throws {
        let (folder, other) = (try TemporaryFolder(), try TemporaryFolder())
        let pseudonyms = try folder.runner().pseudonyms
        let uid = pseudonyms.uid(for: "1.2.840.113619.2.55")
        let again = try folder.reader().pseudonyms
        #expect(uid == again.uid(for: "1.2.840.113619.2.55"))
        #expect(uid != pseudonyms.uid(for: "1.2.840.113619.2.5") && UID(uid)?.value == uid)
        let number = try #require(UInt128(uid.dropFirst("2.25.".count)))
        #expect(number >> 76 & 0xF == 8 && number >> 62 & 3 == 2, "no UUID of version 8")
        let digits = pseudonyms.digits(for: "Müller^Åsa")
        #expect(digits.wholeMatch(of: #/[0-9a-f]{16}/#) != nil && digits != pseudonyms.digits(for: "Muller^Asa"))
        let foreign = try other.runner().pseudonyms
        #expect(foreign.uid(for: "1.2.840.113619.2.55") != uid && foreign.digits(for: "Müller^Åsa") != digits)
        // A UID and a text that look alike have nothing in common.
        #expect(pseudonyms.digits(for: "1.2") != String(pseudonyms.uid(for: "1.2").suffix(16)))
    }

    @Test func `a store that knew neither remarks nor distances is read without`() throws {
        let folder = try TemporaryFolder()
        try judge(1, in: try folder.runner(), at: 0)
        try DatabaseQueue(path: folder.store).write { db in
            try db.execute(
                sql: """
                    ALTER TABLE slice_score DROP COLUMN distance;
                    ALTER TABLE slice_score DROP COLUMN remarks;
                    DELETE FROM grdb_migrations WHERE identifier IN ('distances of slices', 'remarks on slices')
                    """)
        }
        let slices = try #require(try read(folder.reader()).first).slices
        #expect(slices.count == 4 && slices.allSatisfy { $0.remarks.isEmpty && $0.distance == nil })
    }
}
