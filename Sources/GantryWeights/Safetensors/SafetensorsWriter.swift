import Foundation

/// Writes safetensors files whose bytes depend on nothing but names, shapes, values and metadata.
///
/// F32 only; tensors in the order of their names (by Unicode scalars); header keys sorted, padded with spaces to a multiple of 8 bytes.
/// The file appears whole or not at all: a temporary file beside it, synchronised, renamed, the directory synchronised.
public struct SafetensorsWriter: Sendable {
    /// Free-form strings for the header.
    public let metadata: [String: String]

    /// A writer of files with this metadata.
    public init(metadata: [String: String] = [:]) { self.metadata = metadata }

    /// Writes these tensors to `path`. **Throws** `cannotWrite`, `inconsistentTensor` for a name given twice.
    public func write(_ tensors: [NamedTensor], to path: String) throws(WeightsError) {
        let shapes = tensors.map { (name: $0.name, shape: $0.shape) }
        let byName = Dictionary(tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        try write(shapes, to: path) { name throws(WeightsError) in
            guard let tensor = byName[name] else { throw .noSuchTensor(name, in: "the list to write") }
            return tensor.values
        }
    }

    /// Writes tensors one at a time: `values` is asked for each in the order of names, so only one is in memory.
    ///
    /// **Throws** `cannotWrite`; `inconsistentTensor` for a name given twice or values that do not fill their shape; what `values` throws.
    public func write(
        _ tensors: [(name: String, shape: TensorShape)], to path: String,
        values: (String) throws(WeightsError) -> [Float]
    ) throws(WeightsError) {
        let ordered = tensors.sorted { $0.name.unicodeScalars.lexicographicallyPrecedes($1.name.unicodeScalars) }
        let header = try header(of: ordered)
        let file = try ReplacedFile(path: path)
        do throws(WeightsError) {
            try file.write(header)
            for (name, shape) in ordered {
                let elements = try values(name)
                guard elements.count == shape.elementCount else {
                    throw .tensor(
                        .inconsistentTensor, name, in: path, "\(elements.count) values do not fill its shape \(shape).")
                }
                try file.write(elements.map(\.bitPattern.littleEndian))
            }
            try file.commit()
        } catch {
            file.discard()
            throw error
        }
    }

    /// Length, JSON and padding.
    private func header(of ordered: [(name: String, shape: TensorShape)]) throws(WeightsError) -> [UInt8] {
        var fields: [String] = []
        if !metadata.isEmpty {
            let pairs = metadata.sorted { $0.key < $1.key }.map { "\(Self.quote($0.key)):\(Self.quote($0.value))" }
            fields.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
        }
        var offset = 0
        var previous: String?
        for (name, shape) in ordered {
            guard name != previous, name != "__metadata__" else {
                throw WeightsError(.inconsistentTensor, subject: "tensor \(name)", explanation: "it is given twice.")
            }
            previous = name
            guard let count = shape.elementCount,
                case let (byteCount, overflow) = count.multipliedReportingOverflow(by: 4),
                !overflow, case let (end, tooFar) = offset.addingReportingOverflow(byteCount), !tooFar
            else {
                throw WeightsError(
                    .inconsistentTensor, subject: "tensor \(name)",
                    explanation: "no file can hold its shape \(shape).")
            }
            let sizes = shape.dimensions.map(String.init).joined(separator: ",")
            fields.append(
                "\(Self.quote(name)):{\"dtype\":\"F32\",\"shape\":[\(sizes)],\"data_offsets\":[\(offset),\(end)]}")
            offset = end
        }
        var json = Array("{\(fields.joined(separator: ","))}".utf8)
        while json.count % 8 != 0 { json.append(UInt8(ascii: " ")) }
        return withUnsafeBytes(of: UInt64(json.count).littleEndian) { Array($0) } + json
    }

    /// A JSON string. Source: RFC 8259, section 7.
    private static func quote(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
