import Foundation
import GantryCore
import GantryDICOM
import GantryTestSupport
import Testing

/// What the reader opens stays below the folder it was given, whatever happens to that folder meanwhile.
@Suite struct `A folder that changes between scan and read` {
    private let folder: TemporaryFolder
    private let outside: TemporaryFolder
    private let reader: SandboxedStudyReader
    private let slice = MadeSlice(file: "inner/a.dcm", uid: "1.2.3.4.1", rows: 16, columns: 16)

    init() throws {
        folder = try TemporaryFolder()
        outside = try TemporaryFolder()
        reader = try SandboxedStudyReader(executable: builtExecutable())
        for root in [folder.path, outside.path] {
            try FileManager.default.createDirectory(atPath: root + "/inner", withIntermediateDirectories: true)
        }
        try slice.write(below: folder.path)
        // Outside lies a slice of the same name and identity, with other pixels.
        var other = slice
        other.seed = 99
        try other.write(below: outside.path)
    }

    /// What reading the slice ends with; nil where it is decoded.
    private func read() throws -> FileReason? {
        var receiver = CollectingReceiver()
        try reader.read(root: folder.path, slices: [try slice.source()], padding: .keep, into: &receiver)
        return receiver.misses.first?.reason
    }

    @Test func `a folder that became a link to another is not entered`() throws {
        let scanned = try reader.scan(root: folder.path, files: [slice.file]) { _ in }
        #expect(scanned.instances.count == 1)
        #expect(try read() == nil)
        try FileManager.default.removeItem(atPath: folder.path + "/inner")
        for target in [outside.path + "/inner", "../" + URL(filePath: outside.path).lastPathComponent + "/inner"] {
            try folder.makeLink("inner", to: target)
            #expect(try read() == .symbolicLink, "\(target)")
            #expect(
                try reader.scan(root: folder.path, files: [slice.file]) { _ in }.outcomes.first?.reason == .symbolicLink
            )
            try FileManager.default.removeItem(atPath: folder.path + "/inner")
        }
    }

    @Test func `a file that became a link, absolute or within the folder, is not opened`() throws {
        try FileManager.default.moveItem(atPath: folder.path + "/inner/a.dcm", toPath: folder.path + "/b.dcm")
        for target in [outside.path + "/inner/a.dcm", folder.path + "/b.dcm", "../b.dcm"] {
            try folder.makeLink("inner/a.dcm", to: target)
            #expect(try read() == .symbolicLink, "\(target)")
            try FileManager.default.removeItem(atPath: folder.path + "/inner/a.dcm")
        }
    }

    @Test func `names that lead out and back in are refused by their text`() throws {
        let name = URL(filePath: folder.path).lastPathComponent
        for file in ["inner/../inner/a.dcm", "../\(name)/inner/a.dcm", folder.path + "/inner/a.dcm", ""] {
            let outcome = try reader.scan(root: folder.path, files: [file]) { _ in }.outcomes.first
            #expect(outcome?.reason == .unreadable, "\(file)")
        }
    }

    @Test func `a root that is itself a link is entered: a person named it`() throws {
        try outside.makeLink("root", to: folder.path)
        let scanned = try reader.scan(root: outside.path + "/root", files: [slice.file]) { _ in }
        #expect(scanned.instances.count == 1)
    }
}
