import Foundation
import Testing

extension EndToEnd {
    /// `gantry report --deidentify`: every format that there is, from images whose every text would be recognised.
    @Suite struct `Reports without identity` {
        /// Formats that `gantry report` knows, as its help lists them: one that is added is tested here.
        private static func formats() throws -> [String] {
            let help = try Executable.run(["report", "--help"]).output.replacing(#/\s+/#, with: " ")
            let list = try #require(help.firstMatch(of: #/A format: ([a-z, -]+)\. May be/#)?.output.1)
            let formats = list.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
            try #require(formats.count >= 5 && formats.contains("sr") && formats.contains("html"))
            return formats
        }

        /// Attributes that name or describe somebody, with the paths by which `dcmodify` reaches them.
        private static let canaries = [
            "PatientName": "KANARIE7^Käthe", "PatientID": "KANARIE7-1", "IssuerOfPatientID": "KANARIE7-2",
            "PatientBirthDate": "19010203", "PatientAge": "076Y", "StudyDate": "19770807", "StudyTime": "010203.4",
            "SeriesDate": "19770807", "AcquisitionDate": "19770807", "ContentDate": "19770807",
            "StudyDescription": "KANARIE7-3", "SeriesDescription": "KANARIE7-4", "ProtocolName": "KANARIE7-5",
            "AccessionNumber": "KANARIE7-6", "ReferringPhysicianName": "KANARIE7-7", "StationName": "KANARIE7-8",
            "InstitutionName": "KANARIE7-9", "DeviceSerialNumber": "KANARIE7-10", "SoftwareVersions": "KANARIE7-11",
            "StudyID": "KANARIE7-12", "PatientComments": "KANARIE7-13", "OperatorsName": "KANARIE7-14",
            "PatientAddress": "KANARIE7-15", "BodyPartExamined": "KANARIE7_16", "TimezoneOffsetFromUTC": "+1345",
            "IssuerOfAccessionNumberSequence[0].LocalNamespaceEntityID": "KANARIE7-17",
            "ProcedureCodeSequence[0].CodeValue": "KANARIE7-18",
            "ProcedureCodeSequence[0].CodingSchemeDesignator": "99KANARIE7",
            "ProcedureCodeSequence[0].CodeMeaning": "KANARIE7-19",
            "ReferencedPerformedProcedureStepSequence[0].ReferencedSOPClassUID": "1.2.840.10008.3.1.2.3.3",
            "ReferencedPerformedProcedureStepSequence[0].ReferencedSOPInstanceUID": "1.2.3.4.77.1.77777",
            "RequestAttributesSequence[0].RequestedProcedureID": "KANARIE7-20",
            "RequestAttributesSequence[0].RequestedProcedureDescription": "KANARIE7-21",
            "RequestAttributesSequence[0].ScheduledProcedureStepID": "KANARIE7-22",
        ]

        /// Looks into every file below a folder, in streams of PDF too, for texts in any encoding; prints where which
        /// are.
        private static let search = #"""
            import base64, os, re, subprocess, sys, tempfile, zlib
            def forms(text):
                plain = text.encode()
                yield from (plain, plain.lower(), text.encode("utf-16-le"), text.encode("utf-16-be"))
                for one in (plain, text.encode("utf-16-be")):
                    yield from (one.hex().encode(), one.hex().upper().encode())
                yield "".join("%%%02X" % b for b in plain).encode()
                yield "".join("\\u%04x" % b for b in plain).encode()
                yield "".join("&#%d;" % b for b in plain).encode()
                for offset in range(3):
                    whole = base64.b64encode(bytes(offset) + plain)
                    yield whole[(offset * 8 + 5) // 6:(offset + len(plain)) * 8 // 6]
            def contents(path):
                data = open(path, "rb").read()
                yield data
                for match in re.finditer(rb"stream\r?\n", data):
                    try:
                        yield zlib.decompressobj().decompress(data[match.end():])
                    except zlib.error:
                        pass
                for match in re.finditer(rb"\x1f\x8b\x08", data):
                    try:
                        yield zlib.decompressobj(31).decompress(data[match.start():])
                    except zlib.error:
                        pass
                start = data.find(b"%PDF-")
                if start >= 0:
                    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
                        file.write(data[start:data.rfind(b"%%EOF") + 5])
                        file.flush()
                        for program in (["pdftotext", file.name, "-"], ["pdfinfo", file.name]):
                            yield subprocess.run(program, check=True, capture_output=True).stdout
            for folder, _, files in os.walk(sys.argv[1]):
                for name in files:
                    path = os.path.join(folder, name)
                    parts = [os.path.relpath(path, sys.argv[1]).encode()] + list(contents(path))
                    for text in sys.argv[2:]:
                        if any(form in part for form in forms(text) for part in parts):
                            print(text, os.path.basename(path))
            """#

        private static func found(_ texts: [String], below folder: URL) throws -> [String] {
            try Tools.python(search, [folder.path] + texts).split(separator: "\n").map(String.init)
        }

        @Test func `have no trace of it in any format, and one pseudonym for one thing in all outputs`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                let study = folder.input.appending(path: "KANARIE7-30")
                try FileManager.default.moveItem(at: folder.input.appending(path: SmallStudies.names[0]), to: study)
                let options = Self.canaries.sorted { $0.key < $1.key }.map { "-i '\($0.key)=\($0.value)'" }
                let modify = "dcmodify -nb -i 'SpecificCharacterSet=ISO_IR 192' \(options.joined(separator: " "))"
                _ = try Tools.shell("find \"$1\" -type f -exec \(modify) {} +", study.path)
                // A file that is rejected, by a name.
                try Data("no DICOM".utf8).write(to: study.appending(path: "KANARIE7-31.dcm"))
                let ingest = try Executable.run(folder.ingest())
                try #require(ingest.status == 0, "\(ingest.description)")
                let told = try #require(try folder.reports().values.first)
                let (key, patient) = (try #require(told["studyKey"].text), try #require(told["patientKey"].text))
                let uid = try #require(told["studyInstanceUID"].text)
                let slice = try #require(told["slices"].list.first?["sopInstanceUID"].text)
                let digest = try #require(told["provenance"]["contentDigest"].text)

                let formats = try Self.formats().flatMap { ["--format", $0] }
                func report(_ name: String, _ options: [String] = []) throws -> URL {
                    let output = folder.url.appending(path: name)
                    let end = try Executable.run(
                        ["report", key, "--store", folder.store.path, "--output", output.path] + formats + options)
                    #expect(end.status == 0, "\(end.description)")
                    return output
                }
                let (open, closed) = (try report("open"), try report("closed", ["--deidentify"]))
                let secrets =
                    ["KANARIE7", "19010203", "1901-02-03", "19770807", "1977-08-07", "010203.4", key, patient]
                    + [uid, slice, digest, "1.2.3.4.77.1.77777"]
                // They come that far where identity stays, in each kind of file.
                let leaks = try Self.found(secrets, below: open)
                for text in secrets { #expect(leaks.contains { $0.hasPrefix(text + " ") }, "\(text) is nowhere") }
                for file in ["report.html", "report.json", "index.html", "revision-1-sr.dcm"] {
                    #expect(leaks.contains("KANARIE7 " + file))
                }
                #expect(try Self.found(secrets, below: closed) == [])
                let names = { (folder: URL) in folder.filesBelow.map(\.lastPathComponent).sorted() }
                #expect(names(closed) == (names(open) + ["deidentified.txt"]).sorted())

                // The same in tables, and again.
                let tables = folder.url.appending(path: "tables")
                let export = try Executable.run([
                    "export", "--store", folder.store.path, "--output", tables.path, "--format", "jsonl",
                    "--deidentify",
                ])
                #expect(export.status == 0, "\(export.description)")
                #expect(try Self.found(secrets, below: tables) == [])
                func rows(_ table: String) throws -> [JSON] {
                    try String(contentsOf: tables.appending(path: table + ".jsonl"), encoding: .utf8)
                        .split(separator: "\n").map { try JSON(parsing: Data($0.utf8)) }
                }
                let path = try #require(closed.filesBelow.first { $0.lastPathComponent == "report.json" })
                let left = try JSON(contentsOf: path)
                let row = try #require(try rows("studies").first)
                #expect(row["study_key"] == left["studyKey"] && row["patient_key"] == left["patientKey"])
                #expect(row["study_instance_uid"] == left["studyInstanceUID"])
                #expect(row["content_digest"] == left["provenance"]["contentDigest"])
                #expect(
                    try rows("slices").map { $0["sop_instance_uid"] }
                        == left["slices"].list.map { $0["sopInstanceUID"] })
                let notScored = try rows("files").filter { $0["disposition"].text != "scored" }
                #expect(notScored.map { $0["file"] } == left["files"]["notScored"].list.map { $0["file"] })
                #expect(notScored.count > 0 && left["patient"]["patientID"] == left["patientKey"])
                #expect(left["verdict"]["probability"] == told["verdict"]["probability"])
                #expect(
                    left["slices"].list.map { $0["probabilities"] } == told["slices"].list.map { $0["probabilities"] })
                let schema = Executable.packageFolder.appending(path: "docs/schema/report-1.schema.json")
                try Tools.validate([path.path], by: schema.path)
                let again = try report("again", ["--deidentify"])
                for (one, other) in zip(closed.filesBelow, again.filesBelow) {
                    #expect(try Data(contentsOf: one) == Data(contentsOf: other), "\(one.lastPathComponent)")
                }
            }
        }

        @Test func `show no picture of images with text burnt in, and say why`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                _ = try Tools.shell(
                    "find \"$1\" -type f -exec dcmodify -nb -i BurnedInAnnotation=YES {} +", folder.input.path)
                let bundle = try BundleCopy.make(in: folder.url) {
                    $0.replacing("accept-burned-in-text: false", with: "accept-burned-in-text: true")
                        .replacing(#/input-size: \d+/#, with: "input-size: 112")
                }
                let run = try Executable.run(folder.ingest(bundle: bundle))
                try #require(run.status == 0, "\(run.description)")
                let key = try #require(try folder.status().first?["studyKey"].text)
                let output = folder.url.appending(path: "nameless")
                let options = ["report", key, "--store", folder.store.path, "--output", output.path, "--deidentify"]
                let end = try Executable.run(
                    options + ["--format", "html", "--format", "secondary-capture", "--format", "json"])
                #expect(end.status == 0, "\(end.description)")
                let why = "no picture is shown: the images say that text is burnt into them"
                #expect(end.errors.contains("secondary-capture: does not apply: " + why), "\(end.description)")
                #expect(!output.filesBelow.contains { $0.pathExtension == "dcm" })
                let page = try #require(output.filesBelow.first { $0.lastPathComponent == "report.html" })
                let text = try String(contentsOf: page, encoding: .utf8)
                #expect(text.contains(why.dropFirst()) && !text.contains("data:image"))
                let alone = try Executable.run(options + ["--format", "secondary-capture"])
                #expect(alone.status == 65, "\(alone.description)")
            }
        }

        @Test func `need a folder of their own`() throws {
            let run = try SampleRun.made().folder
            let store = run.store.path
            let key = try #require(try SampleRun.made().report(below: "source-5/20240115")["studyKey"].text)
            let nowhere = try Executable.run(["report", key, "--store", store, "--deidentify"])
            #expect(nowhere.status == 64 && nowhere.errors.contains("--deidentify needs --output"))
            let mixed = try Executable.run([
                "report", key, "--store", store, "--deidentify", "--output", run.output.path,
            ])
            #expect(mixed.status == 64 && mixed.errors.contains("may name patients"), "\(mixed.description)")
            #expect(!run.output.filesBelow.contains { $0.lastPathComponent == "deidentified.txt" })
            try TemporaryFolder.use { output in
                let options = ["report", key, "--store", store, "--output", output.path]
                #expect(try Executable.run(options + ["--deidentify"]).status == 0)
                let before = try Tools.snapshot(output)
                for command in [options, ["export", "--store", store, "--output", output.path]] {
                    let named = try Executable.run(command)
                    #expect(named.status == 64 && named.errors.contains("names nobody"), "\(named.description)")
                }
                #expect(try Tools.snapshot(output) == before)
            }
        }
    }
}
