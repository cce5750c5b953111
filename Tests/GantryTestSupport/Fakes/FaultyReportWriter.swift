import GantryCore
import Synchronization

/// A report writer that is `base`, until it is told what goes wrong. It also notes what it wrote, and on which threads.
package final class FaultyReportWriter: ReportWriter {
    /// What goes wrong, and what was written.
    package struct State: Sendable {
        /// Faults that `write` throws first, one a call.
        package var faults: [ReportFault] = []
        /// Formats that are missing of what `write` writes first, one list a call.
        package var missing: [[MissingFormat]] = []
        /// Faults that `withdraw` throws first, one a call.
        package var withdrawalFaults: [ReportFault] = []
        /// What happens while the output is waited for.
        package var beforeHolding: (@Sendable () -> Void)?
        /// Every record whose reports were written, one after the other.
        package fileprivate(set) var written: [StudyRecord] = []
        /// Number of studies of its patient each time.
        package fileprivate(set) var patientStudies: [Int] = []
    }

    package let state = Mutex(State())
    /// Counts the threads it is called on.
    package let ends = Mutex<ThreadEnds?>(nil)
    private let base: any ReportWriter

    /// `base`, without a fault.
    package init(_ base: any ReportWriter) { self.base = base }

    package func png(pixels: [UInt8], rows: Int, columns: Int) throws(ReportFault) -> [UInt8] {
        ends.withLock { $0?.note() }
        return try base.png(pixels: pixels, rows: rows, columns: columns)
    }

    package func exclusively<Value>(_ body: () -> Value) throws(ReportFault) -> Value {
        state.withLock { $0.beforeHolding }?()
        return try base.exclusively(body)
    }

    package func write(_ record: StudyRecord, patientRecords: [StudyRecord]) throws(ReportFault) -> WrittenReports {
        ends.withLock { $0?.note() }
        let fault = state.withLock { $0.faults.isEmpty ? nil : $0.faults.removeFirst() }
        if let fault { throw fault }
        var written = try base.write(record, patientRecords: patientRecords)
        written.missing = state.withLock { $0.missing.isEmpty ? [] : $0.missing.removeFirst() }
        state.withLock {
            $0.written.append(record)
            $0.patientStudies.append(patientRecords.count)
        }
        return written
    }

    package func withdraw(
        _ study: StudyKey, from patient: PatientKey, patientRecords: [StudyRecord]
    ) throws(ReportFault) {
        let fault = state.withLock { $0.withdrawalFaults.isEmpty ? nil : $0.withdrawalFaults.removeFirst() }
        if let fault { throw fault }
        try base.withdraw(study, from: patient, patientRecords: patientRecords)
    }
}
