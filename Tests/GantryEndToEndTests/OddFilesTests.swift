import Foundation
import Testing

extension EndToEnd {
    @Suite struct `Malformed and odd files` {
        private static let folders = ["malformed", "oddities", "transfer_syntaxes"]

        @Test(arguments: folders)
        func `each ends as scored, skipped or rejected, and the totals add up`(name: String) throws {
            try SharedData.use(name) { source in
                try RunFolder.use { folder in
                    let files = source.filesBelow.count
                    let end = try Executable.run(["ingest", source.path] + folder.options() + ["--json"])
                    // No series among them has ten slices: whatever is a study fails for good.
                    #expect(end.status == 65, "\(end.description)")
                    let run = try #require(try end.lines(of: "run").first)
                    #expect(run["filesSeen"].integer == files)
                    let ends = ["scored", "skipped", "rejected"].compactMap { run[$0].integer }
                    #expect(ends.count == 3 && ends.reduce(0, +) == files && run["unfinished"].integer == 0)
                    #expect(try folder.status().allSatisfy { $0["state"].text == "failed" })
                    #expect(try folder.reports().isEmpty)
                }
            }
        }

        @Test(arguments: folders)
        func `inspect has a reason for each that is no image of a study`(name: String) throws {
            try SharedData.use(name) { source in
                let end = try Executable.run(["inspect", source.path, "--json"])
                #expect(end.status == 0, "\(end.description)")
                let outcomes = try end.lines(of: "inspected-study").flatMap { $0["files"].list } + end.lines(of: "file")
                #expect(Set(outcomes.compactMap { $0["file"].text }).count == source.filesBelow.count)
                #expect(outcomes.count == source.filesBelow.count)
                for outcome in outcomes {
                    #expect(outcome["reason"].text?.isEmpty == false && outcome["detail"].text?.isEmpty == false)
                }
                let totals = try #require(try end.lines(of: "inspection").first)
                #expect(totals["filesSeen"].integer == source.filesBelow.count)
            }
        }

        @Test(arguments: folders)
        func `inspect of one file says what it is, or why it cannot be read`(name: String) throws {
            try SharedData.use(name) { source in
                for file in source.filesBelow {
                    let end = try Executable.run(["inspect", file.path, "--json"])
                    let label = "\(file.lastPathComponent): \(end.description)"
                    #expect(end.status == 0 || end.status == 65, "\(label)")
                    let seen = try #require(try end.lines(of: "inspected-file").first, "\(label)")
                    #expect((end.status == 0) == (seen["instance"] != .null), "\(label)")
                    #expect((seen["outcome"] == .null) == (seen["instance"] != .null), "\(label)")
                    guard seen["instance"]["pixels"] != .null else { continue }
                    let decoded = seen["decoded"]
                    let frames = seen["instance"]["frames"].list.count
                    #expect(
                        (decoded["decodedFrames"].integer ?? 0) + decoded["failures"].list.count == frames, "\(label)")
                    #expect(decoded["failures"].list.allSatisfy { $0["detail"].text?.isEmpty == false }, "\(label)")
                    #expect((decoded["decodedFrames"].integer == 0) == (decoded["meanHU"] == .null), "\(label)")
                }
            }
        }
    }
}
