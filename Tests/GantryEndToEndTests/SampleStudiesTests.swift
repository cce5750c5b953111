import Foundation
import Testing

extension EndToEnd {
    @Suite struct `Ingesting the sample studies` {
        @Test func `every study is judged, and the exit code is 0`() throws {
            let run = try SampleRun.made()
            #expect(run.first.status == 0, "\(run.first.description)")
            let studies = try run.first.lines(of: "study-end")
            #expect(studies.count == 9)
            #expect(studies.allSatisfy { $0["end"].text == "judged" && $0["revision"].integer == 1 })
            #expect(try run.folder.status().allSatisfy { $0["state"].text == "done" })
        }

        @Test func `a second run scores nothing again and says the same`() throws {
            let run = try SampleRun.made()
            #expect(run.second.status == 0, "\(run.second.description)")
            #expect(run.second.output.components(separatedBy: "not scored again").count == 10)
            #expect(run.third.status == 0, "\(run.third.description)")
            let again = try run.third.lines(of: "study-end")
            #expect(again.allSatisfy { $0["end"].text == "unchanged" })
            #expect(
                again.map { $0.without(["end", "at"]) }
                    == (try run.first.lines(of: "study-end").map { $0.without(["end", "at"]) }))
            #expect(try run.folder.reports() == run.firstReports)
            for summary in try run.folder.status() {
                #expect(summary["revision"].integer == 1)
                let study = try run.folder.status(of: summary["studyKey"].key)
                let details = study["attempts"].list.map { $0["detail"].text ?? "" }
                #expect(details.count == 3)
                #expect(details.dropFirst().allSatisfy { $0 == "unchanged: nothing was scored" }, "\(details)")
            }
        }

