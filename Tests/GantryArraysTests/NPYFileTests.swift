import Foundation
import GantryArrays
import GantryTestSupport
import Testing

@Suite struct NPYFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func file(_ bytes: Data) throws -> String {
        try folder.write(bytes, to: "x.npy")
        return folder.path + "/x.npy"
    }

    /// An array file with this header text; `version` 1 has a length of two bytes, 2 and 3 have four.
    private func array(_ header: String, version: UInt8 = 1, values: [Float] = []) -> Data {
        var data = Data([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, version, 0])
        let length = header.utf8.count
        data.append(contentsOf: (0..<(version == 1 ? 2 : 4)).map { UInt8(length >> (8 * $0) & 0xFF) })
        data.append(contentsOf: header.utf8)
        values.withUnsafeBytes { data.append(contentsOf: $0) }
        return data
    }

    private func header(_ shape: String, type: String = "<f4", isFortran: Bool = false) -> String {
        "{'descr': '\(type)', 'fortran_order': \(isFortran ? "True" : "False"), 'shape': (\(shape)), }\n"
    }

    @Test(arguments: [([3, 2, 4], "3, 2, 4"), ([5], "5,"), ([0, 7], "0, 7"), ([], "")])
    func `a header is NumPy's, padded so that the values begin at a multiple of 64`(
        _ shape: [Int], _ written: String
    ) throws {
        let data = NPYFile.header(.int16, shape: shape)
        #expect(data.count % 64 == 0 && data.last == UInt8(ascii: "\n"))
        #expect(data.prefix(8) == Data([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0]))
        #expect(Int(data[8]) + Int(data[9]) << 8 == data.count - 10)
        let text = String(decoding: data[10...], as: UTF8.self)
        #expect(
            text.trimmingCharacters(in: .whitespacesAndNewlines)
                == "{'descr': '<i2', 'fortran_order': False, 'shape': (\(written)), }")
    }

    @Test func `what is written is read, every bit of it`() throws {
        let values: [Float] = [0, -0.0, .infinity, .nan, .leastNonzeroMagnitude, -1.5]
        let read = try NPYFile.readFloat32(file(NPYFile.data(shape: [2, 3], values: values)))
        #expect(read.shape == [2, 3])
        #expect(read.values.map(\.bitPattern) == values.map(\.bitPattern))
    }

    @Test(arguments: [UInt8(1), 2, 3]) func `every version that NumPy writes is read`(_ version: UInt8) throws {
        let read = try NPYFile.readFloat32(file(array(header("2,"), version: version, values: [1, 2])))
        #expect(read.shape == [2] && read.values == [1, 2])
    }

    @Test func `what is no array of Float32 is refused, with what was found and what to do`() throws {
        let refused: [(Data, String)] = [
            (Data("no array at all".utf8), "is no NumPy array file"),
            (Data(array(header("1,")).prefix(9)), "is no NumPy array file"),
            (Data(array(header("1,"), version: 2).prefix(11)), "ends inside its header"),
            (Data(array(header("1,")).prefix(30)), "ends inside its header"),
            (array(header("1,"), version: 4, values: [1]), "ends inside its header"),
            (array(header("1,", type: "<f8"), values: [1, 2]), "convert it with .astype('<f4')"),
            (array(header("1,", isFortran: true), values: [1]), "save numpy.ascontiguousarray of it"),
            (array("{'descr': '<f4', 'fortran_order': False, }\n"), "has no shape in its header"),
            (array("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }\n"), "or one of several fields"),
            (array(header("2, x"), values: [1, 2]), "has an unreadable shape"),
            (array(header("-1,"), values: [1]), "has an unreadable shape"),
            (array(header("\(Int.max), 2"), values: [1]), "has an impossible shape"),
            (array(header("\(1 << 62),"), values: [1]), "has 4 bytes of values where its shape"),
            (array(header("2, 2"), values: [1, 2, 3]), "has 12 bytes of values where its shape [2, 2] needs 4"),
            (array(header("2,"), values: [1, 2, 3]), "has 12 bytes of values where its shape [2] needs 2"),
        ]
        for (bytes, words) in refused {
            let path = try file(bytes)
            let fault = #expect(throws: ArrayFault.self) { try NPYFile.readFloat32(path) }
            #expect(fault?.code == .malformed && fault?.description.hasPrefix("\(path): ") == true)
            #expect(fault?.explanation.contains(words) == true, "\(String(describing: fault)), not: \(words)")
        }
    }

    @Test func `a file that is not there cannot be read`() throws {
        let path = folder.path + "/nowhere.npy"
        let fault = #expect(throws: ArrayFault.self) { try NPYFile.readFloat32(path) }
        #expect(fault?.code == .cannotRead && fault?.description == "\(path): cannot be read. Is the name right?")
    }
}
