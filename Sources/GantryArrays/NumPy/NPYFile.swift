import FoundationEssentials
import GantryCore

/// NumPy's array file, version 1.0, little endian, C order: what `extract` writes and `model run` reads and writes.
///
/// **Source** NumPy Enhancement Proposal 1, "A Simple File Format for NumPy Arrays".
package enum NPYFile {
    /// Element types used here.
    package enum ElementType: String {
        case int16 = "<i2"
        case float32 = "<f4"
        case boolean = "|b1"
    }

    /// The bytes before the values: magic, version, and a header padded so that the values begin at a multiple of 64.
    package static func header(_ type: ElementType, shape: [Int]) -> Data {
        let dimensions = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
        var text = "{'descr': '\(type.rawValue)', 'fortran_order': False, 'shape': (\(dimensions)), }"
        let unpadded = 10 + text.utf8.count + 1
        text += String(repeating: " ", count: (64 - unpadded % 64) % 64) + "\n"
        var data = Data([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0])
        data.append(contentsOf: [UInt8(text.utf8.count & 0xFF), UInt8(text.utf8.count >> 8)])
        data.append(contentsOf: text.utf8)
        return data
    }

    /// A Float32 array from a file. **Throws** `cannotRead`, `malformed`, saying what was found and expected.
    package static func readFloat32(_ path: String) throws(ArrayFault) -> (shape: [Int], values: [Float]) {
        func bad(_ sentence: String) -> ArrayFault { ArrayFault(.malformed, subject: path, explanation: sentence) }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ArrayFault(.cannotRead, subject: path, explanation: "cannot be read. Is the name right?")
        }
        let bytes = Array(data)
        let header = try NPYHeader(bytes[...], subject: path)
        guard header.elementType == ElementType.float32.rawValue else {
            throw bad("holds another type than little-endian Float32 ('<f4'); convert it with .astype('<f4')")
        }
        let (byteCount, overflow) = header.count.multipliedReportingOverflow(by: 4)
        guard !overflow, bytes.count - header.valuesOffset == byteCount else {
            throw bad(
                "has \(bytes.count - header.valuesOffset) bytes of values where its shape \(header.shape) needs "
                    + "\(header.count) Float32 values")
        }
        let values = [Float](unsafeUninitializedCapacity: header.count) { buffer, initialised in
            bytes[header.valuesOffset...].withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
            initialised = header.count
        }
        return (header.shape, values)
    }

    /// Bytes of a Float32 array file.
    package static func data(shape: [Int], values: [Float]) -> Data {
        var data = header(.float32, shape: shape)
        values.withUnsafeBytes { data.append(contentsOf: $0) }
        return data
    }
}
