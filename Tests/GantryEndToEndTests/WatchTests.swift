import Foundation
import GantryCore
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
                #expect(try end.lines(of: "study-end").allSatisfy { $0["at"].text.flatMap(Timestamp.init) != nil })
                let total = try #require(try end.lines(of: "run").first)
                #expect(total["filesSeen"].integer == 32)
                #expect(try folder.reports().count == 2)
                let again = try Executable.run(watch(folder, "--once"))
                #expect(try again.lines(of: "study-end").allSatisfy { $0["end"].text == "unchanged" })
                #expect(try Tools.snapshot(folder.input) == before)
            }
        }

        @Test func `begins with what it watches, with what, and where things are kept`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                let first = try #require(try Executable.run(watch(folder, "--once")).lines.first)
                #expect(first["schema"].text == "gantry.watch/1")
                #expect(first["folder"].text == folder.input.path && first["files"].integer == 16)
                #expect(first["store"].text == folder.store.path && first["reports"].text == folder.output.path)
                #expect(first["at"].text.flatMap(Timestamp.init) != nil)
                let version = try #require(first["gantryVersion"].text)
                let digest = try #require(first["pipeline"]["scoringDigest"].text)
                let name = try #require(first["pipeline"]["name"].text)
                #expect(digest.count == 64 && name == "covid19-chest-ct")
                let log = try Executable.run(watch(folder, "--once").filter { $0 != "--json" }).errors
                let line = try #require(log.split(separator: "\n").first { $0.contains(" watches ") })
                #expect(line.contains("Z gantry \(version) watches \(folder.input.path) (16 files): pipeline \(name) "))
                #expect(line.contains("scoring digest \(digest.prefix(12)), "), "\(line)")
                #expect(line.hasSuffix("; store \(folder.store.path), reports \(folder.output.path)"), "\(line)")
            }
        }

        @Test func `a file is refused before a store is made for it`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                let file = try #require(folder.input.filesBelow.first)
                let end = try Executable.run(["watch", file.path] + folder.options())
                #expect(end.status == 66 && end.errors.contains("this is no folder"), "\(end.description)")
                #expect(!folder.store.exists)
            }
        }

        @Test func `a drop folder that is gone, or empty all at once, is said, and that it is back`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                let files = FileManager.default
                let aside = folder.url.appending(path: "aside")
                let process = try Executable.startLogged(watch(folder))
                #expect(process.waits(for: "\"end\":\"judged\""))
                try files.moveItem(at: folder.input, to: aside)
                #expect(process.waits(for: "there is no such file or folder"))
                try files.moveItem(at: aside, to: folder.input)
                #expect(process.waits(for: "the drop folder is back again"))
                #expect(process.textSoFar.components(separatedBy: "there is no such file or folder").count == 2)
                // As where a share is not mounted: there is a folder, with nothing in it.
                try files.moveItem(at: folder.input, to: aside)
                try files.createDirectory(at: folder.input, withIntermediateDirectories: false)
                #expect(process.waits(for: "the drop folder is empty: all 16 files that lay there are gone"))
                try files.removeItem(at: folder.input)
                try files.moveItem(at: aside, to: folder.input)
                #expect(process.waits(for: "it is no longer empty"))
                #expect(process.waits(for: "\"end\":\"unchanged\""))
                process.send(SIGTERM)
                #expect(try process.finish().status == 143)
                #expect(try folder.status().map { $0["revision"].integer } == [1])
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
