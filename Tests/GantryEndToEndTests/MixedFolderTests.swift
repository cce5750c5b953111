import Foundation
import Testing

extension EndToEnd {
    @Suite struct `A folder as it comes` {
        /// Writes phantoms of 16 slices of 64 x 64.
        private func phantom(_ folder: URL, _ options: String...) throws {
            let end = try Executable.run(
                ["phantom", "--output", folder.path, "--studies", "1", "--slices", "16", "--matrix", "64"] + options)
            try #require(end.status == 0, "\(end.description)")
            try FileManager.default.removeItem(at: folder.appending(path: "truth.csv"))
        }

        @Test func `plain and multi-frame studies are judged, everything else has its reason`() throws {
            try RunFolder.use { folder in
                try phantom(folder.input.appending(path: "plain"), "--seed", "3")
                try phantom(folder.input.appending(path: "enhanced"), "--seed", "4", "--enhanced")
                _ = try Tools.shell(
                    """
                    cd "$1"
                    mkdir disc
                    cp "$(find plain -name '*.dcm' | head -1)" disc/IM1
                    cd disc && dcmmkdir -W IM1 && rm IM1 && cd ..
                    ln -s "$2" outside
                    ln -s ../plain linked
                    ln -s nowhere dangling
                    mkfifo fifo
                    echo "Sent by hand." >letter.txt
                    """, folder.input.path, Executable.samples.path)
                _ = try Tools.python(
                    "import socket, sys, os; os.chdir(sys.argv[1]); socket.socket(socket.AF_UNIX).bind('socket')",
                    [folder.input.path])
                let end = try Executable.run(folder.ingest())
                #expect(end.status == 0, "\(end.description)")
                #expect(try end.lines(of: "study-end").map { $0["slices"].integer } == [16, 16])
                let run = try #require(try end.lines(of: "run").first)
                let (scored, skipped) = (run["scored"].integer ?? 0, run["skipped"].integer ?? 0)
                // 16 slices and one volume, of which those without lung are skipped, and seven that are neither.
                #expect(run["filesSeen"].integer == 17 + 7 && run["rejected"].integer == 1)
                #expect(scored > 8 && skipped >= 6 && scored + skipped == 17 + 6, "\(scored), \(skipped)")
                let inspected = try Executable.run(["inspect", folder.input.path, "--json"])
                let reasons = Dictionary(
                    try inspected.lines(of: "file").map { ($0["file"].text ?? "", $0["reason"].text ?? "") }
                ) { first, _ in first }
                #expect(
                    reasons == [
                        "disc/DICOMDIR": "directoryRecord", "outside": "symbolicLink", "linked": "symbolicLink",
                        "dangling": "symbolicLink", "fifo": "notRegularFile", "socket": "notRegularFile",
                        "letter.txt": "notDICOM",
                    ])
            }
        }

        @Test func `an Enhanced CT is judged as the same slices one by one`() throws {
            var verdicts: [JSON] = []
            var probabilities: [[Double]] = []
            for options in [[], ["--enhanced"]] {
                try RunFolder.use { folder in
                    let end = try Executable.run(
                        [
                            "phantom", "--output", folder.input.path, "--seed", "11", "--studies", "1", "--slices",
                            "16", "--matrix", "64",
                        ] + options)
                    try #require(end.status == 0, "\(end.description)")
                    try FileManager.default.removeItem(at: folder.input.appending(path: "truth.csv"))
                    let run = try Executable.run(folder.ingest())
                    #expect(run.status == 0, "\(run.description)")
                    let report = try #require(try folder.reports().values.first)
                    verdicts.append(report["verdict"])
                    probabilities.append(
                        report["slices"].list.flatMap { $0["probabilities"].list.compactMap(\.number) })
                }
            }
            try #require(verdicts.count == 2)
            #expect(verdicts[0]["probability"].number != nil && verdicts[0] == verdicts[1])
            #expect(probabilities[0].count >= 16 && probabilities[0] == probabilities[1])
        }

        @Test func `an Enhanced CT is extracted frame by frame, as the same slices one by one`() throws {
            var arrays: [NPYArray] = []
            for options in [[], ["--enhanced"]] {
                try RunFolder.use { folder in
                    let made = try Executable.run(
                        [
                            "phantom", "--output", folder.input.path, "--studies", "1", "--slices", "12", "--matrix",
                            "32",
                        ]
                            + options)
                    try #require(made.status == 0, "\(made.description)")
                    let end = try Executable.run(["extract", folder.input.path, "--output", folder.output.path])
                    #expect(end.status == 0, "\(end.description)")
                    let array = try #require(folder.output.filesBelow.first { $0.pathExtension == "npy" })
                    arrays.append(try NPYArray(contentsOf: array))
                }
            }
            #expect(arrays.count == 2 && arrays[0].shape == [12, 32, 32])
            #expect(arrays.first?.shape == arrays.last?.shape && arrays.first?.values == arrays.last?.values)
        }

