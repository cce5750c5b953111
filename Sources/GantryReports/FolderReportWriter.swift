import FoundationEssentials
import GantryCore

/// Reports as files: `patients/<patient key>/<study key>/report.json` and `report.html`, and
/// `patients/<patient key>/index.html` over all the patient's studies.
///
/// Folder and file names hold the pseudonyms only; identity stands inside the files. Folders have mode 0700, files
/// 0600.
public struct FolderReportWriter: ReportWriter {
    /// The folder that holds `patients`.
    public let outputFolder: String

    private let pages: ReportPages

    /// A writer into `outputFolder`, which is made where it does not exist, and tried with a small file.
    ///
    /// **Throws** `.cannotWrite`, `.diskFull`; `.cannotEncode` where a compiled-in template does not parse.
    public init(outputFolder: String) throws(ReportFault) {
        self.outputFolder = outputFolder
        pages = try ReportPages()
        try ReportFolder.opening(path: outputFolder).probe()
    }

    /// See `ReportWriter`.
    public func png(pixels: [UInt8], rows: Int, columns: Int) throws(ReportFault) -> [UInt8] {
        try PNGPicture.encodeGreyscale(pixels: pixels, rows: rows, columns: columns)
    }

    /// See `ReportWriter`. It holds the output folder itself, `write` and `withdraw` the patient's.
    public func exclusively<Value>(_ body: () -> Value) throws(ReportFault) -> Value {
        try ReportFolder.opening(path: outputFolder).holding(body)
    }

    /// See `ReportWriter`. Writers of one patient wait for each other.
    ///
    /// The index page is written last, so that it never links to a report that is not there. Paths of what was renewed
    /// of other studies stand behind those of this one.
    public func write(_ record: StudyRecord, patientRecords: [StudyRecord]) throws(ReportFault) -> [String] {
        let history = PatientHistory(record, among: patientRecords)
        let document = try ReportDocument(record, history.progression(of: record)).json()
        let page = try pages.study(try StudyPage(record, history: history))
        let index = try pages.patient(PatientPage(history))

        let patientPath = "patients/\(record.patientKey)"
        let studyPath = "\(patientPath)/\(record.studyKey)"
        let output = try ReportFolder.opening(path: outputFolder)
        let patients = try output.subfolder("patients", path: "patients")
        let patient = try patients.subfolder(record.patientKey.value, path: patientPath)
        try patient.lock()
        let study = try patient.subfolder(record.studyKey.value, path: studyPath)
        try refuseOlder(record, in: study, path: studyPath)
        try study.write(document, as: "report.json", path: "\(studyPath)/report.json")
        try study.write(page, as: "report.html", path: "\(studyPath)/report.html")
        let renewed = try renew(history, but: record.studyKey, in: patient, path: patientPath)
        try patient.write(index, as: "index.html", path: "\(patientPath)/index.html")
        return ["\(studyPath)/report.json", "\(studyPath)/report.html", "\(patientPath)/index.html"] + renewed
    }

    /// Writes `report.json` of the other studies anew where what lies there says something else of the study before:
    /// a study has come between, or become another. What was not written yet, or is of another revision, is left to
    /// the writing that it is owed. Returns the paths written.
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
        let patients = try output.subfolder("patients", path: "patients")
        guard patients.has(patient.value) else { return }
        do {
            let folder = try patients.subfolder(patient.value, path: path)
            try folder.lock()
            let remaining = patientRecords.filter { $0.studyKey != study && $0.patientKey == patient }
            if let latest = remaining.last {
                let history = PatientHistory(latest, among: remaining)
                _ = try renew(history, but: study, in: folder, path: path)
                let index = try pages.patient(PatientPage(history))
                try folder.write(index, as: "index.html", path: "\(path)/index.html")
            } else {
                try folder.remove("index.html", path: "\(path)/index.html")
            }
            if folder.has(study.value) {
                let reports = try folder.subfolder(study.value, path: "\(path)/\(study)")
                try reports.remove("report.html", path: "\(path)/\(study)/report.html")
                try reports.remove("report.json", path: "\(path)/\(study)/report.json")
            }
            try folder.removeIfEmpty(study.value, path: "\(path)/\(study)")
        }
        try patients.removeIfEmpty(patient.value, path: path)
    }

    /// Refuses to put `record` over the reports of a later revision: the store is then an old copy. What is no report,
    /// or of a version that does not say its revision, is replaced.
    private func refuseOlder(
        _ record: StudyRecord, in study: borrowing ReportFolder, path: String
    ) throws(ReportFault) {
        struct Written: Decodable { var revision: Int }
        guard let bytes = study.contents(of: "report.json"),
            let written = try? JSONDecoder().decode(Written.self, from: Data(bytes)),
            written.revision > record.revision
        else { return }
        throw ReportFault(
            .newerThere, subject: path,
            explanation: "reports of revision \(written.revision) lie there, and the store knows revision "
                + "\(record.revision): it is an old copy; name another output, or move the reports away")
    }
}
