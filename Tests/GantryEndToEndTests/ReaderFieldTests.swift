import Foundation
import Testing

extension EndToEnd {
    /// Studies as people send them (`../shared/data/field`): what the reader makes of them.
    @Suite struct `Files from the field` {
        /// Runs `body` with a run folder whose input is `folder` of this archive.
        private func withStudy(_ name: String, at below: String = "in", _ body: (RunFolder) throws -> Void) throws {
            try SharedData.use("field") { field in
                try RunFolder.use { folder in
                    let archive = field.appending(path: name + ".tar.xz").path
                    _ = try Tools.shell(
                        "tar -xJf \"$1\" -C \"$2\" && rmdir \"$3\" && mv \"$2/$4\" \"$3\"", archive, folder.url.path,
                        folder.input.path, below)
                    try body(folder)
                }
            }
        }

        /// The only study's end, and the codes of its report's findings: failures, notes.
        private func ingest(
            _ folder: RunFolder, bundle: String = Executable.quickBundle
        ) throws -> (study: JSON, failures: [String], notes: [String], report: JSON) {
            let end = try Executable.run(folder.ingest(bundle: bundle))
            #expect(end.status == 0, "\(end.description)")
            let study = try #require(try end.lines(of: "study-end").first, "\(end.description)")
            let report = try #require(try folder.reports().values.first, "\(end.description)")
            let findings = report["qualityFindings"].list
            func codes(_ isFailure: Bool) -> [String] {
                findings.filter { ($0["isFailure"].flag ?? false) == isFailure }.compactMap { $0["code"].text }
            }
            return (study, codes(true), codes(false), report)
        }

        /// The array file that `extract` makes of the only study.
        private func extract(_ folder: RunFolder, status: Int32 = 0) throws -> (
            array: URL, about: JSON, end: ProcessEnd
        ) {
            let output = folder.url.appending(path: "extracted")
            let end = try Executable.run(["extract", folder.input.path, "--output", output.path])
            #expect(end.status == status, "\(end.description)")
            let path = try #require(end.output.split(separator: "\n").first.map(String.init), "\(end.description)")
            return (URL(filePath: path), try JSON(contentsOf: URL(filePath: path.dropLast(3) + "json")), end)
        }

        @Test func `padding beyond Bits Stored is air, and the negative study stays negative`() throws {
            try withStudy("24n-pad-outside-bits-stored-negative") { folder in
                let result = try ingest(folder, bundle: Executable.bundle)
                #expect(result.study["finding"].text == "negative", "\(result.study)")
                #expect(result.failures.isEmpty && !result.notes.contains("strayBits"), "\(result.notes)")
                let slices = try extract(folder).about["slices"].list
                #expect(slices.count == 20)
                #expect(slices.compactMap { $0["paddingPixels"].integer }.reduce(0, +) == 313_500)
            }
        }

        @Test func `lossless JPEG whose differences wrap is what GDCM reads, and doubtful`() throws {
            try withStudy("14a-jpegll-wrap") { folder in
                let result = try ingest(folder)
                #expect(result.study["finding"].text == "indeterminate" && result.failures.contains("wrappedSamples"))
                #expect(result.report["slices"].list.count == 16)
                #expect(
                    result.report["slices"].list.allSatisfy {
                        $0["remarks"].list.first?["code"].text == "wrappedSamples"
                    })
                // Int16 HU of pixels that GDCM 3.2.6 decoded, by position.
                let digest = try Tools.shell(
                    "tail -c \"$2\" \"$1\" | sha256sum", extract(folder).array.path, "\(16 * 256 * 256 * 2)")
                #expect(digest.hasPrefix("79e6298394668357eeb8241c3c50e567ccbf3382a598e4ab7347ee9ff6b4c62c"))
            }
        }

        @Test func `Rescale Type hu is answered alike by inspect, extract and ingest`() throws {
            try withStudy("34-rescale-type-hu", at: "r0/in") { folder in
                let seen = try Executable.run(["inspect", folder.input.path, "--json"]).lines(of: "inspected-study")
                #expect(seen.first?["slices"].integer == 12)
                #expect(try extract(folder).about["slices"].list.count == 12)
                let result = try ingest(folder)
                #expect(result.study["end"].text == "judged" && result.report["files"]["rejected"].integer == 0)
            }
        }

        @Test func `Number of Frames 0 is one frame, and a finding`() throws {
            try withStudy("38-number-of-frames-zero", at: "f2/in") { folder in
                let result = try ingest(folder)
                #expect(result.study["slices"].integer == 12 && result.report["files"]["rejected"].integer == 0)
                #expect(result.notes.contains("numberOfFramesZero"), "\(result.failures) \(result.notes)")
                #expect(!result.failures.contains("numberOfFramesZero"))
            }
        }

        @Test func `Pixel Spacing of the shared groups counts where the frame's own lack it`() throws {
            try withStudy("09-shared-and-perframe") { folder in
                let result = try ingest(folder)
                #expect(result.study["end"].text == "judged" && result.failures.isEmpty, "\(result.failures)")
            }
        }

