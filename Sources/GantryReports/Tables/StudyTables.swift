import GantryCore

/// The four tables of an export. Each has one row for each of its parts of each revision that is exported; a study that
/// was never judged has its row too, and those of the series and files that are known of it.
///
/// `docs/export.md` says what each column means, and is compared with these. Columns are only ever added, at the end.
package enum StudyTables {
    /// Names of the files, without what says the format.
    package static let names = ["studies", "series", "slices", "files"]

    /// A row for each revision of a study.
    package static let studies: [TableColumn<StudyRecord?>] =
        TableColumn.common + identity + state + verdict + provenance

    /// A row for each slice of the chosen series.
    package static let slices: [TableColumn<SliceRecord>] = TableColumn.common + sliceColumns

    /// A row for each file that is known.
    package static let files: [TableColumn<FileOutcome>] = TableColumn.common + fileColumns

    private static let sliceColumns: [TableColumn<SliceRecord>] = [
        TableColumn("sop_instance_uid", .uid, .mapped) { .text($1.sopInstanceUID.value) },
        TableColumn("frame_number", .integer) { .integer($1.frameNumber) },
        TableColumn("slice_index", .integer) { .integer($1.index) },
        TableColumn("instance_number", .integer) { .integer($1.instanceNumber) },
        TableColumn("position_mm", .number) { .number($1.positionMillimetres) },
        TableColumn("reason", .code) { .code($1.reason) },
        TableColumn("lung_fraction", .number) { .number($1.lungFraction) },
        TableColumn("lung_area_mm2", .number) { .number($1.lungAreaSquareMillimetres) },
        TableColumn("probability", .number) { account, slice in
            .number(account.record?.result.provenance.positiveProbability(of: slice))
        },
        TableColumn("class_probabilities", .list) { .numbers($1.probabilities) },
        TableColumn("training_distance", .number) { .number($1.distance) },
        TableColumn("clamped_pixels", .integer) { .integer($1.clampedPixels) },
        TableColumn("remarks", .list) { .codes($1.remarks.map(\.code)) },
    ]

    private static let fileColumns: [TableColumn<FileOutcome>] = [
        TableColumn("file", .text, .hashed) { .text($1.file) },
        TableColumn("disposition", .code) { .code($1.disposition) },
        TableColumn("reason", .code) { .code($1.reason) },
        TableColumn("detail", .text, .gone) { .text($1.detail) },
    ]

    private static let identity: [TableColumn<StudyRecord?>] = [
        TableColumn("study_instance_uid", .uid, .mapped) { account, _ in .text(account.studyInstanceUID.value) },
        TableColumn("patient_id", .text, .gone) { account, _ in .text(account.identity.patient.patientID) },
        TableColumn("issuer_of_patient_id", .text, .gone) { account, _ in
            .text(account.identity.patient.issuerOfPatientID)
        },
        TableColumn("patient_name", .text, .gone) { account, _ in .text(account.identity.patient.patientName) },
        TableColumn("patient_birth_date", .date, .gone) { account, _ in
            .text(ISOText.date(account.identity.patient.patientBirthDate))
        },
        TableColumn("patient_sex", .text, .gone) { account, _ in .text(account.identity.patient.patientSex) },
        TableColumn("study_date", .date, .gone) { account, _ in
            .text(ISOText.date(account.identity.attributes.studyDate))
        },
        TableColumn("study_time", .time, .gone) { account, _ in
            .text(ISOText.time(account.identity.attributes.studyTime))
        },
        TableColumn("study_description", .text, .gone) { account, _ in
            .text(account.identity.attributes.studyDescription)
        },
        TableColumn("accession_number", .text, .gone) { account, _ in
            .text(account.identity.attributes.accessionNumber)
        },
    ]

    private static let state: [TableColumn<StudyRecord?>] = [
        TableColumn("state", .code) { account, _ in .code(account.summary.state) },
        TableColumn("attempts", .integer) { account, _ in .integer(account.summary.attempts) },
        TableColumn("queued_at", .moment, .gone) { account, _ in .moment(account.summary.queuedAt) },
        TableColumn("updated_at", .moment, .gone) { account, _ in .moment(account.summary.updatedAt) },
        TableColumn("retry_at", .moment, .gone) { account, _ in .moment(account.summary.retryAt) },
        TableColumn("failure_code", .code) { account, _ in .code(account.summary.failureCode) },
        TableColumn("failure_detail", .text, .gone) { account, _ in .text(account.summary.failureDetail) },
        TableColumn("failed_since_at", .moment, .gone) { account, _ in .moment(account.summary.failedSince?.at) },
        TableColumn("failed_since_code", .code) { account, _ in .code(account.summary.failedSince?.code) },
        TableColumn("failed_since_detail", .text, .gone) { account, _ in .text(account.summary.failedSince?.detail) },
    ]

    private static let verdict: [TableColumn<StudyRecord?>] = [
        TableColumn("judged_at", .moment, .gone) { .moment($1?.judgedAt) },
        TableColumn("finding", .code) { .code($1?.result.verdict.finding) },
        TableColumn("probability", .number) { .number($1?.result.verdict.probability) },
        TableColumn("interval_lower", .number) { .number($1?.result.verdict.interval?.lower) },
        TableColumn("interval_upper", .number) { .number($1?.result.verdict.interval?.upper) },
        TableColumn("negative_below", .number) { .number($1?.result.provenance.judging.negativeBelow) },
        TableColumn("positive_from", .number) { .number($1?.result.provenance.judging.positiveFrom) },
        TableColumn("fraction_positive", .number) { .number($1?.result.verdict.fractionPositive) },
        TableColumn("longest_run_slices", .integer) { .integer($1?.result.verdict.longestRun) },
        TableColumn("aggregated_slices", .integer) { .integer($1?.result.verdict.effectiveK) },
        TableColumn("scored_slices", .integer) { .integer($1?.result.verdict.scoredSlices) },
        TableColumn("slices", .integer) { .integer($1?.result.slices.count) },
        TableColumn("failed_quality", .list) { .codes($1?.result.verdict.findings.filter(\.isFailure).map(\.code)) },
        TableColumn("noted_quality", .list) {
            .codes($1?.result.verdict.findings.filter { !$0.isFailure }.map(\.code))
        },
        TableColumn("doubt", .text, .gone) { .text($1?.result.verdict.findings.first(where: \.isFailure)?.detail) },
        TableColumn("unlike_training", .code) { _, record in
            .text(record.map { $0.result.unlikeTraining.map { $0.isTooMuch ? "unlike" : "like" } ?? "notMeasured" })
        },
        TableColumn("files_seen", .integer) { account, _ in .integer(FileCounts(account).seen) },
        TableColumn("files_scored", .integer) { account, _ in .integer(FileCounts(account).scored) },
        TableColumn("files_skipped", .integer) { account, _ in .integer(FileCounts(account).skipped) },
        TableColumn("files_rejected", .integer) { account, _ in .integer(FileCounts(account).rejected) },
    ]

    private static let provenance: [TableColumn<StudyRecord?>] = [
        TableColumn("positive_class", .text) { .text($1?.result.provenance.positiveClass) },
        TableColumn("classes", .list) { .texts($1?.result.provenance.classes) },
        TableColumn("pipeline_name", .text) { .text($1?.result.provenance.pipelineName) },
        TableColumn("pipeline_version", .text) { .text($1?.result.provenance.pipelineVersion) },
        TableColumn("gantry_version", .text) { .text($1?.result.provenance.gantryVersion) },
        TableColumn("precision", .code) { .code($1.map { $0.result.provenance.precision ?? .f32 }) },
        TableColumn("model_sha256", .digest) { .text($1?.result.provenance.modelSHA256) },
        TableColumn("scoring_digest", .digest) { .text($1?.result.provenance.scoringDigest) },
        TableColumn("judging_digest", .digest) { .text($1?.result.provenance.judgingDigest) },
        TableColumn("content_digest", .digest, .hashed) { .text($1?.result.provenance.contentDigest) },
        TableColumn("scores_from_store", .boolean) { .flag($1?.result.provenance.scoresFromStore) },
        TableColumn("started_at", .moment, .gone) { .moment($1?.result.provenance.startedAt) },
        TableColumn("finished_at", .moment, .gone) { .moment($1?.result.provenance.finishedAt) },
    ]
}

/// How many files came to which end; unknown where no file of the study is known.
private struct FileCounts {
    private let account: FileAccount?

    init(_ study: StudyAccount) {
        account = study.record == nil && study.files.isEmpty ? nil : FileAccount(study.files)
    }

    var seen: Int? { account?.seen }
    var scored: Int? { account?.scored }
    var skipped: Int? { account?.skipped }
    var rejected: Int? { account?.rejected }
}

extension Provenance {
    /// The probability of the positive class; nil where the slice was not scored.
    fileprivate func positiveProbability(of slice: SliceRecord) -> Double? {
        guard let index = classes.firstIndex(of: positiveClass), slice.probabilities.indices.contains(index) else {
            return nil
        }
        return slice.probabilities[index]
    }
}
