import Foundation
import GantryCore
import Synchronization

/// A `ReportWriter` that keeps its files in memory, for tests of what stands above it; held to the same suite as the
/// real one.
package final class InMemoryReportWriter: ReportWriter {
    private let files = Mutex<[String: [UInt8]]>([:])
    private let revisions = Mutex<[String: Int]>([:])
    private let exclusion = NSLock()

    /// A writer that has written nothing.
    package init() {}

    // MARK: - For tests

    /// What lies at a path; nil where nothing does.
    package func file(_ path: String) -> [UInt8]? { files.withLock { $0[path] } }

    /// Every path that holds a file.
    package var paths: [String] { files.withLock { $0.keys.sorted() } }

    /// Patients below whom reports lie, and of which studies.
    package var shelves: [PatientKey: Set<StudyKey>] {
        var shelves: [PatientKey: Set<StudyKey>] = [:]
        for path in paths {
            let names = path.split(separator: "/")
            guard names.count == 4, let patient = PatientKey(String(names[1])), let study = StudyKey(String(names[2]))
            else { continue }
            shelves[patient, default: []].insert(study)
        }
        return shelves
    }

    // MARK: - The port

    package func exclusively<Value>(_ body: () -> Value) throws(ReportFault) -> Value {
        exclusion.lock()
        defer { exclusion.unlock() }
        return body()
    }

    package func png(pixels: [UInt8], rows: Int, columns: Int) throws(ReportFault) -> [UInt8] {
        guard rows > 0, columns > 0, pixels.count == rows * columns else {
            throw ReportFault(.cannotEncode, subject: "picture", explanation: "its values do not fill it")
        }
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + pixels
    }

    package func write(_ record: StudyRecord, patientRecords: [StudyRecord]) throws(ReportFault) -> WrittenReports {
        let folder = "patients/\(record.patientKey)"
        let study = "\(folder)/\(record.studyKey)"
        let newest = revisions.withLock { revisions in
            let newest = max(revisions[study] ?? 0, record.revision)
            revisions[study] = newest
            return newest
        }
        guard newest == record.revision else {
            throw ReportFault(.newerThere, subject: study, explanation: "revision \(newest) lies there")
        }
        let line = Self.line(record, among: patientRecords)
        let renewed = renewed(patientRecords, but: record.studyKey)
        let index = patientRecords.map { "\($0.studyKey)/report.html" }.joined(separator: "\n")
        files.withLock { files in
            files["\(study)/report.json"] = Array(line.utf8)
            files["\(study)/report.html"] = Array(line.utf8)
            files.merge(renewed) { $1 }
            files["\(folder)/index.html"] = Array(index.utf8)
        }
        return WrittenReports(
            paths: ["\(study)/report.json"] + renewed.keys.sorted()
                + ["\(study)/report.html", "\(folder)/index.html"])
    }

    /// What a report says: verdict, and the study that it is compared with.
    private static func line(_ record: StudyRecord, among records: [StudyRecord]) -> String {
        let verdict = record.result.verdict
        let previous = Progression(of: record, among: records).comparison.map { " after \($0.studyKey)" } ?? ""
        return "\(record.studyKey) \(record.revision) \(verdict.finding.rawValue) \(verdict.probability ?? -1)"
            + previous
    }

    /// Reports of other studies that lie there, of their revision, and say something else now.
    private func renewed(_ records: [StudyRecord], but written: StudyKey) -> [String: [UInt8]] {
        var renewed: [String: [UInt8]] = [:]
        for record in records where record.studyKey != written {
            let study = "patients/\(record.patientKey)/\(record.studyKey)"
            let line = Array(Self.line(record, among: records).utf8)
            guard let found = file("\(study)/report.json"), found != line,
                revisions.withLock({ $0[study] }) == record.revision
            else { continue }
            renewed["\(study)/report.json"] = line
        }
        return renewed
    }

    package func withdraw(
        _ study: StudyKey, from patient: PatientKey, patientRecords: [StudyRecord]
    ) throws(ReportFault) {
        let folder = "patients/\(patient)"
        let remaining = patientRecords.filter { $0.studyKey != study }
        let renewed = renewed(remaining, but: study)
        let index = remaining.map { "\($0.studyKey)/report.html" }.joined(separator: "\n")
        files.withLock { files in
            guard files["\(folder)/index.html"] != nil else { return }
            files["\(folder)/index.html"] = remaining.isEmpty ? nil : Array(index.utf8)
            files.merge(renewed) { $1 }
            files["\(folder)/\(study)/report.json"] = nil
            files["\(folder)/\(study)/report.html"] = nil
        }
    }
}
