import Foundation
import Testing

extension EndToEnd {
    /// `gantry reaggregate`: other rules on stored scores.
    @Suite struct `Reaggregation` {
        /// A copy of the cohort's store and reports.
        private static func copy(to folder: URL) throws -> (store: String, reports: URL) {
            let cohort = try LabelledCohort.shared()
            let (store, reports) = (folder.appending(path: "store.sqlite"), folder.appending(path: "reports"))
            try FileManager.default.copyItem(at: cohort.store, to: store)
            try FileManager.default.copyItem(at: cohort.reports, to: reports)
            return (store.path, reports)
        }

        private static func rows(_ arguments: [String]) throws -> [JSON] {
            let end = try Executable.run(["reaggregate", "--json"] + arguments)
            try #require(end.status == 0, "\(end.description)")
            return try end.lines(of: "reaggregation")
        }

        private static func reports(_ folder: URL) throws -> [JSON] {
            try folder.filesBelow.filter { $0.lastPathComponent == "report.json" }.map { try JSON(contentsOf: $0) }
        }

        @Test func `shows every rule, and changes nothing`() throws {
            let cohort = try LabelledCohort.shared()
            try TemporaryFolder.use { folder in
                let (store, _) = try Self.copy(to: folder)
                let before = try Data(contentsOf: URL(filePath: store))
                let rows = try Self.rows(["--store", store, "--truth", cohort.truth.path])
                #expect(
                    rows.map { $0["aggregation"].text } == [
                        "as judged", "top-k-mean:3", "maximum", "mean", "percentile:90", "noisy-or",
                        "fraction-positive:0.5",
                    ])
                #expect(rows[0]["changed"].number == 0)
                for row in rows {
                    let sum = ["negative", "indeterminate", "positive"].reduce(0) { $0 + (row[$1].number ?? 0) }
                    #expect(sum == 6)
                }
                let evaluated = try Executable.run([
                    "evaluate", "--store", store, "--truth", cohort.truth.path, "--json",
                ])
                let figures = try #require(try evaluated.lines(of: "evaluation").first)
                #expect(rows[0]["area"]["value"] == figures["studyAUC"])
                #expect(try Data(contentsOf: URL(filePath: store)) == before)
                // The maximum, by what the reports say of the slices.
                let reports = try Self.reports(cohort.reports)
                let highest = reports.map { report in
                    report["slices"].list.compactMap { $0["probabilities"].list.last?.number }.max() ?? 0
                }
                let positive = highest.count { $0 >= 0.6 }
                #expect(rows[2]["positive"].number ?? -1 <= Double(positive))
            }
        }

        @Test func `thresholds alone keep the aggregation, and a doubtful study stays so`() throws {
            try TemporaryFolder.use { folder in
                let (store, _) = try Self.copy(to: folder)
                let rows = try Self.rows([
                    "--store", store, "--thresholds", "0,0", "--thresholds", "1,1", "--thresholds", "0.2,0.9",
                ])
                #expect(rows.map { $0["negativeBelow"].number } == [0, 1, 0.2])
                #expect(rows.allSatisfy { $0["aggregation"].text == "as judged" && $0["area"] == .null })
                #expect(rows[0]["negative"].number == 0 && rows[1]["positive"].number == 0)
                let table = try Executable.run(["reaggregate", "--store", store, "--thresholds", "0.2,0.9"])
                #expect(table.status == 0 && table.output.contains("Nothing was changed."))
                for line in table.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
            }
        }

