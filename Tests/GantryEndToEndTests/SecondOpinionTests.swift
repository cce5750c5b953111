import Foundation
import Testing

extension EndToEnd {
    @Suite struct `Asking a second reader` {
        /// A folder of ten small slices.
        private func phantom(in folder: URL) throws -> URL {
            let phantom = folder.appending(path: "phantom")
            let end = try Executable.run(
                ["phantom", "--output", phantom.path, "--studies", "1", "--slices", "12", "--matrix", "32"])
            try #require(end.status == 0, "\(end.description)")
            try FileManager.default.removeItem(at: phantom.appending(path: "truth.csv"))
            return phantom
        }

        @Test func `inspect shows what DCMTK says of one file, for people and for programs`() throws {
            try TemporaryFolder.use { folder in
                let phantom = try phantom(in: folder)
                let name = try #require(
                    try FileManager.default.subpathsOfDirectory(atPath: phantom.path).sorted().last {
                        $0.hasSuffix(".dcm")
                    })
                let file = phantom.appending(path: name).path
                let end = try Executable.run(["inspect", file, "--second-opinion"])
                #expect(end.output.contains("second reader"), "\(end.description)")
                #expect(end.output.contains("DCMTK read 1 slice again"))
                let without = try Executable.run(["inspect", file])
                #expect(!without.output.contains("DCMTK"))
                let json = try Executable.run(["inspect", file, "--second-opinion", "--json"])
                let lines = try json.output.split(separator: "\n").map { try JSON(parsing: Data($0.utf8)) }
                let slices = try #require(lines.first)["secondOpinion"]["slices"].list
                #expect(slices.count == 1)
                #expect(slices.first?["compared"].text == "pixels")
                #expect(slices.first?["differences"].list.isEmpty == true)
                let folderEnd = try Executable.run(["inspect", phantom.path, "--second-opinion"])
                #expect(folderEnd.status == 64)
            }
        }

        @Test func `extract compares every slice it writes, and says so beside the array`() throws {
            try TemporaryFolder.use { folder in
                let phantom = try phantom(in: folder)
                let output = folder.appending(path: "out")
                let end = try Executable.run(
                    ["extract", phantom.path, "--output", output.path, "--second-opinion"])
                #expect(end.status == 0, "\(end.description)")
                #expect(end.errors.contains("DCMTK read 12 slices again: 12 compared in attributes and every pixel"))
                let name = try #require(
                    try FileManager.default.contentsOfDirectory(atPath: output.path).first { $0.hasSuffix(".json") })
                let about = try JSON(contentsOf: output.appending(path: name))
                #expect(about["secondOpinion"]["slices"].list.count == 12)
                #expect(about["secondOpinion"]["extent"].text == "all")
            }
        }
    }
}
