import GantryCore
import Testing

struct ProgressionTests {
    private let first = JudgedScan(key: 1, date: "20260101", bands: JudgedScan.bands())

    private func later(_ change: (inout JudgedScan) -> Void = { _ in }) -> JudgedScan {
        var scan = JudgedScan(key: 2, date: "20260201", bands: JudgedScan.bands())
        change(&scan)
        return scan
    }

    private func progression(of scan: JudgedScan, among others: [JudgedScan]) -> Progression {
        Progression(of: scan.record, among: (others + [scan]).map(\.record))
    }

    private func comparison(_ scan: JudgedScan, since other: JudgedScan) throws -> Progression.Comparison {
        try #require(progression(of: scan, among: [other]).comparison)
    }

    @Test func `a difference beyond the band is more or less, up to it there is no clear change`() throws {
        for (probability, change) in [
            (0.8501, Progression.Change.more), (0.8499, .noClearChange), (0.7501, .noClearChange), (0.7499, .less),
        ] {
            let found = try comparison(later { $0.probability = probability }, since: first)
            #expect(found.probability.change == change, "\(probability)")
            #expect(found.probability.previous == 0.8 && found.probability.band == 0.05)
        }
        // 5 mm and 50 mL of a slice: beyond 4 mm and 20 mL.
        let more = try comparison(later { $0.probabilities = [0.9, 0.9, 0.9, 0.1] }, since: first)
        #expect(more.extentMillimetres.change == .more && more.extentMillimetres.difference == 5)
        #expect(more.lungMillilitres.change == .more && more.lungMillilitres.difference == 50)
        #expect(more.sliceDifference == 1)
        let less = try comparison(later { $0.probabilities = [0.9, 0.1, 0.1, 0.1] }, since: first)
        #expect(less.extentMillimetres.change == .less && less.lungMillilitres.change == .less)
        // As large as the band is not beyond it.
        let equal = try comparison(
            later {
                $0.probabilities = [0.9, 0.9, 0.9, 0.1]
                $0.bands = JudgedScan.bands(lung: 50, extent: 5)
            }, since: first)
        #expect(equal.extentMillimetres.change == .noClearChange && equal.lungMillilitres.change == .noClearChange)
    }

    @Test func `the bands are those that the later study was judged with`() throws {
        var old = first
        old.bands = JudgedScan.bands(0.9)
        #expect(try comparison(later { $0.probability = 0.9 }, since: old).probability.change == .more)
        old.bands = nil
        #expect(try comparison(later { $0.probability = 0.9 }, since: old).probability.change == .more)
    }

    @Test func `without a band a difference is shown and not called`() throws {
        let none = try comparison(
            later {
                $0.probability = 0.1
                $0.bands = nil
            }, since: first)
        #expect(none.probability.change == .notMeasured && none.probability.difference != nil)
        #expect(none.lungMillilitres.change == .notMeasured && none.extentMillimetres.change == .notMeasured)
        let some = try comparison(later { $0.bands = JudgedScan.bands(lung: nil) }, since: first)
        #expect(some.lungMillilitres.change == .notMeasured && some.probability.change == .noClearChange)
    }

    @Test func `a volume that an earlier version did not keep is not known, and so is the change`() throws {
        var old = first
        old.area = nil
        let found = try comparison(later(), since: old).lungMillilitres
        #expect(found.previous == nil && found.value == 100 && found.difference == nil && found.change == .unknown)
    }

    @Test func `numbers of slices at other distances have no difference, their lengths have`() throws {
        let found = try comparison(
            later {
                $0.spacing = 2.5
                $0.probabilities = [0.9, 0.9, 0.9, 0.9, 0.1]
            }, since: first)
        #expect(found.sliceDifference == nil && found.extentMillimetres.change == .noClearChange)
        #expect(found.positive.count == 4 && found.previousPositive.count == 2)
    }

    @Test func `another scanner, or one that is not named, is not called`() throws {
        func reservations(_ change: (inout JudgedScan) -> Void) throws -> [Progression.Reservation] {
            let found = try comparison(later(change), since: first)
            let isCalled = found.reservations.isEmpty
            #expect((found.probability.change == .notCalled) != isCalled && found.probability.difference != nil)
            return found.reservations
        }
        #expect(try reservations { $0.model = "Model 2" } == [.otherScanner])
        #expect(try reservations { $0.manufacturer = "Another" } == [.otherScanner])
        #expect(try reservations { $0.model = nil } == [.scannerUnknown])
        #expect(try reservations { $0.manufacturer = "  " } == [.scannerUnknown])
        #expect(try reservations { $0.manufacturer = "MAKER " } == [])
    }

