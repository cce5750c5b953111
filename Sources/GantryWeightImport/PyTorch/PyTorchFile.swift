import GantryArrays
import GantryTensors

/// A state dict as `torch.save` writes it, open for reading: the zip form of PyTorch 1.6 and later, and the form
/// before.
///
/// The pickle in it is followed by `PickleInterpreter`, which runs nothing. Everything is checked when the file is
/// opened; tensors are read on demand.
///
/// **Source**: torch/serialization.py, `_save` and `_legacy_save`.
public struct PyTorchFile: TensorCollection {
    /// The file's path, as it was given.
    public var origin: String { file.path }
    /// Every tensor's shape by its name.
    public let shapes: [String: TensorShape]

    /// Which state dict was taken, where there was a choice.
    public let remarks: [WeightRemark]

    private let file: FileDescriptor
    private let tensors: [String: PickledTensor]
    /// Where each storage's bytes lie in the file, by its key.
    private let storages: [String: Range<Int>]

    /// Opens the file, follows its pickle and checks where every tensor lies. `stateDict` is the key of the state dict
    /// that is meant, of a checkpoint that has several.
    ///
    /// **Throws** `refusedContent` for names and operations that a state dict does not need, compressed or encrypted
    /// members; `choiceMissing` where several state dicts lie in it; `damagedContent` for a wrong CRC-32 (the zip form
    /// has one for each storage); `malformedHeader`, `truncated`, `inconsistentTensor`, `cannotOpen`, `cannotRead`.
    public init(path: String, stateDict: String? = nil) throws(WeightsError) {
        let file = try FileDescriptor(readingFrom: path)
        let byteCount = try file.byteCount()
        let start = try file.bytes(min(byteCount, 2), at: 0)
        let content =
            start == [0x50, 0x4B]
            ? try PyTorchContent(archive: ZipArchive(file), file, key: stateDict)
            : try PyTorchContent(legacy: file, key: stateDict)
        self.file = file
        tensors = content.tensors
        storages = content.storages
        remarks = content.remarks
        shapes = content.tensors.mapValues(\.layout.shape)
    }

    /// The element type a tensor is stored as, or nil where there is no such tensor.
    public func elementType(of name: String) -> ElementType? { tensors[name]?.storage.elementType }

    /// The elements of one tensor, F16 and BF16 widened exactly to Float32, F64 rounded to it.
    ///
    /// **Throws** `noSuchTensor`, `unsupportedElementType` (any type but F64, F32, F16, BF16), `unusableValue` (beyond
    /// Float32), `cannotRead`, `truncated`.
    public func values(of name: String) throws(WeightsError) -> [Float] {
        guard let tensor = tensors[name] else { throw .noSuchTensor(name, in: origin) }
        switch tensor.storage.elementType {
        case .f32: return try elements(tensor, zero: Float.zero)
        case .f64: return try narrowed(elements(tensor, zero: Double.zero), of: name)
        case .bf16: return try elements(tensor, zero: UInt16.zero).map { Float(brainBitPattern: $0) }
        case .f16: return try elements(tensor, zero: UInt16.zero).map { Float(halfBitPattern: $0) }
        default: throw .notFloats(name, in: origin, tensor.storage.elementType)
        }
    }

    /// The elements of an I8 tensor as they are stored, without a scale.
    ///
    /// **Throws** `noSuchTensor`, `unsupportedElementType` (any type but I8), `cannotRead`, `truncated`.
    public func signedBytes(of name: String) throws(WeightsError) -> [Int8] {
        guard let tensor = tensors[name] else { throw .noSuchTensor(name, in: origin) }
        guard tensor.storage.elementType == .i8 else {
            throw .notSignedBytes(name, in: origin, tensor.storage.elementType)
        }
        return try elements(tensor, zero: Int8.zero)
    }

    /// The bytes as they stand: big-endian files are refused when they are opened.
    private func elements<Element: BitwiseCopyable>(
        _ tensor: PickledTensor, zero: Element
    ) throws(WeightsError) -> [Element] {
        guard let bytes = storages[tensor.storage.key] else { throw .noSuchTensor(tensor.storage.key, in: origin) }
        let extent = tensor.layout.extent
        var elements = [Element](repeating: zero, count: extent.count)
        try file.fill(&elements, at: bytes.lowerBound + extent.lowerBound * MemoryLayout<Element>.size)
        return tensor.layout.gathered(from: elements)
    }
}
