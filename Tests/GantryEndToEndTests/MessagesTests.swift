import Foundation
import Testing

extension EndToEnd {
    /// What is said to a person: what was found, where, what to do; once, in a few lines.
    @Suite struct `Messages` {
        /// The text without the line breaks of its sentences.
        private func unwrapped(_ text: String) -> String {
            text.replacing("\r\n", with: "\n").replacing(#/\n */#, with: " ")
        }

        @Test func `two hundred files that fail alike are one line, and a ZIP is called one`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                let mail = folder.input.appending(path: "mail")
                try FileManager.default.createDirectory(at: mail, withIntermediateDirectories: true)
                for number in 100..<300 {
                    try Data([0x50, 0x4B, 3, 4] + [UInt8](repeating: 0xEE, count: 300))
                        .write(to: mail.appending(path: "\(number).zip"))
                }
                let end = try Executable.run(folder.ingest())
                #expect(end.status == 0, "\(end.description)")
                let lines = end.errors.split(separator: "\n").filter { $0.contains(".zip") }
                #expect(lines.count == 1, "\(end.errors)")
                #expect(lines.first?.contains("100.zip: not DICOM: is a ZIP archive, no DICOM file: unpack it") == true)
                #expect(lines.first?.hasSuffix("(and 199 more like it)") == true)
            }
        }

        @Test func `where there is no study there is no table either`() throws {
            try RunFolder.use { folder in
                try Data("a note".utf8).write(to: folder.input.appending(path: "notes.txt"))
                let end = try Executable.run(folder.ingest(json: false))
                #expect(end.status == 66 && end.errors.contains("no DICOM study found"), "\(end.description)")
                #expect(!end.output.contains("slices scored"), "\(end.output)")
            }
        }

