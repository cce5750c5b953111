import Foundation
import GantryCore
import GantryDICOMReports
import GantryReports
import GantryStore
import GantryTestSupport
import Testing

/// Reports that name nobody, in every format whose texts can be searched as they are. (`GantryEndToEndTests` has those
/// of every format that there is.)
struct DeidentificationTests {
    private static let pseudonyms = PseudonymKeys(salt: Data(repeating: 7, count: 32))

    /// A record with a canary in every text, of images that a scanner made and of which none has text burnt in.
    private static func record(hasText: Bool = false, isOriginal: Bool = true) throws -> StudyRecord {
        var record = try SampleRecord.second()
        record.result.seriesDecisions[0].rules = [
            RuleOutcome(
                rule: .originalPrimary,
                expected: isOriginal ? #"Image Type ORIGINAL\PRIMARY"# : "any Image Type: the pipeline does not ask",
                measured: "Image Type ORIGINAL\\PRIMARY", passed: true),
            RuleOutcome(rule: .slices, expected: "at least 10", measured: "12", passed: true),
        ]
        record.result.source?.images[3].hasBurnedInAnnotation = hasText
        var filled = Canaries.fill(record)
        filled.result.seriesDecisions[0].attributes.convolutionKernel = "Br40"
        filled.result.seriesDecisions[0].attributes.manufacturer = "Gantry Phantom"
        filled.result.seriesDecisions[0].attributes.manufacturerModelName = "ChestPhantom"
        return filled
    }

    /// Every format of `record`, written below a folder; with identity where there are no pseudonyms.
    private static func write(
        _ record: StudyRecord, by pseudonyms: (any Pseudonyms)? = pseudonyms, to folder: TemporaryFolder
    ) throws -> WrittenReports {
        let others: [any ReportFormatWriter] = [
            try StructuredReportWriter(), try SecondaryCaptureWriter(), try KeyObjectWriter(), FHIRWriter(),
        ]
        let other = pseudonyms.map(record.deidentified) ?? record
        let writer = try FolderReportWriter(
            outputFolder: folder.path, formats: ReportFormat.allCases, others: others,
            isDeidentified: pseudonyms != nil)
        return try writer.write(other, patientRecords: [other])
    }

    private static func bytes(_ paths: [String], in folder: TemporaryFolder) throws -> [[UInt8]] {
        try paths.map { try Array(Data(contentsOf: URL(filePath: folder.path + "/" + $0))) }
    }

