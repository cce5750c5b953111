import GantryCore

/// Writes the reports of studies from the store, and takes them away from patients the studies were taken for before
/// their Patient IDs were corrected.
///
/// The output is held meanwhile, and the store is read inside: whoever else writes reports, in this process or another,
/// an older revision never takes the place of a newer one.
public struct StudyReports: Sendable {
    private let store: any StudyStore
    private let writer: any ReportWriter
    private let pseudonyms: (any Pseudonyms)?

    /// Reports of what `store` knows, written by `writer`; with `pseudonyms` without identity
    /// (`StudyRecord.deidentified`), whatever the format.
    public init(store: any StudyStore, writer: any ReportWriter, pseudonyms: (any Pseudonyms)? = nil) {
        self.store = store
        self.writer = writer
        self.pseudonyms = pseudonyms
    }

    /// Writes the reports of the latest revision of a study; nothing where the study has no verdict.
    public func write(_ study: StudyKey) throws(StoreFault) -> Result<WrittenReports, ReportFault> {
        let written: Result<WrittenReports, StudyReportsFault>
        do {
            written = try writer.exclusively {
                Result { () throws(StudyReportsFault) in try held(study) }
            }
        } catch {
            return .failure(error)
        }
        switch written {
        case .success(let reports): return .success(reports)
        case .failure(.report(let fault)): return .failure(fault)
        case .failure(.store(let fault)): throw fault
        }
    }

    private enum StudyReportsFault: Error {
        case store(StoreFault)
        case report(ReportFault)
    }

    private func held(_ study: StudyKey) throws(StudyReportsFault) -> WrittenReports {
        guard let record = try read({ () throws(StoreFault) in try store.latestRecord(of: study) }) else {
            return WrittenReports()
        }
        let records = try records(of: record.patientKey)
        let written: WrittenReports
        do { written = try writer.write(shown(record), patientRecords: records) } catch { throw .report(error) }
        let former = try read { () throws(StoreFault) in try store.formerPatients(of: study) }
        for patient in former {
            let remaining = try self.records(of: patient)
            do {
                try writer.withdraw(
                    pseudonyms?.key(for: study) ?? study, from: pseudonyms?.key(for: patient) ?? patient,
                    patientRecords: remaining)
            } catch {
                throw .report(error)
            }
        }
        return written
    }

    /// The patient's records as they are written.
    private func records(of patient: PatientKey) throws(StudyReportsFault) -> [StudyRecord] {
        try read { () throws(StoreFault) in try store.records(of: patient) }.map(shown)
    }

    private func shown(_ record: StudyRecord) -> StudyRecord { pseudonyms.map(record.deidentified) ?? record }

    private func read<Value>(_ body: () throws(StoreFault) -> Value) throws(StudyReportsFault) -> Value {
        do { return try body() } catch { throw .store(error) }
    }
}
