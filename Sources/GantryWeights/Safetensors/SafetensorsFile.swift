/// A safetensors file, open for reading: its header checked, its tensors read on demand.
///
/// Tensors are read with `pread` rather than mapped: a file that another process cuts short while it is in use gives an error here,
/// where a mapping would end the process with SIGBUS. From the page cache it costs a copy, which folding needs anyway.
///
/// **Source**: the safetensors format, version 0.4 and later (no holes between tensors).
public struct SafetensorsFile: TensorCollection {
    /// The file's path, as it was given.
    public var origin: String { file.path }
    /// The free-form strings of the header.
    public var metadata: [String: String] { header.metadata }
    /// Every tensor's shape by its name.
    public let shapes: [String: TensorShape]

    private let file: FileDescriptor
    private let header: SafetensorsHeader
    private let dataOffset: Int

    /// Opens the file and checks its header.
    ///
    /// **Throws** `cannotOpen`, `cannotRead`, `truncated`, `malformedHeader`, `inconsistentTensor`, `unsupportedElementType`.
    public init(path: String) throws(WeightsError) {
        let file = try FileDescriptor(readingFrom: path)
        let byteCount = try file.byteCount()
        let prefix = try Self.read(8, at: 0, of: file)
        let headerByteCount = prefix.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard headerByteCount <= UInt64(SafetensorsHeader.largestByteCount), headerByteCount >= 2 else {
            throw WeightsError(
                .malformedHeader, subject: path,
                explanation: "not a safetensors file: it declares a header of \(headerByteCount) bytes.")
        }
        dataOffset = 8 + Int(headerByteCount)
        let json = try Self.read(Int(headerByteCount), at: 8, of: file)
        header = try SafetensorsHeader(json: json, dataByteCount: byteCount - dataOffset, path: path)
        shapes = header.entries.mapValues(\.shape)
        self.file = file
    }

    /// The element type a tensor is stored in, or nil where there is no such tensor.
    public func elementType(of name: String) -> ElementType? { header.entries[name]?.elementType }

    /// The elements of one tensor, F16 and BF16 widened exactly to Float32.
    ///
    /// **Throws** `noSuchTensor`, `unsupportedElementType` (any type but F32, F16, BF16), `cannotRead`, `truncated`.
    public func values(of name: String) throws(WeightsError) -> [Float] {
        guard let entry = header.entries[name] else { throw .noSuchTensor(name, in: origin) }
        let offset = dataOffset + entry.bytes.lowerBound
        switch entry.elementType {
        case .f32:
            return try elements(entry, at: offset, zero: Float.zero)
        case .bf16:
            return try elements(entry, at: offset, zero: UInt16.zero).map { Float(bitPattern: UInt32($0) << 16) }
        case .f16:
            return try elements(entry, at: offset, zero: UInt16.zero).map { Float(halfBitPattern: $0) }
        default:
            throw .tensor(
                .unsupportedElementType, name, in: origin,
                "it is stored as \(entry.elementType.rawValue); F32, F16 or BF16 is needed.")
        }
    }

    /// The bytes as they stand: the format is little-endian, as every machine is that Gantry builds for.
    private func elements<Element: BitwiseCopyable>(
        _ entry: SafetensorsHeader.Entry, at offset: Int, zero: Element
    ) throws(WeightsError) -> [Element] {
        var elements = [Element](repeating: zero, count: entry.bytes.count / MemoryLayout<Element>.size)
        try Self.fill(&elements, at: offset, of: file)
        return elements
    }

    private static func read(_ count: Int, at offset: Int, of file: FileDescriptor) throws(WeightsError) -> [UInt8] {
        // Reading to a bounded size: `count` is 8 or at most the largest header.
        var bytes = [UInt8](repeating: 0, count: count)
        try fill(&bytes, at: offset, of: file)
        return bytes
    }

    private static func fill<Element: BitwiseCopyable>(
        _ elements: inout [Element], at offset: Int, of file: FileDescriptor
    ) throws(WeightsError) {
        let wanted = elements.count * MemoryLayout<Element>.size
        let result = elements.withUnsafeMutableBytes { buffer -> Result<Int, WeightsError> in
            Result { () throws(WeightsError) in try file.read(into: buffer, at: offset) }
        }
        guard try result.get() == wanted else {
            throw WeightsError(.truncated, subject: file.path, explanation: "the file ends before its data does.")
        }
    }
}

extension Float {
    /// The value of an IEEE 754 binary16 bit pattern, exactly. (`Float16` is not available on every platform.)
    init(halfBitPattern bits: UInt16) {
        let sign = UInt32(bits >> 15) << 31
        let exponent = UInt32(bits >> 10 & 0x1F)
        let fraction = UInt32(bits & 0x3FF)
        switch exponent {
        case 0: self = Float(fraction) * 0x1p-24 * (sign == 0 ? 1 : -1)
        case 0x1F: self = Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
        default: self = Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }
}