    @Test func `no file has a trace of a canary, of a UID of the images or of a key`() throws {
        let (folder, record) = (try TemporaryFolder(), try Self.record())
        let written = try Self.write(record, to: folder)
        #expect(written.missing.isEmpty && written.paths.count == 14, "\(written)")
        let secrets = [
            Canaries.mark, "1.2.826.0.1.3680043", record.studyKey.value, record.patientKey.value,
            record.result.provenance.contentDigest,
        ]
        for (path, bytes) in zip(written.paths, try Self.bytes(written.paths, in: folder)) {
            #expect(Traces.found(secrets + Canaries.dates, in: bytes) == [], "\(path)")
            #expect(Traces.found(secrets, in: path.utf8) == [])
            // When it was analysed and judged.
            if !path.hasSuffix(".dcm") {
                let text = String(decoding: bytes, as: UTF8.self).replacing(#/1970-01-01T/#, with: "")
                #expect(!text.contains(#/[0-9]{4}-[0-9]{2}-[0-9]{2}/#), "\(path) has a date")
            }
        }
    }

    @Test func `with identity every file has traces, so that they would be found`() throws {
        let (folder, record) = (try TemporaryFolder(), try Self.record())
        let written = try Self.write(record, by: nil, to: folder)
        #expect(written.missing.isEmpty && written.paths.count == 14, "\(written)")
        for (path, bytes) in zip(written.paths, try Self.bytes(written.paths, in: folder)) {
            let (canary, uid) = (Canaries.mark, "1.2.826.0.1.3680043")
            let isPage = path.hasSuffix("index.html")
            let isDescription = path.hasPrefix("outbox") && path.hasSuffix(".json")
            #expect((Traces.found([canary], in: bytes) == []) == isDescription, "\(path)")
            #expect((Traces.found([uid], in: bytes) == []) == isPage, "\(path)")
        }
        let read = try Self.read(written.paths.filter { $0.hasSuffix(".dcm") }.map { folder.path + "/" + $0 })
        for object in read {
            #expect(object.patientIdentityRemoved == nil && object.codes == [] && object.longitudinal == nil)
            for name in ["PatientName", "StudyInstanceUID", "StudyDate", "InstitutionName"] {
                #expect(object.problems.contains { $0.hasPrefix(name + " ") }, "\(name): \(object.problems)")
            }
            #expect(object.problems.contains { $0.contains(".ReferencedSOPInstanceUID is 1.2.826") })
        }
    }

    @Test func `traces are found in whatever form they are written`() {
        let secret = "KANARIE7"
        let forms: [[UInt8]] = [
            Array("x\(secret)12".utf8), Array("kanarie7".utf8), secret.utf8.flatMap { [$0, 0] },
            secret.utf8.flatMap { [0, $0] }, Array("4b414e4152494537".utf8), Array("4B414E4152494537".utf8),
            Array("%4B%41%4E%41%52%49%45%37".utf8), Array("&#75;&#65;&#78;&#65;&#82;&#73;&#69;&#55;".utf8),
        ]
        for form in forms { #expect(Traces.found([secret], in: form).count == 1, "\(form)") }
        for start in ["", "a", "ab", "abc"] {
            let base64 = Data("\(start)\(secret)^Xaver".utf8).base64EncodedString()
            #expect(Traces.found([secret], in: base64.utf8) == ["\(secret) in base64"], "\(start)")
        }
        #expect(Traces.found([secret], in: Array("KANARIE 7, Kanarie".utf8)) == [])
    }

    @Test func `what stays as it is of a record is this, and nothing that may be absent was forgotten`() throws {
        let record = try Self.record()
        let (before, after) = (
            Canaries.texts(of: record), Canaries.texts(of: record.deidentified(by: Self.pseudonyms))
        )
        let left = Set(after.texts.map { "\($0.path)=\($0.text)" })
        let stays = Set(before.texts.filter { left.contains("\($0.path)=\($0.text)") }.map(\.path))
        #expect(
            stays == [
                "result.seriesDecisions.attributes.convolutionKernel", "result.seriesDecisions.attributes.manufacturer",
                "result.seriesDecisions.attributes.manufacturerModelName",
                "result.seriesDecisions.rules.expected", "result.seriesDecisions.transferSyntaxes.uid",
                "result.secondOpinion.slices.unreadAttributes", "result.secondOpinion.slices.differences.attribute",
                "result.source.images.sopClassUID.value", "result.keyPictures.orientation.right",
                "result.keyPictures.orientation.bottom", "result.provenance.gantryVersion",
                "result.provenance.pipelineName", "result.provenance.pipelineVersion",
                "result.provenance.modelSHA256", "result.provenance.scoringDigest",
                "result.provenance.judgingDigest", "result.provenance.classes", "result.provenance.positiveClass",
                "preceding.scoringDigest", "preceding.judgingDigest",
            ])
        // Each attribute of the images and of the patient has its canary: one that is added wants one.
        let silent = before.absent.filter {
            $0.hasPrefix("patient") || $0.hasPrefix("study") || $0.contains("ttributes") || $0.contains("rial.detail")
        }
        #expect(
            Set(silent) == [
                "result.seriesDecisions.attributes.seriesNumber",
                "result.seriesDecisions.attributes.kilovoltPeak",
            ])
        #expect(!before.absent.contains("failedSince") && !before.absent.contains("result.source"))
    }

