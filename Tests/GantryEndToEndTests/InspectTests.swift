import Foundation
import Testing

extension EndToEnd {
    @Suite struct `Inspecting` {
        private static let study = Executable.samples.appending(path: "PHANTOM-0001/20240108").path

        /// The output of `inspect` without a terminal: 80 columns, no colour.
        private func inspect(_ path: String, _ options: String..., status: Int32 = 0) throws -> String {
            let end = try Executable.run(["inspect", path] + options)
            #expect(end.status == status, "\(end.description)")
            for line in end.output.split(separator: "\n") where line.count > 80 {
                Issue.record("\(line.count) columns: \(line)")
            }
            return end.output
        }

        /// The text without the line breaks of its sentences.
        private func unwrapped(_ text: String) -> String { text.replacing(#/\n +/#, with: " ") }

        /// A plain phantom study of `slices` slices in a folder of its own.
        private func phantom(in folder: URL, slices: Int = 12, _ options: String...) throws -> URL {
            let phantom = folder.appending(path: "phantom")
            let end = try Executable.run(
                [
                    "phantom", "--output", phantom.path, "--studies", "1", "--slices", "\(slices)", "--matrix", "32",
                ] + options)
            try #require(end.status == 0, "\(end.description)")
            try FileManager.default.removeItem(at: phantom.appending(path: "truth.csv"))
            return phantom
        }

        @Test func `a study is a table of its series, and a line for each that is not scored`() throws {
            let output = try inspect(Self.study)
            let lines = output.split(separator: "\n").map(String.init)
            #expect(lines.count < 24, "more than one screen: \(lines.count) lines")
            #expect(output.contains("3 series, 42 images, 42 files"))
            let row = try #require(lines.first { $0.hasPrefix("●") && $0.contains("Chest soft tissue") })
            #expect(
                try row.firstMatch(of: Regex(" 2  Chest soft tissue +40 +256×256 .*6.50 +5.00  JPEG-LS$")) != nil,
                "\(row)")
            #expect(lines.contains { $0.hasPrefix("● Series 2 is scored: the only series that passes every rule") })
            let localizer = try #require(lines.first { $0.hasPrefix("○ Series 1: ") })
            #expect(localizer.contains("Image Type says LOCALIZER"))
            #expect(unwrapped(output).contains("[not a localizer]"))
            #expect(output.contains("42 files: 40 of the chosen series, 2 skipped"))
            #expect(!output.contains("\u{1B}"))
        }

        @Test func `every rule has what was measured and what is expected, of all series or of one`() throws {
            let all = try inspect(Self.study, "--rules")
            #expect(all.components(separatedBy: "measured").count == 4)
            #expect(all.contains("✗  not a localizer") && all.contains("JPEG-LS Lossless (1.2.840.10008.1.2.4.80)"))
            let one = try inspect(Self.study, "--series", "1")
            #expect(one.components(separatedBy: "measured").count == 2 && one.contains("Series 1  Localizer"))
            let uid = try #require(one.firstMatch(of: #/^ +(2\.25\.[0-9]+)$/#.anchorsMatchLineEndings())).1
            #expect(try inspect(Self.study, "--series", String(uid)) == one)
            let none = try Executable.run(["inspect", Self.study, "--series", "77"])
            #expect(none.status == 66 && none.errors.contains("no series 77") && none.output.isEmpty)
        }

        @Test func `a series of too few slices is told how many there must be`() throws {
            try TemporaryFolder.use { folder in
                let output = try inspect(try phantom(in: folder, slices: 4).path)
                #expect(output.contains("No series can be scored."))
                #expect(
                    output.contains("○ Series 2: 4 slices; the pipeline asks for at least 10 [slices]"), "\(output)")
            }
        }

        @Test func `files that are not scored are counted by reason and named`() throws {
            try TemporaryFolder.use { folder in
                let input = try phantom(in: folder)
                for index in 1...5 { try Data("x".utf8).write(to: input.appending(path: "note\(index).txt")) }
                let output = try inspect(input.path)
                #expect(output.contains("5 files: 5 rejected") && output.contains("note3.txt"))
                #expect(!output.contains("note4.txt") && output.contains("…"))
                #expect(try inspect(input.path, "--files").contains("✗ note5.txt"))
            }
        }

        @Test func `columns stand under each other, also beside ideographs, and long names are cut`() throws {
            try TemporaryFolder.use { folder in
                let input = try phantom(in: folder, slices: 2)
                let other = try phantom(in: folder.appending(path: "other"), slices: 2)
                let long = "胸部単純CT 肺野条件 再構成 1.25mm 高分解能 追加撮影"
                for (study, change) in [(input, "SeriesDescription=\(long)"), (other, "SeriesDescription=Thorax")] {
                    _ = try Tools.shell(
                        "find \"$1\" -name '*.dcm' -exec dcmodify -q -nb -m \"$2\" {} \\;", study.path, change)
                }
                _ = try Tools.shell(
                    "find \"$1\" -name '*.dcm' -exec dcmodify -q -nb -gse -gin -m SeriesNumber=3 {} \\;", other.path)
                let lines = try Executable.run(["inspect", folder.path]).output.split(separator: "\n")
                let rows = lines.filter { $0.hasPrefix("○ ") && $0.hasSuffix("raw") }
                #expect(rows.count == 3, "\(lines)")
                let widths = Set(rows.map { $0.unicodeScalars.reduce(0) { $0 + ($1.value >= 0x2E80 ? 2 : 1) } })
                #expect(widths.count == 1 && widths.allSatisfy { $0 <= 80 }, "\(rows)")
                #expect(rows.contains { $0.contains("胸部単純CT") && $0.contains("…") })
            }
        }

