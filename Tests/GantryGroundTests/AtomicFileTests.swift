import Foundation
import GantryGround
import GantryTestSupport
import Testing

struct AtomicFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    @Test func `what was there stays until all is written, and what is given up leaves nothing`() throws {
        let path = folder.path + "/model"
        try folder.write([1], to: "model")
        do {
            let file = try AtomicFile(path)
            try file.write([2, 3] as [UInt8])
            #expect(try Data(contentsOf: URL(filePath: path)) == Data([1]))
            #expect(try names() == ["model", URL(filePath: file.temporaryPath).lastPathComponent])
        }
        #expect(try names() == ["model"])
        var file = try AtomicFile(path)
        try file.write([2, 3] as [UInt8])
        try file.write([0x0504] as [UInt16])
        try file.commit()
        #expect(try Data(contentsOf: URL(filePath: path)) == Data([2, 3, 4, 5]))
        #expect(try names() == ["model"])
    }

    @Test func `names are below an open folder where one is given`() throws {
        let open = open(folder.path, O_RDONLY | O_DIRECTORY)
        defer { close(open) }
        var file = try AtomicFile("page", writtenAs: ".page.tmp", in: open, permissions: 0o600)
        #expect(try names() == [".page.tmp"])
        try file.commit()
        #expect(try names() == ["page"])
    }

    @Test func `what others write takes its name in the same way, and leaves nothing where it does not`() throws {
        let path = folder.path + "/object"
        let temporary = folder.path + "/.object.partial"
        try folder.write([1], to: "object")
        do {
            let file = AtomicFile(path, writtenByOthersAs: temporary)
            try folder.write([2], to: URL(filePath: file.temporaryPath).lastPathComponent)
            #expect(try names() == [".object.partial", "object"])
        }
        #expect(try names() == ["object"])
        var file = AtomicFile(path, writtenByOthersAs: temporary)
        #expect(throws: FileFailure(path: path, step: .create, status: ENOENT)) { try file.commit() }
        try folder.write([2], to: ".object.partial")
        try file.commit()
        #expect(try Data(contentsOf: URL(filePath: path)) == Data([2]))
        #expect(try names() == ["object"])
    }

    @Test func `a refusal says at what`() throws {
        func step(_ body: () throws -> Void) -> FileFailure.Step? {
            (#expect(throws: FileFailure.self) { try body() })?.step
        }
        #expect(step { _ = try AtomicFile(folder.path + "/nowhere/model") } == .create)
        try folder.write([1], to: "bundle/card.md")
        #expect(
            step {
                var file = try AtomicFile(folder.path + "/bundle")
                try file.commit()
            } == .rename)
        #expect(try names() == ["bundle"])
    }
}
