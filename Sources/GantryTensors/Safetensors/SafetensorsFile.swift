/// A safetensors file, open for reading: its header checked, its tensors read on demand.
///
/// Tensors are read with `pread` rather than mapped: a file that another process cuts short while it is in use gives an
/// error here, where a mapping would end the process with SIGBUS. From the page cache it costs a copy, which folding
/// needs anyway.
///
/// **Source**: the safetensors format, version 0.4 and later (no holes between tensors).
public struct SafetensorsFile: TensorCollection {
    /// The file's path, as it was given.
    public var origin: String { file.path }
    /// The free-form strings of the header.
    public var metadata: [String: String] { header.metadata }
    /// Every tensor's shape by its name.
    public let shapes: [String: TensorShape]
    /// What the header's strings say of the network, as `gantry model convert` writes it.
    public let conventions: NetworkConventions?

    private let file: FileDescriptor
    private let header: SafetensorsHeader
    private let dataOffset: Int

    /// Opens the file and checks its header.
    ///
    /// **Throws** `cannotOpen`, `cannotRead`, `truncated`, `malformedHeader`, `inconsistentTensor`,
    /// `unsupportedElementType`.
    public init(path: String) throws(WeightsError) {
        try self.init(OpenedWeightFile(path: path))
    }

    /// Checks the header of an open file. **Throws** as `init(path:)`, but for `cannotOpen`.
    public init(_ opened: OpenedWeightFile) throws(WeightsError) {
        let file = opened.file
        let path = file.path
        let byteCount = try file.byteCount()
        let prefix = try file.bytes(8, at: 0)
        let headerByteCount = prefix.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard headerByteCount <= UInt64(SafetensorsHeader.largestByteCount), headerByteCount >= 2 else {
            throw WeightsError(
                .malformedHeader, subject: path,
                explanation: "not a safetensors file: it declares a header of \(headerByteCount) bytes.")
        }
        dataOffset = 8 + Int(headerByteCount)
        let json = try file.bytes(Int(headerByteCount), at: 8)
        header = try SafetensorsHeader(json: json, dataByteCount: byteCount - dataOffset, path: path)
        shapes = header.entries.mapValues(\.shape)
        conventions = try NetworkConventions(metadata: header.metadata, origin: path)
        self.file = file
    }

    /// The element type a tensor is stored as, or nil where there is no such tensor.
    public func elementType(of name: String) -> ElementType? { header.entries[name]?.elementType }

    /// The elements of one tensor, F16 and BF16 widened exactly to Float32, F64 rounded to it.
    ///
    /// **Throws** `noSuchTensor`, `unsupportedElementType` (any type but F64, F32, F16, BF16), `unusableValue` (beyond
    /// Float32), `cannotRead`, `truncated`.
    public func values(of name: String) throws(WeightsError) -> [Float] {
        guard let entry = header.entries[name] else { throw .noSuchTensor(name, in: origin) }
        switch entry.elementType {
        case .f32:
            return try elements(entry, of: Float.self)
        case .f64:
            return try narrowed(elements(entry, of: Double.self), of: name)
        case .bf16:
            return try elements(entry, of: UInt16.self).map { Float(brainBitPattern: $0) }
        case .f16:
            return try elements(entry, of: UInt16.self).map { Float(halfBitPattern: $0) }
        default:
            throw .notFloats(name, in: origin, entry.elementType)
        }
    }

    /// The elements of an I8 tensor as they are stored, without a scale.
    ///
    /// **Throws** `noSuchTensor`, `unsupportedElementType` (any type but I8), `cannotRead`, `truncated`.
    public func signedBytes(of name: String) throws(WeightsError) -> [Int8] {
        guard let entry = header.entries[name] else { throw .noSuchTensor(name, in: origin) }
        guard entry.elementType == .i8 else { throw .notSignedBytes(name, in: origin, entry.elementType) }
        return try elements(entry, of: Int8.self)
    }

    /// The bytes as they stand: the format is little-endian, as every machine is that Gantry builds for.
    private func elements<Element: BitwiseCopyable>(
        _ entry: SafetensorsHeader.Entry, of type: Element.Type
    ) throws(WeightsError) -> [Element] {
        try file.elements(
            entry.bytes.count / MemoryLayout<Element>.size, of: Element.self, at: dataOffset + entry.bytes.lowerBound)
    }
}