        @Test func `the totals are the number of files, in the run and in each study`() throws {
            let run = try SampleRun.made()
            for end in [run.first, run.third] {
                let total = try #require(try end.lines(of: "run").first)
                #expect(total["filesSeen"].integer == run.files)
                let parts = ["scored", "skipped", "rejected", "unfinished"].compactMap { total[$0].integer }
                #expect(parts.count == 4 && parts.reduce(0, +) == run.files)
            }
            var seen = 0
            for report in run.firstReports.values {
                let files = report["files"]
                let parts = ["scored", "skipped", "rejected"].compactMap { files[$0].integer }
                #expect(parts.reduce(0, +) == files["seen"].integer)
                #expect(files["byReason"].list.reduce(0) { $0 + ($1["count"].integer ?? 0) } == files["seen"].integer)
                #expect(
                    files["notScored"].list.count == (files["skipped"].integer ?? 0) + (files["rejected"].integer ?? 0))
                #expect(report["slices"].list.count { $0["reason"].text == "scored" } == files["scored"].integer)
                seen += files["seen"].integer ?? 0
            }
            #expect(seen == run.files)
        }

        @Test func `each study has its reports, each patient an index`() throws {
            let run = try SampleRun.made()
            var expected: Set<String> = ["patients"]
            for summary in try run.folder.status() {
                let patient = "patients/" + summary["patientKey"].key
                let study = patient + "/" + summary["studyKey"].key
                expected.formUnion([
                    patient, patient + "/index.html", study, study + "/report.html", study + "/report.json",
                ])
                let index = try String(
                    contentsOf: run.folder.output.appending(path: patient + "/index.html"), encoding: .utf8)
                #expect(index.contains(summary["studyKey"].key + "/report.html"))
            }
            #expect(expected.count == 1 + 6 * 2 + 9 * 3)
            #expect(Set(run.folder.output.everythingBelow) == expected)
        }

        @Test func `a report page opens offline and says what it is for`() throws {
            let run = try SampleRun.made()
            for page in run.folder.output.filesBelow where page.pathExtension == "html" {
                let text = try String(contentsOf: page, encoding: .utf8)
                #expect(text.contains("Research use only"))
                for outside in ["http://", "https://", "src=\"/", "<script"] {
                    let uses = text.components(separatedBy: outside).count - 1
                    let names = text.components(separatedBy: "xmlns=\"" + outside).count - 1
                    #expect(uses == names, "\(page.lastPathComponent) refers to \(outside)")
                }
            }
        }

        @Test func `doubtful studies are indeterminate with reasons, never negative`() throws {
            let run = try SampleRun.made()
            let cutShort = try run.report(below: "source-6/20240203")
            #expect(cutShort["verdict"]["finding"].text == "indeterminate")
            #expect(failures(cutShort).contains("unreadableSlices"))
            let damaged = cutShort["files"]["notScored"].list.filter { $0["disposition"].text == "rejected" }
            #expect(Set(damaged.compactMap { $0["reason"].text }) == ["pixelDataIncomplete", "notDICOM"])
            let gaps = try run.report(below: "source-5/20240115")
            #expect(gaps["verdict"]["finding"].text == "indeterminate")
            #expect(failures(gaps).contains("missingSlices"))
            let chosen = try #require(gaps["series"].list.first { $0["isChosen"].flag == true })
            #expect(chosen["geometry"]["gaps"].list.reduce(0) { $0 + ($1["missingSlices"].integer ?? 0) } == 3)
            for report in run.firstReports.values where !failures(report).isEmpty {
                #expect(report["verdict"]["finding"].text == "indeterminate")
            }
        }

        @Test func `every chest is one stack, scored, and taken for a chest`() throws {
            let run = try SampleRun.made()
            #expect(run.firstReports.count == 9)
            for (file, report) in run.firstReports {
                let chosen = try #require(report["series"].list.first { $0["isChosen"].flag == true }, "\(file)")
                #expect(chosen["part"].text == nil && chosen["geometry"]["positions"].integer ?? 0 >= 30, "\(file)")
                #expect(report["slices"].list.contains { $0["reason"].text == "scored" }, "\(file)")
                #expect(
                    Set(failures(report)).isDisjoint(with: ["notAChest", "acquisitionConflict", "seriesContinues"]),
                    "\(file): \(failures(report))")
            }
        }

        private func failures(_ report: JSON) -> [String] {
            report["qualityFindings"].list.filter { $0["isFailure"].flag == true }.compactMap { $0["code"].text }
        }

        @Test func `a tilted gantry is measured from positions, and no failure`() throws {
            let report = try SampleRun.made().report(below: "source-4/")
            let chosen = try #require(report["series"].list.first { $0["isChosen"].flag == true })
            #expect(abs((chosen["geometry"]["tiltDegrees"].number ?? 0) - 12) < 0.1)
            let finding = try #require(report["qualityFindings"].list.first { $0["code"].text == "tiltedGantry" })
            #expect(finding["isFailure"].flag == false)
        }

        @Test func `the table of series names localizer, dose report and the second kernel with reasons`() throws {
            let run = try SampleRun.made()
            let first = try run.report(below: "source-1/20240108")
            let series = first["series"].list
            #expect(series.count == 3)
            #expect(series.count { $0["isChosen"].flag == true } == 1)
            let others = series.filter { $0["isChosen"].flag == false }.compactMap { $0["reason"].text }
            #expect(others.contains { $0.contains("LOCALIZER") })
            #expect(others.contains { !$0.contains("LOCALIZER") && $0.hasPrefix("Not chosen: ") }, "\(others)")
            let kernels = try run.report(below: "source-2/")["series"].list
            #expect(kernels.count == 2)
            #expect(Set(kernels.compactMap { $0["rank"].integer }) == [1, 2])
            #expect(kernels.allSatisfy { $0["reason"].text?.isEmpty == false })
        }

        @Test func `every report.json is valid by the schema`() throws {
            let run = try SampleRun.made()
            let schema = Executable.packageFolder.appending(path: "docs/schema/report-1.schema.json").path
            let reports = run.folder.output.filesBelow.filter { $0.lastPathComponent == "report.json" }.map(\.path)
            #expect(reports.count == 9)
            let errors = try Tools.python(
                """
                import json, sys, jsonschema
                schema = json.load(open(sys.argv[1]))
                jsonschema.Draft202012Validator.check_schema(schema)
                validator = jsonschema.Draft202012Validator(schema)
                assert list(validator.iter_errors({})), "the schema accepts anything"
                for path in sys.argv[2:]:
                    for error in validator.iter_errors(json.load(open(path))):
                        print(path, list(error.absolute_path), error.message)
                """, [schema] + reports)
            #expect(errors.isEmpty)
        }

        @Test func `no identity stands in a name, on the terminal or in status`() throws {
            let run = try SampleRun.made()
            let named = try #require(run.firstReports.values.first)
            // The reports have it: what is looked for is spelled as it would come out.
            #expect(SampleRun.identities.contains(named["patient"]["patientID"].text ?? ""))
            #expect(SampleRun.identities.contains(named["patient"]["patientName"].text ?? ""))
            let details = try run.folder.status().map { summary in
                try Executable.run(["status", summary["studyKey"].key, "--store", run.folder.store.path]).output
                    + Executable.run(["status", summary["studyKey"].key, "--store", run.folder.store.path, "--json"])
                    .output
            }
            let shown =
                [run.first, run.second, run.third, run.statusTable, run.statusLines].map { $0.output + $0.errors }
                + details + run.folder.url.everythingBelow
            for identity in SampleRun.identities {
                for form in [identity, identity.replacingOccurrences(of: "^", with: " ")] {
                    #expect(!shown.contains { $0.localizedCaseInsensitiveContains(form) }, "\(form)")
                }
            }
        }

        @Test func `the closing table shows verdict, probability and slices, or why not`() throws {
            let run = try SampleRun.made()
            let table = run.second.output
            for word in ["verdict", "prob.", "slices scored", "3 slices missing", "Research use only"] {
                #expect(table.contains(word), "\(word)")
            }
            #expect(table.contains("\(run.files) files: "))
        }

        @Test func `what is written can be read by its owner alone`() throws {
            let run = try SampleRun.made()
            let open = try Tools.shell("find \"$1\" \"$2\" -perm /077", run.folder.output.path, run.folder.store.path)
            #expect(open.isEmpty)
        }
    }

    @Suite struct `The input` {
        @Test func `is left as it was: names, kinds, modes, sizes, times and contents`() throws {
            let run = try SampleRun.made()
            #expect(run.before.contains(".dcm"))
            #expect(run.before == run.after)
        }

        @Test(arguments: ["--store", "--output"])
        func `takes no store and no output inside it`(option: String) throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                let link = folder.url.appending(path: "link")
                try FileManager.default.createSymbolicLink(at: link, withDestinationURL: folder.input)
                let before = try Tools.snapshot(folder.input)
                for inside in [folder.input, folder.input.appending(path: "a/deep"), link.appending(path: "new")] {
                    let end = try Executable.run(folder.ingest() + [option, inside.path])
                    #expect(end.status == 64, "\(end.description)")
                    #expect(end.errors.contains(option) && end.errors.contains("inside the input"))
                }
                #expect(try Tools.snapshot(folder.input) == before)
            }
        }
    }
}
