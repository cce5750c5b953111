import GantryCore

/// All records of one patient, in time order: by study date and time, undated ones last, then by revision.
struct PatientHistory {
    /// Every record, every revision.
    let records: [StudyRecord]

    /// A history of `records`, with `record` among them whether it was listed or not; records of other patients fall
    /// away.
    init(_ record: StudyRecord, among records: [StudyRecord]) {
        var all = records.filter { $0.patientKey == record.patientKey }
        if !all.contains(where: { $0.studyKey == record.studyKey && $0.revision == record.revision }) {
            all.append(record)
        }
        self.records = all.sorted { Self.sortKey($0) < Self.sortKey($1) }
    }

    /// The latest revision of each study, in time order.
    var latest: [StudyRecord] { records.filter { isLatest($0) } }

    /// Whether no later revision of the same study is here.
    func isLatest(_ record: StudyRecord) -> Bool {
        !records.contains { $0.studyKey == record.studyKey && $0.revision > record.revision }
    }

    /// The other revisions of the study of `record`, in order.
    func otherRevisions(of record: StudyRecord) -> [StudyRecord] {
        records.filter { $0.studyKey == record.studyKey && $0.revision != record.revision }
    }

    /// What is said of `record` beside the study before it.
    func progression(of record: StudyRecord) -> Progression { Progression(of: record, among: records) }

    private static func sortKey(_ record: StudyRecord) -> (String, String, String, Int) {
        // "~" sorts behind every digit.
        let date = record.study.studyDate.flatMap(DICOMDate.init)?.iso ?? "~"
        return (date, record.study.studyTime ?? "", record.studyKey.value, record.revision)
    }
}