    @Test func `UIDs are mapped alike in every format, and each salt has its own`() throws {
        let (folder, record) = (try TemporaryFolder(), try Self.record())
        let paths = try Self.write(record, to: folder).paths
        struct Report: Decodable {
            struct Slice: Decodable { var sopInstanceUID: String }
            struct Series: Decodable { var seriesInstanceUID: String }
            struct Patient: Decodable { var patientID: String }
            var studyKey: String
            var patientKey: String
            var studyInstanceUID: String
            var slices: [Slice]
            var series: [Series]
            var patient: Patient
        }
        func json(_ folder: TemporaryFolder, _ paths: [String]) throws -> Report {
            let path = paths.first { $0.hasSuffix("report.json") } ?? "none"
            return try JSONDecoder().decode(
                Report.self, from: Data(contentsOf: URL(filePath: folder.path + "/" + path)))
        }
        let report = try json(folder, paths)
        #expect(report.studyInstanceUID == Self.pseudonyms.uid(for: record.studyInstanceUID.value))
        #expect(report.patient.patientID == report.patientKey)
        #expect(paths.allSatisfy { $0.contains(report.studyKey) || $0.hasSuffix("\(report.patientKey)/index.html") })
        let uids = report.slices.map(\.sopInstanceUID)
        #expect(uids == record.result.slices.map { Self.pseudonyms.uid(for: $0.sopInstanceUID.value) })
        #expect(Set(uids).count == record.result.slices.count)
        let series = try #require(report.series.first?.seriesInstanceUID)
        let objects = try ObjectFolder(
            paths.filter { $0.hasPrefix("outbox") }.map {
                ReportFile(
                    path: $0, bytes: Array(try Data(contentsOf: URL(filePath: folder.path + "/" + $0))))
            }
        ).read()
        #expect(objects.map(\.modality).sorted() == ["KO", "OT", "OT", "OT", "SR"])
        for object in objects {
            #expect(object.studyInstanceUID == report.studyInstanceUID)
            #expect(object.patientID == report.patientKey && object.patientName == "")
            #expect(object.evidence.allSatisfy { $0.hasPrefix(series + "/") })
            #expect(Set(object.images + object.sourceImages).isSubset(of: uids))
        }
        let document = try #require(objects.first { $0.modality == "SR" })
        let scored = zip(uids, record.result.slices).filter { $0.1.reason == .scored }.map { "\(series)/\($0.0)" }
        #expect(document.evidence == scored && document.predecessors.count == 1)

        // The same from the same, and something else from another salt.
        let (again, foreign) = (try TemporaryFolder(), try TemporaryFolder())
        #expect(try Self.write(record, to: again).paths == paths)
        #expect(try Self.bytes(paths, in: again) == Self.bytes(paths, in: folder))
        let salt = PseudonymKeys(salt: Data(repeating: 8, count: 32))
        let otherPaths = try Self.write(record, by: salt, to: foreign).paths
        let other = try json(foreign, otherPaths)
        #expect(Set(other.slices.map(\.sopInstanceUID)).isDisjoint(with: uids))
        #expect(other.studyKey != report.studyKey && other.patientKey != report.patientKey)
        let foreignObjects = try ObjectFolder(
            otherPaths.filter { $0.hasSuffix(".dcm") }.map {
                ReportFile(
                    path: $0, bytes: Array(try Data(contentsOf: URL(filePath: foreign.path + "/" + $0))))
            }
        ).read()
        #expect(Set(foreignObjects.map(\.sopInstanceUID)).isDisjoint(with: objects.map(\.sopInstanceUID)))
        #expect(Set(foreignObjects.map(\.seriesInstanceUID)).isDisjoint(with: objects.map(\.seriesInstanceUID)))
    }

