import Foundation
import Testing

extension EndToEnd {
    /// `gantry model repeatability`, and what a patient's page says by it.
    @Suite struct `Progression` {
        /// Phantoms scanned twice.
        private static let twice = Result<URL, any Error> {
            let studies = try TemporaryFolder.make().appending(path: "twice")
            let end = try Executable.run([
                "phantom", "--output", studies.path, "--seed", "31", "--studies", "12", "--scans", "2", "--slices", "6",
                "--matrix", "64", "--fix", "field-of-view",
            ])
            try #require(end.status == 0, "\(end.description)")
            return studies
        }

        private static func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

        private static func bundle(in folder: URL) throws -> String {
            let bundle = folder.appending(path: "bundle").path
            try FileManager.default.copyItem(atPath: try LabelledCohort.shared().bundle, toPath: bundle)
            // The small network knows nothing: some of its slices lie above this threshold, some below.
            let file = bundle + "/pipeline.yaml"
            let yaml = try text(file).replacing(#/slice-positive-from: [0-9.]+/#, with: "slice-positive-from: 0.549")
                .replacing(#/fewest-slices: \d+/#, with: "fewest-slices: 4")
                .replacing(#/fewest-scored-slices: \d+/#, with: "fewest-scored-slices: 2")
                .replacing(#/key-pictures: \d+/#, with: "key-pictures: 0")
                .replacing(#/second-opinion: \w+/#, with: "second-opinion: none")
            try Data(yaml.utf8).write(to: URL(filePath: file))
            _ = try Executable.run(["bundle", "seal", bundle])
            return bundle
        }

        private static func ingest(_ studies: URL, _ bundle: String, in folder: URL) throws -> [JSON] {
            let output = folder.appending(path: "reports")
            let end = try Executable.run([
                "ingest", studies.path, "--pipeline", bundle, "--store", folder.appending(path: "s.sqlite").path,
                "--output", output.path, "--smallest-free-gb", "0",
            ])
            try #require(end.status == 0, "\(end.description)")
            return try output.filesBelow.filter { $0.lastPathComponent == "report.json" }
                .sorted { $0.path < $1.path }.map { try JSON(contentsOf: $0) }
        }

        @Test func `the bands are those of the differences that reports show, and are what these are called by`() throws
        {
            let studies = try Self.twice.get()
            try TemporaryFolder.use { folder in
                let bundle = try Self.bundle(in: folder)
                // Without a band nothing is called.
                let before = try Self.ingest(studies, bundle, in: folder).map { $0["progression"] }
                #expect(before.count == 24 && before.count { $0["absence"].text == "firstStudy" } == 12)
                let measures = ["probability", "lungMillilitres"]
                let compared = before.filter { $0["absence"] == .null }
                #expect(compared.count == 12)
                for progression in compared {
                    #expect(progression["reservations"].list.isEmpty, "\(progression)")
                    #expect(measures.allSatisfy { progression[$0]["change"].text == "notMeasured" })
                }

                let end = try Executable.run(["model", "repeatability", bundle, "--studies", studies.path, "--json"])
                let found = try #require(try end.lines(of: "repeatability").first, "\(end.description)")
                #expect(found["pairs"].integer == 12 && found["patients"].integer == 12)
                #expect(found["remarks"].list.contains { $0.text?.contains("fewer than 35") == true })
                func differences(_ member: (JSON) -> JSON, leavingOut empty: Double?) -> [Double] {
                    compared.map(member).filter {
                        empty == nil || $0["value"].number != empty || $0["previous"].number != empty
                    }.compactMap { $0["difference"].number }
                }
                let members: [(String, (JSON) -> JSON, Double?)] = [
                    ("probability", { $0["probability"] }, nil), ("lungMillilitres", { $0["lungMillilitres"] }, 0),
                    ("extentMillimetres", { $0["positiveSlices"]["extentMillimetres"] }, 0),
                ]
                for (name, member, empty) in members {
                    let own = differences(member, leavingOut: empty)
                    let figures = found[name]
                    #expect(own.count == figures["pairs"].integer && own.count >= 10, "\(name)")
                    let deviation = (own.reduce(0) { $0 + $1 * $1 } / Double(2 * own.count)).squareRoot()
                    // Lengths are rounded to the micrometre there.
                    #expect(abs((figures["withinSubjectSD"].number ?? 0) / deviation - 1) < 1e-6, "\(name)")
                    #expect(abs((figures["coefficient"].number ?? 0) / deviation - 1.96 * 2.squareRoot()) < 1e-5)
                }

                // The bundle has them, is sealed anew, and its card names the data.
                let yaml = try Self.text(bundle + "/pipeline.yaml")
                let digest = try #require(found["dataSHA256"].text)
                #expect(yaml.contains("repeatability:\n") && yaml.contains("  data-sha256: \"\(digest)\""))
                let card = try Self.text(bundle + "/MODEL_CARD.md")
                #expect(card.contains("## Repeatability\n") && card.contains(digest))
                let verified = try Executable.run(["bundle", "verify", bundle])
                #expect(verified.status == 0 && verified.output.contains("measured on 12 pairs"), "\(verified.output)")

                // Judged again, without inference, each difference is called by them.
                let after = try Self.ingest(studies, bundle, in: folder)
                #expect(
                    after.allSatisfy { $0["revision"].integer == 2 && $0["provenance"]["scoresFromStore"].flag == true }
                )
                var words: Set<String> = []
                var calledPatients = 0
                for progression in after.map({ $0["progression"] }) where progression["absence"] == .null {
                    for (name, member, _) in members {
                        let measure = member(progression)
                        let (difference, band) = (measure["difference"].number ?? 0, measure["band"].number ?? 0)
                        #expect(band > 0 && band == found[name]["coefficient"].number)
                        let expected = abs(difference) <= band ? "noClearChange" : difference > 0 ? "more" : "less"
                        #expect(measure["change"].text == expected)
                        words.insert(expected)
                    }
                    if members.contains(where: { ["more", "less"].contains($0.1(progression)["change"].text) }) {
                        calledPatients += 1
                    }
                    #expect(progression["repeatability"]["dataSHA256"].text == digest)
                }
                #expect(words.contains("noClearChange"))
                let pages = folder.appending(path: "reports").filesBelow.filter { $0.lastPathComponent == "index.html" }
                #expect(pages.count == 12)
                let isCalled = try pages.map { try Self.text($0.path).contains("class=\"block change called\"") }
                #expect(isCalled.count { $0 } == calledPatients && calledPatients < 12)

                // Another rule: the bands are of other numbers.
                let other = yaml.replacing("slice-positive-from: 0.549", with: "slice-positive-from: 0.55")
                try #require(other != yaml)
                try Data(other.utf8).write(to: URL(filePath: bundle + "/pipeline.yaml"))
                _ = try Executable.run(["bundle", "seal", bundle])
                let stale = try Executable.run(["bundle", "verify", bundle])
                #expect(stale.status == 0 && stale.output.contains("and not used"), "\(stale.description)")
                for report in try Self.ingest(studies, bundle, in: folder) {
                    let progression = report["progression"]
                    #expect(progression["probability"]["band"] == .null && progression["repeatability"] == .null)
                }
            }
        }

        @Test func `patients that were scanned once determine no band, and the bundle stays as it was`() throws {
            let cohort = try LabelledCohort.shared()
            try TemporaryFolder.use { folder in
                let bundle = try Self.bundle(in: folder)
                let before = try Self.text(bundle + "/pipeline.yaml")
                let end = try Executable.run(["model", "repeatability", bundle, "--studies", cohort.studies.path])
                #expect(end.status == 65 && end.output.isEmpty, "\(end.description)")
                #expect(end.errors.contains("0 pairs of studies of one patient") && end.errors.contains("--scans 2"))
                let empty = folder.appending(path: "empty")
                try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: true)
                let none = try Executable.run(["model", "repeatability", bundle, "--studies", empty.path])
                #expect(none.status == 66 && none.errors.contains("there is no study"), "\(none.description)")
                #expect(try Self.text(bundle + "/pipeline.yaml") == before)
            }
        }

        @Test func `studies that the network was trained on are refused`() throws {
            let studies = try Self.twice.get()
            try TemporaryFolder.use { folder in
                let bundle = try Self.bundle(in: folder)
                let truth = try Self.text(studies.path + "/truth.csv").split(separator: "\n")
                let column = try #require(truth[0].split(separator: ",").firstIndex(of: "sop_instance_uid"))
                let rows = truth.dropFirst().prefix(12).map { line in
                    "\(line.split(separator: ",", omittingEmptySubsequences: false)[column])#1,negative,train,,\n"
                }.joined()
                try Data(("file,label,split,group,sha256\n" + rows).utf8)
                    .write(to: URL(filePath: bundle + "/split.csv"))
                let end = try Executable.run(["model", "repeatability", bundle, "--studies", studies.path])
                #expect(end.status == 65 && end.errors.contains("was trained on 12 slices of these"), "\(end.errors)")
                #expect(!(try Self.text(bundle + "/pipeline.yaml").contains("repeatability")))
            }
        }

        @Test func `a bundle of pictures has no studies to repeat`() throws {
            try TemporaryFolder.use { folder in
                let bundle = try ImageBundle.make(in: folder)
                let end = try Executable.run(["model", "repeatability", bundle, "--studies", Executable.samples.path])
                #expect(end.status == 78, "\(end.description)")
            }
        }
    }
}