    @Test func `what is doubtful or failed since is not called, what lies between the thresholds is`() throws {
        func finding(_ code: QualityFinding.Code, isFailure: Bool = true) -> [QualityFinding] {
            [QualityFinding(code: code, isFailure: isFailure, detail: "")]
        }
        func reservations(
            _ change: (inout JudgedScan) -> Void, before: (inout JudgedScan) -> Void = { _ in }
        ) throws -> [Progression.Reservation] {
            var old = first
            before(&old)
            return try comparison(later(change), since: old).reservations
        }
        #expect(try reservations { $0.findings = finding(.missingSlices) } == [.doubtful])
        #expect(try reservations { $0.findings = finding(.unlikeTraining) } == [.doubtful])
        #expect(try reservations { $0.findings = finding(.betweenThresholds) } == [])
        #expect(try reservations { $0.findings = finding(.tiltedGantry, isFailure: false) } == [])
        let failure = StudyFailureSince(
            at: Timestamp(millisecondsSince1970: 0), code: .nothingReadable, detail: "")
        #expect(try reservations({ _ in }, before: { $0.findings = finding(.notAChest) }) == [.previousDoubtful])
        #expect(try reservations { $0.failedSince = failure } == [.failedSince])
        #expect(try reservations({ _ in }, before: { $0.failedSince = failure }) == [.previousFailedSince])
    }

    @Test func `it is compared with the latest before it on the same bundle, and what lies between is named`() throws {
        let foreign = later { $0.scoringDigest = "other" }
        let unscored = JudgedScan(key: 3, date: "20260215", probabilities: [nil], probability: nil)
        let last = JudgedScan(key: 4, date: "20260301")
        let found = progression(of: last, among: [unscored, first, foreign])
        #expect(found.comparison?.studyKey == JudgedScan.key(1) && found.absence == nil)
        #expect(found.passedOver.map(\.studyKey) == [JudgedScan.key(3), JudgedScan.key(2)])
        #expect(found.passedOver.map(\.because) == [.nothingScored, .otherBundle])
        let none = progression(of: last, among: [foreign])
        #expect(none.comparison == nil && none.absence == .nothingComparable)
        #expect(none.passedOver.map(\.because) == [.otherBundle])
    }

    @Test func `another aggregation or slice threshold is another bundle, other thresholds of studies are not`() {
        func isCompared(_ change: (inout JudgingDefinition) -> Void) -> Bool {
            let scan = later {
                change(&$0.judging)
                $0.judgingDigest = "other"
            }
            return progression(of: scan, among: [first]).comparison != nil
        }
        #expect(!isCompared { $0.aggregation = .maximum })
        #expect(!isCompared { $0.slicePositiveFrom = 0.6 })
        #expect(isCompared { $0.positiveFrom = 0.7 })
    }

    @Test func `the order is that of the study dates, and of their times on one day`() {
        let morning = later { $0.time = "0800" }
        let noon = JudgedScan(key: 3, date: "20260201", time: "120000.5")
        #expect(progression(of: noon, among: [morning, first]).comparison?.studyKey == morning.record.studyKey)
        #expect(progression(of: morning, among: [noon, first]).comparison?.studyKey == first.record.studyKey)
        #expect(progression(of: first, among: [morning, noon]).absence == .firstStudy)
        let unknown = JudgedScan(key: 4, date: "20260201", time: nil)
        let found = progression(of: unknown, among: [morning, first])
        #expect(found.comparison?.studyKey == first.record.studyKey)
        #expect(found.passedOver.map(\.because) == [.orderUnknown])
    }

    @Test func `what has no date is compared with none, and none with it`() {
        let undated = JudgedScan(key: 3, date: nil)
        #expect(progression(of: undated, among: [first]).absence == .undated)
        #expect(progression(of: undated, among: []).absence == .firstStudy)
        let found = progression(of: later(), among: [undated])
        #expect(found.absence == .firstStudy && found.passedOver.isEmpty)
        #expect(progression(of: JudgedScan(key: 4, date: "20260230"), among: [first]).absence == .undated)
    }

    @Test func `only the latest revision of a study counts, and only this patient's`() throws {
        var superseded = first
        superseded.probability = 0.2
        var standing = first
        standing.revision = 2
        let found = progression(of: later(), among: [standing, superseded])
        #expect(found.comparison?.revision == 2 && found.comparison?.probability.previous == 0.8)
        var stranger = first
        stranger.patient = 2
        #expect(progression(of: later(), among: [stranger]).absence == .firstStudy)
    }

    @Test func `what was not scored is compared with none`() {
        let unscored = later {
            $0.probabilities = [nil]
            $0.probability = nil
        }
        #expect(progression(of: unscored, among: [first]).absence == .nothingScored)
    }
}
