import Foundation
import GantryGround
import GantryTestSupport
import Testing

struct DurableFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func mode(_ path: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    @Test func `a file is made, and replaced with its permissions, and nothing lies beside it`() throws {
        let path = folder.path + "/card.md"
        try DurableFile.write(Array("one".utf8), to: path, permissions: 0o600)
        #expect(try mode(path) == 0o600)
        #expect(chmod(path, 0o640) == 0)
        try DurableFile.write(Array("two".utf8), to: path)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "two")
        #expect(try mode(path) == 0o640)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["card.md"])
    }

    @Test func `a link stays a link, and what it leads to is replaced`() throws {
        try folder.write(Array("old".utf8), to: "shared/pipeline.yaml")
        try folder.makeLink("pipeline.yaml", to: "shared/pipeline.yaml")
        try DurableFile.write(Array("new".utf8), to: folder.path + "/pipeline.yaml")
        #expect(try String(contentsOfFile: folder.path + "/shared/pipeline.yaml", encoding: .utf8) == "new")
        #expect(
            try FileManager.default.destinationOfSymbolicLink(atPath: folder.path + "/pipeline.yaml")
                == "shared/pipeline.yaml")
    }

    @Test func `what cannot be written is said, and what was there stays`() throws {
        let failure = #expect(throws: FileFailure.self) {
            try DurableFile.write([1], to: folder.path + "/nowhere/card.md")
        }
        #expect(failure?.status == ENOENT)
        #expect(failure?.description.contains("nowhere/card.md: cannot be written: No such file") == true)
        // A folder is not replaced by a file.
        try folder.write([1], to: "bundle/card.md")
        #expect(throws: FileFailure.self) { try DurableFile.write([2], to: folder.path + "/bundle") }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["bundle"])
    }
}
