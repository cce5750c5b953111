import GRDB
import GantryCore

/// Second opinions on revisions. Rows are written once and never change; the latest of a revision counts.
enum SecondOpinionRows {
    static func insert(_ db: Database, _ revisionID: Int64, _ opinion: SecondOpinion, now: Timestamp) throws {
        try db.execute(
            sql: "INSERT INTO second_opinion (revision_id, taken_at, extent, slices) VALUES (?, ?, ?, ?)",
            arguments: [
                revisionID, now.millisecondsSince1970, opinion.extent.rawValue, try JSONColumn.text(opinion.slices),
            ])
    }

    /// The latest on a revision; nil where nobody was asked, and in an older store that is read as it is.
    static func latest(_ db: Database, _ revisionID: Int64) throws -> SecondOpinion? {
        guard try db.tableExists("second_opinion") else { return nil }
        let row = try Row.fetchOne(
            db, sql: "SELECT * FROM second_opinion WHERE revision_id = ? ORDER BY opinion_id DESC LIMIT 1",
            arguments: [revisionID])
        return try row.map { SecondOpinion(extent: try $0.code("extent"), slices: try $0.json("slices")) }
    }
}
