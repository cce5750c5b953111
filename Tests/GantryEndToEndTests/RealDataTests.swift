import Foundation
import Testing

extension EndToEnd {
    @Suite struct `Real studies` {
        private struct Golden: Decodable {
            var seriesInstanceUID: String
            var shape: [Int]
            var sha256: String
            var sopInstanceUIDs: [String]
            var positionsMillimetres: [Double]
        }

        /// Runs `body` with the folder of real series. Without one it says how many files are left out, and fails in
        /// continuous integration.
        private func withSeries(files: Int, _ body: (URL) throws -> Void) throws {
            let series = Executable.packageFolder.deletingLastPathComponent().appending(path: "shared/data/series")
            if series.exists { return try body(series) }
            print("skipped: \(files) files of ../shared/data, which is not on this machine")
            #expect(ProcessInfo.processInfo.environment["CI"] != "true", "../shared/data must be there in CI")
        }

        private func unpack(_ archive: URL, to folder: URL) throws {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            _ = try Tools.shell("tar -xJf \"$1\" -C \"$2\"", archive.path, folder.path)
        }

        @Test func `a chest CT of 133 slices is scored, and extracted as pydicom reads it`() throws {
            try withSeries(files: 133) { series in
                try RunFolder.use { folder in
                    try unpack(series.appending(path: "lidc0001_chest_133.tar.xz"), to: folder.input)
                    // By the bundle as it ships, which has seen phantoms alone.
                    let end = try Executable.run(folder.ingest(bundle: Executable.bundle))
                    #expect(end.status == 0, "\(end.description)")
                    let study = try #require(try end.lines(of: "study-end").first)
                    #expect(study["end"].text == "judged" && study["slices"].integer == 133)
                    #expect((study["scoredSlices"].integer ?? 0) > 60)
                    let report = try #require(try folder.reports().values.first)
                    #expect(report["files"]["seen"].integer == 133 && report["files"]["rejected"].integer == 0)
                    let parts = report["series"].list
                    #expect(parts.count == 1 && parts[0]["isChosen"].flag == true, "one stack")
                    #expect(!report["qualityFindings"].list.contains { $0["code"].text == "notAChest" })
                    #expect(report["unlikeTraining"].text == "unlike")
                    // Every slice of it, with the usual settings.
                    let distances = report["distances"]
                    #expect(distances["shareUnlike"].number == 1 && distances["unlikeQuantile"].number == 0.995)
                    #expect((distances["median"].number ?? 0) > 2 * (distances["limit"].number ?? .infinity))
                    #expect(report["verdict"]["finding"].text == "indeterminate")
                    #expect(report["qualityFindings"].list.contains { $0["code"].text == "unlikeTraining" })
                    try expectExtracted(folder)
                }
            }
        }

