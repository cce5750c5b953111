import Foundation
import GantryCore
import GantryReports
import Glibc
import Testing

/// Tables as files. What they hold is read back by Python.
@Suite struct TableExportTests {
    /// Reads both forms of every table by the types of the data dictionary, which is standard input, and fails where
    /// they differ; prints the tables as one JSON object.
    private static let reader = #"""
        import csv, json, re, sys
        types = {}
        for part in sys.stdin.read().split("\n### `")[1:]:
            name = part.split("`", 1)[0]
            types[name] = dict(re.findall(r"^\| `(\w+)` \| (\w+) \|", part, re.M))
        def value(cell, kind):
            if cell == "":
                return None
            if kind in ("integer", "number", "boolean"):
                return {"integer": int, "number": float, "boolean": {"true": True, "false": False}.get}[kind](cell)
            if re.match("[ \"]*[=+\\-@＝＋－＠]", cell):
                sys.exit(f"a spreadsheet would run {cell}")
            cell = re.sub(r"(^|[;\t\r\n])([ \"]*)'", r"\1\2", cell)
            return json.loads(cell) if kind == "list" else cell
        tables = {}
        for name, columns in types.items():
            path = sys.argv[1] + "/" + name
            with open(path + ".csv", newline="", encoding="utf-8") as file:
                rows = [{k: value(v, columns[k]) for k, v in row.items()} for row in csv.DictReader(file, strict=True)]
            with open(path + ".jsonl", newline="\n", encoding="utf-8") as file:
                lines = [json.loads(line) for line in file]
            # An empty text is an empty cell.
            lines = [{k: None if v == "" else v for k, v in line.items()} for line in lines]
            if rows != lines or any(list(row) != list(columns) for row in rows):
                sys.exit(f"{name}: {rows} is not {lines}")
            tables[name] = rows
        json.dump(tables, sys.stdout)
        """#

    private typealias Tables = [String: [[String: JSONValue]]]

    /// The rows that Python reads in `folder`.
    private static func read(_ folder: TemporaryFolder) throws -> Tables {
        let end = try FinishedProgram(
            "/usr/bin/python3", ["-c", reader, folder.path], input: Data(contentsOf: DataDictionary.page))
        try #require(end.status == 0, "\(end.output)")
        return try JSONDecoder().decode(Tables.self, from: Data(end.output.utf8))
    }

    /// The cells of a column.
    private static func column(_ name: String, of rows: [[String: JSONValue]]?) -> [JSONValue] {
        (rows ?? []).map { $0[name] ?? .null }
    }

    private static func write(
        _ accounts: [StudyAccount], to folder: TemporaryFolder,
        _ options: TableExport.Options = TableExport.Options(formats: [.csv, .jsonl])
    ) throws -> [TableExport.WrittenTable] {
        let export = try TableExport(into: folder.path, options)
        for account in accounts { try export.append(account) }
        return try export.commit()
    }

    @Test func `the data dictionary is what the columns are`() throws {
        func told(_ columns: [TableColumn<some Any>]) -> [DataDictionary.Column] {
            columns.map { .init(name: $0.name, type: $0.type.rawValue, deidentified: $0.deidentified.rawValue) }
        }
        let tables = try DataDictionary().tables
        #expect(Set(tables.keys) == Set(StudyTables.names))
        #expect(tables["studies"] == told(StudyTables.studies))
        #expect(tables["series"] == told(StudyTables.series))
        #expect(tables["slices"] == told(StudyTables.slices))
        #expect(tables["files"] == told(StudyTables.files))
        for columns in tables.values { #expect(Set(columns.map(\.name)).count == columns.count) }
    }

    @Test(arguments: ["read_export.py", "read_export.R"])
    func `the examples name every column that is no text`(file: String) throws {
        let page = DataDictionary.page.deletingLastPathComponent().appendingPathComponent("examples/\(file)")
        let text = try String(contentsOf: page, encoding: .utf8)
        let words = Set(text.matches(of: #/[a-z_0-9]+/#).map { String($0.output) })
        let isText: Set = ["text", "code", "key", "uid", "digest", "date", "time"]
        for column in try DataDictionary().tables.values.joined() where !isText.contains(column.type) {
            if column.type == "list" && file.hasSuffix(".R") { continue }
            #expect(words.contains(column.name), "\(column.name)")
        }
    }

    @Test func `a study has a row for everything that it has, with the numbers to the last bit`() throws {
        let folder = try TemporaryFolder()
        let record = try SampleRecord.study()
        let written = try Self.write([SampleAccount.judged(record)], to: folder)
        #expect(written.map(\.file).prefix(3) == ["studies.csv", "studies.jsonl", "series.csv"])
        let tables = try Self.read(folder)
        for table in written { #expect(table.rows == tables[table.table]?.count) }

        let study = try #require(tables["studies"]?.first)
        #expect(study["study_key"] == .text(record.studyKey.value) && study["is_standing"] == .flag(true))
        #expect(study["study_date"] == .text("2026-11-14") && study["study_time"] == .text("09:15:30.000"))
        #expect(study["patient_birth_date"] == .text("1961-03-09"))
        #expect(study["judged_at"] == .text(record.judgedAt.description))
        let probability = try #require(record.result.verdict.probability)
        #expect(study["probability"] == .number(probability))
        #expect(study["files_seen"] == .number(Double(record.result.files.count)))
        #expect(study["classes"] == .list(SampleRecord.classes.map { JSONValue.text($0) }))
        #expect(study["failure_code"] == .null && study["unlike_training"] == .text("notMeasured"))

        let slices = record.result.slices
        func told(_ table: String, _ column: String) -> [JSONValue] { Self.column(column, of: tables[table]) }
        #expect(told("slices", "sop_instance_uid") == slices.map { JSONValue.text($0.sopInstanceUID.value) })
        #expect(told("slices", "position_mm") == slices.map { JSONValue.number($0.positionMillimetres) })
        let probabilities = slices.map { slice in
            slice.probabilities.last.map { JSONValue.number($0) } ?? JSONValue.null
        }
        #expect(told("slices", "probability") == probabilities)
        let lists = slices.map { slice in JSONValue.list(slice.probabilities.map { JSONValue.number($0) }) }
        #expect(told("slices", "class_probabilities") == lists)
        #expect(told("slices", "remarks")[1] == .list([.text("missingEndMarker")]))
        #expect(told("series", "is_chosen") == record.result.seriesDecisions.map { JSONValue.flag($0.isChosen) })
        #expect(told("files", "file") == record.result.files.map { JSONValue.text($0.file) })
    }

    @Test func `a study that failed, has no scored slice or an earlier revision is told as it is`() throws {
        let folder = try TemporaryFolder()
        let study = try SampleRecord.study()
        var waiting = SampleAccount.failed(try SampleRecord.study(key: 7))
        waiting.filesOfFailure = []
        waiting.seriesOfFailure = []
        _ = try Self.write(
            [
                SampleAccount.failed(study), SampleAccount.failed(try SampleRecord.study(key: 2), as: .quarantined),
                SampleAccount.judged(try SampleRecord.empty()),
                SampleAccount.judged(try SampleRecord.study(key: 4), latest: 2),
                SampleAccount.judged(try SampleRecord.failedSince(key: 5)), waiting,
            ], to: folder)
        let tables = try Self.read(folder)
        let studies = try #require(tables["studies"])
        let revisions: [JSONValue] = [.null, .null, .number(1), .number(1), .number(2), .null]
        #expect(Self.column("revision", of: studies) == revisions)
        let standing: [JSONValue] = [.null, .null, .flag(true), .flag(false), .flag(true), .null]
        #expect(Self.column("is_standing", of: studies) == standing)
        #expect(studies[0]["failure_code"] == .text("noSuitableSeries"))
        #expect(studies[1]["failure_code"] == .text("quarantined"))
        #expect(studies[1]["state"] == .text("quarantined") && studies[0]["finding"] == .null)
        #expect(studies[0]["files_skipped"] == studies[0]["files_seen"] && studies[0]["files_seen"] != .null)
        #expect(studies[5]["files_seen"] == .null)
        #expect(studies[2]["probability"] == .null && studies[2]["scored_slices"] == .number(0))
        #expect(studies[2]["finding"] == .text("indeterminate") && studies[2]["patient_name"] == .null)
        #expect(studies[2]["failed_quality"] == .list([.text("tooFewSlices")]))
        #expect(studies[4]["failed_since_code"] == .text("noSuitableSeries") && studies[4]["finding"] != .null)
        let unjudged = tables["series"]?.filter { $0["revision"] == .null }
        #expect(unjudged?.count == 2 * study.result.seriesDecisions.count)
        #expect(tables["slices"]?.contains { $0["study_key"] == .text(study.studyKey.value) } == false)
    }

    /// Texts that break readers, or that a spreadsheet may run.
    static let awkward = [
        "=cmd|' /C calc'!A0", "@SUM(1+9)", "+49 30 1234", "-1", "  =1+1", "\"=1+1", "a;=1+1", "a; \"=1+1", "a\t@b",
        "a\n-1", "a\r\n+1", "'", "'=1", "''", "a;'b", "＝1＋1", "＠x", "a,b", "a\"b\"", "\"", "\r", "\n", " ", "NA",
        "NULL", "1e5", "0012", "<script>alert(1)</script>", "O'Brien^Ann", "Müller^Åsa", "山田^太郎", "👩🏽‍⚕️",
        "\u{202E}gnp.exe", "\u{2028}", "a\u{1B}[31m", "\\", "\\x41", "{\"a\": [1]}", "é\u{301}", "\u{FEFF}=1", "؜",
        "a;b", "=;=;=",
    ]

    /// A study for each awkward text, which stands wherever a text can.
    private static func awkwardAccounts() throws -> [StudyAccount] {
        try awkward.map { text in
            var record = try SampleRecord.study(count: 3)
            record.patient.patientName = text
            record.study.studyDate = text
            record.study.studyDescription = "x" + text
            record.result.files[0].file = text
            record.result.files[0].detail = text + text
            record.result.provenance.classes = ["a", text, "covid19"]
            return SampleAccount.judged(record)
        }
    }

    @Test func `every text comes back from both forms`() throws {
        let folder = try TemporaryFolder()
        _ = try Self.write(try Self.awkwardAccounts(), to: folder)
        let tables = try Self.read(folder)
        let (studies, files) = (try #require(tables["studies"]), try #require(tables["files"]))
        try #require(studies.count == Self.awkward.count && files.count % studies.count == 0)
        for (index, text) in Self.awkward.enumerated() {
            #expect(studies[index]["patient_name"] == .text(text))
            #expect(studies[index]["study_description"] == .text("x" + text))
            #expect(studies[index]["classes"] == .list([.text("a"), .text(text), .text("covid19")]))
            // A date without what stands around it.
            let date = IdentityText.filled(text).map { JSONValue.text($0) } ?? .null
            #expect(studies[index]["study_date"] == date)
            let file = files[index * files.count / studies.count]
            #expect(file["file"] == .text(text) && file["detail"] == .text(text + text))
        }
    }

    @Test func `a zero byte, at which readers end, becomes a sign of replacement`() throws {
        let folder = try TemporaryFolder()
        var record = try SampleRecord.study(count: 3)
        record.patient.patientName = "a\0b"
        record.patient.patientID = ""
        _ = try Self.write([SampleAccount.judged(record)], to: folder)
        let study = try #require(try Self.read(folder)["studies"]?.first)
        #expect(study["patient_name"] == .text("a\u{FFFD}b") && study["patient_id"] == .null)
    }

    @Test func `no cell begins a formula, whatever separator a spreadsheet takes, but numbers stay numbers`() throws {
        let folder = try TemporaryFolder()
        _ = try Self.write(try Self.awkwardAccounts(), to: folder)
        for name in ["studies.csv", "files.csv"] {
            let csv = try folder.text(name)
            for separator: Character in [";", "\t"] {
                // However quotation marks are understood.
                for cell in csv.split(whereSeparator: { $0 == separator || $0.isNewline }) {
                    let bare = cell.drop { $0 == " " || $0 == "\"" }
                    #expect(!["=", "+", "-", "@", "＝", "＋", "－", "＠"].contains { bare.hasPrefix($0) }, "\(cell)")
                }
            }
        }
        // With commas: see `reader`.
        _ = try Self.read(folder)
        #expect(try folder.text("slices.csv").contains(",-310.5,"))
    }

    @Test func `files are RFC 4180, and are the same for the same studies`() throws {
        let (folder, other) = (try TemporaryFolder(), try TemporaryFolder())
        let accounts = try (1...3).map { SampleAccount.judged(try SampleRecord.study(key: $0)) }
        _ = try Self.write(accounts, to: folder)
        _ = try Self.write(accounts, to: other)
        let names = try folder.everything()
        #expect(names == ["studies", "series", "slices", "files"].flatMap { ["\($0).csv", "\($0).jsonl"] }.sorted())
        for name in names { #expect(try folder.text(name) == other.text(name)) }
        let csv = try folder.text("studies.csv")
        #expect(
            csv.hasPrefix("study_key,patient_key,revision,is_standing,study_instance_uid,") && csv.hasSuffix("\r\n"))
        #expect(!csv.replacing("\r\n", with: "").contains { $0.isNewline })

        _ = try Self.write(accounts, to: other, TableExport.Options(hasByteOrderMark: true))
        let marked = try Data(contentsOf: URL(fileURLWithPath: other.path + "/studies.csv"))
        #expect(marked == Data([0xEF, 0xBB, 0xBF] + csv.utf8))
    }

    @Test func `nothing is a header`() throws {
        let folder = try TemporaryFolder()
        #expect(try Self.write([], to: folder).allSatisfy { $0.rows == 0 })
        #expect(try Self.read(folder).values.allSatisfy(\.isEmpty))
        let header = "study_key,patient_key,revision,is_standing,file,disposition,reason,detail\r\n"
        #expect(try folder.text("files.csv") == header)
    }

    @Test func `files take their names when they are whole, and are their owner's`() throws {
        let folder = try TemporaryFolder()
        let account = SampleAccount.judged(try SampleRecord.study())
        _ = try Self.write([account], to: folder)
        let before = try folder.text("studies.csv")
        do {
            let export = try TableExport(into: folder.path, TableExport.Options())
            for _ in 0..<200 { try export.append(account) }
            var facts = stat()
            let isThere = stat(folder.path + "/.slices.csv.partial", &facts) == 0
            #expect(isThere && facts.st_size > 1 << 18, "nothing is written before the end")
            #expect(try folder.text("studies.csv") == before)
        }
        #expect(try folder.text("studies.csv") == before)
        #expect(try folder.everything().allSatisfy { !$0.hasPrefix(".") })
        for name in try folder.everything() {
            var facts = stat()
            #expect(stat(folder.path + "/" + name, &facts) == 0 && facts.st_mode & 0o777 == 0o600)
        }
    }

    @Test func `what a killed export left is replaced, not followed`() throws {
        let folder = try TemporaryFolder()
        try Data("kept".utf8).write(to: URL(fileURLWithPath: folder.path + "/elsewhere"))
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/.studies.csv.partial", withDestinationPath: folder.path + "/elsewhere")
        _ = try Self.write([], to: folder, TableExport.Options())
        #expect(try folder.text("elsewhere") == "kept")
        #expect(try folder.everything() == ["elsewhere", "files.csv", "series.csv", "slices.csv", "studies.csv"])
    }

    @Test func `a table that cannot take its place is a fault that names it, and leaves nothing half`() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(
            atPath: folder.path + "/slices.csv/in the way", withIntermediateDirectories: true)
        let fault = #expect(throws: ReportFault.self) {
            _ = try Self.write([], to: folder, TableExport.Options())
        }
        #expect(fault?.code == .cannotWrite && fault?.subject == "slices.csv" && fault?.status == Int(EISDIR))
        #expect(try folder.everything() == ["files.csv", "slices.csv/", "slices.csv/in the way/"])
    }

    @Test func `without identity what is said to go is gone, and pseudonyms stand for the rest`() throws {
        struct Numbered: Pseudonyms {
            func uid(for uid: String) -> String { "2.25.\(uid.utf8.reduce(0) { $0 &* 31 &+ UInt64($1) })" }
            func digits(for text: String) -> String { "d\(text.utf8.count)" }
        }
        let folder = try TemporaryFolder()
        let record = try SampleRecord.failedSince()
        let accounts = [SampleAccount.judged(record), SampleAccount.failed(try SampleRecord.study(key: 2))]
        _ = try Self.write(
            accounts, to: folder, TableExport.Options(formats: [.csv, .jsonl], pseudonyms: Numbered()))
        let (tables, dictionary) = (try Self.read(folder), try DataDictionary().tables)
        let other = try TemporaryFolder()
        _ = try Self.write(accounts, to: other)
        let open = try Self.read(other)
        for (name, columns) in dictionary {
            for (row, openRow) in zip(try #require(tables[name]), try #require(open[name])) {
                for column in columns {
                    let (value, openValue) = (row[column.name], openRow[column.name])
                    switch column.deidentified {
                    case "kept": #expect(value == openValue, "\(column)")
                    case "gone": #expect(value == .null, "\(column)")
                    default:
                        guard case .text(let text)? = openValue else {
                            #expect(value == .null, "\(column)")
                            continue
                        }
                        let isUID = column.deidentified == "mapped"
                        let expected = isUID ? Numbered().uid(for: text) : Numbered().digits(for: text)
                        #expect(value == .text(expected), "\(column)")
                    }
                }
            }
        }
    }
}

/// A value of JSON.
enum JSONValue: Decodable, Equatable {
    case null
    case flag(Bool)
    case number(Double)
    case text(String)
    case list([JSONValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else {
            self = .list(try container.decode([JSONValue].self))
        }
    }

    /// Texts are the same where their bytes are.
    static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.flag(let left), .flag(let right)): left == right
        case (.number(let left), .number(let right)): left == right
        case (.text(let left), .text(let right)): left.utf8.elementsEqual(right.utf8)
        case (.list(let left), .list(let right)): left == right
        default: false
        }
    }
}
