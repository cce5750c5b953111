import Foundation
import Testing

/// A NumPy array file as NumPy writes it: type, shape and the bytes of its values.
struct NPYArray {
    /// Type as NumPy names it: `<i2`, `<f4`.
    var type: String
    /// Dimensions.
    var shape: [Int]
    /// Number of bytes after the header.
    var valueBytes: Int
    /// The bytes after the header.
    var values: Data

    /// The file at `url`. **Source** NumPy Enhancement Proposal 1.
    init(contentsOf url: URL) throws {
        let data = try Data(contentsOf: url, options: .alwaysMapped)
        try #require(data.count > 10 && data.prefix(8) == Data([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0]))
        let start = 10 + Int(data[8]) + Int(data[9]) << 8
        try #require(start % 64 == 0 && start <= data.count)
        let header = String(decoding: data[10..<start], as: UTF8.self)
        let match = try #require(
            header.firstMatch(of: /^\{'descr': '([^']+)', 'fortran_order': False, 'shape': \(([0-9, ]*)\), \} *\n$/))
        type = String(match.1)
        shape = match.2.split(separator: ",").compactMap { Int($0.trimmingCharacters(in: .whitespaces)) }
        valueBytes = data.count - start
        values = data[start...]
    }

    /// The values of a Float32 array.
    var floats: [Float] {
        [Float](unsafeUninitializedCapacity: valueBytes / 4) { buffer, count in
            count = values.copyBytes(to: buffer) / 4
        }
    }

    /// The file of a Float32 array.
    static func file(shape: [Int], floats: [Float]) -> Data {
        let dimensions = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
        var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(dimensions)), }"
        header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
        let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, 118, 0]
        return Data(magic) + Data(header.utf8) + floats.withUnsafeBytes { Data($0) }
    }
}