        private func expectExtracted(_ folder: RunFolder) throws {
            let here = URL(filePath: #filePath).deletingLastPathComponent()
            let golden = try JSONDecoder().decode(
                Golden.self, from: Data(contentsOf: here.appending(path: "Golden/lidc0001_chest_133.json")))
            let output = folder.url.appending(path: "extracted")
            let end = try Executable.run(["extract", folder.input.path, "--output", output.path, "--format", "npy"])
            #expect(end.status == 0, "\(end.description)")
            let array = output.appending(path: golden.seriesInstanceUID + ".npy")
            #expect(end.output == array.path + "\n")
            let bytes = golden.shape.reduce(2, *)
            let file = try NPYArray(contentsOf: array)
            #expect(file.type == "<i2" && file.shape == golden.shape && file.valueBytes == bytes)
            let digest = try Tools.shell("tail -c \"$2\" \"$1\" | sha256sum", array.path, "\(bytes)").prefix(64)
            #expect(digest == golden.sha256)
            let beside = try JSON(contentsOf: output.appending(path: golden.seriesInstanceUID + ".json"))
            #expect(beside["slices"].list.compactMap { $0["sopInstanceUID"].text } == golden.sopInstanceUIDs)
            let positions = beside["slices"].list.compactMap { $0["positionMillimetres"].number }
            #expect(positions.count == golden.positionsMillimetres.count)
            for (position, expected) in zip(positions, golden.positionsMillimetres) {
                // Decimal strings of six places, both read as Double.
                #expect(abs(position - expected) < 1e-6)
            }
            #expect(beside["isRegular"].flag == true && beside["unit"].text == "HU")
            #expect(beside["shape"].list.compactMap(\.integer) == golden.shape)
        }

        @Test func `a head CT with tilt and three gaps is no regular volume, and never negative`() throws {
            try withSeries(files: 28) { series in
                try RunFolder.use { folder in
                    try unpack(series.appending(path: "ge_head_tilt18_gap4to7_28.tar.xz"), to: folder.input)
                    let inspected = try Executable.run(["inspect", folder.input.path, "--json"])
                    #expect(inspected.status == 0, "\(inspected.description)")
                    let study = try #require(try inspected.lines(of: "inspected-study").first)
                    let head = try #require(study["series"].list.first)
                    let geometry = head["geometry"]
                    #expect(study["series"].list.count == 1 && geometry["positions"].integer == 28)
                    #expect(geometry["isRegular"].flag == false)
                    #expect(abs(abs(geometry["tiltDegrees"].number ?? 0) - 18.5) < 0.01)
                    #expect(abs((geometry["smallestSpacingMillimetres"].number ?? 0) - 1.08) < 0.01)
                    #expect(abs((geometry["largestSpacingMillimetres"].number ?? 0) - 7.0) < 0.01)
                    #expect(head["isChosen"].flag == false && failed(head).contains("slice thickness"))
                    let bundle = try BundleCopy.make(
                        in: folder.url,
                        sections: "series:\n  largest-slice-thickness-mm: 10\nslices:\n  select: all")
                    let end = try Executable.run(folder.ingest(bundle: bundle))
                    #expect(end.status == 0, "\(end.description)")
                    let report = try #require(try folder.reports().values.first)
                    #expect(report["verdict"]["finding"].text == "indeterminate")
                    let failures = report["qualityFindings"].list.filter { $0["isFailure"].flag == true }
                    #expect(failures.contains { ["irregularSpacing", "missingSlices"].contains($0["code"].text) })
                }
            }
        }

        private func failed(_ series: JSON) -> [String] {
            series["rules"].list.filter { $0["passed"].flag == false }.compactMap { $0["rule"].text }
        }

        @Test(arguments: [
            ("philips_localizer_I10", "not a localizer", "LOCALIZER"),
            ("philips_exam_summary_I10", "ct image", "Secondary Capture"),
            ("philips_dose_report_I50", "ct image", "Secondary Capture"),
        ])
        func `what is no chest series is not chosen, by the right rule`(
            file: String, rule: String, word: String
        ) throws {
            try withSeries(files: 1) { series in
                let end = try Executable.run(["inspect", series.appending(path: file).path, "--json"])
                #expect(end.status == 0, "\(end.description)")
                let study = try #require(try end.lines(of: "inspected-study").first)
                #expect(study["chosenSeriesInstanceUID"] == .null)
                let only = try #require(study["series"].list.first)
                #expect(study["series"].list.count == 1 && only["isChosen"].flag == false)
                #expect(failed(only).contains(rule), "\(failed(only))")
                #expect(only["reason"].text?.contains(word) == true)
                #expect(study["files"].list.compactMap { $0["reason"].text }.count == 1)
            }
        }

        @Test func `scouts and series of a few slices are not chosen, each for its reason`() throws {
            try withSeries(files: 11) { series in
                let end = try Executable.run(["inspect", series.appending(path: "pydicom_tiny").path, "--json"])
                #expect(end.status == 0, "\(end.description)")
                let studies = try end.lines(of: "inspected-study")
                #expect(studies.count == 2)
                #expect(studies.allSatisfy { $0["chosenSeriesInstanceUID"] == .null })
                let all = studies.flatMap { $0["series"].list }
                #expect(all.count == 3)
                let scout = try #require(all.first { $0["attributes"]["seriesDescription"].text == "Scout" })
                #expect(failed(scout).contains("not a localizer"))
                let short = all.filter { failed($0) == ["slices"] }
                #expect(Set(short.compactMap { $0["instances"].integer }) == [4, 5])
                let brain = try #require(short.first { $0["instances"].integer == 4 })
                #expect(brain["geometry"]["isRegular"].flag == false)
                #expect(brain["geometry"]["largestSpacingMillimetres"].number == 202.5)
            }
        }

        @Test func `where no study has a series to score, a run says so with 65`() throws {
            try withSeries(files: 11) { series in
                try RunFolder.use { folder in
                    let end = try Executable.run(
                        ["ingest", series.appending(path: "pydicom_tiny").path] + folder.options() + ["--json"])
                    #expect(end.status == 65, "\(end.description)")
                    let studies = try end.lines(of: "study-end")
                    #expect(studies.count == 2 && studies.allSatisfy { $0["end"].text == "failed" })
                }
            }
        }
    }
}