        @Test func `JSON has everything, and the totals add up`() throws {
            try TemporaryFolder.use { folder in
                let input = try phantom(in: folder)
                try Data("x".utf8).write(to: input.appending(path: "note.txt"))
                let end = try Executable.run(["inspect", input.path, "--json"])
                let study = try #require(try end.lines(of: "inspected-study").first)
                #expect(study["slices"].integer == 12 && study["chosenSlices"].list.count == 12)
                #expect(study["geometry"]["isRegular"].flag == true && study["images"].integer == 12)
                let series = try #require(study["series"].list.first)
                #expect(series["isChosen"].flag == true && !series["rules"].list.isEmpty)
                #expect(series["facts"]["rows"].integer == 32)
                #expect(try end.lines(of: "file").map { $0["file"].text } == ["note.txt"])
                let total = try #require(try end.lines(of: "inspection").first)
                #expect(total["filesSeen"].integer == 13 && total["toScore"].integer == 12)
                #expect(total["skipped"].integer == 0 && total["rejected"].integer == 1)
                #expect(try end.lines.allSatisfy { $0["schema"].text?.hasSuffix("/1") == true })
            }
        }

        @Test func `no patient is named, whether in words or in JSON, of a folder or of a file`() throws {
            let file = try #require(URL(filePath: Self.study).filesBelow.first).path
            for path in [Self.study, file] {
                for options in [[], ["--json"], ["--rules"], ["--files"]] {
                    // Names of files are the person's own: those of the samples have no identity.
                    let output = try Executable.run(["inspect", path] + options).output
                        .replacing(Executable.samples.path, with: "").replacing("PHANTOM-0001/", with: "")
                    for identity in SampleRun.identities { #expect(!output.contains(identity), "\(options)") }
                }
            }
        }

        @Test func `what cannot be read is named, and ends with 65 where that is all`() throws {
            try TemporaryFolder.use { folder in
                try Data("no image".utf8).write(to: folder.appending(path: "letter.txt"))
                let end = try Executable.run(["inspect", folder.path, "--json"])
                #expect(end.status == 65)
                let file = try #require(try end.lines(of: "file").first)
                #expect(file["file"].text == "letter.txt" && file["reason"].text == "notDICOM")
                #expect(try inspect(folder.path + "/letter.txt", status: 65).contains("✗ not DICOM: "))
            }
        }

        // MARK: - One file

        @Test func `one file shows its header and what its pixels become`() throws {
            try TemporaryFolder.use { folder in
                let file = try #require(try phantom(in: folder).filesBelow.first).path
                let output = try inspect(file)
                for words in [
                    "CT Image Storage (1.2.840.10008.5.1.4.1.1.2)", "Explicit VR Little Endian (1.2.840.10008.1.2.1)",
                    "32 rows, 32 columns", "slope 1, intercept", "HU", "axial: to the right L, down P",
                    "✓ passes every rule that looks at one image",
                ] {
                    #expect(output.contains(words), "\(words)\n\(output)")
                }
                let end = try Executable.run(["inspect", file, "--json"])
                let seen = try #require(try end.lines(of: "inspected-file").first)
                #expect(seen["instance"]["transferSyntax"].text == "1.2.840.10008.1.2.1")
                let decoded = seen["decoded"]
                #expect(decoded["decodedFrames"].integer == 1 && decoded["failures"].list.isEmpty)
                let numbers = ["smallestHU", "meanHU", "largestHU"].compactMap { decoded[$0].number }
                #expect(numbers.count == 3 && numbers == numbers.sorted() && Set(numbers).count == 3)
                #expect(numbers[0] >= -1024 && numbers[1] > -1000 && numbers[1] < 100)
            }
        }

        @Test func `a limit of the reader can be set for one run`() throws {
            try TemporaryFolder.use { folder in
                let file = try #require(try phantom(in: folder).filesBelow.first).path
                let end = try Executable.run(["inspect", file, "--limit", "most-pixels=1023"])
                #expect(end.output.contains("limit exceeded: ") && !end.output.contains("✓ decodes"), "\(end.output)")
                #expect(try inspect(file, "--limit", "most-pixels=1024").contains("✓ decodes"))
                for wrong in ["most-pixels", "most-pixels=0", "most-pixels=many", "pixels=3"] {
                    let end = try Executable.run(["inspect", file, "--limit", wrong])
                    #expect(end.status == 64 && end.errors.contains("--limit \(wrong)"), "\(end.description)")
                }
            }
        }

        @Test func `one file whose pixels are cut short says so`() throws {
            try TemporaryFolder.use { folder in
                let file = try #require(try phantom(in: folder).filesBelow.first)
                let whole = try Data(contentsOf: file)
                try whole.dropLast(100).write(to: file)
                let output = try inspect(file.path)
                #expect(output.contains("✗ does not decode: "), "\(output)")
                let end = try Executable.run(["inspect", file.path, "--json"])
                let seen = try #require(try end.lines(of: "inspected-file").first)
                let failure = try #require(seen["decoded"]["failures"].list.first)
                #expect(["damaged", "pixelDataIncomplete"].contains(failure["reason"].text))
                #expect(failure["frameNumber"].integer == 1 && failure["detail"].text?.isEmpty == false)
                #expect(seen["decoded"]["decodedFrames"].integer == 0)
            }
        }
    }
}
