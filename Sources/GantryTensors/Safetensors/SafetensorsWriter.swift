import Foundation
import GantryCore

/// Writes safetensors files whose bytes depend on nothing but names, shapes, values and metadata.
///
/// F32, F16, BF16 and I8; tensors in the order of their names (by Unicode scalars); header keys sorted, padded with
/// spaces to a multiple of 8 bytes. The file appears whole or not at all: a temporary file beside it, synchronised,
/// renamed, the directory synchronised.
public struct SafetensorsWriter: Sendable {
    /// Free-form strings for the header.
    public let metadata: [String: String]

    /// A writer of files with this metadata.
    public init(metadata: [String: String] = [:]) { self.metadata = metadata }

    /// Writes these tensors to `path` as F32, F16 or BF16.
    ///
    /// **Throws** `cannotWrite`; `inconsistentTensor` for a name given twice; `unsupportedElementType` for another
    /// type; `unusableValue` for finite values beyond the type's range, one error naming every such tensor.
    public func write(
        _ tensors: [NamedTensor], to path: String, elementType: ElementType = .f32
    ) throws(WeightsError) {
        let entries = tensors.map { StoredTensor(name: $0.name, shape: $0.shape, elementType: elementType) }
        let byName = Dictionary(tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        try write(entries, to: path) { entry throws(WeightsError) in
            guard let tensor = byName[entry.name] else { throw .noSuchTensor(entry.name, in: "the list to write") }
            return .floats(tensor.values)
        }
    }

    /// Writes F32 tensors one at a time: `values` is asked for each in the order of names, so only one is in memory.
    ///
    /// **Throws** `cannotWrite`; `inconsistentTensor` for a name given twice or values that do not fill their shape;
    /// what `values` throws.
    public func write(
        _ tensors: [(name: String, shape: TensorShape)], to path: String,
        values: (String) throws(WeightsError) -> [Float]
    ) throws(WeightsError) {
        let entries = tensors.map { StoredTensor(name: $0.name, shape: $0.shape) }
        try write(entries, to: path) { entry throws(WeightsError) in .floats(try values(entry.name)) }
    }

    /// Writes tensors one at a time: `elements` is asked for each in the order of names, so only one is in memory.
    ///
    /// **Throws** `cannotWrite`; `inconsistentTensor` for a name given twice or elements that do not fill their shape;
    /// `unsupportedElementType` where the elements are not of the entry's type, or it is none of F32, F16, BF16 and I8;
    /// `unusableValue` for finite values beyond the type's range, one error naming every such tensor; what `elements`
    /// throws.
    public func write(
        _ tensors: [StoredTensor], to path: String,
        elements: (StoredTensor) throws(WeightsError) -> TensorElements
    ) throws(WeightsError) {
        let ordered = tensors.sorted { $0.name.unicodeScalars.lexicographicallyPrecedes($1.name.unicodeScalars) }
        let header = try header(of: ordered)
        var file = try ReplacedFile(path: path)
        try file.write(header)
        var outOfRange: [String] = []
        for tensor in ordered {
            let found = try elements(tensor)
            guard found.count == tensor.shape.elementCount else {
                throw .tensor(
                    .inconsistentTensor, tensor.name, in: path,
                    "\(found.count) values do not fill its shape \(tensor.shape).")
            }
            if try !write(found, of: tensor, to: file, path: path) {
                outOfRange.append("\(tensor.name) (\(tensor.elementType.rawValue))")
            }
        }
        guard outOfRange.isEmpty else {
            throw WeightsError(
                .unusableValue, subject: path,
                explanation: "values are too large for their element type: \(outOfRange.joined(separator: ", ")).")
        }
        try file.commit()
    }

    /// Writes one tensor's elements; false where a finite value became infinite.
    private func write(
        _ elements: TensorElements, of tensor: StoredTensor, to file: borrowing ReplacedFile, path: String
    ) throws(WeightsError) -> Bool {
        switch (tensor.elementType, elements) {
        case (.f32, .floats(let values)):
            try file.write(values.map(\.bitPattern.littleEndian))
        case (.f16, .floats(let values)):
            let patterns = values.map(\.halfBitPattern)
            try file.write(patterns.map(\.littleEndian))
            return zip(values, patterns).allSatisfy { !$0.isFinite || $1 & 0x7C00 != 0x7C00 }
        case (.bf16, .floats(let values)):
            let patterns = values.map(\.brainBitPattern)
            try file.write(patterns.map(\.littleEndian))
            return zip(values, patterns).allSatisfy { !$0.isFinite || $1 & 0x7F80 != 0x7F80 }
        case (.i8, .signedBytes(let values)):
            try file.write(values)
        default:
            throw .tensor(
                .unsupportedElementType, tensor.name, in: path,
                "these elements cannot be written as \(tensor.elementType.rawValue).")
        }
        return true
    }

    /// Length, JSON and padding.
    private func header(of ordered: [StoredTensor]) throws(WeightsError) -> [UInt8] {
        var fields: [String] = []
        if !metadata.isEmpty {
            let pairs = metadata.sorted { $0.key < $1.key }.map { "\(Self.quote($0.key)):\(Self.quote($0.value))" }
            fields.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
        }
        var offset = 0
        var previous: String?
        for tensor in ordered {
            let (name, shape, type) = (tensor.name, tensor.shape, tensor.elementType)
            guard name != previous, name != "__metadata__" else {
                throw WeightsError(.inconsistentTensor, subject: "tensor \(name)", explanation: "it is given twice.")
            }
            previous = name
            guard let count = shape.elementCount,
                case let (byteCount, overflow) = count.multipliedReportingOverflow(by: type.byteCount),
                !overflow, case let (end, tooFar) = offset.addingReportingOverflow(byteCount), !tooFar
            else {
                throw WeightsError(
                    .inconsistentTensor, subject: "tensor \(name)",
                    explanation: "no file can hold its shape \(shape).")
            }
            let sizes = shape.dimensions.map(String.init).joined(separator: ",")
            fields.append(
                "\(Self.quote(name)):{\"dtype\":\"\(type.rawValue)\",\"shape\":[\(sizes)],"
                    + "\"data_offsets\":[\(offset),\(end)]}")
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
                quoted += "\\u" + Hexadecimal.text(scalar.value, digits: 4)
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
