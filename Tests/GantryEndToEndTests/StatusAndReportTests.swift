import Foundation
import Testing

extension EndToEnd {
    @Suite struct `Status` {
        @Test func `lists every study with state, verdict and revision`() throws {
            let run = try SampleRun.made()
            #expect(run.statusTable.status == 0 && run.statusLines.status == 0)
            let summaries = try run.statusLines.lines(of: "study-summary")
            #expect(summaries.count == 9)
            let rows = run.statusTable.output.split(separator: "\n")
            for summary in summaries {
                let row = try #require(rows.first { $0.hasPrefix(summary["studyKey"].key) })
                let finding = try #require(summary["finding"].text)
                #expect(row.contains("done") && row.contains(finding))
                #expect(row.contains("\(summary["scoredSlices"].integer ?? -1)/\(summary["slices"].integer ?? -1)"))
            }
            #expect(run.statusTable.output.contains("9 studies: 9 done"))
        }

        @Test func `of one study shows its series by rule and its slices, found by the key's first digits`() throws {
            let run = try SampleRun.made()
            let report = try run.report(below: "source-1/20240108")
            let key = try #require(report["studyKey"].text)
            let text = try Executable.run(["status", String(key.prefix(10)), "--store", run.folder.store.path])
            #expect(text.status == 0)
            for word in [key, "chosen", "not a localizer", "slice thickness", "Slices", "Attempts"] {
                #expect(text.output.contains(word), "\(word)")
            }
            let study = try run.folder.status(of: key)
            let scores = report["slices"].list.map { $0["probabilities"] }
            #expect(!scores.isEmpty && study["slices"].list.map { $0["probabilities"] } == scores)
            #expect(study["series"].list.count == report["series"].list.count)
            #expect(study["files"].list.count == report["files"]["seen"].integer)
        }

        @Test func `of an unknown study or without a store is 66`() throws {
            let store = try SampleRun.made().folder.store.path
            let unknown = try Executable.run(["status", "ffffffffffffffffffff", "--store", store])
            #expect(unknown.status == 66 && unknown.errors.contains("no study"))
            let absent = try Executable.run(["status", "--store", store + "-absent"])
            #expect(absent.status == 66 && absent.errors.contains("no store"))
        }

        @Test func `tells whether a runner is alive, and of a study that a killed one left that nobody is at it`()
            throws
        {
            try RunFolder.use { folder in
                try SmallStudies.copy(to: folder.input)
                let process = try Executable.start(folder.ingest(json: false), watching: .terminal)
                #expect(process.waits(for: "slice "))
                // It holds the store also while it stands still.
                process.send(SIGSTOP)
                let status = ["status", "--store", folder.store.path]
                let alive = try Executable.run(status)
                #expect(alive.output.contains("Runner: alive, pid \(process.identifier) (gantry ingest)\n"))
                #expect(alive.output.contains("1 running") && !alive.output.contains("no runner"), "\(alive.output)")
                let runner = try folder.activity()["runner"]
                #expect(runner["alive"].flag == true && runner["pid"].integer == Int(process.identifier))
                process.send(SIGKILL)
                #expect(try process.finish().status == 128 + SIGKILL)
                let dead = try Executable.run(status)
                #expect(dead.output.contains("Runner: none is alive\n"), "\(dead.output)")
                #expect(dead.output.contains("no runner is alive: the next `gantry ingest`"), "\(dead.output)")
                #expect(try folder.activity()["runner"] == .members(["alive": .flag(false)]))
                let running = try #require(try folder.status().first { $0["state"].text == "running" })["studyKey"].key
                let one = try Executable.run(["status", running, "--store", folder.store.path])
                #expect(one.output.contains("State     running (no runner is alive: "), "\(one.output)")
                #expect(try folder.status(of: running)["runner"]["alive"].flag == false)
            }
        }

