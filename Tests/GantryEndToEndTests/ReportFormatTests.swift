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

        @Test func `that are unknown are refused, by name`() throws {
            let store = try SampleRun.made().folder.store.path
            let end = try Executable.run(["report", "ffffffff", "--store", store, "--format", "docx"])
            #expect(end.status == 64)
            #expect(
                end.errors.contains("--format takes html, json, sr, secondary-capture, key-objects, not docx"),
                "\(end.description)")
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                let bundle = try BundleCopy.make(in: folder.url) {
                    $0.replacing("\nreport:\n", with: "\nreport:\n  formats: [html, sr, keyobjects, sr]\n")
                }
                let run = try Executable.run(folder.ingest(bundle: bundle))
                #expect(run.status == 78, "\(run.description)")
                #expect(run.errors.contains("expected one of html, json, sr, secondary-capture, key-objects"))
                #expect(run.errors.contains("`formats`: names sr twice"))
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
