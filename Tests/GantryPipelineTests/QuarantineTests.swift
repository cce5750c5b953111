import GantryCore
import GantryPipeline
import Testing

/// Studies on which the reader died twice: only a person takes them up again.
struct QuarantineTests {
    private let high = [900, 910, 920, 930, 940, 950]

    /// A run that has put one study into quarantine; the reader is well again.
    private func quarantined() throws -> Setting {
        let setting = Setting()
        try setting.add(study: 1, slices: high)
        let death = ReaderFault(.quarantined, subject: "study1/899.dcm", explanation: "died twice")
        setting.reader.content.withLock { $0.readFault = death }
        #expect(setting.ingest().studies.map(\.end.failureCode) == [.quarantined])
        setting.reader.content.withLock { $0.readFault = nil }
        return setting
    }

    @Test func `a further run leaves the study alone, says so, and ends with 65`() throws {
        let setting = try quarantined()
        for _ in 1...2 {
            let again = setting.ingest()
            #expect(again.studies.map(\.end) == [.quarantined(detail: "died twice")])
            #expect(again.exitStatus == ExitStatus.badData)
            #expect(again.filesSeen == 6 && again.account.skipped == 6)
        }
        #expect(setting.reader.reads.withLock { $0.count } == 1)
        #expect(setting.store.entries[0].state == .quarantined)
        let lines = setting.observer.events.compactMap { event -> StudyEnd? in
            if case .studyEnded(let line) = event { return line.end }
            return nil
        }
        #expect(lines.count { $0 == .quarantined(detail: "died twice") } == 2)
    }

    @Test func `beside studies that are judged it ends the run with 8`() throws {
        let setting = try quarantined()
        try setting.add(study: 2, slices: high, patient: "P2")
        let summary = setting.ingest()
        #expect(summary.exitStatus == ExitStatus.someFailed)
        #expect(summary.account.scored == 6 && summary.filesSeen == 12)
    }

    @Test func `late files do not bring it back`() throws {
        let setting = try quarantined()
        try setting.add(study: 1, slices: [nil, nil, nil, nil, nil, nil, 960])
        #expect(setting.ingest().studies.map(\.end) == [.quarantined(detail: "died twice")])
        #expect(setting.store.records.isEmpty)
    }

    @Test func `a person who asks has it tried again`() throws {
        var setting = try quarantined()
        setting.retriesQuarantined = true
        let summary = setting.ingest()
        #expect(summary.exitStatus == ExitStatus.done)
        #expect(setting.store.entries[0].state == .done)
        #expect(setting.store.records.map(\.result.verdict.finding) == [.positive])
        // From then on it is a study like any other.
        setting.retriesQuarantined = false
        #expect(setting.ingest().exitStatus == ExitStatus.done)
    }

    @Test func `one that dies again goes back, and is not tried a second time in that run`() throws {
        var setting = try quarantined()
        setting.retriesQuarantined = true
        let death = ReaderFault(.quarantined, subject: "study1/899.dcm", explanation: "died again")
        setting.reader.content.withLock { $0.readFault = death }
        #expect(setting.ingest().studies.map(\.end) == [.failed(.quarantined, detail: "died again")])
        #expect(setting.store.entries[0].attempt == 2)
        setting.retriesQuarantined = false
        #expect(setting.ingest().studies.map(\.end) == [.quarantined(detail: "died again")])
    }
}
