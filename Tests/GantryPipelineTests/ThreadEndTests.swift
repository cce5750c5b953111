import GantryCore
import GantryPipeline
import GantryTestSupport
import Testing

/// A run returns when nothing of its threads is left: what still ends while `main` runs the exit handlers may crash
/// there.
struct ThreadEndTests {
    @Test func `an ingest has joined its workers, the scorer's, the digest's and the pictures' threads`() throws {
        var setting = Setting()
        setting.jobs = 3
        setting.scoringThreads = 3
        setting.groupSize = 1
        let ends = setting.countThreads()
        for study in 1...6 { try setting.add(study: study, slices: [900, 910, 920, 930, 940]) }
        #expect(setting.ingest().exitStatus == ExitStatus.done)
        #expect(ends.begun > 6)
        #expect(ends.ended == ends.begun)
    }

    @Test func `a run whose scorer fails has joined its threads`() throws {
        var setting = Setting()
        setting.jobs = 2
        setting.scoringThreads = 2
        setting.scorer = FaultyScorer(fault: ScorerFault(.notFinite, subject: "test", explanation: "no number"))
        let ends = setting.countThreads()
        for study in 1...4 { try setting.add(study: study, slices: [900, 910, 920, 930, 940]) }
        _ = setting.ingest()
        #expect(ends.begun > 0)
        #expect(ends.ended == ends.begun)
    }
}

extension Setting {
    /// Counts every thread that a fake is called on.
    func countThreads() -> ThreadEnds {
        let ends = ThreadEnds()
        reader.ends.withLock { $0 = ends }
        scorer.ends.withLock { $0 = ends }
        reports.ends.withLock { $0 = ends }
        return ends
    }
}
