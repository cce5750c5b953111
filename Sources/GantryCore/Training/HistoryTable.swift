/// `history.csv`: a row an epoch, as text that spreadsheets and pandas read, and back.
///
/// Numbers are written with the fewest digits that read back as the same Float64; infinity and NaN as `inf` and `nan`.
public enum HistoryTable {
    /// Names of the columns, in their order: the first line.
    public static let columns = [
        "epoch", "step", "learning_rate", "train_loss", "train_accuracy", "val_loss", "val_accuracy", "val_auc", "best",
        "images_per_second", "seconds",
    ]

    /// The table of `history`: the names, then a line an epoch, each ended by a newline.
    public static func text(_ history: [EpochRecord]) -> String {
        ([columns] + history.map(fields)).map { $0.joined(separator: ",") + "\n" }.joined()
    }

    /// The rows of a table that `text` wrote; lines may end with carriage return and newline, the last with nothing.
    ///
    /// **Throws** where the columns are others, a field is no number, or the epochs are not 1, 2, 3 ...
    public static func parse(_ text: String) throws(HistoryTableError) -> [EpochRecord] {
        var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        if lines.last?.isEmpty == true { lines.removeLast() }
        guard let head = lines.first else { throw HistoryTableError(line: 1, problem: .otherColumns(found: "")) }
        guard head.split(separator: ",", omittingEmptySubsequences: false).elementsEqual(columns, by: ==) else {
            throw HistoryTableError(line: 1, problem: .otherColumns(found: String(head)))
        }
        var history: [EpochRecord] = []
        for (index, line) in lines.dropFirst().enumerated() {
            let record = try Row(line, number: index + 2).record()
            guard record.epoch == index + 1 else {
                throw HistoryTableError(
                    line: index + 2, column: columns[0], problem: .otherEpoch(found: record.epoch, expected: index + 1))
            }
            history.append(record)
        }
        return history
    }

    private static func fields(_ record: EpochRecord) -> [String] {
        [
            "\(record.epoch)", "\(record.step)", "\(record.learningRate)", "\(record.trainingLoss)",
            "\(record.trainingAccuracy)", "\(record.validationLoss)", "\(record.validationAccuracy)",
            record.validationAUC.map { "\($0)" } ?? "", "\(record.isBest)", "\(record.imagesPerSecond)",
            "\(record.seconds)",
        ]
    }

    /// A line's fields.
    private struct Row {
        let number: Int
        let fields: [Substring]

        init(_ line: Substring, number: Int) throws(HistoryTableError) {
            self.number = number
            fields = line.split(separator: ",", omittingEmptySubsequences: false)
            guard fields.count == columns.count else {
                throw HistoryTableError(line: number, problem: .otherFieldCount(fields.count))
            }
        }

        func record() throws(HistoryTableError) -> EpochRecord {
            EpochRecord(
                epoch: try whole(0), step: try whole(1), learningRate: try number(2), trainingLoss: try number(3),
                trainingAccuracy: try number(4), validationLoss: try number(5), validationAccuracy: try number(6),
                validationAUC: fields[7].isEmpty ? nil : try number(7), isBest: try truth(8),
                imagesPerSecond: try number(9), seconds: try number(10))
        }

        private func whole(_ column: Int) throws(HistoryTableError) -> Int {
            guard let value = Int(fields[column]), value >= 0 else { throw fault(column, "a whole number from 0 on") }
            return value
        }

        private func number(_ column: Int) throws(HistoryTableError) -> Double {
            guard let value = Double(fields[column]) else { throw fault(column, "a number") }
            return value
        }

        private func truth(_ column: Int) throws(HistoryTableError) -> Bool {
            guard let value = Bool(String(fields[column])) else { throw fault(column, "true or false") }
            return value
        }

        private func fault(_ column: Int, _ expected: String) -> HistoryTableError {
            HistoryTableError(
                line: number, column: columns[column],
                problem: .otherField(found: String(fields[column]), expected: expected))
        }
    }
}

/// Why a text is no table of a history.
public struct HistoryTableError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public enum Problem: Hashable, Sendable {
        /// The first line does not name the columns; what it says.
        case otherColumns(found: String)
        /// A line has so many fields.
        case otherFieldCount(Int)
        /// A field is not what its column holds.
        case otherField(found: String, expected: String)
        /// An epoch is not the one that follows.
        case otherEpoch(found: Int, expected: Int)
    }

    /// Line, from 1.
    public var line: Int
    /// Name of the column; nil where it is the line as a whole.
    public var column: String?
    /// What is wrong there.
    public var problem: Problem

    /// A problem at a place.
    public init(line: Int, column: String? = nil, problem: Problem) {
        self.line = line
        self.column = column
        self.problem = problem
    }

    /// A sentence.
    public var description: String {
        let place = "line \(line)" + (column.map { ", column \($0)" } ?? "")
        switch problem {
        case .otherColumns(let found):
            return "\(place): expected the columns \(HistoryTable.columns.joined(separator: ",")), found "
                + (found.isEmpty ? "nothing" : "\"\(Self.short(found))\"")
        case .otherFieldCount(let found):
            return "\(place): expected \(HistoryTable.columns.count) fields, found \(found)"
        case .otherField(let found, let expected): return "\(place): \"\(Self.short(found))\" is not \(expected)"
        case .otherEpoch(let found, let expected): return "\(place): expected epoch \(expected), found \(found)"
        }
    }

    /// The beginning of a text: a damaged file has lines of any length.
    private static func short(_ text: String) -> String { text.count > 80 ? text.prefix(80) + "\u{2026}" : text }
}