        @Test func `a commit makes new revisions and reports, once`() throws {
            try TemporaryFolder.use { folder in
                let (store, reports) = try Self.copy(to: folder)
                let arguments = [
                    "reaggregate", "--store", store, "--output", reports.path, "--aggregation", "mean", "--thresholds",
                    "0.1,0.2", "--commit",
                ]
                let predicted = try #require(
                    try Self.rows(["--store", store, "--aggregation", "mean", "--thresholds", "0.1,0.2"]).first)
                let end = try Executable.run(arguments)
                #expect(end.status == 0 && end.output.contains("6 new revisions, 0 unchanged"), "\(end.description)")
                let made = try Self.reports(reports)
                #expect(made.count == 6 && made.allSatisfy { $0["revision"].number == 2 })
                for report in made {
                    #expect(report["judging"]["positiveFrom"].number == 0.2)
                    let scores = report["slices"].list.filter { $0["reason"].text == "scored" }
                        .compactMap { $0["probabilities"].list.last?.number }.sorted(by: >)
                    let mean = scores.reduce(0, +) / Double(scores.count)
                    #expect(abs((report["verdict"]["probability"].number ?? .nan) - mean) < 1e-12)
                }
                let positives = made.count { $0["verdict"]["finding"].text == "positive" }
                #expect(Double(positives) == predicted["positive"].number)
                let status = try Executable.run(["status", "--store", store, "--json"]).lines(of: "study-summary")
                #expect(status.allSatisfy { $0["state"].text == "done" && $0["revision"].number == 2 })
                let again = try Executable.run(arguments)
                #expect(again.output.contains("0 new revisions, 6 unchanged"), "\(again.description)")
            }
        }

        /// A run that ends before the reports are written leaves what a kill there would leave.
        @Test(arguments: ["reaggregate", "ingest"])
        func `what a run left between a verdict and its reports is settled by the next`(command: String) throws {
            let cohort = try LabelledCohort.shared()
            try RunFolder.use { folder in
                let (store, reports) = try Self.copy(to: folder.url)
                func studies() throws -> [JSON] {
                    try Executable.run(["status", "--store", store, "--json"]).lines(of: "study-summary")
                }
                let third = try studies()[2]
                let patient = reports.appending(path: "patients/\(third["patientKey"].key)")
                let aside = folder.url.appending(path: "aside")
                try FileManager.default.moveItem(at: patient, to: aside)
                try Data("in the way".utf8).write(to: patient)
                let rules = [
                    "reaggregate", "--store", store, "--output", reports.path, "--aggregation", "mean", "--thresholds",
                    "0.1,0.2", "--commit",
                ]
                let ended = try Executable.run(rules)
                #expect(ended.status != 0 && ended.errors.contains(third["patientKey"].key), "\(ended.description)")
                #expect(try studies().map { $0["state"].text } == ["done", "done", "judged", "done", "done", "done"])
                #expect(try studies().map { $0["revision"].number } == [2, 2, 2, 1, 1, 1])
                try FileManager.default.removeItem(at: patient)
                try FileManager.default.moveItem(at: aside, to: patient)
                let study = patient.appending(path: third["studyKey"].key)
                func written() throws -> Double? {
                    try JSON(contentsOf: study.appending(path: "report.json"))["revision"].number
                }
                #expect(try written() == 1)
                if command == "ingest" {
                    try SmallStudies.copy(1, to: folder.input)
                    let end = try Executable.run([
                        "ingest", folder.input.path, "--pipeline", cohort.bundle, "--store", store, "--output",
                        reports.path, "--smallest-free-gb", "0",
                    ])
                    #expect([0, 8].contains(end.status), "\(end.description)")
                    #expect(try studies().prefix(6).map { $0["revision"].number } == [2, 2, 2, 1, 1, 1])
                } else {
                    let end = try Executable.run(rules)
                    #expect(
                        end.status == 0
                            && end.output.contains(
                                "3 new revisions, 3 unchanged (reports of 1 were owed, and are written)"),
                        "\(end.description)")
                    #expect(try studies().map { $0["revision"].number } == [2, 2, 2, 2, 2, 2])
                }
                #expect(try studies().allSatisfy { $0["state"].text == "done" } && written() == 2)
            }
        }

        @Test(arguments: [
            (["--commit"], "--commit takes one"), (["--aggregation", "median"], "--aggregation takes"),
            (["--aggregation", "percentile"], "--aggregation takes"), (["--thresholds", "0.6"], "--thresholds takes"),
            (["--thresholds", "0.7,0.6"], "the lower first"),
            (["--aggregation", "top-k-mean:0"], "--aggregation takes"),
            (["--commit", "--aggregation", "mean", "--aggregation", "maximum"], "--commit takes one"),
        ])
        func `rules that are none are refused`(arguments: [String], word: String) throws {
            let end = try Executable.run(["reaggregate", "--store", "s"] + arguments)
            #expect(end.status == 64 && end.errors.contains(word), "\(end.description)")
        }

        @Test func `no store, and a truth of other studies, are no input`() throws {
            try TemporaryFolder.use { folder in
                let none = try Executable.run(["reaggregate", "--store", folder.path + "/none"])
                #expect(none.status == 66)
                let (store, _) = try Self.copy(to: folder)
                let truth = folder.appending(path: "t.csv")
                try Data("study_instance_uid,label\n1.2.3,covid19\n".utf8).write(to: truth)
                let other = try Executable.run(["reaggregate", "--store", store, "--truth", truth.path])
                #expect(other.status == 66 && other.errors.contains("names has a verdict"), "\(other.description)")
            }
        }
    }
}
