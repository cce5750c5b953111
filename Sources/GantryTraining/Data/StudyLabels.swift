import GantryCore

/// What a person says of CT studies, their series and slices.
///
/// Either `truth.csv` of phantoms (`TruthTable`), whose classes are `negative` and `positive`, each slice by itself; or
/// a table of `study_instance_uid` and `label`, with any of `series_instance_uid`, `sop_instance_uid`, `frame_number`,
/// `split` and `group` beside them: a row is about the smallest thing that it names. What is said of a smaller thing
/// counts for it; a slice of which nothing is said has its series' or its study's label.
public struct StudyLabels: Sendable {
    /// What a row may be about.
    private enum Thing: Hashable {
        case study(UID)
        case series(UID)
        case object(UID)
        case frame(UID, Int)
    }

    /// Names of the classes: in the order of their bytes, which is negative, positive for `truth.csv`.
    public private(set) var classes: [String] = []
    /// What a study is for, of those where it is said.
    public private(set) var sides: [UID: DataSide] = [:]
    /// What must not be divided, of the studies where it is said: patients.
    public private(set) var groups: [UID: String] = [:]
    /// The studies that are named, in the order of the table.
    public private(set) var studies: [UID] = []
    private var series: [UID] = []
    private var objects: [UID] = []
    private var labels: [Thing: Int] = [:]
    private let name: String

    /// The labels in a text whose file is called `name`.
    ///
    /// **Throws** `malformedTable` naming file and line; `contradiction` where two lines give one thing two labels, or
    /// one study two sides or groups.
    public init(_ text: String, name: String) throws(TrainingDataFault) {
        self.name = name
        let table = try DelimitedTable(text, name: name, requiring: ["study_instance_uid"])
        if TruthTable.describes(table) {
            try read(truth: table)
        } else if table.column("label") != nil {
            try read(labels: table)
        } else {
            throw .malformedTable(
                name, line: table.headerLine,
                "names the columns \(table.columns.joined(separator: ",")); expected study_instance_uid and label, or "
                    + "positive_slice, positive_study and sop_instance_uid.")
        }
    }

    /// The labels in a file. **Throws** `cannotRead`, and as above.
    public init(path: String) throws(TrainingDataFault) {
        try self.init(DelimitedTable.text(ofFile: path), name: path)
    }

    /// Gives the classes, as many as there are, other names.
    package mutating func name(classes names: [String]) {
        precondition(names.count == classes.count, "a name for each class")
        classes = names
    }

    /// Index of the class of a slice; nil where nothing is said of it.
    public func label(study: UID, series: UID, sopInstance: UID, frame: Int) -> Int? {
        labels[.frame(sopInstance, frame)] ?? labels[.object(sopInstance)] ?? labels[.series(series)]
            ?? labels[.study(study)]
    }

    /// **Throws** `labelForAbsent` naming the studies, series or objects that are labelled and not there.
    public func requirePresent(
        studies: Set<UID>, series: Set<UID>? = nil, sopInstances: Set<UID>? = nil
    ) throws(TrainingDataFault) {
        let kinds: [(what: String, named: [UID], present: Set<UID>?)] = [
            ("studies", self.studies, studies), ("series", self.series, series), ("objects", objects, sopInstances),
        ]
        for kind in kinds {
            guard let present = kind.present else { continue }
            let absent = kind.named.filter { !present.contains($0) }
            guard !absent.isEmpty else { continue }
            throw TrainingDataFault(
                .labelForAbsent, subject: name,
                explanation: "labels \(kind.what) that are not there: " + absent.map(\.value).listed(10) + ".")
        }
    }

    private mutating func read(truth table: DelimitedTable) throws(TrainingDataFault) {
        let truth: TruthTable
        do { truth = try TruthTable(table) } catch {
            throw .malformedTable(name, line: error.line, error.explanation)
        }
        classes = ["negative", "positive"]
        for row in truth.rows {
            labels[.frame(row.sopInstanceUID, row.frameNumber)] = row.isPositiveSlice ? 1 : 0
            studies.append(row.studyInstanceUID)
            objects.append(row.sopInstanceUID)
        }
        makeUnique()
    }

