import Foundation
import Testing

extension EndToEnd {
    /// `gantry export`: a store as tables.
    @Suite struct `Export` {
        private static let names = ["files", "series", "slices", "studies"]

        /// Exports `store` below `folder`; returns the folder of the tables.
        @discardableResult
        private static func export(
            _ store: URL, to folder: URL, _ options: [String] = [], as name: String = "tables"
        ) throws -> URL {
            let output = folder.appending(path: name)
            let end = try Executable.run(["export", "--store", store.path, "--output", output.path] + options)
            try #require(end.status == 0, "\(end.description)")
            return output
        }

        /// Reads tables by Python's `csv` and compares them with the reports below a folder, number by number.
        private static let comparison = #"""
            import csv, datetime, glob, json, sys
            def rows(name):
                with open(f"{sys.argv[1]}/{name}.csv", newline="", encoding="utf-8") as file:
                    return list(csv.DictReader(file, strict=True))
            tables = {name: rows(name) for name in ("studies", "series", "slices", "files")}
            def said(value):
                if isinstance(value, bool):
                    return "true" if value else "false"
                return "" if value is None else str(value)
            def number(cell):
                return float(cell) if cell else None
            def check(is_so, *what):
                if not is_so:
                    sys.exit(f"{what}")
            reports = [json.load(open(path)) for path in glob.glob(sys.argv[2] + "/patients/*/*/report.json")]
            check(len(reports) == len(tables["studies"]) > 0, "studies")
            for report in reports:
                of = {n: [row for row in t if row["study_key"] == report["studyKey"]] for n, t in tables.items()}
                (study,), verdict, patient = of["studies"], report["verdict"], report["patient"]
                for column, value in {
                    "patient_key": report["patientKey"], "study_instance_uid": report["studyInstanceUID"],
                    "revision": report["revision"], "judged_at": report["judgedAt"], "is_standing": True,
                    "patient_id": patient.get("patientID"), "patient_name": patient.get("patientName"),
                    "accession_number": report["study"].get("accessionNumber"), "finding": verdict["finding"],
                    "study_date": datetime.datetime.strptime(report["study"]["studyDate"], "%Y%m%d").date(),
                    "scored_slices": verdict["scoredSlices"], "slices": len(report["slices"]),
                    "aggregated_slices": verdict.get("effectiveK"), "files_seen": report["files"]["seen"],
                    "files_rejected": report["files"]["rejected"], "unlike_training": report["unlikeTraining"],
                    "positive_class": report["positiveClass"], "state": "done",
                    **{c: report["provenance"][k] for c, k in (
                        ("gantry_version", "gantryVersion"), ("model_sha256", "modelSHA256"),
                        ("precision", "precision"), ("content_digest", "contentDigest"),
                        ("started_at", "startedAt"))},
                }.items():
                    check(study[column] == said(value), column, study[column], value)
                check(number(study["probability"]) == verdict.get("probability"), study, verdict)
                check(json.loads(study["classes"]) == report["classes"], study)
                for column, fails in (("failed_quality", True), ("noted_quality", False)):
                    codes = [f["code"] for f in report["qualityFindings"] if f["isFailure"] == fails]
                    check(json.loads(study[column]) == codes, column)
                check(len(of["slices"]) == len(report["slices"]), "slices")
                positive = report["classes"].index(report["positiveClass"])
                for row, slice in zip(of["slices"], report["slices"]):
                    check(row["sop_instance_uid"] == slice["sopInstanceUID"], row, slice)
                    check(row["slice_index"] == str(slice["index"]) and row["reason"] == slice["reason"], row, slice)
                    check(number(row["position_mm"]) == slice["positionMillimetres"], row, slice)
                    check(number(row["lung_fraction"]) == slice.get("lungFraction"), row, slice)
                    check(number(row["lung_area_mm2"]) == slice.get("lungAreaSquareMillimetres"), row, slice)
                    p = slice["probabilities"]
                    check(json.loads(row["class_probabilities"]) == p, row, slice)
                    check(number(row["probability"]) == (p[positive] if p else None), row, slice)
                check(len(of["series"]) == len(report["series"]), "series")
                for row, series in zip(of["series"], report["series"]):
                    check(row["series_instance_uid"] == series["seriesInstanceUID"], row, series)
                    check(row["reason"] == series["reason"] and row["is_chosen"] == said(series["isChosen"]), row)
                    check(number(row["slice_thickness_mm"]) == series.get("sliceThicknessMillimetres"), row, series)
                    spacing = series.get("geometry", {}).get("sliceSpacingMillimetres")
                    check(number(row["slice_spacing_mm"]) == spacing, row, series)
                    failed = [rule["rule"] for rule in series["rules"] if not rule["passed"]]
                    check(json.loads(row["failed_rules"]) == failed, row, series)
                check(len(of["files"]) == report["files"]["seen"], "files")
                rest = [{k: row[k] for k in ("file", "disposition", "reason", "detail")}
                        for row in of["files"] if row["disposition"] != "scored"]
                check(rest == report["files"]["notScored"], rest)
            print(len(reports))
            """#

        @Test func `gives Python what the reports say, and the same bytes each time`() throws {
            let run = try SampleRun.made().folder
            try TemporaryFolder.use { folder in
                let end = try Executable.run([
                    "export", "--store", run.store.path, "--output", folder.appending(path: "a/b").path,
                ])
                let tables = folder.appending(path: "a/b")
                #expect(end.status == 0 && end.errors.isEmpty, "\(end.description)")
                #expect(end.output.split(separator: "\n").first?.hasSuffix("a/b/studies.csv: 9 rows") == true)
                #expect(tables.everythingBelow == Self.names.map { $0 + ".csv" })
                #expect(try Tools.python(Self.comparison, [tables.path, run.output.path]) == "9\n")

                let both = try Self.export(run.store, to: folder, ["--format", "jsonl", "--format", "csv"])
                #expect(both.everythingBelow == Self.names.flatMap { ["\($0).csv", "\($0).jsonl"] })
                for name in Self.names {
                    let file = "\(name).csv"
                    #expect(
                        try Data(contentsOf: both.appending(path: file))
                            == Data(contentsOf: tables.appending(path: file)))
                }
                let all = try Self.export(run.store, to: folder, ["--all-revisions"], as: "all")
                #expect(
                    try Data(contentsOf: all.appending(path: "studies.csv"))
                        == Data(contentsOf: tables.appending(path: "studies.csv")))
                #expect(try Tools.shell("stat -c %a \"$1\" \"$1\"/*", tables.path) == "700\n600\n600\n600\n600\n")
            }
        }

        @Test func `says as JSON what it has written, and of nothing writes the headers`() throws {
            let run = try SampleRun.made().folder
            try TemporaryFolder.use { folder in
                let options = ["--since", "2999-12-31T23:59Z", "--format", "jsonl", "--format", "csv", "--json"]
                let end = try Executable.run(
                    [
                        "export", "--store", run.store.path, "--output", folder.path,
                    ] + options)
                #expect(end.status == 0, "\(end.description)")
                let lines = try end.lines(of: "export")
                #expect(lines.count == 8 && lines.allSatisfy { $0["rows"].integer == 0 })
                #expect(lines[1]["table"].text == "studies" && lines[1]["format"].text == "jsonl")
                #expect(lines[1]["file"].text == folder.appending(path: "studies.jsonl").path)
                #expect(try Data(contentsOf: folder.appending(path: "studies.jsonl")).isEmpty)
                let header = try String(contentsOf: folder.appending(path: "files.csv"), encoding: .utf8)
                #expect(header == "study_key,patient_key,revision,is_standing,file,disposition,reason,detail\r\n")
            }
        }

        /// Values that name a patient, with the options of `dcmodify` that put them there.
        private static let canaries = [
            "PatientName": "Kanarienvogel^Käthe", "PatientID": "=KANARIE-1", "IssuerOfPatientID": "KANARIE-2",
            "PatientBirthDate": "19010203", "StudyDate": "19770807", "StudyTime": "010203.4",
            "StudyDescription": "KANARIE-3; =1+1", "SeriesDescription": "KANARIE-4", "ProtocolName": "KANARIE-5",
            "AccessionNumber": "KANARIE-6", "ReferringPhysicianName": "KANARIE-7", "StationName": "KANARIE-8",
            "SeriesNumber": "4",
        ]

        @Test func `without identity none of it is left, and pseudonyms are those of the store's salt`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(2, to: folder.input)
                let study = folder.input.appending(path: "KANARIE-9")
                try FileManager.default.moveItem(at: folder.input.appending(path: SmallStudies.names[0]), to: study)
                let options = Self.canaries.sorted { $0.key < $1.key }.map { "-i '\($0.key)=\($0.value)'" }
                let modify = "dcmodify -nb -i 'SpecificCharacterSet=ISO_IR 192' \(options.joined(separator: " "))"
                _ = try Tools.shell("find \"$1\" -type f -exec \(modify) {} +", study.path)
                // A file that is rejected, and a study that fails.
                try Data("no DICOM".utf8).write(to: study.appending(path: "KANARIE-10.dcm"))
                let few = folder.input.appending(path: SmallStudies.names[1])
                for file in few.filesBelow.dropFirst(3) { try FileManager.default.removeItem(at: file) }
                let ingest = try Executable.run(folder.ingest())
                try #require(ingest.status == 8, "\(ingest.description)")

                let formats = ["--format", "csv", "--format", "jsonl"]
                let open = try Self.export(folder.store, to: folder.url, formats, as: "open")
                let closed = try Self.export(folder.store, to: folder.url, formats + ["--deidentify"], as: "closed")
                func text(_ folder: URL) throws -> String {
                    try folder.filesBelow.map { try String(contentsOf: $0, encoding: .utf8) }.joined()
                }
                let (told, left) = (try text(open), try text(closed))
                let expected = [
                    "Kanarienvogel^Käthe", "KANARIE-1\"", "KANARIE-2", "1901-02-03", "1977-08-07", "01:02:03.4",
                    "KANARIE-3; '=1+1", "KANARIE-4", "KANARIE-6", "KANARIE-9",
                ]
                for canary in expected { #expect(told.contains(canary), "\(canary) never came so far") }
                #expect(
                    told.contains("failed") && told.contains("noSuitableSeries") && left.contains("noSuitableSeries"))
                for canary in ["kanarie", "19010203", "19770807", "010203.4", "01:02:03"] {
                    #expect(!left.lowercased().contains(canary), "\(canary)")
                }
                #expect(!left.contains(#/\d{4}-\d\d-\d\d|\d\d:\d\d/#), "a date or time is left")

                // By Python, from the salt in the store.
                let checked = try Tools.python(
                    """
                    import csv, hashlib, hmac, sqlite3, sys, uuid
                    store, open_folder, closed_folder = sys.argv[1:]
                    (salt,), = sqlite3.connect(store).execute("SELECT salt FROM setting")
                    def code(text):
                        return hmac.new(salt, text.encode(), hashlib.sha256).digest()
                    def uid(text):
                        value = int.from_bytes(code("uid\\0" + text)[:16], "big")
                        value = value & ~(0xf << 76) | 8 << 76
                        value = value & ~(3 << 62) | 2 << 62
                        assert uuid.UUID(int=value).version == 8
                        return f"2.25.{value}"
                    def rows(folder, name):
                        with open(f"{folder}/{name}.csv", newline="", encoding="utf-8") as file:
                            return list(csv.DictReader(file))
                    def digits(text):
                        return code("text\\0" + text).hex()[:16]
                    for name, column, make in (
                        ("studies", "study_instance_uid", uid), ("series", "series_instance_uid", uid),
                        ("slices", "sop_instance_uid", uid), ("files", "file", digits),
                    ):
                        told, left = rows(open_folder, name), rows(closed_folder, name)
                        assert len(told) == len(left) > 0
                        for one, other in zip(told, left):
                            if other[column] != make(one[column]):
                                sys.exit(f"{name}: {one[column]} became {other[column]}")
                    print("same")
                    """, [folder.store.path, open.path, closed.path])
                #expect(checked == "same\n")
            }
        }

        @Test func `a study that failed has its row, and one that failed since shows both`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(2, to: folder.input)
                let (judged, never) = (SmallStudies.names[0], SmallStudies.names[1])
                let files = folder.input.appending(path: never).filesBelow
                for file in files.dropFirst(3) { try FileManager.default.removeItem(at: file) }
                #expect(try Executable.run(folder.ingest()).status == 8)
                for file in folder.input.appending(path: judged).filesBelow.dropFirst(3) {
                    try FileManager.default.removeItem(at: file)
                }
                #expect(try Executable.run(folder.ingest()).status == 65)
                let tables = try Self.export(folder.store, to: folder.url, ["--format", "jsonl"])
                func rows(_ name: String) throws -> [JSON] {
                    try String(contentsOf: tables.appending(path: "\(name).jsonl"), encoding: .utf8)
                        .split(separator: "\n").map { try JSON(parsing: Data($0.utf8)) }
                }
                let studies = try rows("studies")
                #expect(studies.map { $0["state"].text } == ["failed", "failed"])
                let since = try #require(studies.first { $0["revision"].integer == 1 })
                let failed = try #require(studies.first { $0["revision"] == .null })
                #expect(since["finding"] != .null && since["failed_since_code"].text == "noSuitableSeries")
                #expect(since["files_seen"].integer == 16 && since["is_standing"].flag == true)
                #expect(failed["finding"] == .null && failed["failure_code"].text == "noSuitableSeries")
                #expect(failed["failed_since_at"] == .null && failed["files_seen"].integer == 3)
                let series = try rows("series").filter { $0["study_key"] == failed["study_key"] }
                #expect(series.count == 1 && series[0]["is_chosen"].flag == false && series[0]["revision"] == .null)
                #expect(!series[0]["failed_rules"].list.isEmpty)
                #expect(try rows("files").filter { $0["study_key"] == failed["study_key"] }.count == 3)
                #expect(try rows("slices").allSatisfy { $0["study_key"] == since["study_key"] })
            }
        }

        /// The store of the sample studies with 301 of each.
        private static let large = Result<URL, any Error> {
            let store = try TemporaryFolder.make().appending(path: "large.sqlite")
            try FileManager.default.copyItem(at: SampleRun.made().folder.store, to: store)
            let multiply = Executable.packageFolder.appending(path: "Scripts/multiply-store.py").path
            _ = try Tools.shell("python3 \"$1\" \"$2\" 300", multiply, store.path)
            return store
        }

        /// Sends a signal to an export of the large store to `output` while some of it is on the disk and the rest is
        /// not; tried again where the export was faster, and has written everything. Returns how it ended.
        private static func interrupted(by signal: Int32, _ output: URL) throws -> ProcessEnd {
            let store = try large.get()
            let partial = output.appending(path: ".slices.csv.partial").path
            let last = output.appending(path: "studies.csv").path
            func size(_ path: String) -> Int? {
                var facts = stat()
                return stat(path, &facts) == 0 ? Int(facts.st_size) : nil
            }
            for _ in 0..<20 {
                let before = size(last)
                let process = try Executable.start(["export", "--store", store.path, "--output", output.path])
                while (size(partial) ?? 0) == 0, size(last) == before { sched_yield() }
                process.send(signal)
                let end = try process.finish()
                if end.status == 128 + signal { return end }
                try #require(end.status == 0, "\(end.description)")
            }
            throw POSIXError(.ETIMEDOUT)
        }

        @Test func `killed while it writes leaves every table as it was`() throws {
            try TemporaryFolder.use { folder in
                let output = try Self.export(SampleRun.made().folder.store, to: folder)
                func tables(_ folder: URL) throws -> [Data] {
                    try Self.names.map { try Data(contentsOf: folder.appending(path: "\($0).csv")) }
                }
                let before = try tables(output)
                let whole = try Self.export(Self.large.get(), to: folder, as: "whole")
                _ = try Self.interrupted(by: SIGKILL, output)
                #expect(output.everythingBelow.contains(".slices.csv.partial"))
                #expect(try [before, tables(whole)].contains(tables(output)))
                // The next one takes away what it left.
                try Self.export(Self.large.get(), to: folder)
                #expect(output.everythingBelow == Self.names.map { $0 + ".csv" })
                #expect(try tables(output) == tables(whole))
                let studies = try String(contentsOf: whole.appending(path: "studies.csv"), encoding: .utf8)
                #expect(studies.split(separator: "\r\n").count == 1 + 9 * 301)
            }
        }

        @Test func `stopped by a signal leaves nothing behind`() throws {
            try TemporaryFolder.use { folder in
                let output = folder.appending(path: "tables")
                let end = try Self.interrupted(by: SIGTERM, output)
                #expect(end.errors.contains("the tables are not written"), "\(end.description)")
                #expect(output.everythingBelow.allSatisfy { !$0.hasPrefix(".") })
            }
        }

        @Test func `bad input is a sentence and a code, and no table`() throws {
            let run = try SampleRun.made().folder
            try TemporaryFolder.use { folder in
                let output = folder.appending(path: "tables").path
                func end(_ options: [String]) throws -> ProcessEnd { try Executable.run(["export"] + options) }
                let absent = try end(["--store", folder.path + "/absent", "--output", output])
                #expect(absent.status == 66 && absent.errors.contains("no store here"))
                for since in [
                    "yesterday", "2026-13-01", "2026-02-30", "2026-11-01T25:00", "2026-11-01T10:00+01:00", "",
                ] {
                    let wrong = try end(["--store", run.store.path, "--output", output, "--since", since])
                    #expect(wrong.status == 64 && wrong.errors.contains("2026-11-01T06:30Z"), "\(wrong.description)")
                }
                let format = try end(["--store", run.store.path, "--output", output, "--format", "xlsx"])
                #expect(format.status == 64 && format.errors.contains("xlsx"), "\(format.description)")
                #expect(try end(["--store", run.store.path]).status == 64)
                let input = try end(["--store", run.store.path, "--output", run.input.path + "/tables"])
                #expect(input.status == 64 && input.errors.contains("inside the input"), "\(input.description)")
                try Data().write(to: URL(filePath: folder.path + "/file"))
                let file = try end(["--store", run.store.path, "--output", folder.path + "/file/tables"])
                #expect(file.status == 73 && file.errors.contains("file/tables"), "\(file.description)")
                #expect(folder.everythingBelow == ["file"])
            }
        }
    }
}
