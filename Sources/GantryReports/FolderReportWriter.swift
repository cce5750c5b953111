import FoundationEssentials
import GantryCore

/// Reports as files: `patients/<patient key>/<study key>/report.json`, `report.html`, `report.pdf` and
/// `report.fhir.json`, and `patients/<patient key>/index.html` over all the patient's studies; below
/// `outbox/<study key>/` what is to be sent.
///
/// Folder and file names hold the pseudonyms only; identity stands inside the files. Folders have mode 0700, files
/// 0600.
public struct FolderReportWriter: ReportWriter {
    /// The folder that holds `patients` and `outbox`.
    public let outputFolder: String

    private let writers: [any ReportFormatWriter]
    private let pages: PageWriter

    /// A writer of `formats` into `outputFolder`, which is made where it does not exist, and tried with a small file.
    /// `others` write the formats that are no page and no `report.json`; of what is not asked for, nothing is written.
    /// The pages are in `language`. Where records without identity are to be written, the folder is marked as one for
    /// them alone.
    ///
    /// **Throws** `.cannotWrite`, `.diskFull`; `.otherIdentity` where the folder is one for the other kind of records;
    /// `.cannotEncode` where a compiled-in template does not parse.
    public init(
        outputFolder: String, formats: [ReportFormat] = ReportFormat.usual, language: ReportLanguage = .english,
        others: [any ReportFormatWriter] = [], isDeidentified: Bool = false
    ) throws(ReportFault) {
        self.outputFolder = outputFolder
        pages = try PageWriter(language)
        let own: [any ReportFormatWriter] = [DocumentWriter(), pages]
        writers = (own + others).filter { formats.contains($0.format) }
        let output = try ReportFolder.opening(path: outputFolder)
        try output.reserve(forDeidentified: isDeidentified, unless: ["patients", Self.outbox])
        try output.probe()
        if writers.contains(where: \.format.isSent) { try output.subfolder(Self.outbox, path: Self.outbox).probe() }
    }

    private static let outbox = "outbox"

    /// See `ReportWriter`.
    public func png(pixels: [UInt8], rows: Int, columns: Int) throws(ReportFault) -> [UInt8] {
        try PNGPicture.encodeGreyscale(pixels: pixels, rows: rows, columns: columns)
    }

    /// See `ReportWriter`. It holds the output folder itself, `write` and `withdraw` the patient's.
    public func exclusively<Value>(_ body: () -> Value) throws(ReportFault) -> Value {
        try ReportFolder.opening(path: outputFolder).holding(body)
    }

    /// See `ReportWriter`. Writers of one study wait for each other.
    ///
    /// A format's files are made before the first of them is written. Paths of what was renewed of other studies stand
    /// behind those of `report.json`, and the patient's index page comes last, so that it never links to a report that
    /// is not there.
    public func write(_ record: StudyRecord, patientRecords: [StudyRecord]) throws(ReportFault) -> WrittenReports {
        try ReportFolder.opening(path: outputFolder).check(isForDeidentified: record.deidentification != nil)
        try refuseOlder(record)
        var written = WrittenReports()
        for writer in writers {
            do {
                let files = try writer.files(of: record, patientRecords: patientRecords)
                try write(files) { written.paths.append($0) }
                written.remarks += files.compactMap(\.remark)
                if writer.format == .json || writer.format == .pdf {
                    written.paths += try renew(
                        writer, PatientHistory(record, among: patientRecords), but: record.studyKey,
                        of: record.patientKey)
                }
            } catch {
                written.missing.append(MissingFormat(writer.format, error))
            }
        }
        let mayPass = written.missing.first { $0.fault.disposition == .retryable }
        if written.paths.isEmpty, let mayPass { throw mayPass.fault }
        return written
    }

    /// Writes files one after the other, which lie in one folder or the folder above; the upper one is locked
    /// meanwhile.
    private func write(_ files: [ReportFile], _ note: (String) -> Void) throws(ReportFault) {
        guard let first = files.first else { return }
        let names = first.path.split(separator: "/").map(String.init)
        let output = try ReportFolder.opening(path: outputFolder)
        let shelf = try output.subfolder(names[0], path: names[0])
        let path = names[0] + "/" + names[1]
        let folder = try shelf.subfolder(names[1], path: path)
        try folder.lock()
        for file in files {
            let rest = file.path.dropFirst(path.utf8.count + 1).split(separator: "/").map(String.init)
            if rest.count == 2 {
                let inner = try folder.subfolder(rest[0], path: path + "/" + rest[0])
                try inner.write(file.bytes, as: rest[1], path: file.path)
            } else {
                try folder.write(file.bytes, as: rest[0], path: file.path)
            }
            note(file.path)
        }
    }