    private mutating func read(labels table: DelimitedTable) throws(TrainingDataFault) {
        let (study, label) = (table.column("study_instance_uid"), table.column("label"))
        let (series, object) = (table.column("series_instance_uid"), table.column("sop_instance_uid"))
        let frame = table.column("frame_number")
        var words: [Thing: (label: String, line: Int)] = [:]
        for row in table.rows {
            guard let word = table.field(label, of: row) else {
                throw .malformedTable(name, line: row.line, "has no label.")
            }
            guard let studyUID = try uid(study, of: row, in: table) else {
                throw .malformedTable(name, line: row.line, "names no study.")
            }
            let seriesUID = try uid(series, of: row, in: table)
            let objectUID = try uid(object, of: row, in: table)
            var number: Int?
            if let text = table.field(frame, of: row) {
                number = Int(text)
                guard number ?? 0 >= 1, objectUID != nil else {
                    throw .malformedTable(
                        name, line: row.line, "has the frame number \(text); expected 1 or above, of an object.")
                }
            }
            let thing: Thing =
                switch (objectUID, number) {
                case (let object?, let number?): .frame(object, number)
                case (let object?, nil): .object(object)
                case (nil, _): seriesUID.map(Thing.series) ?? .study(studyUID)
                }
            if let other = words[thing], other.label != word {
                throw TrainingDataFault(
                    .contradiction, subject: "\(name):\(row.line)",
                    explanation: "says \(word) of what line \(other.line) says \(other.label) of.")
            }
            if words[thing] == nil { words[thing] = (word, row.line) }
            studies.append(studyUID)
            if let seriesUID { self.series.append(seriesUID) }
            if let objectUID { objects.append(objectUID) }
            try readSideAndGroup(of: studyUID, row, in: table)
        }
        classes = Set(words.values.map(\.label)).sorted(by: pathPrecedes)
        let indices = Dictionary(classes.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        labels = words.compactMapValues { indices[$0.label] }
        makeUnique()
    }

    private mutating func readSideAndGroup(
        of study: UID, _ row: DelimitedTable.Row, in table: DelimitedTable
    ) throws(TrainingDataFault) {
        if let word = table.field(table.column("split"), of: row) {
            guard let side = DataSide(word: word) else {
                throw .malformedTable(
                    name, line: row.line, "has the split \(word); expected train, validation (or val) or test.")
            }
            if let other = sides.updateValue(side, forKey: study), other != side {
                throw TrainingDataFault(
                    .contradiction, subject: "\(name):\(row.line)",
                    explanation: "gives study \(study) to \(side.rawValue), another line to \(other.rawValue): "
                        + "a study is not divided.")
            }
        }
        if let group = table.field(table.column("group"), of: row) {
            if let other = groups.updateValue(group, forKey: study), other != group {
                throw TrainingDataFault(
                    .contradiction, subject: "\(name):\(row.line)",
                    explanation: "gives study \(study) to group \(group), another line to \(other).")
            }
        }
    }

    private func uid(
        _ column: Int?, of row: DelimitedTable.Row, in table: DelimitedTable
    ) throws(TrainingDataFault) -> UID? {
        guard let text = table.field(column, of: row) else { return nil }
        guard let uid = UID(text) else {
            throw .malformedTable(
                name, line: row.line, "has \(text) where a UID is expected: 1 to 64 digits and dots.")
        }
        return uid
    }

    /// Each study, series and object once, in the order they come in.
    private mutating func makeUnique() {
        for list in [\Self.studies, \Self.series, \Self.objects] {
            var seen: Set<UID> = []
            self[keyPath: list] = self[keyPath: list].filter { seen.insert($0).inserted }
        }
    }
}
