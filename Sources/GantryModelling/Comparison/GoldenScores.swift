import Foundation
import GantryCore
import GantryTraining

/// `--golden-study FOLDER scores.csv`: what a golden run made of the slices of studies, a row each with
/// `sop_instance_uid`, `frame_number` and a column for each class; other columns are left alone.
package struct GoldenScores {
    /// The table's path.
    package let path: String
    /// What the golden run says of each class, by slice.
    package let rows: [Truth.Slice: [Double]]
    /// The slices in the order of the table.
    private let order: [Truth.Slice]

    /// The table at `path`, with these classes. **Throws** `cannotRead`, `malformed` naming the line.
    package init(path: String, classes: [String]) throws(ModellingFault) {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw ModellingFault(.cannotRead, subject: path, explanation: "cannot be read. Is it text in UTF-8?")
        }
        let table: DelimitedTable
        do throws(DelimitedTable.Malformation) {
            table = try DelimitedTable(text)
        } catch {
            throw ModellingFault(.malformed, subject: "\(path):\(error.line)", explanation: error.explanation)
        }
        func bad(_ line: Int, _ explanation: String) -> ModellingFault {
            ModellingFault(.malformed, subject: "\(path):\(line)", explanation: explanation)
        }
        let columns = classes.compactMap { table.columns.firstIndex(of: $0) }
        guard let instance = table.column("sop_instance_uid"), let frame = table.column("frame_number"),
            columns.count == classes.count
        else {
            throw bad(
                table.headerLine,
                "names the columns \(table.columns.joined(separator: ",")); expected sop_instance_uid, frame_number "
                    + "and \(classes.joined(separator: ", ")) among them.")
        }
        var rows: [Truth.Slice: [Double]] = [:]
        var order: [Truth.Slice] = []
        for row in table.rows {
            let fields = row.fields
            guard fields.count == table.columns.count, let uid = UID(fields[instance]),
                let number = Int(fields[frame]), number >= 1
            else { throw bad(row.line, "has not a UID, a frame number from 1 on, and a field for each column.") }
            let values = columns.compactMap { Double(fields[$0]) }
            guard values.count == columns.count, values.allSatisfy(\.isFinite) else {
                throw bad(row.line, "has not a number for each of \(classes.joined(separator: ", ")).")
            }
            let slice = Truth.Slice(sopInstanceUID: uid, frameNumber: number)
            guard rows.updateValue(values, forKey: slice) == nil else {
                throw bad(row.line, "is of a slice that another line has: \(Self.name(slice)).")
            }
            order.append(slice)
        }
        guard !order.isEmpty else { throw bad(table.headerLine, "has no row, and so proves nothing.") }
        (self.path, self.rows, self.order) = (path, rows, order)
    }

    /// What a person calls a slice.
    package static func name(_ slice: Truth.Slice) -> String {
        "\(slice.sopInstanceUID.value), frame \(slice.frameNumber)"
    }

    /// Which slices stand on one side alone, where there are any: `scored` are those that the pipeline scores, in
    /// order. First and count.
    package func mismatch(scored: [Truth.Slice]) -> String? {
        let found = Set(scored)
        var parts: [String] = []
        let unscored = order.filter { !found.contains($0) }
        if let first = unscored.first {
            parts.append(
                "\(unscored.count) of \(counted(order.count, "row")) of \(path) "
                    + "\(unscored.count == 1 ? "is of a slice" : "are of slices") that the pipeline does not score "
                    + "(first: \(Self.name(first))); `series` and `slices` in pipeline.yaml say which it does")
        }
        let missing = scored.filter { rows[$0] == nil }
        if let first = missing.first {
            parts.append(
                "\(missing.count) of \(counted(scored.count, "slice")) that the pipeline scores "
                    + "\(missing.count == 1 ? "has" : "have") no row in \(path) (first: \(Self.name(first)))")
        }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }
}
