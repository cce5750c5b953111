import Foundation
import GantryInference

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
    package static func readFloat32(_ path: String) throws(ModellingFault) -> (shape: [Int], values: [Float]) {
        func bad(_ sentence: String) -> ModellingFault {
            ModellingFault(.malformed, subject: path, explanation: sentence)
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ModellingFault(.cannotRead, subject: path, explanation: "cannot be read. Is the name right?")
        }
        guard data.count >= 10, data.prefix(6) == Data([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]) else {
            throw bad("is no NumPy array file (.npy)")
        }
        let major = data[6]
        let lengthBytes = major == 1 ? 2 : 4
        guard data.count >= 8 + lengthBytes else { throw bad("ends inside its header") }
        let length = (0..<lengthBytes).reduce(0) { $0 | Int(data[8 + $1]) << (8 * $1) }
        let start = 8 + lengthBytes + length
        guard (1...3).contains(major), start <= data.count else { throw bad("ends inside its header") }
        let text = String(decoding: data[(8 + lengthBytes)..<start], as: UTF8.self)
        guard text.contains("'descr': '<f4'") else {
            throw bad("holds another type than little-endian Float32 ('<f4'); convert it with .astype('<f4')")
        }
        guard text.contains("'fortran_order': False") else {
            throw bad("is in Fortran order; save numpy.ascontiguousarray of it")
        }
        guard let open = text.range(of: "'shape': ("), let close = text[open.upperBound...].firstIndex(of: ")") else {
            throw bad("has no shape in its header")
        }
        var shape: [Int] = []
        var count = 1
        for part in text[open.upperBound..<close].split(separator: ",") {
            let trimmed = part.trimmingCharacters(in: .whitespaces)
            if trimmed.isEmpty { continue }
            guard let dimension = Int(trimmed), dimension >= 0 else { throw bad("has an unreadable shape") }
            let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
            guard !overflow else { throw bad("has an impossible shape") }
            shape.append(dimension)
            count = product
        }
        let (byteCount, overflow) = count.multipliedReportingOverflow(by: 4)
        guard !overflow, data.count - start == byteCount else {
            throw bad(
                "has \(data.count - start) bytes of values where its shape \(shape) needs \(count) Float32 values")
        }
        let values = [Float](unsafeUninitializedCapacity: count) { buffer, initialised in
            _ = data[start...].copyBytes(to: UnsafeMutableRawBufferPointer(buffer))
            initialised = count
        }
        return (shape, values)
    }

    /// A batch of images from a file of shape `[N, channels, H, W]`. **Throws** `misshapen`, and what `readFloat32`
    /// throws.
    package static func images(_ path: String, channels: Int) throws(ModellingFault) -> ImageBatch {
        let (shape, values) = try readFloat32(path)
        guard shape.count == 4, shape[1] == channels,
            let images = ImageBatch(
                count: shape[0], channels: shape[1], height: shape[2], width: shape[3], values: values)
        else {
            throw ModellingFault(
                .misshapen, subject: path,
                explanation: "has shape \(shape); expected [N, \(channels), H, W], H and W at least 1."
                    + (shape.count == 4 && shape[3] == channels && shape[1] != channels
                        ? " Is it NHWC? numpy.transpose(x, (0, 3, 1, 2)) turns it." : ""))
        }
        return images
    }

    /// Bytes of a Float32 array file.
    package static func data(shape: [Int], values: [Float]) -> Data {
        var data = header(.float32, shape: shape)
        values.withUnsafeBytes { data.append(contentsOf: $0) }
        return data
    }
}
