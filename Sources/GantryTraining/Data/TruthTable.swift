import GantryCore

/// `truth.csv` as `gantry phantom` writes it: for each slice, and the study it is of, whether disease is in it.
///
/// `study_instance_uid`, `sop_instance_uid`, `positive_slice` and `positive_study` are used, 1 and 0 for yes and no,
/// and `frame_number`, 1 where there is no such column.
package struct TruthTable {
    /// A slice.
    package struct Row {
        /// (0020,000D)
        package let studyInstanceUID: UID
        /// (0008,0018)
        package let sopInstanceUID: UID
        /// From 1.
        package let frameNumber: Int
        /// Whether disease is in the slice.
        package let isPositiveSlice: Bool
        /// Whether disease is in the study.
        package let isPositiveStudy: Bool
    }

    /// The slices, in the table's order.
    package let rows: [Row]

    /// Whether a table says so by its columns.
    package static func describes(_ table: DelimitedTable) -> Bool {
        ["study_instance_uid", "sop_instance_uid", "positive_slice", "positive_study"]
            .allSatisfy { table.column($0) != nil }
    }

    /// The truth in a table. **Throws** what is wrong with the first line that cannot be understood.
    package init(_ table: DelimitedTable) throws(DelimitedTable.Malformation) {
        guard let study = table.column("study_instance_uid"), let instance = table.column("sop_instance_uid"),
            let positiveSlice = table.column("positive_slice"), let positiveStudy = table.column("positive_study")
        else {
            throw DelimitedTable.Malformation(
                line: table.headerLine,
                explanation: "names the columns \(table.columns.joined(separator: ",")); expected "
                    + "study_instance_uid, sop_instance_uid, positive_slice and positive_study among them.")
        }
        let frame = table.column("frame_number")
        var rows: [Row] = []
        for row in table.rows {
            let fields = row.fields
            guard fields.count == table.columns.count, let studyUID = UID(fields[study]),
                let sopUID = UID(fields[instance]), let isPositiveSlice = Self.flag(fields[positiveSlice]),
                let isPositiveStudy = Self.flag(fields[positiveStudy]),
                let frameNumber = frame.map({ Int(fields[$0]) }) ?? 1
            else {
                throw DelimitedTable.Malformation(
                    line: row.line,
                    explanation: "has not two UIDs, two of 0 and 1, and a frame number in its columns.")
            }
            rows.append(
                Row(
                    studyInstanceUID: studyUID, sopInstanceUID: sopUID, frameNumber: frameNumber,
                    isPositiveSlice: isPositiveSlice, isPositiveStudy: isPositiveStudy))
        }
        self.rows = rows
    }

    private static func flag(_ text: String) -> Bool? { text == "1" ? true : text == "0" ? false : nil }
}
