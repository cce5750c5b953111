import Foundation
import GRDB
import GantryCore

/// One revision of a study's verdict with its slices and pictures. Rows are written once and never change.
enum RevisionRows {
    static func insert(
        _ db: Database, _ key: StudyKey, revision: Int, attempt: Int, result: StudyResult, judgedAt: Timestamp
    ) throws {
        let ledger = try LedgerRows.insert(
            db, key, seriesDecisions: result.seriesDecisions, files: result.files)
        let verdict = result.verdict
        let doubt = verdict.findings.first { $0.isFailure }?.detail.withoutNUL
        try db.execute(
            sql: """
                INSERT INTO revision (study_key, revision, attempt, judged_at, finding, probability, interval_lower,
                    interval_upper, fraction_positive, longest_run, scored_slices, effective_k, slices, doubt, findings,
                    provenance, ledger_id)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                key.value, revision, attempt, judgedAt.millisecondsSince1970, verdict.finding.rawValue,
                verdict.probability, verdict.interval?.lower, verdict.interval?.upper, verdict.fractionPositive,
                verdict.longestRun, verdict.scoredSlices, verdict.effectiveK, result.slices.count, doubt,
                try JSONColumn.text(verdict.findings), try JSONColumn.text(result.provenance), ledger,
            ])
        let revisionID = db.lastInsertedRowID
        try insertSlices(db, revisionID, result.slices)
        try insertPictures(db, revisionID, result.keyPictures)
        if let source = result.source { try SourceRows.insert(db, revisionID, source) }
        if let opinion = result.secondOpinion {
            try SecondOpinionRows.insert(db, revisionID, opinion, now: judgedAt)
        }
    }

    /// Puts an opinion beside a revision that is there; nil where there is none of this number.
    static func add(
        _ db: Database, _ opinion: SecondOpinion, to key: StudyKey, revision: Int, now: Timestamp
    ) throws -> (judgedAt: Timestamp, result: StudyResult)? {
        let revisionID = try Int64.fetchOne(
            db, sql: "SELECT revision_id FROM revision WHERE study_key = ? AND revision = ?",
            arguments: [key.value, revision])
        guard let revisionID else { return nil }
        try SecondOpinionRows.insert(db, revisionID, opinion, now: now)
        return try fetch(db, key, revision: revision)
    }

    /// What names the objects of a revision; nil where there is none, or its images of origin were not kept.
    static func preceding(_ db: Database, _ key: StudyKey, revision: Int) throws -> PrecedingRevision? {
        let row = try Row.fetchOne(
            db, sql: "SELECT revision_id, provenance FROM revision WHERE study_key = ? AND revision = ?",
            arguments: [key.value, revision])
        guard let row, try SourceRows.has(db, try row.value("revision_id")) else { return nil }
        return PrecedingRevision(revision: revision, try row.json("provenance", Provenance.self))
    }

    /// The result of a revision; nil where there is none. Without its pictures it is read much faster.
    static func fetch(
        _ db: Database, _ key: StudyKey, revision: Int, withPictures: Bool = true
    ) throws -> (judgedAt: Timestamp, result: StudyResult)? {
        guard
            let row = try Row.fetchOne(
                db, sql: "SELECT * FROM revision WHERE study_key = ? AND revision = ?",
                arguments: [key.value, revision])
        else { return nil }
        let revisionID: Int64 = try row.value("revision_id")
        let ledger: Int64 = try row.value("ledger_id")
        let result = try StudyResult(
            stored: try verdict(row), seriesDecisions: try LedgerRows.seriesDecisions(db, ledger),
            slices: try slices(db, revisionID), files: try LedgerRows.files(db, ledger),
            keyPictures: withPictures ? try pictures(db, revisionID) : [], provenance: try row.json("provenance"),
            secondOpinion: try SecondOpinionRows.latest(db, revisionID), source: try SourceRows.fetch(db, revisionID))
        return (try row.moment("judged_at"), result)
    }

    private static func verdict(_ row: Row) throws -> StudyVerdict {
        var interval: ProbabilityInterval?
        if let lower: Double = try row.optional("interval_lower"),
            let upper: Double = try row.optional("interval_upper")
        {
            interval = ProbabilityInterval(lower: lower, upper: upper)
        }
        return StudyVerdict(
            finding: try row.code("finding"), probability: try row.optional("probability"), interval: interval,
            fractionPositive: try row.value("fraction_positive"), longestRun: try row.value("longest_run"),
            scoredSlices: try row.value("scored_slices"), effectiveK: try row.optional("effective_k"),
            findings: try row.json("findings"))
    }

    private static func insertSlices(_ db: Database, _ revisionID: Int64, _ slices: [SliceRecord]) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO slice_score (revision_id, ordinal, slice_index, sop_instance_uid, frame_number,
                    instance_number, position_mm, lung_fraction, probabilities, reason, clamped_pixels, remarks,
                    distance, lung_area_mm2)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        for (ordinal, slice) in slices.enumerated() {
            try statement.execute(arguments: [
                revisionID, ordinal, slice.index, slice.sopInstanceUID.value, slice.frameNumber, slice.instanceNumber,
                slice.positionMillimetres, slice.lungFraction, try JSONColumn.text(slice.probabilities),
                slice.reason.rawValue, slice.clampedPixels,
                slice.remarks.isEmpty ? nil : try JSONColumn.text(slice.remarks), slice.distance,
                slice.lungAreaSquareMillimetres,
            ])
        }
    }

    private static func slices(_ db: Database, _ revisionID: Int64) throws -> [SliceRecord] {
        let statement = try db.cachedStatement(sql: "SELECT * FROM slice_score WHERE revision_id = ? ORDER BY ordinal")
        let rows = try Row.fetchCursor(statement, arguments: [revisionID])
        return try Array(
            rows.map { row in
                SliceRecord(
                    index: try row.value("slice_index"), sopInstanceUID: try row.uid("sop_instance_uid"),
                    frameNumber: try row.value("frame_number"), instanceNumber: try row.optional("instance_number"),
                    positionMillimetres: try row.value("position_mm"), lungFraction: try row.optional("lung_fraction"),
                    lungAreaSquareMillimetres: try row.optional("lung_area_mm2"),
                    probabilities: try row.numbers("probabilities"), distance: try row.optional("distance"),
                    reason: try row.code("reason"), clampedPixels: try row.value("clamped_pixels"),
                    remarks: try row.optional("remarks", String.self).map {
                        try JSONColumn.value([SliceRemark].self, $0)
                    } ?? [])
            })
    }

    private static func insertPictures(_ db: Database, _ revisionID: Int64, _ pictures: [KeyPicture]) throws {
        for (ordinal, picture) in pictures.enumerated() {
            try db.execute(
                sql: """
                    INSERT INTO key_picture
                        (revision_id, ordinal, slice_index, window, orientation, rows, columns, png)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    revisionID, ordinal, picture.sliceIndex, try JSONColumn.text(picture.window),
                    try JSONColumn.text(picture.orientation), picture.rows, picture.columns, Data(picture.png),
                ])
            if let explanation = picture.explanation {
                try KeyMapRows.insert(db, revisionID, ordinal: ordinal, explanation)
            }
        }
    }

    private static func pictures(_ db: Database, _ revisionID: Int64) throws -> [KeyPicture] {
        let maps = try KeyMapRows.all(db, revisionID)
        return try Row.fetchAll(
            db, sql: "SELECT * FROM key_picture WHERE revision_id = ? ORDER BY ordinal", arguments: [revisionID]
        ).map { row in
            KeyPicture(
                sliceIndex: try row.value("slice_index"), window: try row.json("window"),
                orientation: try row.json("orientation"), rows: try row.value("rows"),
                columns: try row.value("columns"), png: Array(try row.value("png", Data.self)),
                explanation: maps[try row.value("ordinal")])
        }
    }
}
