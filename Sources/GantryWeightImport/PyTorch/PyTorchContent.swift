import GantryArrays
import GantryTensors

/// The tensors of a PyTorch file and where their storages lie in it, from either of its forms.
struct PyTorchContent {
    let tensors: [String: PickledTensor]
    let storages: [String: Range<Int>]
    let remarks: [WeightRemark]

    /// The zip form: a folder with `data.pkl`, `data/KEY` for each storage, `byteorder` and `version`. `key` is the
    /// state dict that is meant, where that was said.
    init(archive: ZipArchive, _ file: FileDescriptor, key: String?) throws(WeightsError) {
        guard archive.members["model.weights.h5"] == nil else {
            throw WeightsError(
                .refusedContent, subject: file.path,
                explanation:
                    "it is a whole Keras model. Save its weights alone: model.save_weights(\"name.weights.h5\").")
        }
        if archive.members.keys.contains(where: { Self.isExportedProgram($0) }) {
            throw WeightsError(
                .refusedContent, subject: file.path,
                explanation:
                    "it is a program of torch.export (.pt2), not a state dict. Save the network's state dict instead: "
                    + "torch.save(model.state_dict(), path).")
        }
        let pickles = archive.members.keys.filter { $0.hasSuffix("/data.pkl") && $0.split(separator: "/").count == 2 }
        guard let name = pickles.first, pickles.count == 1, let pickleRange = try archive.range(of: name) else {
            throw WeightsError(
                .malformedHeader, subject: file.path,
                explanation: "the zip archive is none of torch.save's: there is no data.pkl.")
        }
        let folder = String(name.dropLast("data.pkl".count))
        guard archive.members[folder + "constants.pkl"] == nil else {
            throw WeightsError(
                .refusedContent, subject: file.path,
                explanation:
                    "it is a TorchScript program, not a state dict. Save torch.jit.load(path).state_dict() instead.")
        }
        if let order = try archive.range(of: folder + "byteorder") {
            guard order.count <= 16, try file.bytes(order.count, at: order.lowerBound).elementsEqual("little".utf8)
            else {
                throw file.bigEndian
            }
        }
        guard pickleRange.count <= PickleInterpreter.largestByteCount else {
            throw file.malformedZip("its pickle of \(pickleRange.count) bytes is larger than any state dict's")
        }
        try archive.verify(name)
        let pickle = try file.bytes(pickleRange.count, at: pickleRange.lowerBound)
        var interpreter = PickleInterpreter(LittleEndianBytes(pickle[...]), origin: file.path)
        let root = try interpreter.run(allowsObjects: true)
        let saved = try interpreter.stateDictionary(root, key: key)
        (tensors, remarks) = (saved.tensors, saved.remarks)
        var storages: [String: Range<Int>] = [:]
        for storage in Self.storages(of: tensors, among: interpreter.storages) {
            let member = folder + "data/\(storage.key)"
            guard let range = try archive.range(of: member) else {
                throw WeightsError(
                    .inconsistentTensor, subject: file.path, explanation: "the storage \(member) is not in the archive."
                )
            }
            try Self.check(range.count, of: storage, in: file.path)
            try archive.verify(member)
            storages[storage.key] = range
        }
        self.storages = storages
    }

    /// Whether a member is what `torch.export.save` writes. Source: torch/export/pt2_archive/constants.py,
    /// torch/_export/serde/serialize.py.
    private static func isExportedProgram(_ member: String) -> Bool {
        let name = member.split(separator: "/").last ?? ""
        return name == "archive_format" || name == "serialized_exported_program.json"
    }

    /// The storages that the tensors lie in, each once, in the order of their keys.
    private static func storages(
        of tensors: [String: PickledTensor], among storages: [String: PickledStorage]
    ) -> [PickledStorage] {
        Set(tensors.values.map(\.storage.key)).sorted().compactMap { storages[$0] }
    }

    private static func check(_ byteCount: Int, of storage: PickledStorage, in path: String) throws(WeightsError) {
        let (expected, overflow) = storage.count.multipliedReportingOverflow(by: storage.elementType.byteCount)
        guard !overflow, byteCount == expected else {
            throw WeightsError(
                .inconsistentTensor, subject: path,
                explanation:
                    "the storage \(storage.key) has \(byteCount) bytes, which are not \(storage.count) elements of "
                    + "\(storage.elementType.rawValue).")
        }
    }
}

// MARK: The form before PyTorch 1.6

