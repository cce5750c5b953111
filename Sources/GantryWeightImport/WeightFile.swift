import GantryTensors

/// Opens a weight file of any format that is read.
public enum WeightFile {
    /// The tensors of the file at `path`, whose format its first bytes tell; its suffix says nothing. Names are
    /// torchvision's where they are known.
    ///
    /// **Throws** `malformedHeader` where it is of no known format, and what the format's reader throws:
    /// `SafetensorsFile`, `PyTorchFile`, `ONNXFile`, `KerasFile`. HDF5 files are read in a child process only, which
    /// `hdf5` starts; without it they are refused (`cannotOpen`).
    public static func open(
        _ path: String, hdf5: HDF5Reader? = nil
    ) throws(WeightsError) -> any TensorCollection {
        let file = try FileDescriptor(readingFrom: path)
        let head = try file.bytes(min(try file.byteCount(), 64), at: 0)
        guard let format = WeightFormat(firstBytes: head) else {
            throw WeightsError(
                .malformedHeader, subject: path,
                explanation:
                    "it is of no weight format that is read: safetensors, PyTorch's torch.save, ONNX, HDF5 of Keras.")
        }
        switch format {
        case .safetensors: return try TorchvisionNames.applied(to: SafetensorsFile(path: path))
        case .pytorch: return try TorchvisionNames.applied(to: PyTorchFile(path: path))
        case .onnx: return try ONNXFile(path: path)
        case .hdf5:
            guard let hdf5 else {
                throw WeightsError(
                    .cannotOpen, subject: path,
                    explanation: "HDF5 files are read in a process of their own, and there is none here.")
            }
            return try KerasFile(path: path, reader: hdf5)
        case .gitLFSPointer:
            throw WeightsError(
                .malformedHeader, subject: path,
                explanation: "it is a Git LFS pointer instead of the weights. Fetch them: git lfs pull.")
        }
    }
}

/// What a file's first bytes say that it is.
enum WeightFormat {
    case safetensors
    case pytorch
    case onnx
    case hdf5
    case gitLFSPointer

    /// The format of a file that begins so, or nil where it is none of these.
    init?(firstBytes: [UInt8]) {
        if firstBytes.count > 8, firstBytes[8] == UInt8(ascii: "{") {
            self = .safetensors
        } else if firstBytes.starts(with: [0x50, 0x4B, 3, 4]) || firstBytes.first == 0x80 {
            self = .pytorch
        } else if firstBytes.starts(with: [0x08]) {
            // A model's first field is its IR version, a varint.
            self = .onnx
        } else if firstBytes.starts(with: [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .hdf5
        } else if firstBytes.starts(with: "version https://git-lfs".utf8) {
            self = .gitLFSPointer
        } else {
            return nil
        }
    }
}
