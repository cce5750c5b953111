import GRDB
import GantryCore

extension SQLiteStudyStore {
    /// The latest verdicts of studies, oldest study first, one after the other; `slices` says of which the slices are
    /// wanted. `body` ends the reading by throwing. `atOnce` studies are read at one moment of the store, and `body`
    /// has them behind it: a runner is not held up, however many there are.
    ///
    /// **Throws** what the store throws, and what `body` does.
    public func forEachJudgedStudy(
        slices wanted: (UID) -> Bool, atOnce: Int = 200, _ body: (JudgedStudy) throws -> Void
    ) throws {
        var known: [String: JudgingDefinition] = [:]
        var last: Int64 = -1
        while true {
            let studies = try read { db in
                let rows = try Row.fetchAll(db, sql: Self.judgedSQL, arguments: [last, atOnce])
                return try rows.map { row in
                    var study = try Self.judgedStudy(row, &known)
                    if wanted(study.studyInstanceUID) {
                        study.slices = try Self.scoredSlices(db, try row.value("revision_id"))
                    }
                    last = try row.value("sequence")
                    return study
                }
            }
            guard !studies.isEmpty else { return }
            for study in studies { try body(study) }
        }
    }

    /// Findings of the number of slices and of the probability are made anew by whoever judges.
    private static let judgedSQL = """
        SELECT sequence, study.study_key, study.patient_key, study_instance_uid, revision_id, finding, probability,
            EXISTS (SELECT 1 FROM json_each(findings) WHERE json_extract(value, '$.isFailure')
                AND json_extract(value, '$.code') NOT IN ('tooFewSlices', 'betweenThresholds')) AS is_doubtful,
            EXISTS (SELECT 1 FROM json_each(findings)
                WHERE json_extract(value, '$.code') = 'unlikeTraining') AS is_unlike,
            scored_slices > 0 AND json_type(provenance, '$.distanceQuantiles') IS NOT NULL AS is_measured,
            json_extract(provenance, '$.classes') AS classes,
            json_extract(provenance, '$.positiveClass') AS positive_class,
            json_extract(provenance, '$.activation') AS activation,
            json_extract(provenance, '$.judging') AS judging,
            json_extract(patient, '$.patientSex') AS sex, json_extract(patient, '$.patientBirthDate') AS birth_date,
            study_date, content_digest,
            json_extract(decision, '$.attributes.manufacturer') AS manufacturer,
            json_extract(decision, '$.attributes.manufacturerModelName') AS model,
            json_extract(decision, '$.attributes.convolutionKernel') AS kernel,
            json_extract(decision, '$.sliceThicknessMillimetres') AS thickness,
            json_extract(decision, '$.geometry.sliceSpacingMillimetres') AS spacing
        FROM study JOIN revision ON revision.study_key = study.study_key AND revision.revision = study.revision
            LEFT JOIN series_decision ON series_decision.ledger_id = revision.ledger_id AND is_chosen = 1
        WHERE sequence > ? ORDER BY sequence LIMIT ?
        """

    private static func judgedStudy(_ row: Row, _ known: inout [String: JudgingDefinition]) throws -> JudgedStudy {
        let text: String = try row.value("judging")
        let judging = try known[text] ?? JSONColumn.value(JudgingDefinition.self, text)
        known[text] = judging
        return JudgedStudy(
            studyKey: try row.studyKey(), patientKey: try row.patientKey(),
            studyInstanceUID: try row.uid("study_instance_uid"), finding: try row.code("finding"),
            probability: try row.optional("probability"), isDoubtful: try row.value("is_doubtful"),
            isUnlike: try row.value("is_measured") ? try row.value("is_unlike") : nil,
            classes: try row.json("classes"), positiveClass: try row.value("positive_class"),
            activation: try row.optionalCode("activation") ?? .softmax, judging: judging,
            patientSex: try row.optional("sex"), patientBirthDate: try row.optional("birth_date"),
            studyDate: try row.optional("study_date"), manufacturer: try row.optional("manufacturer"),
            manufacturerModelName: try row.optional("model"), convolutionKernel: try row.optional("kernel"),
            sliceThicknessMillimetres: try row.optional("thickness"),
            sliceSpacingMillimetres: try row.optional("spacing"), contentDigest: try row.value("content_digest"),
            slices: [])
    }

    private static func scoredSlices(_ db: Database, _ revisionID: Int64) throws -> [JudgedStudy.Slice] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT sop_instance_uid, frame_number, probabilities FROM slice_score
                WHERE revision_id = ? AND reason = 'scored' ORDER BY slice_index
                """)
        let rows = try Row.fetchCursor(statement, arguments: [revisionID])
        var slices: [JudgedStudy.Slice] = []
        while let row = try rows.next() {
            guard let uid = UID(row[0] as String) else { throw UnknownValue() }
            slices.append(
                JudgedStudy.Slice(
                    sopInstanceUID: uid, frameNumber: row[1], probabilities: try JSONColumn.numbers(row[2] as String)))
        }
        return slices
    }
}