    /// Writes `report.json` or `report.pdf` of the patient's other studies anew where what lies there says something
    /// else of the study before: a study has come between, or become another. What was not written yet, or is of
    /// another revision, is left to the writing that it is owed. Returns the paths written.
    private func renew(
        _ writer: any ReportFormatWriter, _ history: PatientHistory, but written: StudyKey, of key: PatientKey
    ) throws(ReportFault) -> [String] {
        let path = "patients/\(key)"
        let patients = try ReportFolder.opening(path: outputFolder).subfolder("patients", path: "patients")
        let patient = try patients.subfolder(key.value, path: path)
        try patient.lock()
        return writer.format == .pdf
            ? try renewPDFs(by: writer, history, but: written, in: patient, path: path)
            : try renew(history, but: written, in: patient, path: path)
    }

    /// The same of `report.pdf`, of those studies that are compared with `written`, or with none for its sake; of all
    /// where it is nil. A PDF cannot be asked what it says: it is made, and written where it is another.
    private func renewPDFs(
        by writer: any ReportFormatWriter, _ history: PatientHistory, but written: StudyKey?,
        in patient: borrowing ReportFolder, path: String
    ) throws(ReportFault) -> [String] {
        let file = "report.pdf"
        var paths: [String] = []
        for record in history.latest
        where record.studyKey != written && patient.has("\(record.studyKey)/\(file)") {
            let progression = history.progression(of: record)
            guard
                written == nil || progression.comparison?.studyKey == written
                    || progression.passedOver.contains(where: { $0.studyKey == written })
            else { continue }
            let study = try patient.subfolder(record.studyKey.value, path: "\(path)/\(record.studyKey)")
            let bytes = try writer.files(of: record, patientRecords: history.records).first?.bytes
            guard let bytes, study.contents(of: file) != bytes else { continue }
            try study.write(bytes, as: file, path: "\(path)/\(record.studyKey)/\(file)")
            paths.append("\(path)/\(record.studyKey)/\(file)")
        }
        return paths
    }

    /// The same in a patient's folder that is locked.
    private func renew(
        _ history: PatientHistory, but written: StudyKey?, in patient: borrowing ReportFolder, path: String
    ) throws(ReportFault) -> [String] {
        struct Written: Decodable {
            var revision: Int
            var progression: ProgressionPart?
        }
        var paths: [String] = []
        for record in history.latest where record.studyKey != written && patient.has(record.studyKey.value) {
            let studyPath = "\(path)/\(record.studyKey)"
            let study = try patient.subfolder(record.studyKey.value, path: studyPath)
            let progression = history.progression(of: record)
            guard let bytes = study.contents(of: "report.json"),
                let found = try? JSONDecoder().decode(Written.self, from: Data(bytes)),
                found.revision == record.revision, found.progression != ProgressionPart(progression)
            else { continue }
            let document = try ReportDocument(record, progression).json()
            try study.write(document, as: "report.json", path: "\(studyPath)/report.json")
            paths.append("\(studyPath)/report.json")
        }
        return paths
    }

    /// See `ReportWriter`. Other files that somebody put into the folders stay, and their folders with them.
    public func withdraw(
        _ study: StudyKey, from patient: PatientKey, patientRecords: [StudyRecord]
    ) throws(ReportFault) {
        let path = "patients/\(patient)"
        let output = try ReportFolder.opening(path: outputFolder)
        guard output.has("patients") else { return }
        let patients = try output.subfolder("patients", path: "patients")
        guard patients.has(patient.value) else { return }
        do {
            let folder = try patients.subfolder(patient.value, path: path)
            try folder.lock()
            let remaining = patientRecords.filter { $0.studyKey != study && $0.patientKey == patient }
            if let latest = remaining.last {
                let history = PatientHistory(latest, among: remaining)
                _ = try renew(history, but: study, in: folder, path: path)
                if let writer = writers.first(where: { $0.format == .pdf }) {
                    _ = try renewPDFs(by: writer, history, but: nil, in: folder, path: path)
                }
                let index = try pages.index(history)
                try folder.write(index, as: "index.html", path: "\(path)/index.html")
            } else {
                try folder.remove("index.html", path: "\(path)/index.html")
            }
            if folder.has(study.value) {
                let reports = try folder.subfolder(study.value, path: "\(path)/\(study)")
                for name in ["report.html", "report.pdf", "report.fhir.json", "report.json"] {
                    try reports.remove(name, path: "\(path)/\(study)/\(name)")
                }
            }
            try folder.removeIfEmpty(study.value, path: "\(path)/\(study)")
        }
        try patients.removeIfEmpty(patient.value, path: path)
    }

    /// Refuses to put `record` over the reports of a later revision: the store is then an old copy. What is no report,
    /// or of a version that does not say its revision, is replaced.
    private func refuseOlder(_ record: StudyRecord) throws(ReportFault) {
        struct Written: Decodable { var revision: Int }
        let path = "patients/\(record.patientKey)/\(record.studyKey)"
        let output = try ReportFolder.opening(path: outputFolder)
        guard let bytes = output.contents(of: path + "/report.json"),
            let written = try? JSONDecoder().decode(Written.self, from: Data(bytes)),
            written.revision > record.revision
        else { return }
        throw ReportFault(
            .newerThere, subject: path,
            explanation: "reports of revision \(written.revision) lie there, and the store knows revision "
                + "\(record.revision): it is an old copy; name another output, or move the reports away")
    }
}