        @Test func `a thin series in JPIP gives way to the readable one, with its reason`() throws {
            try withStudy("28b-thin-jpip-thick-ok") { folder in
                let result = try ingest(folder)
                #expect(result.study["end"].text == "judged")
                let series = result.report["series"].list
                let refused = try #require(series.first { $0["isChosen"].flag == false })
                #expect(refused["reason"].text?.contains("JPIP Referenced") == true, "\(refused)")
                let row = refused["rules"].list.first { $0["rule"].text == "decodable" }
                #expect(row?["passed"].flag == false)
            }
        }

        @Test func `a file that was put aside is missing in extract, and named`() throws {
            try withStudy("46c-last-slice-bad-rescale") { folder in
                let (_, about, end) = try extract(folder, status: 8)
                #expect(about["slices"].list.count == 15)
                let missing = about["missing"].list
                #expect(missing.count == 1 && missing.first?["reason"].text == "notHounsfield")
                let file = try #require(missing.first?["file"].text)
                #expect(end.errors.contains("gantry: \(file): ") && end.errors.contains("15 of 15 slices extracted"))
                let files = about["files"]
                #expect(files["seen"].integer == 16 && files["extracted"].integer == 15)
                #expect(files["skipped"].integer == 0 && files["rejected"].integer == 1)
                #expect(files["notExtracted"].list.compactMap { $0["file"].text } == [file])
                let result = try ingest(folder)
                #expect(result.study["finding"].text == "indeterminate" && result.failures == ["unreadableSlices"])
            }
        }

        @Test func `what lies beside a study is accounted for by extract as by ingest`() throws {
            try withStudy("28b-thin-jpip-thick-ok") { folder in
                let files = folder.input.filesBelow.count
                try Data("text".utf8).write(to: folder.input.appending(path: "notes.txt"))
                let about = try extract(folder).about["files"]
                #expect(about["seen"].integer == files + 1)
                let parts = ["extracted", "skipped", "rejected"].compactMap { about[$0].integer }
                #expect(parts.count == 3 && parts.reduce(0, +) == files + 1)
                // A file that ends in its header may be a slice of any of them.
                let whole = try Data(
                    contentsOf: try #require(folder.input.filesBelow.first { $0.pathExtension == "dcm" }))
                try whole.prefix(400).write(to: folder.input.appending(path: "cut.dcm"))
                let cut = try extract(folder, status: 8)
                #expect(cut.about["missing"].list.compactMap { $0["file"].text } == ["cut.dcm"])
                #expect(cut.end.errors.contains("gantry: cut.dcm: "))
            }
        }

        @Test func `a folder whose name is no UTF-8 is read, and its files are counted one by one`() throws {
            try withStudy("46-latin1-folder") { folder in
                let result = try ingest(folder)
                #expect(result.study["end"].text == "judged" && result.failures.isEmpty, "\(result.failures)")
                #expect(result.report["files"]["seen"].integer == 16 && result.report["files"]["rejected"].integer == 0)
                let end = try Executable.run(["inspect", folder.input.path])
                #expect(end.status == 0, "\(end.description)")
                // The folder by its escaped name, and by its bytes from a shell.
                let named = folder.input.path + #"/M\xFCller"#
                #expect(try Executable.run(["inspect", named, "--json"]).lines(of: "inspected-study").count == 1)
                let shown = try Tools.shell(
                    #"name=$(printf 'M\374ller'); "$1" inspect "$2/$name" --json | grep -c inspected-study"#,
                    Executable.path, folder.input.path)
                #expect(shown == "1\n")
                // A folder that has these very letters for a name comes before the one that is shown so.
                try FileManager.default.createDirectory(atPath: named, withIntermediateDirectories: true)
                #expect(try Executable.run(["inspect", named]).status == 66)
            }
        }

        @Test func `paths beyond what the system takes are counted, in short lines`() throws {
            try withStudy("46-latin1-folder") { folder in
                let script = """
                    import os, sys
                    os.chdir(sys.argv[1])
                    for level in range(17):
                        open("file", "w").close()
                        os.mkdir("n" * 250)
                        os.chdir("n" * 250)
                    """
                _ = try Tools.python(script, [folder.input.path])
                for arguments in [["inspect", folder.input.path], ["inspect", folder.input.path, "--files"]] {
                    let end = try Executable.run(arguments)
                    let lines = (end.output + end.errors).split(separator: "\n")
                    #expect(lines.allSatisfy { $0.count < 700 }, "\(end.description)")
                }
                let end = try Executable.run(folder.ingest())
                let run = try #require(try end.lines(of: "run").first, "\(end.description)")
                // 16 images, 17 empty files, and the folder that is too deep.
                #expect(run["filesSeen"].integer == 34)
                #expect(end.errors.split(separator: "\n").allSatisfy { $0.count < 700 }, "\(end.errors)")
            }
        }
    }
}
