import GantryTestSupport
import GantrySandbox
import Glibc
import Testing

/// Opening below a folder: what lies there is somebody else's.
struct SafeFolderTests {
    private let outside: TemporaryFolder
    private let inside: TemporaryFolder

    init() throws {
        outside = try TemporaryFolder()
        inside = try TemporaryFolder()
        try outside.write([1, 2, 3], to: "secret")
        try inside.write([1, 2, 3, 4], to: "a/b/slice.dcm")
        try inside.write([], to: "empty")
    }

    private func code(opening path: String) throws -> FileFaultCode? {
        let folder = try SafeFolder(path: inside.path)
        do {
            _ = try folder.open(path)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `a regular file opens with its size, and opens again under its descriptor's path`() throws {
        let file = try SafeFolder(path: inside.path).open("a/b/slice.dcm")
        #expect(file.sizeBytes == 4)
        #expect(file.modifiedSeconds > 1_700_000_000)
        #expect(file.path == "/proc/self/fd/\(file.descriptor.number)")
        #expect(try code(opening: "empty") == nil)
        #expect(try code(opening: "a/./b//slice.dcm") == nil)
    }

    @Test func `a name that is no UTF-8 is opened by its text, and no text leads out of the folder`() throws {
        let bytes = Array(inside.path.utf8) + Array("/M".utf8) + [0xFC, 0]
        let descriptor = Glibc.open(bytes.map { CChar(bitPattern: $0) }, O_CREAT | O_WRONLY, 0o600)
        #expect(descriptor >= 0 && close(descriptor) == 0)
        #expect(try code(opening: #"M\xFC"#) == nil)
        #expect(try code(opening: #"M\xFD"#) == .absent)
        #expect(try code(opening: #"\x2E\x2E/secret"#) == .absent)
        #expect(try code(opening: #"\x2Fetc\x2Fpasswd"#) == .absent)
    }

    @Test func `a file that is not there is absent`() throws {
        #expect(try code(opening: "a/nothing") == .absent)
        #expect(try code(opening: "empty/below") == .wrongKind)
    }

    @Test func `a link is not followed, at the end or on the way, inside or outside`() throws {
        try inside.makeLink("out", to: outside.path + "/secret")
        try inside.makeLink("folder", to: outside.path)
        try inside.makeLink("near", to: "empty")
        try inside.makeLink("nowhere", to: "nothing")
        for path in ["out", "folder/secret", "near", "nowhere"] {
            #expect(try code(opening: path) == .symbolicLink)
        }
    }

    @Test func `a path cannot leave the folder`() throws {
        for path in [
            "..", "../secret", "a/../empty", "a/../../x", outside.path + "/secret", "/proc/self/fd/0", "", "a/..",
        ] {
            #expect(try code(opening: path) == .outsideFolder)
        }
    }

    @Test func `a path that no file can have is absent, and is not cut at its NUL`() throws {
        #expect(try code(opening: "empty\u{0}.dcm") == .absent)
        #expect(try code(opening: String(repeating: "a/", count: 3000) + "x") == .absent)
    }

    @Test func `a FIFO, a socket and a folder are refused without waiting`() throws {
        try inside.makeFIFO("fifo")
        try inside.makeSocket("socket")
        #expect(try code(opening: "fifo") == .wrongKind)
        #expect(try code(opening: "socket") == .wrongKind)
        #expect(try code(opening: "a") == .wrongKind)
    }

    @Test func `a folder that is none cannot be a root`() {
        #expect(throws: FileFault.self) { _ = try SafeFolder(path: inside.path + "/empty") }
        #expect(throws: FileFault.self) { _ = try SafeFolder(path: inside.path + "/nothing") }
        #expect(throws: FileFault.self) { _ = try SafeFolder(path: inside.path + "\u{0}") }
    }
}
