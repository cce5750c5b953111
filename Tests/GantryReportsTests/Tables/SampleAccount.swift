import GantryCore

/// Studies as a store tells them.
enum SampleAccount {
    /// A study that was judged; `record` may be an earlier revision than `latest`.
    static func judged(_ record: StudyRecord, latest: Int? = nil) -> StudyAccount {
        var plain = record
        plain.result.keyPictures = []
        return StudyAccount(
            summary: summary(record, state: .done, revision: latest ?? record.revision),
            studyInstanceUID: record.studyInstanceUID, identity: record.identity, record: plain)
    }

    /// The same study, had it failed before it was ever judged.
    static func failed(_ record: StudyRecord, as state: StudyState = .failed) -> StudyAccount {
        var summary = summary(record, state: state, revision: 0)
        summary.failureCode = state == .quarantined ? .quarantined : .noSuitableSeries
        summary.failureDetail = "No series is axial."
        var series = record.result.seriesDecisions
        for index in series.indices { series[index].isChosen = false }
        return StudyAccount(
            summary: summary, studyInstanceUID: record.studyInstanceUID, identity: record.identity, record: nil,
            seriesOfFailure: series,
            filesOfFailure: record.result.files.map { FileOutcome(file: $0.file, reason: .studyNotJudged, detail: "") })
    }

    private static func summary(_ record: StudyRecord, state: StudyState, revision: Int) -> StudySummary {
        StudySummary(
            studyKey: record.studyKey, patientKey: record.patientKey, state: state, attempts: 2, revision: revision,
            finding: nil, probability: nil, scoredSlices: 0, slices: 0, failureCode: nil, failureDetail: nil,
            doubt: nil, retryAt: nil, queuedAt: Timestamp(millisecondsSince1970: 1_793_999_999_000),
            updatedAt: Timestamp(millisecondsSince1970: 1_794_000_009_000), failedSince: record.failedSince)
    }
}
