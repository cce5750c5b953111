import Foundation
import GRDB
import GantryCore

/// Maps of key slices. Rows are written once and never change.
enum KeyMapRows {
    /// Puts the map of the picture at `ordinal` beside it.
    static func insert(_ db: Database, _ revisionID: Int64, ordinal: Int, _ explanation: SliceExplanation) throws {
        let map = explanation.map
        try db.execute(
            sql: """
                INSERT INTO key_map (revision_id, ordinal, map_rows, map_columns, map_values, outside_body_share)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                revisionID, ordinal, map.rows, map.columns, bytes(of: map.values), explanation.outsideBodyShare,
            ])
    }

    /// The maps of a revision's pictures by their ordinals; none in an older store that is read as it is.
    static func all(_ db: Database, _ revisionID: Int64) throws -> [Int: SliceExplanation] {
        guard try db.tableExists("key_map") else { return [:] }
        var found: [Int: SliceExplanation] = [:]
        for row in try Row.fetchAll(
            db, sql: "SELECT * FROM key_map WHERE revision_id = ?", arguments: [revisionID])
        {
            let map = ActivationMap(
                rows: try row.value("map_rows"), columns: try row.value("map_columns"),
                values: values(of: try row.value("map_values")))
            guard let map else { throw UnknownValue() }
            found[try row.value("ordinal")] = SliceExplanation(
                map: map, outsideBodyShare: try row.optional("outside_body_share"))
        }
        return found
    }

    private static func bytes(of values: [Float]) -> Data {
        var data = Data(capacity: 4 * values.count)
        for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) } }
        return data
    }

    private static func values(of data: Data) -> [Float] {
        stride(from: 0, to: data.count - data.count % 4, by: 4).map { offset in
            let bytes = data[data.startIndex + offset..<data.startIndex + offset + 4]
            return Float(bitPattern: bytes.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
        }
    }
}
