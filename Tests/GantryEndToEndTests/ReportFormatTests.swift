import Foundation
import Testing

extension EndToEnd {
    @Suite struct `Formats of reports` {
        private static let objects = [
            "revision-1-key-objects.dcm", "revision-1-key-objects.json", "revision-1-sr.dcm", "revision-1-sr.json",
        ]

        @Test func `are those that a pipeline asks for, and objects are the same from the store alone`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                let bundle = try BundleCopy.make(in: folder.url) { text in
                    text.replacing(
                        "\nreport:\n", with: "\nreport:\n  formats: [json, sr, secondary-capture, key-objects]\n")
                }
                try BundleCopy.edit(bundle) { $0.replacing(#/input-size: \d+/#, with: "input-size: 112") }
                let run = try Executable.run(folder.ingest(bundle: bundle))
                #expect(run.status == 0, "\(run.description)")
                let report = try #require(try folder.reports().values.first)
                let key = try #require(report["studyKey"].text)
                let pictures = (1...report["keyPictures"].list.count).map { "revision-1-key-slice-0\($0)" }
                let outbox = folder.output.appending(path: "outbox/\(key)")
                let names = Set(outbox.filesBelow.map(\.lastPathComponent))
                #expect(names == Set(Self.objects + pictures.flatMap { ["\($0).dcm", "\($0).json"] }))
                #expect(!folder.output.filesBelow.contains { $0.pathExtension == "html" })

                // When the images are gone.
                try FileManager.default.removeItem(at: folder.input)
                try TemporaryFolder.use { output in
                    let formats = ["sr", "secondary-capture", "key-objects"].flatMap { ["--format", $0] }
                    let end = try Executable.run(
                        ["report", key, "--store", folder.store.path, "--output", output.path] + formats)
                    #expect(end.status == 0, "\(end.description)")
                    #expect(output.filesBelow.count == names.count)
                    for file in output.filesBelow {
                        let original = outbox.appending(path: file.lastPathComponent)
                        #expect(try Data(contentsOf: file) == Data(contentsOf: original))
                        #expect(end.output.contains(file.path))
                        #expect(!file.path.contains("PHANTOM"))
                    }
                }

                // What the document refers to is what the images were, and belongs to their study.
                let number = try Tools.python(
                    """
                    import sys, pydicom
                    document = pydicom.dcmread(sys.argv[1])
                    assert document.StudyInstanceUID == sys.argv[2]
                    group = document.ContentSequence[-1].ContentSequence[0]
                    value = [i for i in group.ContentSequence if i.ValueType == "NUM"][0].MeasuredValueSequence[0]
                    print(repr(float(value.get("FloatingPointValue", value.NumericValue))))
                    """,
                    [outbox.appending(path: "revision-1-sr.dcm").path, report["studyInstanceUID"].text ?? ""])
                #expect(Double(number.trimmingCharacters(in: .newlines)) == report["verdict"]["probability"].number)
            }
        }

        /// All of them.
        private static let names = [
            "html", "json", "sr", "secondary-capture", "key-objects", "pdf", "encapsulated-pdf", "fhir",
        ]

        /// The reports of `key` in every format, below `output`.
        private static func command(_ key: String, store: URL, output: URL) -> [String] {
            ["report", key, "--store", store.path, "--output", output.path] + names.flatMap { ["--format", $0] }
        }

        @Test func `killed while they are written are each whole or absent, and the same when written again`() throws {
            let run = try SampleRun.made().folder
            let key = try #require(try run.status().first { $0["finding"].text == "positive" }?["studyKey"].text)
            try TemporaryFolder.use { folder in
                let whole = folder.appending(path: "whole")
                let end = try Executable.run(Self.command(key, store: run.store, output: whole))
                #expect(end.status == 0, "\(end.description)")
                let files = whole.everythingBelow
                #expect(files.count > 12)
                var interrupted: [Bool] = []
                for count in 1..<whole.filesBelow.count {
                    let output = folder.appending(path: "\(count)")
                    let process = try Executable.start(Self.command(key, store: run.store, output: output))
                    var looks = 0
                    while output.filesBelow.count < count, looks < 100_000 {
                        looks += 1
                        sched_yield()
                    }
                    process.send(SIGKILL)
                    interrupted.append(try process.finish().status == 128 + SIGKILL)
                    func comparesAsWhole() throws {
                        for made in output.filesBelow where !made.lastPathComponent.hasPrefix(".") {
                            let name = String(made.path.dropFirst(output.path.count + 1))
                            let expected = try Data(contentsOf: whole.appending(path: name))
                            #expect(try Data(contentsOf: made) == expected, "\(name)")
                        }
                    }
                    try comparesAsWhole()
                    #expect(try Executable.run(Self.command(key, store: run.store, output: output)).status == 0)
                    try comparesAsWhole()
                    #expect(output.everythingBelow == files)
                }
                #expect(interrupted.contains(true), "\(interrupted)")
            }
        }

