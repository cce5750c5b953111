import Foundation
import Testing

extension EndToEnd {
    @Suite struct `Watching a drop folder` {
        private func watch(_ folder: RunFolder, _ options: String...) -> [String] {
            ["watch", folder.input.path] + folder.options() + ["--settle", "1", "--study-quiet", "0", "--json"]
                + options
        }

        @Test func `once judges what lies there, and again changes nothing`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(2, to: folder.input)
                let before = try Tools.snapshot(folder.input)
                let end = try Executable.run(watch(folder, "--once"))
                #expect(end.status == 0, "\(end.description)")
                #expect(try end.lines(of: "study-end").map { $0["end"].text } == ["judged", "judged"])
                let total = try #require(try end.lines(of: "run").first)
                #expect(total["filesSeen"].integer == 32)
                #expect(try folder.reports().count == 2)
                let again = try Executable.run(watch(folder, "--once"))
                #expect(try again.lines(of: "study-end").allSatisfy { $0["end"].text == "unchanged" })
                #expect(try Tools.snapshot(folder.input) == before)
            }
        }

        @Test func `judges studies as they come, until stopped`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                let process = try Executable.start(watch(folder), watching: .output)
                #expect(process.waits(for: "\"end\":\"judged\""))
                // The second study arrives while the folder is watched.
                try SmallStudies.copy(2, to: folder.url)
                try FileManager.default.copyItem(
                    at: folder.url.appending(path: "b"), to: folder.input.appending(path: "b"))
                #expect(process.waits(for: "\"end\":\"judged\"", times: 2))
                process.send(SIGTERM)
                let end = try process.finish()
                #expect(end.status == 143, "\(end.description)")
                #expect(Set(try end.lines(of: "study-end").map { $0["studyKey"].key }).count == 2)
                #expect(try folder.status().allSatisfy { $0["state"].text == "done" && $0["revision"].integer == 1 })
            }
        }

        @Test func `late slices make the next revision and leave the first as it was`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                let late = try #require(folder.input.filesBelow.last)
                let aside = folder.url.appending(path: "late")
                try FileManager.default.moveItem(at: late, to: aside)
                let process = try Executable.start(watch(folder), watching: .output)
                #expect(process.waits(for: "\"revision\":1"))
                let first = try #require(try folder.reports().values.first)
                try FileManager.default.copyItem(at: aside, to: late)
                #expect(process.waits(for: "\"revision\":2"))
                process.send(SIGTERM)
                #expect(try process.finish().status == 143)
                let second = try #require(try folder.reports().values.first)
                #expect(first["revision"].integer == 1 && second["revision"].integer == 2)
                #expect(first["slices"].list.count == 15 && second["slices"].list.count == 16)
                let study = try folder.status(of: try #require(second["studyKey"].text))
                let judged = study["audit"].list.filter { $0["event"].text == "judged" }.compactMap {
                    $0["detail"].text
                }
                #expect(judged.count == 2)
                #expect(judged.first?.hasPrefix("revision 1") == true && judged.last?.hasPrefix("revision 2") == true)
                // The first verdict is still in the store, with its slices.
                let kept = try Tools.python(
                    """
                    import sqlite3, sys
                    store = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
                    for row in store.execute(
                        "select revision, count(*) from slice_score join revision using (revision_id) group by 1"):
                        print(*row)
                    """, [folder.store.path])
                #expect(kept == "1 15\n2 16\n", "\(kept)")
            }
        }
    }
}