    @Test func `a revision names the document before it by the UID that it has without identity`() throws {
        let documents = try [SampleRecord.study(), SampleRecord.second()].map { record in
            let other = record.deidentified(by: Self.pseudonyms)
            let files = try StructuredReportWriter().files(of: other, patientRecords: [other])
            return try #require(try ObjectFolder(files).read().first)
        }
        #expect(
            documents[1].predecessors == ["\(documents[0].seriesInstanceUID)/\(documents[0].sopInstanceUID)"])
    }

    /// What pydicom reads of an object without identity.
    private struct ReadObject: Decodable {
        var patientIdentityRemoved: String?
        var method: String?
        var codes: [String]
        var schemes: [String]
        var longitudinal: String?
        var patientID: String
        var problems: [String]
    }

    /// By `Golden/read_deidentified.py`.
    private static func read(_ objects: [String]) throws -> [ReadObject] {
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Golden/read_deidentified.py").path
        let program = try FinishedProgram("/usr/bin/python3", [script] + objects)
        try #require(program.status == 0, "\(program.error)")
        return try JSONDecoder().decode([ReadObject].self, from: Data(program.output.utf8))
    }

    @Test(arguments: Sample.allCases)
    func `objects say by which profile, follow its table at every depth, and dciodvfy finds no error`(
        sample: Sample
    ) throws {
        var record = try sample.record()
        record.result.seriesDecisions[0].rules = [
            RuleOutcome(
                rule: .originalPrimary, expected: #"Image Type ORIGINAL\PRIMARY"#, measured: "", passed: true)
        ]
        if sample != .thousands { record = Canaries.fill(record) }
        let folder = try TemporaryFolder()
        let paths = try Self.write(record, to: folder).paths.filter { $0.hasSuffix(".dcm") }
        #expect(paths.count == (sample == .unscored ? 1 : 5))
        let objects = paths.map { folder.path + "/" + $0 }
        for object in objects { #expect(try ObjectFolder.errors(in: object) == [], "\(object)") }
        let read = try Self.read(objects)
        #expect(read.count == objects.count)
        for (path, object) in zip(paths, read) {
            #expect(object.patientIdentityRemoved == "YES" && object.longitudinal == "REMOVED")
            #expect(object.method == "Gantry: PS3.15 Basic Application Confidentiality Profile")
            let hasTree = !path.contains("key-slice")
            #expect(object.codes == ["113100"] + (hasTree ? ["113104"] : []) + ["113105", "113109"])
            #expect(object.schemes == ["DCM"])
            #expect(object.patientID == Self.pseudonyms.digits(for: record.patientKey.value))
            #expect(object.problems == [], "\(path)")
        }
    }

    @Test(arguments: [
        (true, true, "burnedInAnnotation", "the images say that text is burnt into them"),
        (false, false, "notKnownToBeClean", "the images are not known to be free of text burnt into them"),
    ])
    func `a source in whose pixels a name may stand gives no picture, and each format says so`(
        hasText: Bool, isOriginal: Bool, code: String, sentence: String
    ) throws {
        let folder = try TemporaryFolder()
        let written = try Self.write(Self.record(hasText: hasText, isOriginal: isOriginal), to: folder)
        #expect(written.missing.map(\.format) == [.secondaryCapture, .keyObjects])
        for missing in written.missing {
            #expect(missing.fault.code == .notApplicable && missing.fault.explanation.contains(sentence))
        }
        let files = zip(written.paths, try Self.bytes(written.paths, in: folder))
        for (path, bytes) in files where path.hasSuffix(".html") || path.hasSuffix(".json") {
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(!text.contains("data:image"), "\(path)")
            if path.hasSuffix("report.html") { #expect(text.contains(sentence)) }
            if path.hasSuffix("report.json") {
                #expect(text.contains(#""withheldPictures" : "\#(code)""#) && text.contains(#""keyPictures" : ["#))
            }
        }
        #expect(!written.paths.contains { $0.contains("key-slice") })
    }

    @Test func `of an earlier version, which kept nothing of the images, what the rules asked decides`() throws {
        var record = try Self.record()
        record.result.source = nil
        #expect(
            record.deidentified(by: Self.pseudonyms).deidentification?.withheldPictures == .notKnownToBeClean)
        record.result.seriesDecisions[0].rules.append(
            RuleOutcome(
                rule: .burnedInText, expected: "none (Burned In Annotation is not YES)", measured: "", passed: true))
        let other = record.deidentified(by: Self.pseudonyms)
        #expect(other.deidentification?.withheldPictures == nil && other.result.keyPictures.count == 3)
        record.result.keyPictures = []
        record.result.seriesDecisions[0].rules = []
        // Where there is none, none is withheld.
        #expect(record.deidentified(by: Self.pseudonyms).deidentification?.withheldPictures == nil)
    }

    @Test func `a report of it is valid, and its pages say what it is`() throws {
        let (folder, record) = (try TemporaryFolder(), try Self.record())
        let paths = try Self.write(record, to: folder).paths
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let report = folder.path + "/" + (try #require(paths.first { $0.hasSuffix("report.json") }))
        let program = try FinishedProgram(
            "/usr/bin/python3",
            [
                "-c",
                "import json, jsonschema, sys; "
                    + "jsonschema.validate(json.load(open(sys.argv[2])), json.load(open(sys.argv[1])))",
                root.appending(path: "docs/schema/report-1.schema.json").path, report,
            ])
        #expect(program.status == 0, "\(program.error)")
        for path in paths where path.hasSuffix(".html") {
            let text = try String(contentsOfFile: folder.path + "/" + path, encoding: .utf8)
            #expect(text.contains("De-identified: names, numbers, dates and texts") && !text.contains("1970-"))
            #expect(text.contains(Self.pseudonyms.digits(for: record.patientKey.value)))
            if path.hasSuffix("report.html") { #expect(text.contains("judged [date left out]")) }
        }
    }

    @Test func `a folder is for reports that name patients or for others, never for both`() throws {
        let record = try Self.record()
        let other = record.deidentified(by: Self.pseudonyms)
        let (named, nameless) = (try TemporaryFolder(), try TemporaryFolder())
        let writer = try FolderReportWriter(outputFolder: named.path)
        _ = try writer.write(record, patientRecords: [record])
        let refused = #expect(throws: ReportFault.self) {
            _ = try FolderReportWriter(outputFolder: named.path, isDeidentified: true)
        }
        #expect(refused?.code == .otherIdentity)
        #expect(refused?.explanation.contains("patients is there") == true)
        let apart = try FolderReportWriter(outputFolder: nameless.path, isDeidentified: true)
        _ = try apart.write(other, patientRecords: [other])
        _ = try FolderReportWriter(outputFolder: nameless.path, isDeidentified: true)
        for body in [
            { _ = try FolderReportWriter(outputFolder: nameless.path) },
            { _ = try TableExport(into: nameless.path, TableExport.Options()) },
            { _ = try TableExport(into: named.path, TableExport.Options(pseudonyms: Self.pseudonyms)) },
            { _ = try apart.write(record, patientRecords: [record]) },
            { _ = try writer.write(other, patientRecords: [other]) },
        ] as [() throws -> Void] {
            let fault = #expect(throws: ReportFault.self) { try body() }
            #expect(fault?.code == .otherIdentity && fault?.disposition == .permanent)
        }
        let tables = try TemporaryFolder()
        _ = try TableExport(into: tables.path, TableExport.Options()).commit()
        let fault = #expect(throws: ReportFault.self) {
            _ = try TableExport(into: tables.path, TableExport.Options(pseudonyms: Self.pseudonyms))
        }
        #expect(fault?.code == .otherIdentity && fault?.explanation.contains("studies.csv is there") == true)
    }
}