        @Test func `a study compressed with loss is judged, and its report says so`() throws {
            try RunFolder.use { folder in
                // Unsigned, as DCMTK's own encoder wants it; up to three grey levels away. Image Type would become
                // DERIVED.
                try phantom(folder.input.appending(path: "study"), "--seed", "3")
                _ = try Tools.shell(
                    """
                    find "$1" -type f | while read -r file; do
                        dcmcjpls +en +md 3 +un "$file" "$file.lossy"
                        mv "$file.lossy" "$file"
                        dcmodify -q -nb -m 'ImageType=ORIGINAL\\PRIMARY\\AXIAL' "$file"
                    done
                    """, folder.input.path)
                let end = try Executable.run(folder.ingest())
                #expect(end.status == 0, "\(end.description)")
                let report = try #require(try folder.reports().values.first)
                let finding = try #require(
                    report["qualityFindings"].list.first { $0["code"].text == "lossyCompression" }, "\(report)")
                #expect(finding["isFailure"].flag == false)
                #expect(report["verdict"]["probability"].number != nil)
                let page = try #require(folder.output.filesBelow.first { $0.lastPathComponent == "report.html" })
                #expect(try String(contentsOf: page, encoding: .utf8).contains(finding["detail"].text ?? "–"))
                #expect(try Executable.run(["inspect", folder.input.path]).output.contains("(lossy)"))
            }
        }
    }

    @Suite struct `A study that lost slices is never negative` {
        /// Judges a study after `change` was made to its input; returns codes of the findings that are failures.
        private func failures(after change: (URL) throws -> Void) throws -> (finding: String?, codes: [String]) {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                try change(folder.input)
                let end = try Executable.run(folder.ingest())
                #expect(end.status == 0, "\(end.description)")
                let report = try #require(try folder.reports().values.first)
                return (
                    report["verdict"]["finding"].text,
                    report["qualityFindings"].list.filter { $0["isFailure"].flag == true }
                        .compactMap { $0["code"].text }
                )
            }
        }

        /// The files of the study from feet to head.
        private func slices(_ input: URL) throws -> [String] {
            let files = try Tools.shell(
                #"""
                find "$1" -type f | while read -r file; do
                    echo "$(dcmdump +P SliceLocation "$file" | sed 's/.*\[\(.*\)\].*/\1/') $file"
                done | sort -g | cut -d' ' -f2-
                """#, input.path
            ).split(separator: "\n").map(String.init)
            try #require(files.count == 16)
            return files
        }

        /// The file of the slice in the middle.
        private func middle(_ input: URL) throws -> URL { URL(filePath: try slices(input)[8]) }

        @Test func `a slice that lost its position is put aside`() throws {
            let judged = try failures {
                _ = try Tools.shell("dcmodify -q -nb -e ImagePositionPatient \"$1\"", try middle($0).path)
            }
            #expect(judged.finding == "indeterminate" && judged.codes.contains("unreadableSlices"), "\(judged)")
        }

        @Test func `a slice of another patient is foreign`() throws {
            let judged = try failures {
                _ = try Tools.shell("dcmodify -q -nb -m PatientID=OTHER \"$1\"", try middle($0).path)
            }
            #expect(judged.finding == "indeterminate" && judged.codes.contains("patientConflict"), "\(judged)")
        }

        @Test func `a slice whose header is cut short is rejected`() throws {
            let judged = try failures {
                let file = try middle($0)
                try Data(contentsOf: file).prefix(300).write(to: file)
            }
            #expect(judged.finding == "indeterminate" && judged.codes.contains("rejectedFiles"), "\(judged)")
        }

        @Test func `a slice whose pixels are cut short cannot be read`() throws {
            let judged = try failures {
                let file = try middle($0)
                try Data(contentsOf: file).dropLast(1000).write(to: file)
            }
            #expect(judged.finding == "indeterminate" && judged.codes.contains("unreadableSlices"), "\(judged)")
        }

        @Test func `slices that were there before are withdrawn`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                #expect(try Executable.run(folder.ingest()).status == 0)
                // Two at one end: no gap is left that would show.
                let files = try slices(folder.input)
                for file in files.prefix(2) { try FileManager.default.removeItem(atPath: file) }
                let end = try Executable.run(folder.ingest())
                #expect(end.status == 0, "\(end.description)")
                let report = try #require(try folder.reports().values.first { $0["revision"].integer == 2 })
                #expect(report["verdict"]["finding"].text == "indeterminate")
                let codes = report["qualityFindings"].list.filter { $0["isFailure"].flag == true }
                #expect(codes.contains { $0["code"].text == "slicesWithdrawn" }, "\(codes)")
            }
        }
    }
}