        @Test func `shows what a watch waits for, by keys, as long as that is alive`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                let process = try Executable.start(
                    ["watch", folder.input.path] + folder.options() + [
                        "--settle", "1", "--study-quiet", "600", "--json",
                    ], watching: .output)
                #expect(process.waits(for: "gantry.watch/1"))
                var settling = JSON.null
                for _ in 0..<500 where settling["studies"].integer != 1 { settling = try folder.activity()["settling"] }
                #expect(settling["studies"].integer == 1 && settling["unreadFiles"].integer == 0)
                let study = try #require(settling["longest"].list.first)
                #expect(study["files"].integer == 16 && study["takenAt"] != .null && study["latestAt"] != .null)
                let text = try Executable.run(["status", "--store", folder.store.path]).output
                #expect(text.contains("No studies yet.") && text.contains("(gantry watch)"), "\(text)")
                #expect(text.contains("Settling: 1 study\n  \(study["studyKey"].key)  16 files since "), "\(text)")
                #expect(!text.contains("PHANTOM"))
                process.send(SIGKILL)
                #expect(try process.finish().status == 128 + SIGKILL)
                #expect(try folder.activity()["settling"] == .null)
            }
        }

        @Test func `changes nothing`() throws {
            let run = try SampleRun.made()
            let before = try Tools.snapshot(run.folder.url)
            _ = try run.folder.status()
            #expect(try Tools.snapshot(run.folder.url) == before)
        }
    }

    @Suite struct `A study that fails after it was judged` {
        private func page(_ name: String, in folder: RunFolder) throws -> String {
            let file = try #require(folder.output.filesBelow.first { $0.lastPathComponent == name })
            return try String(contentsOf: file, encoding: .utf8)
        }

        /// Output with its line breaks and columns taken out.
        private func words(_ end: ProcessEnd) -> String {
            end.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }

        @Test func `says so on its pages and in status beside the revision that stands, until it is mended`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                #expect(try Executable.run(folder.ingest()).status == 0)
                let before = try #require(try folder.status().first)
                let (key, finding) = (before["studyKey"].key, try #require(before["finding"].text))
                #expect(before["failedSince"] == .null && before["judgedAt"].text != nil)

                // All but five slices go: too few for the pipeline.
                let aside = folder.url.appending(path: "aside")
                try FileManager.default.createDirectory(at: aside, withIntermediateDirectories: true)
                let gone = folder.input.filesBelow.dropFirst(5).enumerated().map {
                    (from: $1, to: aside.appending(path: "\($0)"))
                }
                for (from, to) in gone { try FileManager.default.moveItem(at: from, to: to) }
                let failed = try Executable.run(folder.ingest())
                #expect(failed.status == 65, "\(failed.description)")
                let why = try #require(try failed.lines(of: "study-end").first?["detail"].text)
                #expect(why.contains("5 slices"))

                let report = try #require(try folder.reports().values.first)
                #expect(report["failedSince"]["code"].text == "noSuitableSeries")
                #expect(report["failedSince"]["detail"].text == why)
                #expect(report["revision"].integer == 1 && report["verdict"]["finding"].text == finding)
                let study = try page("report.html", in: folder)
                let banner = try #require(study.range(of: "This study failed on"))
                #expect(try banner.lowerBound < #require(study.range(of: "<h1>")).lowerBound)
                #expect(study.contains("5 slices") && study.contains("What follows is revision 1, judged on"))
                let index = try page("index.html", in: folder)
                let note = try #require(index.range(of: "5 slices"))
                #expect(try note.lowerBound < #require(index.range(of: "<h1>")).lowerBound)
                #expect(index.contains("failed since"))

                let summary = try #require(try folder.status().first)
                #expect(summary["state"].text == "failed" && summary["finding"].text == finding)
                #expect(summary["failedSince"] == report["failedSince"])
                #expect(summary["judgedAt"] == before["judgedAt"] && summary["judgedAt"] == report["judgedAt"])
                let detail = try folder.status(of: key)
                #expect(detail["failedSince"] == report["failedSince"] && detail["revision"].integer == 1)
                #expect(detail["verdict"]["finding"].text == finding)
                let table = try Executable.run(["status", "--store", folder.store.path])
                let row = try #require(table.output.split(separator: "\n").first { $0.hasPrefix(key) })
                #expect(row.contains("failed") && !row.contains(finding), "\(table.description)")
                for sentence in ["failed on ", " UTC from what lay there then, stands: \(finding)"] {
                    #expect(words(table).contains(sentence), "\(table.description)")
                }
                let text = try Executable.run(["status", key, "--store", folder.store.path])
                #expect(words(text).contains("Stands revision 1, judged "), "\(text.description)")
                #expect(text.output.contains("Slices of revision 1"))

                // From the store alone they are the same.
                let pages = try folder.output.filesBelow.map { try Data(contentsOf: $0) }
                let again = try Executable.run(
                    ["report", key, "--store", folder.store.path, "--output", folder.output.path])
                #expect(again.status == 0, "\(again.description)")
                #expect(try folder.output.filesBelow.map { try Data(contentsOf: $0) } == pages)

                for (from, to) in gone { try FileManager.default.moveItem(at: to, to: from) }
                let mended = try Executable.run(folder.ingest())
                #expect(mended.status == 0, "\(mended.description)")
                #expect(try mended.lines(of: "study-end").first?["end"].text == "unchanged")
                #expect(try #require(try folder.reports().values.first)["failedSince"] == .null)
                for name in ["report.html", "index.html"] {
                    let page = try page(name, in: folder)
                    #expect(!page.contains("failed on ") && !page.contains("failed since"), "\(name)")
                }
                #expect(try folder.status().first?["failedSince"] == .null)
                let good = try Executable.run(["status", "--store", folder.store.path])
                #expect(good.output.contains(finding) && !good.output.contains("failed"), "\(good.description)")
                let series = try folder.status(of: key)["series"].list
                #expect(series.contains { $0["isChosen"].flag == true }, "the failure's own account is over")
            }
        }
    }

    @Suite struct `Reports from the store alone` {
        @Test func `are the same, byte by byte, when the input is gone`() throws {
            let run = try SampleRun.made()
            #expect(!run.folder.input.exists)
            let key = try #require(try run.report(below: "source-5/20240115")["studyKey"].text)
            try TemporaryFolder.use { output in
                let end = try Executable.run(
                    ["report", key, "--store", run.folder.store.path, "--output", output.path])
                #expect(end.status == 0, "\(end.description)")
                let written = output.filesBelow
                #expect(Set(written.map(\.lastPathComponent)) == ["index.html", "report.html", "report.json"])
                #expect(written.count == 3)
                for file in written {
                    let path = file.path.dropFirst(output.path.count)
                    let original = URL(filePath: run.folder.output.path + path)
                    #expect(try Data(contentsOf: file) == Data(contentsOf: original), "\(path)")
                    #expect(end.output.contains(file.path))
                }
            }
        }

        @Test func `are written for a patient whose identity comes on standard input, and never goes out`() throws {
            let run = try SampleRun.made()
            try TemporaryFolder.use { output in
                let end = try Executable.run(
                    ["report", "--patient-id", "-", "--store", run.folder.store.path, "--output", output.path],
                    input: "PHANTOM-0005\n")
                #expect(end.status == 0, "\(end.description)")
                #expect(output.filesBelow.count == 5)
                #expect(!(end.output + end.errors).contains("PHANTOM"))
                #expect(!output.everythingBelow.contains { $0.contains("PHANTOM") })
                for file in output.filesBelow where file.lastPathComponent == "report.json" {
                    #expect(try JSON(contentsOf: file)["patient"]["patientID"].text == "PHANTOM-0005")
                }
            }
        }

        @Test func `are never written into what was input, nor over those of a later revision`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                #expect(try Executable.run(folder.ingest()).status == 0)
                let key = try #require(try folder.status().first?["studyKey"].text)
                let before = try Tools.snapshot(folder.input)
                let inside = folder.input.appending(path: "reports").path
                let refused = try Executable.run(["report", key, "--store", folder.store.path, "--output", inside])
                #expect(
                    refused.status == 64 && refused.errors.contains("lies inside the input"), "\(refused.description)")
                // Of a run before, likewise.
                try SmallStudies.copy(2, to: folder.url)
                let options = ["--pipeline", Executable.quickBundle, "--store", folder.store.path, "--output", inside]
                let later = try Executable.run(["ingest", folder.url.appending(path: "b").path] + options)
                #expect(later.status == 64 && later.errors.contains("lies inside the input"), "\(later.description)")
                #expect(try Tools.snapshot(folder.input) == before)

                let file = try #require(folder.output.filesBelow.first { $0.lastPathComponent == "report.json" })
                let text = try String(contentsOf: file, encoding: .utf8)
                    .replacing(#/"revision"(\s*):(\s*)1/#, with: "\"revision\":2")
                try text.write(to: file, atomically: true, encoding: .utf8)
                let older = try Executable.run(
                    ["report", key, "--store", folder.store.path, "--output", folder.output.path])
                #expect(older.status == 65 && older.errors.contains("revision 2"), "\(older.description)")
                #expect(try String(contentsOf: file, encoding: .utf8) == text)
            }
        }

        @Test func `take no identity on the command line, and say where nobody is known`() throws {
            let run = try SampleRun.made()
            try TemporaryFolder.use { output in
                let options = ["--store", run.folder.store.path, "--output", output.path]
                #expect(try Executable.run(["report", "--patient-id", "PHANTOM-0005"] + options).status == 64)
                let nobody = try Executable.run(["report", "--patient-id", "-"] + options, input: "NOBODY\n")
                #expect(nobody.status == 66, "\(nobody.description)")
                #expect(try Executable.run(["report", "ffffffff"] + options).status == 66)
                #expect(output.filesBelow.isEmpty)
            }
        }
    }
}
