import GRDB
import GantryCore

/// The images that a revision was reached on. Rows are written once and never change.
enum SourceRows {
    static func insert(_ db: Database, _ revisionID: Int64, _ source: StudySource) throws {
        try db.execute(
            sql: """
                INSERT INTO revision_source (revision_id, attributes, images, minutes_ahead_of_utc)
                VALUES (?, ?, ?, ?)
                """,
            arguments: [
                revisionID, try JSONColumn.text(source.attributes),
                try JSONColumn.text(SourceImageRun.runs(of: source.images)), source.minutesAheadOfUTC,
            ])
    }

    /// Those of a revision; nil where they were not kept, and in an older store that is read as it is.
    static func fetch(_ db: Database, _ revisionID: Int64) throws -> StudySource? {
        guard try db.tableExists("revision_source") else { return nil }
        let row = try Row.fetchOne(
            db, sql: "SELECT * FROM revision_source WHERE revision_id = ?", arguments: [revisionID])
        return try row.map { row in
            StudySource(
                attributes: try row.json("attributes"),
                images: try row.json("images", [SourceImageRun].self).flatMap { try $0.images() },
                minutesAheadOfUTC: try row.value("minutes_ahead_of_utc"))
        }
    }

    /// Whether those of a revision were kept.
    static func has(_ db: Database, _ revisionID: Int64) throws -> Bool {
        guard try db.tableExists("revision_source") else { return false }
        return try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM revision_source WHERE revision_id = ?)", arguments: [revisionID])
            ?? false
    }
}

/// Neighbouring images that differ in their positions alone: a stack of thousands is a few such runs.
private struct SourceImageRun: Codable {
    /// The first of them.
    var image: SourceImage
    /// Of each of them x, y and z, millimetres.
    var positions: [Double]

    static func runs(of images: [SourceImage]) -> [SourceImageRun] {
        var runs: [SourceImageRun] = []
        for image in images {
            let position = image.plane.imagePositionPatient
            let coordinates = [position.x, position.y, position.z]
            if var last = runs.last, image.moved(to: last.image.plane.imagePositionPatient) == last.image {
                last.positions += coordinates
                runs[runs.count - 1] = last
            } else {
                runs.append(SourceImageRun(image: image, positions: coordinates))
            }
        }
        return runs
    }

    /// **Throws** `UnknownValue` where a position has another number of coordinates than three.
    func images() throws -> [SourceImage] {
        guard positions.count.isMultiple(of: 3) else { throw UnknownValue() }
        return stride(from: 0, to: positions.count, by: 3).map {
            image.moved(to: Vector3(positions[$0], positions[$0 + 1], positions[$0 + 2]))
        }
    }
}

extension SourceImage {
    fileprivate func moved(to position: Vector3) -> SourceImage {
        var moved = self
        moved.plane = plane.moved(to: position)
        return moved
    }
}
