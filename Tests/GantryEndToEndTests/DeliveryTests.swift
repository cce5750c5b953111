import Foundation
import Testing

extension EndToEnd {
    /// Studies that are sent again with a corrected Patient ID, and whose wrong files are then removed.
    @Suite struct `Corrected deliveries` {
        /// The study as it was sent, below `wrong`, and again with another Patient ID, below `right`.
        private func sentTwice(to folder: URL) throws -> (wrong: URL, right: URL) {
            let (wrong, right) = (folder.appending(path: "1-wrong"), folder.appending(path: "2-right"))
            try FileManager.default.createDirectory(at: wrong, withIntermediateDirectories: true)
            try SmallStudies.copy(1, to: wrong)
            try FileManager.default.copyItem(at: wrong, to: right)
            _ = try Tools.shell(
                "find \"$1\" -type f -print0 | xargs -0 dcmodify -q -nb -m PatientID=CORRECTED", right.path)
            return (wrong, right)
        }

        private func patient(_ folder: RunFolder) throws -> String? {
            try folder.reports().values.first?["patient"]["patientID"].text
        }

        @Test func `again looks at one study where it lay, and judges it for the right patient`() throws {
            try RunFolder.use { folder in
                let sent = try sentTwice(to: folder.input)
                try SmallStudies.copy(2, to: folder.url)
                try FileManager.default.moveItem(
                    at: folder.url.appending(path: "b"), to: folder.input.appending(path: "b"))
                let first = try Executable.run(folder.ingest())
                #expect(first.status == 0, "\(first.description)")
                let doubtful = try #require(
                    try folder.status().first { $0["doubt"].text?.contains("name another patient") ?? false })
                #expect(
                    doubtful["doubt"].text?.hasPrefix(
                        "16 files of this study name another patient than 16 others: remove the wrong ones") == true)
                let key = doubtful["studyKey"].key

                try FileManager.default.removeItem(at: sent.wrong)
                let again = ["ingest", "--again", String(key.prefix(6)), "--json"] + folder.options()
                let end = try Executable.run(again)
                #expect(end.status == 0, "\(end.description)")
                let lines = try end.lines(of: "study-end")
                #expect(lines.map { $0["studyKey"].key } == [key] && lines[0]["revision"].integer == 2)
                #expect(lines[0]["detail"].text?.contains("patient") != true)
                let reports = try folder.reports().values.filter { $0["studyKey"].key == key }
                #expect(reports.map { $0["patient"]["patientID"].text } == ["CORRECTED"])
                #expect(try folder.reports().count == 2)

                // The folder that the store has is gone, then the study is not in the one that is named.
                try FileManager.default.moveItem(at: folder.input, to: folder.url.appending(path: "moved"))
                let gone = try Executable.run(again)
                #expect(gone.status == 66 && gone.errors.contains("can be found and read there"), "\(gone.description)")
                let elsewhere = folder.url.appending(path: "moved/b").path
                let absent = try Executable.run(["ingest", elsewhere, "--again", key] + folder.options())
                #expect(
                    absent.status == 66 && absent.errors.contains("can be found and read there any more"),
                    "\(absent.description)")
                let unknown = try Executable.run(["ingest", "--again", "zz"] + folder.options())
                #expect(unknown.status == 66 && unknown.errors.contains("gantry status"), "\(unknown.description)")
                #expect(try Executable.run(["ingest"] + folder.options()).status == 64)
            }
        }

        @Test func `watch takes a study in doubt up again when the wrong files are removed`() throws {
            try RunFolder.use { folder in
                let sent = try sentTwice(to: folder.input)
                let process = try Executable.start(
                    ["watch", folder.input.path, "--settle", "1", "--study-quiet", "0", "--json"] + folder.options(),
                    watching: .output)
                #expect(process.waits(for: "\"revision\":1"))
                let before = try patient(folder)
                #expect(before != "CORRECTED")
                try FileManager.default.removeItem(at: sent.wrong)
                #expect(process.waits(for: "\"revision\":2"))
                process.send(SIGTERM)
                #expect(try process.finish().status == 143)
                #expect(try patient(folder) == "CORRECTED")
                #expect(try folder.reports().count == 1)
            }
        }
    }
}
