import GantryCore

/// What is said of files: their labels, sides and groups.
///
/// A table has the columns `file` and, in any order, `label`, `split` and `group`; others are left alone. A list has a
/// file's path a line, and is for one side as a whole.
public struct SplitTable: Sendable {
    /// What is said of one file.
    public struct Row: Sendable, Hashable {
        /// Path below the folder of pictures.
        public var file: String
        /// Name of its class; nil where it is not said.
        public var label: String?
        /// What it is for; nil where it is not said.
        public var side: DataSide?
        /// What must not be divided, a patient; nil where it is not said.
        public var group: String?
        /// Where it is said: file and line.
        public var place: String
    }

    /// A row a file.
    public private(set) var rows: [Row] = []
    private var places: [String: Int] = [:]

    /// Nothing about no file.
    public init() {}

    /// The table of a text whose file is called `name`.
    ///
    /// **Throws** `malformedTable` naming file and line: no column `file`, a row of another width or without a file, a
    /// split that is none; `contradiction` where a file stands there twice.
    public init(_ text: String, name: String) throws(TrainingDataFault) {
        let table = try DelimitedTable(text, name: name, requiring: ["file"])
        let (file, label) = (table.column("file"), table.column("label"))
        let (split, group) = (table.column("split"), table.column("group"))
        guard label != nil || split != nil || group != nil else {
            throw .malformedTable(
                name, line: table.headerLine,
                "names the columns \(table.columns.joined(separator: ",")); expected label, split or group beside "
                    + "file.")
        }
        for row in table.rows {
            guard let path = table.field(file, of: row) else {
                throw .malformedTable(name, line: row.line, "names no file.")
            }
            let word = table.field(split, of: row)
            let side = word.flatMap(DataSide.init(word:))
            if let word, side == nil {
                throw .malformedTable(
                    name, line: row.line, "has the split \(word); expected train, validation (or val) or test.")
            }
            try add(
                Row(
                    file: Self.plain(path), label: table.field(label, of: row), side: side,
                    group: table.field(group, of: row), place: "\(name):\(row.line)"))
        }
    }

    /// The table in a file. **Throws** `cannotRead`, and as above.
    public init(path: String) throws(TrainingDataFault) {
        try self.init(DelimitedTable.text(ofFile: path), name: path)
    }

    /// Adds a list of files for one side, the text of a file called `name`: a path a line, without quotes.
    ///
    /// **Throws** `contradiction` where a file was named before.
    public mutating func addList(_ text: String, name: String, side: DataSide) throws(TrainingDataFault) {
        var text = Substring(text)
        if text.unicodeScalars.first == "\u{FEFF}" { text = Substring(text.unicodeScalars.dropFirst()) }
        for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let path = line.trimming { $0 == " " || $0 == "\t" }
            guard !path.isEmpty else { continue }
            try add(Row(file: Self.plain(String(path)), side: side, place: "\(name):\(number + 1)"))
        }
    }

    /// Adds the list in a file. **Throws** `cannotRead`, and as above.
    public mutating func addList(path: String, side: DataSide) throws(TrainingDataFault) {
        try addList(DelimitedTable.text(ofFile: path), name: path, side: side)
    }

    /// What is said of a file.
    public subscript(file: String) -> Row? { places[Self.plain(file)].map { rows[$0] } }

    /// Names of the classes, in the order of their bytes.
    public var classes: [String] { Set(rows.compactMap(\.label)).sorted(by: pathPrecedes) }

    /// **Throws** `labelForAbsent` naming the files of which something is said and that are not there.
    public func requirePresent(_ files: some Sequence<String>) throws(TrainingDataFault) {
        let present = Set(files.map(Self.plain))
        let absent = rows.filter { !present.contains($0.file) }
        guard let first = absent.first else { return }
        throw TrainingDataFault(
            .labelForAbsent, subject: first.place,
            explanation: absent.count == 1
                ? "names \(first.file), which is not there."
                : "is the first of \(absent.count) lines whose files are not there: "
                    + absent.map(\.file).listed(10) + ".")
    }

    private mutating func add(_ row: Row) throws(TrainingDataFault) {
        if let other = places[row.file] {
            throw TrainingDataFault(
                .contradiction, subject: row.place,
                explanation: "names \(row.file), which \(rows[other].place) names too: each file stands once.")
        }
        places[row.file] = rows.count
        rows.append(row)
    }

    /// A path as the lists of folders have it: without `./` before it.
    private static func plain(_ path: String) -> String { path.hasPrefix("./") ? String(path.dropFirst(2)) : path }
}

extension Substring {
    fileprivate func trimming(where isLeftOut: (Character) -> Bool) -> Substring {
        guard let first = firstIndex(where: { !isLeftOut($0) }), let last = lastIndex(where: { !isLeftOut($0) }) else {
            return Substring()
        }
        return self[first...last]
    }
}