        @Test func `a hidden file is called hidden`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                try Data("x".utf8).write(to: folder.input.appending(path: ".DS_Store"))
                let output = try Executable.run(["inspect", folder.input.path]).output
                #expect(output.contains("hidden") && !output.contains("not a CT image"), "\(output)")
            }
        }

        @Test func `a study that cannot be scored says why once on a terminal`() throws {
            try RunFolder.use { folder in
                let made = try Executable.run([
                    "phantom", "--output", folder.input.path, "--studies", "1", "--slices", "4", "--matrix", "32",
                ])
                try #require(made.status == 0)
                try FileManager.default.removeItem(at: folder.input.appending(path: "truth.csv"))
                let end = try Executable.start(
                    folder.ingest(json: false), environment: ["NO_COLOR": "1"], watching: .terminal
                ).finish()
                #expect(end.status == 65)
                let said = unwrapped(end.output).components(separatedBy: "4 slices; the pipeline asks for at least 10")
                #expect(said.count == 2, "\(end.output)")
                #expect(!end.output.contains("study's 1 series"))
            }
        }

        @Test func `a sentence on a terminal breaks between words`() throws {
            try RunFolder.use { folder in
                let store = folder.input.path + "/store.sqlite"
                let options = ["--pipeline", Executable.quickBundle, "--store", store, "--output", folder.output.path]
                let end = try Executable.start(["ingest", folder.input.path] + options, watching: .terminal).finish()
                let lines = end.output.split(whereSeparator: \.isNewline)
                let plain = lines.map { $0.replacing(#/\x{1B}\[[0-9;]+m/#, with: "") }
                #expect(end.status == 64 && plain.count > 1 && plain.allSatisfy { $0.count <= 100 }, "\(end.output)")
                let sentence =
                    "gantry: --store \(store) lies inside the input \(folder.input.path); nothing is written there. "
                    + "Name another place."
                #expect(plain.joined(separator: " ") == sentence, "\(end.output)")
                // A log gets it whole.
                let log = try Executable.run(["ingest", folder.input.path] + options)
                #expect(log.errors == sentence + "\n", "\(log.errors)")
            }
        }

        @Test(arguments: [
            (
                ["extract", "in", "--output", "out", "--series", "hallo"],
                "--series takes a series' number or its UID, not hallo."
            ), (["ingest", "in", "--no-such-option"], "Unknown option '--no-such-option'"),
            (["extract"], "Missing expected argument '<path>'"),
        ])
        func `a command line that cannot be taken is told as every other fault, broken between words`(
            arguments: [String], sentence: String
        ) throws {
            let shown = try Executable.start(arguments, watching: .terminal).finish()
            let plain = shown.output.replacing(#/\x{1B}\[[0-9;]+m/#, with: "")
            let logged = try Executable.run(arguments)
            #expect(shown.status == 64 && logged.status == 64 && logged.output.isEmpty, "\(logged.description)")
            #expect(logged.errors.hasPrefix("gantry: \(sentence)\n"), "\(logged.errors)")
            for (text, columns) in [(plain, 100), (logged.errors, 80)] {
                let lines = text.split(whereSeparator: \.isNewline)
                #expect(lines.count > 2 && lines.allSatisfy { $0.count < columns }, "\(text)")
            }
            // The same words, none of them broken, at either width.
            #expect(unwrapped(plain) == unwrapped(logged.errors))
            let words = unwrapped(logged.errors)
            #expect(words.contains("Usage: gantry \(arguments[0]) "), "\(words)")
            #expect(words.contains(" [--limit <name=n> ...]"), "\(words)")
            #expect(words.hasSuffix(" See 'gantry \(arguments[0]) --help' for more information. "), "\(words)")
        }

        @Test func `help and version are results, and end with 0`() throws {
            for arguments in [["--help"], ["extract", "--help"], ["help", "extract"], ["--version"], ["model"]] {
                let end = try Executable.run(arguments)
                #expect(end.status == 0 && end.errors.isEmpty && !end.output.isEmpty, "\(end.description)")
            }
        }

        @Test func `Ctrl-C is answered on a line of its own`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(to: folder.input)
                let process = try Executable.start(folder.ingest(json: false), watching: .terminal)
                #expect(process.waits(for: "slice "))
                process.send(SIGINT)
                let end = try process.finish()
                #expect(end.status == 130, "\(end.description)")
                #expect(end.output.contains("\r\u{1B}[2Kgantry: stopping"), "\(end.output)")
            }
        }

        @Test func `a Patient ID is asked for on a terminal and not shown`() throws {
            let run = try SampleRun.made()
            let output = try TemporaryFolder.make()
            let text = try Tools.python(
                """
                import os, pty, sys
                process, terminal = pty.fork()
                if process == 0:
                    os.execv(sys.argv[1], sys.argv[1:])
                text = b""
                while b"not shown): " not in text:
                    text += os.read(terminal, 4096)
                os.write(terminal, b"PHANTOM-0001\\n")
                try:
                    while part := os.read(terminal, 4096):
                        text += part
                except OSError:
                    pass
                os.waitpid(process, 0)
                print(text.decode())
                """,
                [
                    Executable.path, "report", "--patient-id", "-", "--store", run.folder.store.path, "--output",
                    output.path,
                ])
            #expect(text.contains("Patient ID (not shown): "), "\(text)")
            #expect(!text.contains("PHANTOM-0001") && text.contains("report.json"), "\(text)")
        }

        @Test func `each line of watch has the revision and the reason`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                // A slice from the middle is gone.
                let study = try #require(
                    try Executable.run(["inspect", folder.input.path, "--json"]).lines(of: "inspected-study").first)
                let file = try #require(study["chosenSlices"].list[8]["file"].text)
                try FileManager.default.removeItem(at: folder.input.appending(path: file))
                let end = try Executable.run(
                    ["watch", folder.input.path] + folder.options() + [
                        "--settle", "1", "--study-quiet", "0", "--once",
                    ])
                #expect(end.status == 0, "\(end.description)")
                let line = try #require(end.errors.split(separator: "\n").first { $0.contains("revision 1: ") })
                #expect(line.contains("indeterminate") && line.contains("1 slice missing in 1 place"), "\(line)")
                let start = #/gantry: \d{4}-\d\d-\d\dT[\d:.]+Z study [0-9a-f]{16}: revision 1: /#
                #expect(line.prefixMatch(of: start) != nil, "\(line)")
            }
        }

        @Test func `a run that waits for its reports says for what, and that Ctrl-C is safe, which it is`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                // Where a folder of the reports should be lies a file.
                let obstacle = folder.output.appending(path: "patients")
                try FileManager.default.createDirectory(at: folder.output, withIntermediateDirectories: true)
                try Data().write(to: obstacle)
                let process = try Executable.startLogged(folder.ingest(json: false))
                #expect(process.waits(for: "Ctrl-C is safe: the verdicts are in the store"))
                process.send(SIGINT)
                let end = try process.finish()
                #expect(end.status == 130, "\(end.description)")
                let lines = end.output.split(separator: "\n").filter { $0.contains("waiting until ") }
                #expect(lines.count == 1)
                let what = "the reports of 1 study, which cannot be written in \(folder.output.path) ("
                #expect(lines.first?.contains(what) == true, "\(end.output)")
                try FileManager.default.removeItem(at: obstacle)
                let again = try Executable.run(folder.ingest())
                #expect(again.status == 0, "\(again.description)")
                #expect(try folder.status().map { $0["revision"].integer } == [1])
                #expect(try folder.reports().count == 1)
            }
        }

        @Test func `status names the files that nobody could read`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(2, to: folder.url)
                let whole = try #require(folder.url.appending(path: "a").filesBelow.first)
                for (number, file)
                    in (folder.url.appending(path: "a").filesBelow
                    + folder.url.appending(path: "b").filesBelow).enumerated()
                {
                    try FileManager.default.copyItem(at: file, to: folder.input.appending(path: "\(number).dcm"))
                }
                try Data(contentsOf: whole).prefix(300).write(to: folder.input.appending(path: "cut.dcm"))
                #expect(try Executable.run(folder.ingest()).status == 0)
                for key in try folder.status().map({ $0["studyKey"].key }) {
                    let status = try Executable.run(["status", key, "--store", folder.store.path])
                    #expect(status.output.contains("cut.dcm"), "\(status.output)")
                    #expect(unwrapped(status.output).contains("nobody knows whether it is a slice of this study"))
                }
                for report in try folder.reports().values {
                    #expect(!"\(report["qualityFindings"])".contains("cut.dcm"))
                }
            }
        }

        @Test func `a full disk is what keeps a study from being begun, not a run to be repeated`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                let end = try Executable.run(folder.ingest(json: false) + ["--smallest-free-gb", "900000"])
                #expect(end.status == 75, "\(end.description)")
                let text = unwrapped(end.output)
                #expect(text.contains("GB free, less than --smallest-free-gb asks for; make space"), "\(end.output)")
            }
        }

        @Test func `extract takes a series by its number as by its UID`() throws {
            try TemporaryFolder.use { output in
                let folder = Executable.samples.appending(path: "PHANTOM-0001/20240108").path
                let (byNumber, byUID) = (output.appending(path: "number"), output.appending(path: "uid"))
                let end = try Executable.run(["extract", folder, "--output", byNumber.path, "--series", "2"])
                #expect(end.status == 0, "\(end.description)")
                let uid = try #require(byNumber.everythingBelow.first { $0.hasSuffix(".npy") }?.dropLast(4))
                #expect(
                    try Executable.run(["extract", folder, "--output", byUID.path, "--series", String(uid)]).status == 0
                )
                #expect(byNumber.everythingBelow == byUID.everythingBelow)
                let none = try Executable.run(["extract", folder, "--output", byNumber.path, "--series", "77"])
                #expect(none.status == 66 && none.errors.contains("no series 77"))
                let wrong = try Executable.run(["extract", folder, "--output", byNumber.path, "--series", "chest"])
                #expect(wrong.status == 64 && wrong.errors.contains("number or its UID"))
            }
        }

        @Test func `tensors of another network are called by its name`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                let bundle = try BundleCopy.make(in: folder.url) {
                    $0.replacing("variant: resnet50-v1.5", with: "variant: resnet18")
                        .replacing(#/\n +features-.*/#, with: "")
                }
                let end = try Executable.run(folder.ingest(bundle: bundle))
                #expect(end.status == 78, "\(end.description)")
                #expect(end.errors.contains("these are the tensors of a resnet50"), "\(end.errors)")
                #expect(end.errors.count < 800)
            }
        }

        @Test func `a bundle that is not as it was sealed is used, with a note`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                let bundle = try BundleCopy.make(in: folder.url) {
                    $0.replacing(#/input-size: \d+/#, with: "input-size: 112")
                }
                #expect(try Executable.run(["bundle", "seal", bundle]).status == 0)
                let sealed = try Executable.run(folder.ingest(bundle: bundle))
                #expect(sealed.status == 0 && !sealed.errors.contains("sealed"), "\(sealed.description)")
                try BundleCopy.edit(bundle) { $0 + "\n# edited\n" }
                let edited = try Executable.run(folder.ingest(bundle: bundle))
                #expect(edited.status == 0, "\(edited.description)")
                #expect(edited.errors.contains("not as it was sealed"), "\(edited.errors)")
                #expect(edited.errors.contains("pipeline.yaml is altered"), "\(edited.errors)")
            }
        }

        @Test func `a bundle that is nowhere is said to have been sought in both places`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                let text = try Tools.shell(
                    """
                    cd "$1"
                    "$2" ingest input --store s.sqlite --output o 2>&1 || echo "code $?"
                    """, folder.url.path, Executable.path)
                #expect(text.contains("\(folder.url.lastPathComponent)/Pipelines/covid19-chest-ct"), "\(text)")
                #expect(text.contains("share/gantry/Pipelines/covid19-chest-ct") && text.contains("code 78"), "\(text)")
            }
        }

        @Test func `a store of a newer version says what to do, and so does a damaged one`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                #expect(try Executable.run(folder.ingest()).status == 0)
                let copy = folder.url.appending(path: "newer.sqlite")
                try FileManager.default.copyItem(at: folder.store, to: copy)
                _ = try Tools.python(
                    """
                    import sqlite3, sys
                    with sqlite3.connect(sys.argv[1]) as store:
                        store.execute("insert into grdb_migrations values ('9999 from the future')")
                    """, [copy.path])
                let newer = try Executable.run(["status", "--store", copy.path])
                #expect(newer.status == 78 && newer.errors.contains("Run that version"), "\(newer.description)")
                var bytes = try Data(contentsOf: folder.store)
                for offset in stride(from: 4096 * 4, to: bytes.count, by: 3) { bytes[offset] = UInt8(offset % 253) }
                try bytes.write(to: folder.store)
                let damaged = try Executable.run(["status", "--store", folder.store.path])
                #expect(damaged.status == 78 && damaged.errors.contains("--store"), "\(damaged.description)")
            }
        }
    }
}
