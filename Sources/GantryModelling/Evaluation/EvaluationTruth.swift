import Foundation
import GantryCore
import GantryTraining

/// What a table says of studies, slices or pictures: `truth.csv` of phantoms, or a row for each thing and label.
///
/// A table names `study_instance_uid` and `label`, or `file` and `label`; of studies also `sop_instance_uid` and
/// `frame_number`, for rows about a slice, `split`, and `group`, for patients that the files do not tell. Where outputs
/// are labels, a thing may have several rows.
package struct EvaluationTruth: Sendable {
    /// A word that a table says of something, and the line that says it.
    package struct Word: Sendable, Hashable {
        /// The class, the label, or one of `yes` and `no`.
        package var text: String
        /// Number of the line, from 1.
        package var line: Int

        /// A word of a line.
        package init(text: String, line: Int) {
            self.text = text
            self.line = line
        }
    }

    /// An object, or one frame of it.
    private struct Slice: Hashable, Sendable {
        var sopInstanceUID: UID
        /// Nil for every frame.
        var frameNumber: Int?
    }

    /// The table's name.
    package let name: String
    /// What must not be divided, of the studies where it is said: patients.
    package private(set) var groups: [UID: String] = [:]
    /// What studies are for, by their UIDs, and files, by their paths, where it is said.
    package private(set) var sides: [String: DataSide] = [:]
    /// Studies that are named, in the order of the table.
    package private(set) var studies: [UID] = []
    /// Files that are named, in the order of the table.
    package private(set) var files: [String] = []
    /// Whether slices have truths of their own.
    package var knowsSlices: Bool { !ofSlices.isEmpty }

    private var ofStudies: [UID: [Word]] = [:]
    private var ofSlices: [Slice: [Word]] = [:]
    private var slicesOfStudies: [UID: [Slice]] = [:]
    private var ofFiles: [String: [Word]] = [:]

    /// Words for the positive class and for whatever is not it, where no class is called so.
    package static let (yes, no) = (["positive", "1", "yes", "true"], ["negative", "0", "no", "false"])
    /// The word for a thing that has none of the labels.
    package static let none = "none"

    /// The truth in a file. **Throws** `cannotRead`, `malformedTable` naming file and line.
    package init(path: String) throws(TrainingDataFault) {
        guard let bytes = try? Data(contentsOf: URL(filePath: path)) else {
            throw TrainingDataFault(.cannotRead, subject: path, explanation: "cannot be read.")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw TrainingDataFault(.malformedTable, subject: path, explanation: "is not text in UTF-8; save it so.")
        }
        try self.init(text, name: path)
    }

    /// The truth in a text whose file is called `name`. **Throws** `malformedTable` naming file and line.
    package init(_ text: String, name: String) throws(TrainingDataFault) {
        self.name = name
        let table: DelimitedTable
        do throws(DelimitedTable.Malformation) {
            table = try DelimitedTable(text)
        } catch {
            throw Self.malformed(name, error.line, error.explanation)
        }
        guard !table.columns.isEmpty else {
            throw TrainingDataFault(
                .malformedTable, subject: name,
                explanation: "is empty; expected a table of study_instance_uid and label.")
        }
        let named = table.columns.joined(separator: ",")
        if TruthTable.describes(table) {
            try read(truth: table)
        } else if table.column("label") != nil, table.column("study_instance_uid") != nil {
            try read(studies: table)
        } else if table.column("label") != nil, table.column("file") != nil {
            try read(files: table)
        } else {
            throw Self.malformed(
                name, table.headerLine,
                "names the columns \(named); expected study_instance_uid and label, of pictures file and label, or as "
                    + "`gantry phantom` writes it study_instance_uid, sop_instance_uid, positive_slice and "
                    + "positive_study.")
        }
        guard !table.rows.isEmpty else {
            throw Self.malformed(name, table.headerLine, "names the columns \(named), and nothing stands below them.")
        }
    }

    /// What is said of a study; nil where nothing is. Where only slices of it have labels, it has those of all of them.
    package func words(ofStudy study: UID) -> [Word]? {
        if let words = ofStudies[study] { return words }
        guard let slices = slicesOfStudies[study] else { return nil }
        var seen: Set<String> = []
        return slices.flatMap { ofSlices[$0] ?? [] }.filter { seen.insert($0.text).inserted }
    }

    /// What is said of a slice by itself; nil where nothing is.
    package func words(ofSlice sopInstance: UID, frame: Int) -> [Word]? {
        ofSlices[Slice(sopInstanceUID: sopInstance, frameNumber: frame)]
            ?? ofSlices[Slice(sopInstanceUID: sopInstance, frameNumber: nil)]
    }

    /// What is said of a file, by its path below the folder of pictures; nil where nothing is.
    package func words(ofFile path: String) -> [Word]? { ofFiles[path] }

    private static func malformed(_ name: String, _ line: Int, _ explanation: String) -> TrainingDataFault {
        TrainingDataFault(.malformedTable, subject: "\(name):\(line)", explanation: explanation)
    }

    private mutating func read(truth table: DelimitedTable) throws(TrainingDataFault) {
        let truth: TruthTable
        do throws(DelimitedTable.Malformation) {
            truth = try TruthTable(table)
        } catch {
            throw Self.malformed(name, error.line, error.explanation)
        }
        for (row, source) in zip(truth.rows, table.rows) {
            let slice = Slice(sopInstanceUID: row.sopInstanceUID, frameNumber: row.frameNumber)
            ofSlices[slice] = [Word(text: row.isPositiveSlice ? "1" : "0", line: source.line)]
            if ofStudies[row.studyInstanceUID] == nil { studies.append(row.studyInstanceUID) }
            ofStudies[row.studyInstanceUID] = [Word(text: row.isPositiveStudy ? "1" : "0", line: source.line)]
        }
    }

    private mutating func read(studies table: DelimitedTable) throws(TrainingDataFault) {
        let (study, object) = (table.column("study_instance_uid"), table.column("sop_instance_uid"))
        let (frame, group) = (table.column("frame_number"), table.column("group"))
        var known: Set<UID> = []
        for row in table.rows {
            let word = try word(of: row, in: table)
            guard let studyUID = try uid(study, of: row, in: table) else {
                throw Self.malformed(name, row.line, "names no study.")
            }
            if known.insert(studyUID).inserted { studies.append(studyUID) }
            try readSide(of: studyUID.value, row, in: table)
            if let text = table.field(group, of: row) {
                if let other = groups.updateValue(text, forKey: studyUID), other != text {
                    throw TrainingDataFault(
                        .contradiction, subject: "\(name):\(row.line)",
                        explanation: "gives study \(studyUID) to group \(text), another line to \(other).")
                }
            }
            guard let objectUID = try uid(object, of: row, in: table) else {
                ofStudies[studyUID, default: []].append(word)
                continue
            }
            var slice = Slice(sopInstanceUID: objectUID, frameNumber: nil)
            if let text = table.field(frame, of: row) {
                guard let number = Int(text), number >= 1 else {
                    throw Self.malformed(
                        name, row.line, "has the frame number \(text); expected 1 or above, of an object.")
                }
                slice.frameNumber = number
            }
            if ofSlices[slice] == nil { slicesOfStudies[studyUID, default: []].append(slice) }
            ofSlices[slice, default: []].append(word)
        }
    }

    private mutating func read(files table: DelimitedTable) throws(TrainingDataFault) {
        let file = table.column("file")
        for row in table.rows {
            let word = try word(of: row, in: table)
            guard var path = table.field(file, of: row) else {
                throw Self.malformed(name, row.line, "names no file.")
            }
            if path.hasPrefix("./") { path.removeFirst(2) }
            if ofFiles[path] == nil { files.append(path) }
            try readSide(of: path, row, in: table)
            ofFiles[path, default: []].append(word)
        }
    }

    private mutating func readSide(
        of thing: String, _ row: DelimitedTable.Row, in table: DelimitedTable
    ) throws(TrainingDataFault) {
        guard let word = table.field(table.column("split"), of: row) else { return }
        guard let side = DataSide(word: word) else {
            throw Self.malformed(
                name, row.line, "has the split \(word); expected train, validation (or val) or test.")
        }
        if let other = sides.updateValue(side, forKey: thing), other != side {
            throw TrainingDataFault(
                .contradiction, subject: "\(name):\(row.line)",
                explanation: "gives \(thing) to \(side.rawValue), another line to \(other.rawValue).")
        }
    }

    /// What a row says. **Throws** where it has another width than the columns, or no label.
    private func word(of row: DelimitedTable.Row, in table: DelimitedTable) throws(TrainingDataFault) -> Word {
        guard row.fields.count == table.columns.count else {
            throw Self.malformed(
                name, row.line,
                "has \(counted(row.fields.count, "field")), but the columns are "
                    + table.columns.joined(separator: ",") + ".")
        }
        guard let text = table.field(table.column("label"), of: row) else {
            throw Self.malformed(name, row.line, "has no label.")
        }
        return Word(text: text, line: row.line)
    }

    private func uid(
        _ column: Int?, of row: DelimitedTable.Row, in table: DelimitedTable
    ) throws(TrainingDataFault) -> UID? {
        guard let text = table.field(column, of: row) else { return nil }
        guard let uid = UID(text) else {
            throw Self.malformed(name, row.line, "has \(text) where a UID is expected: 1 to 64 digits and dots.")
        }
        return uid
    }
}
