import GantryCore
import GantryPipeline
import GantryTestSupport
import Testing

/// The ends of the files of a study that came to no verdict: each says what is known of that file, and no more.
struct FailedStudyFilesTests {
    private let high = [900, 910, 920, 930, 940, 950]

    private func failed(_ change: (inout InMemoryStudyReader.Content) -> Void) throws -> (Setting, StudyFailure) {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        setting.reader.content.withLock { change(&$0) }
        let summary = setting.ingest()
        #expect(summary.filesSeen == 6)
        return (setting, try #require(setting.store.entries[0].failure))
    }

    private func reasons(_ failure: StudyFailure) -> [String: FileReason] {
        Dictionary(failure.files.map { ($0.file, $0.reason) }, uniquingKeysWith: { first, _ in first })
    }

    @Test func `in a quarantined study the files that killed the reader are named, and the others are sound`() throws {
        let (setting, failure) = try failed { content in
            content.undecodable = ["study1/900.dcm"]
            content.missReasons = ["study1/900.dcm": .readerDied]
            content.readFault = ReaderFault(.quarantined, subject: "study1/899.dcm", explanation: "SIGSEGV, twice")
        }
        #expect(failure.code == .quarantined)
        let reasons = reasons(failure)
        #expect(reasons["study1/900.dcm"] == .readerDied && reasons["study1/899.dcm"] == .readerDied)
        #expect(reasons.values.count { $0 == .studyNotJudged } == 4)
        #expect(failure.files.first { $0.file == "study1/900.dcm" }?.detail == "too short")
        #expect(failure.files.first { $0.file == "study1/899.dcm" }?.detail == "SIGSEGV, twice")
        #expect(failure.files.first { $0.file == "study1/895.dcm" }?.detail.contains("SIGSEGV, twice") == true)
        #expect(setting.store.entries[0].state == .quarantined)
    }

    @Test func `a study whose files take too long is tried again later, and its other files are sound`() throws {
        let slow = ReaderFault(.timedOut, subject: "study1/899.dcm", explanation: "ten times")
        let (setting, failure) = try failed { $0.readFault = slow }
        // Four attempts, as with everything that may pass.
        #expect(setting.store.entries[0].attempt == 4)
        #expect(setting.store.entries[0].state == .failed)
        #expect(failure.code == .readerTimedOut)
        #expect(reasons(failure)["study1/899.dcm"] == .readerTimedOut)
        #expect(reasons(failure).values.count { $0 == .studyNotJudged } == 5)
        #expect(setting.ingest().exitStatus == ExitStatus.temporaryFailure)
        setting.reader.content.withLock { $0.readFault = nil }
        #expect(setting.ingest().exitStatus == ExitStatus.done)
    }

    @Test func `files of a study that ran out of time were not left out by the slice selection`() throws {
        let setting = Setting()
        try setting.add(study: 1, slices: Array(repeating: 500, count: 50))
        setting.reader.content.withLock { $0.undecodable = ["study1/900.dcm"] }
        // The hour ends after the digest's 50 questions or the reading's, whichever come first, and before those of
        // both.
        setting.time.tick(milliseconds: 25_000)
        let summary = setting.ingest()
        #expect(summary.studies.map(\.end.failureCode) == [.timedOut])
        let failure = try #require(setting.store.entries[0].failure)
        #expect(reasons(failure)["study1/900.dcm"] == .pixelDataIncomplete)
        #expect(reasons(failure).values.count { $0 == .studyNotJudged } == 49)
        #expect(summary.account.skipped == 49 && summary.account.rejected == 1)
    }

    @Test func `both files that ended the reader while the content was digested are named`() throws {
        var fault = ReaderFault(.quarantined, subject: "study1/898.dcm", explanation: "failed 2 times")
        fault.earlierSubjects = ["study1/900.dcm"]
        let (_, failure) = try failed { $0.digestFaults = [fault] }
        #expect(failure.code == .quarantined)
        let died = failure.files.filter { $0.reason == .readerDied }
        #expect(died.map(\.file).sorted() == ["study1/898.dcm", "study1/900.dcm"])
        #expect(died.first { $0.file == "study1/900.dcm" }?.detail.contains("study1/898.dcm") == true)
    }

    @Test func `a reader that cannot be started says nothing about the files`() throws {
        let fault = ReaderFault(.readerUnavailable, subject: "reader", explanation: "cannot be started")
        let (_, failure) = try failed { $0.digestFaults = Array(repeating: fault, count: 9) }
        #expect(failure.code == .readerFault)
        #expect(failure.files.allSatisfy { $0.reason == .studyNotJudged && $0.disposition == .skipped })
    }

    @Test func `a fault of the scorer says nothing about the files, and keeps the reader's words`() throws {
        var setting = Setting()
        setting.scorer = FaultyScorer(fault: ScorerFault(.notFinite, subject: "slice", explanation: "nan"))
        try setting.add(study: 1, slices: high)
        setting.reader.content.withLock { $0.undecodable = ["study1/900.dcm"] }
        _ = setting.ingest()
        let failure = try #require(setting.store.entries[0].failure)
        #expect(reasons(failure)["study1/900.dcm"] == .pixelDataIncomplete)
        #expect(failure.files.first { $0.file == "study1/900.dcm" }?.detail == "too short")
        #expect(reasons(failure).values.count { $0 == .studyNotJudged } == 5)
    }
}