        @Test func `that are unknown are refused, by name`() throws {
            let store = try SampleRun.made().folder.store.path
            let end = try Executable.run(["report", "ffffffff", "--store", store, "--format", "docx"])
            #expect(end.status == 64)
            #expect(
                end.errors.contains(
                    "--format takes html, json, sr, secondary-capture, key-objects, pdf, encapsulated-pdf, fhir, "
                        + "not docx"),
                "\(end.description)")
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                let bundle = try BundleCopy.make(in: folder.url) {
                    $0.replacing("\nreport:\n", with: "\nreport:\n  formats: [html, sr, keyobjects, sr]\n")
                }
                let run = try Executable.run(folder.ingest(bundle: bundle))
                #expect(run.status == 78, "\(run.description)")
                #expect(run.errors.contains("expected one of html, json, sr, secondary-capture, key-objects, pdf, "))
                #expect(run.errors.contains("`formats`: names sr twice"))
            }
        }

        @Test func `to be printed are the same from a run, the store alone, and within an object`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                let bundle = try BundleCopy.make(in: folder.url) { text in
                    text.replacing("\nreport:\n", with: "\nreport:\n  formats: [json, pdf, encapsulated-pdf]\n")
                }
                try BundleCopy.edit(bundle) { $0.replacing(#/input-size: \d+/#, with: "input-size: 112") }
                let run = try Executable.run(folder.ingest(bundle: bundle))
                #expect(run.status == 0, "\(run.description)")
                let key = try #require(try folder.reports().values.first?["studyKey"].text)
                let pdf = try #require(folder.output.filesBelow.first { $0.lastPathComponent == "report.pdf" })
                try TemporaryFolder.use { output in
                    let end = try Executable.run([
                        "report", key, "--store", folder.store.path, "--output", output.path, "--format", "pdf",
                        "--format", "encapsulated-pdf",
                    ])
                    #expect(end.status == 0 && end.errors.isEmpty, "\(end.description)")
                    #expect(output.filesBelow.count == 3)
                    for file in output.filesBelow {
                        let original = folder.output.filesBelow.first { $0.lastPathComponent == file.lastPathComponent }
                        #expect(try Data(contentsOf: file) == Data(contentsOf: #require(original)))
                    }
                    let object = try #require(output.filesBelow.first { $0.pathExtension == "dcm" })
                    _ = try Tools.python(
                        """
                        import sys, pydicom
                        data = pydicom.dcmread(sys.argv[1])
                        pdf = data.EncapsulatedDocument[:data.EncapsulatedDocumentLength]
                        assert pdf == open(sys.argv[2], "rb").read()
                        """, [object.path, pdf.path])
                }
            }
        }

        @Test func `that need a font which is not there are refused by a run, and keep no others from the store`()
            throws
        {
            let run = try SampleRun.made()
            let key = try #require(try run.report(below: "source-5/20240115")["studyKey"].text)
            try RunFolder.use { folder in
                // Fontconfig without a folder of fonts.
                let fonts = folder.url.appending(path: "fonts.conf")
                try Data("<?xml version=\"1.0\"?><fontconfig></fontconfig>".utf8).write(to: fonts)
                let environment = ["FONTCONFIG_FILE": fonts.path]
                let output = folder.url.appending(path: "again")
                let options = ["report", key, "--store", run.folder.store.path, "--output", output.path]
                let sentence = "it needs the font Noto Sans, which is not installed"
                let alone = try Executable.run(options + ["--format", "pdf"], environment: environment)
                #expect(alone.status == 78 && alone.errors.contains(sentence), "\(alone.description)")
                #expect(alone.errors.contains("apt-get install fonts-noto-core"))
                #expect(output.filesBelow.isEmpty)
                let some = try Executable.run(
                    options + ["--format", "encapsulated-pdf", "--format", "sr", "--format", "pdf"],
                    environment: environment)
                #expect(
                    some.status == 8 && some.errors.contains("encapsulated-pdf: " + sentence), "\(some.description)")
                #expect(Set(output.filesBelow.map(\.pathExtension)) == ["json", "dcm"])

                try SmallStudies.copy(1, to: folder.input)
                let bundle = try BundleCopy.make(in: folder.url) {
                    $0.replacing("\nreport:\n", with: "\nreport:\n  formats: [html, pdf]\n")
                }
                let refused = try Executable.run(folder.ingest(bundle: bundle), environment: environment)
                #expect(refused.status == 78 && refused.errors.contains(sentence), "\(refused.description)")
                #expect(folder.output.filesBelow.isEmpty)
            }
        }

        @Test func `for people are in the language that a pipeline or the command asks for`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                let bundle = try BundleCopy.make(in: folder.url) {
                    $0.replacing("\nreport:\n", with: "\nreport:\n  language: de\n")
                }
                try BundleCopy.edit(bundle) { $0.replacing(#/input-size: \d+/#, with: "input-size: 112") }
                let run = try Executable.run(folder.ingest(bundle: bundle))
                #expect(run.status == 0, "\(run.description)")
                func pages(_ output: URL) throws -> [String: String] {
                    let files = output.filesBelow.filter { $0.pathExtension == "html" }
                    return try Dictionary(
                        uniqueKeysWithValues: files.map {
                            ($0.lastPathComponent, try String(contentsOf: $0, encoding: .utf8))
                        })
                }
                let german = try pages(folder.output)
                #expect(german.keys.sorted() == ["index.html", "report.html"])
                for page in german.values {
                    #expect(page.contains("<html lang=\"de\">") && page.contains("Nur für Forschungszwecke."))
                }
                let key = try #require(try folder.reports().values.first?["studyKey"].text)
                for (language, tag) in [("en", "en"), ("de", "de"), ("pseudo", "en-XA")] {
                    let output = folder.url.appending(path: language)
                    let end = try Executable.run([
                        "report", key, "--store", folder.store.path, "--output", output.path, "--language", language,
                    ])
                    #expect(end.status == 0, "\(end.description)")
                    let again = try pages(output)
                    #expect(again.values.allSatisfy { $0.contains("<html lang=\"\(tag)\">") })
                    if language == "de" { #expect(again == german) }
                }
            }
        }

        @Test func `are refused in a language that does not exist, by name`() throws {
            let store = try SampleRun.made().folder.store.path
            let end = try Executable.run(["report", "ffffffff", "--store", store, "--language", "fr"])
            #expect(end.status == 64)
            #expect(end.errors.contains("--language takes en, de, pseudo, not fr"), "\(end.description)")
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                let bundle = try BundleCopy.make(in: folder.url) {
                    $0.replacing("\nreport:\n", with: "\nreport:\n  language: fr\n")
                }
                let run = try Executable.run(folder.ingest(bundle: bundle))
                #expect(run.status == 78, "\(run.description)")
                #expect(run.errors.contains("`language`: expected one of en, de, pseudo, found `fr`"))
            }
        }

        @Test func `of a revision from before the images were kept are not available`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                #expect(try Executable.run(folder.ingest()).status == 0)
                let key = try #require(try folder.status().first?["studyKey"].text)
                _ = try Tools.python(
                    """
                    import sqlite3, sys
                    store = sqlite3.connect(sys.argv[1])
                    store.execute("DROP TABLE revision_source")
                    store.execute("DELETE FROM grdb_migrations WHERE identifier = 'images of origin'")
                    store.commit()
                    """, [folder.store.path])
                let output = folder.url.appending(path: "again")
                let options = ["report", key, "--store", folder.store.path, "--output", output.path]
                let nothing = try Executable.run(options + ["--format", "sr"])
                #expect(nothing.status == 65, "\(nothing.description)")
                #expect(nothing.errors.contains("sr: not available: judged by version "))
                #expect(output.filesBelow.isEmpty)
                let some = try Executable.run(options + ["--format", "key-objects", "--format", "json"])
                #expect(some.status == 8, "\(some.description)")
                #expect(output.filesBelow.map(\.lastPathComponent) == ["report.json"])
            }
        }

        @Test func `are refused at once where the outbox cannot be written`() throws {
            let run = try SampleRun.made()
            let key = try #require(try run.report(below: "source-5/20240115")["studyKey"].text)
            try TemporaryFolder.use { output in
                try Data().write(to: output.appending(path: "outbox"))
                let end = try Executable.run([
                    "report", key, "--store", run.folder.store.path, "--output", output.path, "--format", "sr",
                    "--format", "html",
                ])
                #expect(end.status == 73 && end.errors.contains("outbox"), "\(end.description)")
                #expect(output.filesBelow.count == 1)
            }
        }
    }
}
