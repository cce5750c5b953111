import Foundation
import GantryArrays
import GantryTestSupport
import Testing

/// Arrays that NumPy wrote (`Golden/make_arrays.py`), and what damage makes of them.
@Suite struct NPZFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static func path(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/\(name)").path
    }

    private func bytes(_ name: String = "arrays.npz") throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: Self.path(name))))
    }

    private func file(_ bytes: some Sequence<UInt8>, mostBytes: Int = 2 << 30) throws -> NPZFile {
        try folder.write(bytes, to: "x.npz")
        return try NPZFile(path: folder.path + "/x.npz", mostBytes: mostBytes)
    }

    @Test(arguments: [("u1", 0), ("i1", -12), ("u2", 0), ("i2", -12), ("u4", 0), ("i4", -12), ("u8", 0), ("i8", -12)])
    func `whole numbers of every type are read`(name: String, first: Int) throws {
        let array = try NPZFile(path: Self.path("arrays.npz")).array(name)
        #expect(array.shape == [2, 3, 4] && array.count == 24)
        #expect(try array.integers() == Array(first..<first + 24))
        #expect(array.origin == Self.path("arrays.npz") + ": " + name)
    }

    @Test func `truths, single numbers and empty arrays are read, floats as they are stored`() throws {
        let file = try NPZFile(path: Self.path("arrays.npz"))
        #expect(file.names.count == 18 && file.names.first == "big")
        #expect(try file.array("boolean").integers() == (0..<24).map { $0 % 3 == 0 ? 1 : 0 })
        #expect(try file.array("single").integers() == [7] && file.array("single").shape == [])
        #expect(try file.array("nothing").shape == [0, 5] && file.array("nothing").count == 0)
        #expect(try file.array("zeros").integers() == [Int](repeating: 0, count: 300_000))
        let floats = try file.array("f4")
        #expect(floats.elementType == .float32 && floats.bytes.count == 96)
        #expect(try file.array("f8").elementType == .float64)
        let stored = try NPZFile(path: Self.path("stored.npz"))
        #expect(try stored.array("f4").bytes == floats.bytes && stored.array("u1").integers() == Array(0..<24))
    }

    @Test(arguments: [
        ("f4", "holds floating-point numbers"), ("largest", "holds a number above 2^63"), ("fortran", "Fortran order"),
        ("big", "holds elements of type '>i4'; one of |b1, |u1"), ("text", "holds elements of type '<U2'"),
        ("other", "has no array other; there are: big, boolean, f4"),
    ])
    func `what is not read is told by name`(name: String, words: String) throws {
        let fault = #expect(throws: ArrayFault.self) {
            try NPZFile(path: Self.path("arrays.npz")).array(name).integers()
        }
        #expect(fault?.code == (name == "other" ? .absent : .malformed))
        #expect(fault?.description.contains(words) == true, "\(String(describing: fault))")
    }

    @Test func `an array beyond the limit is not inflated`() throws {
        let file = try file(bytes(), mostBytes: 200_000)
        let fault = #expect(throws: ArrayFault.self) { try file.array("zeros") }
        #expect(fault?.code == .tooLarge)
        #expect(try file.array("u1").count == 24)
    }

    /// Where the directory's entry of a member lies.
    private func entry(_ name: String, in bytes: [UInt8]) throws -> Int {
        let key = Array((name + ".npy").utf8)
        return try #require(
            bytes.indices.first { index in
                bytes[index...].starts(with: [0x50, 0x4B, 1, 2])
                    && bytes[min(index + 46, bytes.count)...].starts(with: key)
            })
    }

    @Test func `a bomb is refused before anything is made for it`() throws {
        var bytes = try bytes()
        let entry = try entry("zeros", in: bytes)
        // 1 GiB out of a few hundred bytes: more than deflating can do.
        bytes.replaceSubrange(entry + 24..<entry + 28, with: [0, 0, 0, 0x40])
        let fault = #expect(throws: ArrayFault.self) { try file(bytes).array("zeros") }
        #expect(fault?.code == .malformed)
        #expect(fault?.explanation.contains("cannot have 1073741824 bytes") == true, "\(String(describing: fault))")
    }

    @Test func `a length, a byte or a checksum that was changed is damage`() throws {
        let whole = try bytes()
        let entry = try entry("zeros", in: whole)
        let offset = (0..<4).reduce(0) { $0 | Int(whole[entry + 42 + $1]) << (8 * $1) }
        for (change, words) in [
            (entry + 24, "does not inflate to the"), (entry + 16, "its CRC-32 differs"),
            (offset + 200, "its member zeros.npy"), (offset + 30, "has another name in the directory"),
            (offset, "does not begin where the directory says"), (entry + 10, "compressed by method 9"),
            (entry + 8, "is encrypted"),
        ] {
            var bytes = whole
            bytes[change] ^= 1
            let fault = #expect(throws: ArrayFault.self) { try file(bytes).array("zeros") }
            #expect(
                fault?.code == .malformed && fault?.explanation.contains(words) == true,
                "\(change): \(fault?.explanation ?? ""): \(words)")
        }
    }

    @Test func `a file that ends early or is another is refused`() throws {
        let whole = try bytes()
        for length in [0, 1, 2, 30, whole.count / 2, whole.count - 1] {
            let fault = #expect(throws: ArrayFault.self) { try file(whole.prefix(length)) }
            #expect(fault?.code == .malformed, "\(length)")
        }
        #expect(throws: ArrayFault.self) { try file("no archive at all".utf8) }
        let absent = #expect(throws: ArrayFault.self) { try NPZFile(path: folder.path + "/nothing.npz") }
        #expect(absent?.code == .cannotRead)
    }
}
