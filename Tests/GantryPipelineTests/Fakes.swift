import Foundation
import GantryCore
import GantryPipeline
import GantryTestSupport
import Synchronization

/// A clock that stands still, and moves to the moment that somebody waits for.
final class FakeTime: WallClock, SteadyClock, Waker, @unchecked Sendable {
    // Sendable because everything is touched while `condition` is locked.
    private let condition = NSCondition()
    private var moment = Timestamp(millisecondsSince1970: 1_000_000)
    private var passed = Duration.zero
    private var count = 0
    private var step: Int64 = 0

    func now() -> Timestamp {
        condition.withLock {
            pass(milliseconds: step)
            return moment
        }
    }
    func elapsed() -> Duration {
        condition.withLock {
            pass(milliseconds: step)
            return passed
        }
    }
    private func pass(milliseconds: Int64) {
        moment.millisecondsSince1970 += milliseconds
        passed += .milliseconds(milliseconds)
    }
    /// Somebody sets the date: no time passes.
    func setDate(bySeconds seconds: Int64) { condition.withLock { moment.millisecondsSince1970 += seconds * 1000 } }
    /// Every question costs this much time from now on.
    func tick(milliseconds: Int64) { condition.withLock { step = milliseconds } }
    func advance(seconds: Double) { condition.withLock { pass(milliseconds: Int64(seconds * 1000)) } }
    var wakes: Int { condition.withLock { count } }
    func wait(since mark: Int, until end: Timestamp?) {
        condition.withLock {
            guard let end else {
                while count <= mark { condition.wait() }
                return
            }
            if count <= mark {
                pass(milliseconds: max(0, end.millisecondsSince1970 - moment.millisecondsSince1970))
            }
        }
    }
    func wake() {
        condition.withLock {
            count += 1
            condition.broadcast()
        }
    }
}

final class FakeObserver: RunObserver {
    private let all = Mutex<[RunEvent]>([])
    var events: [RunEvent] { all.withLock { $0 } }
    func note(_ event: RunEvent) { all.withLock { $0.append(event) } }
}

/// Files as a scan would find them, pixels as one number a file.
final class FakeReader: StudyReader {
    struct Content: Sendable {
        var instances: [String: SOPInstance] = [:]
        var rejected: [String: FileReason] = [:]
        /// Probability of a file's slice in thousandths; 500 unless given.
        var thousandths: [String: Int] = [:]
        /// Files whose pixels cannot be decoded.
        var undecodable: Set<String> = []
        /// Files whose slices enclose air: 16 of 64 pixels.
        var airy: Set<String> = []
        /// Why a file's pixels cannot be decoded, where it is not that they are too few.
        var missReasons: [String: FileReason] = [:]
        /// Lowest value of every slice, HU.
        var lowestHU: Int16 = -1000
        /// The same of a file's slice, where it is another one.
        var lowestHUOfFiles: [String: Int16] = [:]
        /// Called by `read` before each slice.
        var beforeSlice: (@Sendable () -> Void)?
        /// Faults that `contentDigest` throws first, one a call.
        var digestFaults: [ReaderFault] = []
        /// What `read` throws after its first slice.
        var readFault: ReaderFault?
        /// Called over and over by a digest that comes to no end of its own; nil for one that does.
        var stalledDigest: (@Sendable () -> Void)?
    }
    let content: Mutex<Content>
    let reads = Mutex<[[String]]>([])
    let scans = Mutex<[[String]]>([])
    let compared = Mutex<[[String]]>([])
    let paddings = Mutex<Set<PaddingTreatment>>([])
    /// Counts the threads it is called on.
    let ends = Mutex<ThreadEnds?>(nil)

    init(_ content: Content = Content()) { self.content = Mutex(content) }

    func scan(
        root: String, files: [String], control: (Int) -> ReadControl
    ) throws(ReaderFault) -> ScanResult? {
        scans.withLock { $0.append(files) }
        for done in 0..<files.count where control(done) == .stop { return nil }
        let content = content.withLock { $0 }
        var result = ScanResult(instances: [], outcomes: [])
        for file in files {
            if let instance = content.instances[file] {
                result.instances.append(instance)
            } else {
                let reason = content.rejected[file] ?? .notDICOM
                result.outcomes.append(FileOutcome(file: file, reason: reason, detail: "bad file"))
            }
        }
        return control(files.count) == .stop ? nil : result
    }

    func contentDigest(
        root: String, slices: [SliceSource], control: (Int) -> ReadControl
    ) throws(ReaderFault) -> String? {
        ends.withLock { $0?.note() }
        for done in 1...max(1, slices.count) where control(done) == .stop { return nil }
        if let stalled = content.withLock({ $0.stalledDigest }) {
            while control(0) == .proceed {
                stalled()
                sched_yield()
            }
            return nil
        }
        let fault = content.withLock { $0.digestFaults.isEmpty ? nil : $0.digestFaults.removeFirst() }
        if let fault { throw fault }
        let content = content.withLock { $0 }
        return slices.map { slice in
            let isCut = content.undecodable.contains(slice.file) && content.missReasons[slice.file] == nil
            return "\(slice.sopInstanceUID)=" + (isCut ? "" : "\(content.thousandths[slice.file] ?? 500)")
        }.sorted().joined(separator: ",")
    }

    func pixelDigests(
        root: String, files: [String], control: (Int) -> ReadControl
    ) throws(ReaderFault) -> [String?]? {
        compared.withLock { $0.append(files) }
        for done in 0..<files.count where control(done) == .stop { return nil }
        let content = content.withLock { $0 }
        return files.map { content.undecodable.contains($0) ? nil : "\(content.thousandths[$0] ?? 500)" }
    }