extension PyTorchContent {
    /// What such a file begins with: a pickle of protocol 2 to 5 with this number alone, little-endian.
    ///
    /// **Source**: torch/serialization.py, `MAGIC_NUMBER`.
    static let legacyMagic: [UInt8] = [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
    static let legacyVersion = 1001

    /// Five pickles one after the other (magic number, version, about the machine, what was saved, the storages' keys),
    /// then each storage: its number of elements in eight bytes, its elements.
    init(legacy file: FileDescriptor, key: String?) throws(WeightsError) {
        let byteCount = try file.byteCount()
        // The pickles are read as one piece, which the first of the storages usually still is part of.
        let head = try file.bytes(min(byteCount, PickleInterpreter.largestByteCount), at: 0)
        var bytes = LittleEndianBytes(head[...])
        guard case .largeInteger(Self.legacyMagic) = try Self.next(&bytes, file).value else {
            throw WeightsError(
                .malformedHeader, subject: file.path, explanation: "it is a pickle, but none of torch.save's.")
        }
        guard case .integer(Self.legacyVersion) = try Self.next(&bytes, file).value else {
            throw WeightsError(
                .malformedHeader, subject: file.path, explanation: "its version is not \(Self.legacyVersion).")
        }
        let machine = try Self.next(&bytes, file)
        guard case .boolean(true) = machine.heap.textEntries(machine.value)?["little_endian"] else {
            throw file.bigEndian
        }
        var interpreter = PickleInterpreter(bytes, origin: file.path)
        let root = try interpreter.run(allowsObjects: true)
        bytes = interpreter.bytes
        let saved = try interpreter.stateDictionary(root, key: key)
        (tensors, remarks) = (saved.tensors, saved.remarks)
        let list = try Self.next(&bytes, file)
        guard let keys = list.heap.elements(list.value) else {
            throw WeightsError(
                .malformedHeader, subject: file.path, explanation: "the list of its storages is missing.")
        }
        storages = try Self.storages(keys, interpreter.storages, from: bytes.position, of: file, byteCount: byteCount)
        for name in tensors.keys.sorted() {
            guard let key = tensors[name]?.storage.key, storages[key] == nil else { continue }
            throw .tensor(.inconsistentTensor, name, in: file.path, "its storage \(key) is not in the file.")
        }
    }

    /// Where the storages lie that follow one another from `start` to the end of the file.
    private static func storages(
        _ keys: [PickleValue], _ known: [String: PickledStorage], from start: Int, of file: FileDescriptor,
        byteCount: Int
    ) throws(WeightsError) -> [String: Range<Int>] {
        var found: [String: Range<Int>] = [:]
        var offset = start
        for key in keys {
            guard case .text(let key) = key, let storage = known[key], found[key] == nil else {
                throw WeightsError(
                    .malformedHeader, subject: file.path,
                    explanation: "the list of its storages has one that no tensor uses, or one twice.")
            }
            guard offset <= byteCount - 8 else { throw file.endsBefore(storage) }
            var count = LittleEndianBytes(try file.bytes(8, at: offset)[...])
            guard count.number(8) == storage.count else {
                throw WeightsError(
                    .inconsistentTensor, subject: file.path,
                    explanation:
                        "the storage \(key) does not have the \(storage.count) elements that its tensors expect.")
            }
            offset += 8
            let (length, tooLong) = storage.count.multipliedReportingOverflow(by: storage.elementType.byteCount)
            guard !tooLong, length <= byteCount - offset else { throw file.endsBefore(storage) }
            found[key] = offset..<offset + length
            offset += length
        }
        guard offset == byteCount else {
            throw WeightsError(
                .inconsistentTensor, subject: file.path,
                explanation: "\(byteCount - offset) bytes follow the last storage.")
        }
        return found
    }

    private static func next(
        _ bytes: inout LittleEndianBytes, _ file: FileDescriptor
    ) throws(WeightsError) -> (value: PickleValue, heap: PickleHeap) {
        var interpreter = PickleInterpreter(bytes, origin: file.path)
        let value = try interpreter.run()
        bytes = interpreter.bytes
        return (value, interpreter.heap)
    }
}

extension FileDescriptor {
    fileprivate var bigEndian: WeightsError {
        WeightsError(
            .unsupportedElementType, subject: path,
            explanation: "it was saved on a big-endian machine. Load it in PyTorch and save it on a little-endian one.")
    }

    fileprivate func endsBefore(_ storage: PickledStorage) -> WeightsError {
        WeightsError(
            .truncated, subject: path,
            explanation: "the file ends before the \(storage.count) elements of its storage \(storage.key) do.")
    }
}
