import GantryArrays
import GantryTensors

/// Opens a weight file of any format that is read.
public enum WeightFile {
    /// The tensors of the file at `path`, whose format its first bytes tell; its suffix says nothing. Names are
    /// torchvision's where they are known. A folder of Hugging Face or timm (`ModelFolder`) is read as its weight file,
    /// with what its settings say. `choice` says which network is meant, of a file that has several.
    ///
    /// **Throws** `malformedHeader` where it is of no known format; `choiceMissing` where it has several networks and
    /// none is chosen; and what the format's reader throws: `SafetensorsFile`, `PyTorchFile`, `ONNXFile`, `KerasFile`.
    /// HDF5 files are read in a child process only, which `hdf5` starts; without it they are refused (`cannotOpen`).
    public static func open(
        _ path: String, choice: WeightChoice = WeightChoice(), hdf5: HDF5Reader? = nil
    ) throws(WeightsError) -> any TensorCollection {
        guard ModelFolder.isOne(path) else { return try file(path, choice, hdf5) }
        let folder = try ModelFolder(path)
        return FolderTensors(try file(folder.weights, choice, hdf5), folder)
    }

    private static func file(
        _ path: String, _ choice: WeightChoice, _ hdf5: HDF5Reader?
    ) throws(WeightsError) -> any TensorCollection {
        let file = try FileDescriptor(readingFrom: path)
        let head = try file.bytes(min(try file.byteCount(), 64), at: 0)
        guard let format = WeightFormat(firstBytes: head) else {
            throw WeightsError(
                .malformedHeader, subject: path,
                explanation:
                    "it is of no weight format that is read: safetensors, PyTorch's torch.save, ONNX, HDF5 of Keras.")
        }
        for (option, value, formats) in [
            ("--state-dict", choice.stateDict, [WeightFormat.pytorch]),
            ("--prefix", choice.prefix, [.pytorch, .safetensors]),
        ] where value != nil && !formats.contains(format) {
            throw WeightsError(
                .architectureMismatch, subject: path,
                explanation: "\(option) says which network is meant of several in one file, and such a file has one.")
        }
        switch format {
        case .safetensors:
            return try TorchvisionNames.applied(to: SafetensorsFile(path: path), prefix: choice.prefix)
        case .pytorch:
            // Keras 3 saves an archive too. What is wrong with one PyTorch's reader says.
            if head.starts(with: [0x50, 0x4B]), let archive = try? ZipArchive(file),
                let keras = try KerasFile(archive: archive, path: path, reader: hdf5)
            {
                return keras
            }
            return try TorchvisionNames.applied(
                to: PyTorchFile(path: path, stateDict: choice.stateDict), prefix: choice.prefix)
        case .onnx: return try ONNXFile(path: path)
        case .hdf5:
            guard let hdf5 else { throw .noReader(path) }
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