    func read(
        root: String, slices: [SliceSource], padding: PaddingTreatment, control: (Int) -> ReadControl,
        into receiver: inout some SliceReceiver
    ) throws(ReaderFault) {
        reads.withLock { $0.append(slices.map(\.file)) }
        paddings.withLock { _ = $0.insert(padding) }
        let content = content.withLock { $0 }
        for (number, source) in slices.enumerated() {
            content.beforeSlice?()
            if control(number) == .stop { return }
            if number == 1, let fault = content.readFault { throw fault }
            if content.undecodable.contains(source.file) {
                let reason = content.missReasons[source.file]
                let outcome = FileOutcome(
                    file: source.file, reason: reason ?? .pixelDataIncomplete, detail: "too short")
                if receiver.miss(source, outcome: outcome) == .stop { return }
                continue
            }
            var pixels = [Int16](repeating: 0, count: source.rows * source.columns)
            let lowestHU = content.lowestHUOfFiles[source.file] ?? content.lowestHU
            pixels[0] = lowestHU
            pixels[1] = Int16(content.thousandths[source.file] ?? 500)
            if content.airy.contains(source.file) {
                for row in 2..<6 { for column in 2..<6 { pixels[row * source.columns + column] = -800 } }
            }
            let slice = DecodedSlice(
                source: source, clampedPixels: 0, paddingPixels: 0, smallestHU: Int(lowestHU), largestHU: 1000)
            if receiver.receive(slice, hounsfield: pixels.span) == .stop { return }
        }
    }
}

/// Probability of class 1: the slice's second value in thousandths.
final class FakeScorer: SliceScorer {
    struct Count: Sendable {
        var alive = 0
        var most = 0
        var scored = 0
        var batches: [Int] = []
    }
    let classCount = 2
    let count = Mutex(Count())
    /// Counts the threads it is called on.
    let ends = Mutex<ThreadEnds?>(nil)
    let fault: ScorerFault?
    /// Called before each group is scored.
    let before: @Sendable (Count) -> Void
    /// Called while each slice is prepared.
    let preparing: @Sendable (Count) -> Void

    init(
        fault: ScorerFault? = nil, before: @escaping @Sendable (Count) -> Void = { _ in },
        preparing: @escaping @Sendable (Count) -> Void = { _ in }
    ) {
        self.fault = fault
        self.before = before
        self.preparing = preparing
    }

    func prepare(_ hounsfield: Span<Int16>, rows: Int, columns: Int) -> SliceTensor {
        count.withLock {
            $0.alive += 1
            $0.most = max($0.most, $0.alive)
        }
        preparing(count.withLock { $0 })
        return SliceTensor(values: [Float(hounsfield[1]), 0, 0], side: 1)
    }

    func probabilities(of tensors: [SliceTensor]) throws(ScorerFault) -> [[Double]] {
        ends.withLock { $0?.note() }
        before(count.withLock { $0 })
        if let fault { throw fault }
        count.withLock {
            $0.alive -= tensors.count
            $0.scored += tensors.count
            $0.batches.append(tensors.count)
        }
        return tensors.map { [1 - Double($0.values[0]) / 1000, Double($0.values[0]) / 1000] }
    }
}

final class FakeReports: ReportWriter {
    struct State: Sendable {
        var faults: [ReportFault] = []
        var written: [StudyRecord] = []
        var patientStudies: [Int] = []
        /// Patients below whom reports lie, and of which studies.
        var shelves: [PatientKey: Set<StudyKey>] = [:]
        var withdrawalFaults: [ReportFault] = []
        /// What happens while the output is waited for.
        var beforeHolding: (@Sendable () -> Void)?
        /// Numbers of studies that were left to patients from whom one was withdrawn.
        var leftAfterWithdrawal: [Int] = []
    }
    let state = Mutex(State())
    /// Counts the threads it is called on.
    let ends = Mutex<ThreadEnds?>(nil)
    private let exclusion = NSLock()

    func png(pixels: [UInt8], rows: Int, columns: Int) throws(ReportFault) -> [UInt8] {
        ends.withLock { $0?.note() }
        return Array(pixels.prefix(2))
    }

    func write(_ record: StudyRecord, patientRecords: [StudyRecord]) throws(ReportFault) -> [String] {
        ends.withLock { $0?.note() }
        let fault = state.withLock { $0.faults.isEmpty ? nil : $0.faults.removeFirst() }
        if let fault { throw fault }
        state.withLock {
            $0.written.append(record)
            $0.patientStudies.append(patientRecords.count)
            $0.shelves[record.patientKey, default: []].insert(record.studyKey)
        }
        return ["patients/\(record.patientKey)/\(record.studyKey)/report.json"]
    }

    func exclusively<Value>(_ body: () -> Value) throws(ReportFault) -> Value {
        state.withLock { $0.beforeHolding }?()
        exclusion.lock()
        defer { exclusion.unlock() }
        return body()
    }

    func withdraw(
        _ study: StudyKey, from patient: PatientKey, patientRecords: [StudyRecord]
    ) throws(ReportFault) {
        let fault = state.withLock { $0.withdrawalFaults.isEmpty ? nil : $0.withdrawalFaults.removeFirst() }
        if let fault { throw fault }
        state.withLock {
            $0.shelves[patient]?.remove(study)
            $0.leftAfterWithdrawal.append(patientRecords.count)
        }
    }
}
