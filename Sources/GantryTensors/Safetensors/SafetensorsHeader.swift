import Foundation

/// What the header of a safetensors file says, checked: every tensor's bytes lie inside the file, none overlap, none
/// are left over.
///
/// **Source**: the safetensors format: 8 bytes little-endian header length, JSON header, data; offsets count from the
/// data.
struct SafetensorsHeader: Sendable {
    struct Entry: Hashable, Sendable {
        let elementType: ElementType
        let shape: TensorShape
        /// Bytes from the beginning of the data.
        let bytes: Range<Int>
    }

    /// The longest header that is read. A network of a thousand tensors takes 100 kB.
    static let largestByteCount = 16 << 20

    let entries: [String: Entry]
    let metadata: [String: String]

    /// Parses the JSON part; `dataByteCount` is what follows it in the file `path`.
    init(json: [UInt8], dataByteCount: Int, path: String) throws(WeightsError) {
        let raw: RawHeader
        do {
            raw = try JSONDecoder().decode(RawHeader.self, from: Data(json))
        } catch {
            throw WeightsError(
                .malformedHeader, subject: path,
                explanation: "the safetensors header is not valid: \(Self.explain(error)).")
        }
        var entries: [String: Entry] = [:]
        for (name, tensor) in raw.tensors {
            entries[name] = try Self.check(tensor, name: name, dataByteCount: dataByteCount, path: path)
        }
        try Self.checkCoverage(entries, dataByteCount: dataByteCount, path: path)
        self.entries = entries
        metadata = raw.metadata
    }

    private static func check(
        _ tensor: RawTensor, name: String, dataByteCount: Int, path: String
    ) throws(WeightsError) -> Entry {
        guard let elementType = ElementType(rawValue: tensor.dtype) else {
            throw .tensor(
                .unsupportedElementType, name, in: path, "the element type \(tensor.dtype) is not known.")
        }
        let shape = TensorShape(tensor.shape)
        guard let count = shape.elementCount,
            case (let byteCount, let overflow) = count.multipliedReportingOverflow(by: elementType.byteCount),
            !overflow
        else {
            throw .tensor(.inconsistentTensor, name, in: path, "no file can hold its shape \(shape).")
        }
        guard tensor.offsets.count == 2, tensor.offsets[0] >= 0, tensor.offsets[0] <= tensor.offsets[1] else {
            throw .tensor(.inconsistentTensor, name, in: path, "its offsets \(tensor.offsets) are not a range.")
        }
        let bytes = tensor.offsets[0]..<tensor.offsets[1]
        guard bytes.upperBound <= dataByteCount else {
            throw .tensor(
                .truncated, name, in: path,
                "it ends at byte \(bytes.upperBound) of the data, but the file has only \(dataByteCount).")
        }
        guard bytes.count == byteCount else {
            throw .tensor(
                .inconsistentTensor, name, in: path,
                "it has \(bytes.count) bytes, but \(shape) of \(elementType.rawValue) takes \(byteCount).")
        }
        return Entry(elementType: elementType, shape: shape, bytes: bytes)
    }

    private static func checkCoverage(
        _ entries: [String: Entry], dataByteCount: Int, path: String
    ) throws(WeightsError) {
        var end = 0
        let ordered = entries.sorted {
            ($0.value.bytes.lowerBound, $0.value.bytes.upperBound, $0.key)
                < ($1.value.bytes.lowerBound, $1.value.bytes.upperBound, $1.key)
        }
        for (name, entry) in ordered {
            guard entry.bytes.lowerBound >= end else {
                throw .tensor(.inconsistentTensor, name, in: path, "it overlaps the tensor before it.")
            }
            guard entry.bytes.lowerBound == end else {
                throw .tensor(
                    .inconsistentTensor, name, in: path, "there is a hole before it, which the format forbids.")
            }
            end = entry.bytes.upperBound
        }
        guard end == dataByteCount else {
            throw WeightsError(
                .inconsistentTensor, subject: path,
                explanation: "\(dataByteCount - end) bytes follow the last tensor.")
        }
    }

    private static func explain(_ error: any Error) -> String {
        func place(_ context: DecodingError.Context) -> String {
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            return path.isEmpty ? "" : " at \(path)"
        }
        return switch error {
        case DecodingError.keyNotFound(let key, let context): "\(key.stringValue) is missing\(place(context))"
        case DecodingError.typeMismatch(_, let context): "a value has the wrong type\(place(context))"
        case DecodingError.valueNotFound(_, let context): "a value is null\(place(context))"
        case DecodingError.dataCorrupted(let context): "it is not valid JSON\(place(context))"
        default: "it cannot be decoded"
        }
    }
}

/// The JSON as it stands, before any check.
private struct RawHeader: Decodable {
    var tensors: [String: RawTensor] = [:]
    var metadata: [String: String] = [:]

    struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        for key in container.allKeys {
            if key.stringValue == "__metadata__" {
                metadata = try container.decode([String: String].self, forKey: key)
            } else {
                tensors[key.stringValue] = try container.decode(RawTensor.self, forKey: key)
            }
        }
    }
}

private struct RawTensor: Decodable {
    let dtype: String
    let shape: [Int]
    let offsets: [Int]

    enum CodingKeys: String, CodingKey {
        case dtype, shape
        case offsets = "data_offsets"
    }
}
