import CHDF5
import GantrySandbox
import GantryTensors

/// The child process in which HDF5 files are parsed. It is started by `HDF5Reader` with one open file, sends what is in
/// it, and ends.
package struct HDF5Child: ConfinedChild {
    private let processorSeconds: Int

    /// See `ConfinedChild`.
    package static func ready(
        for job: HDF5Job, _ channel: borrowing MessageChannel
    ) throws(SandboxFault) -> HDF5Child? {
        if let refusal = chdf5_load() {
            try channel.send(HDF5Listing(datasets: [], failure: nil, missingLibrary: String(cString: refusal)))
            return nil
        }
        return HDF5Child(processorSeconds: job.processorSeconds)
    }

    /// See `ConfinedChild`.
    package func serve(_ channel: borrowing MessageChannel) throws(SandboxFault) {
        try ChildLimits.allowProcessorTime(seconds: processorSeconds)
        var file: Int64 = 0
        guard chdf5_open("/proc/self/fd/\(HDF5Job.fileDescriptor)", &file) == CHDF5_OK else {
            return try channel.send(
                HDF5Listing(datasets: [], failure: "the library cannot open it; it may be damaged or cut short"))
        }
        defer { chdf5_close(file) }
        var listing = Self.list(file)
        let modelConfig: [UInt8]?
        switch Self.text("model_config", of: file) {
        case .success(let text): modelConfig = text
        case .failure(let failure):
            modelConfig = nil
            listing = HDF5Listing(datasets: [], failure: listing.failure ?? failure.sentence)
        }
        listing.hasModelConfig = modelConfig != nil
        try channel.send(listing)
        if let modelConfig { try channel.send(framed: MessageChannel.framed(modelConfig)) }
        for dataset in listing.datasets { try Self.send(dataset, of: file, over: channel) }
    }

    private static func list(_ file: Int64) -> HDF5Listing {
        final class Found {
            var datasets: [HDF5Listing.Dataset] = []
            var elements = 0
            /// The first dataset whose numbers are not read.
            var tooWide: String?
        }
        let found = Found()
        let status = chdf5_visit(
            file,
            { context, dataset in
                guard let context else { return false }
                let found = Unmanaged<Found>.fromOpaque(context).takeUnretainedValue()
                let told = dataset.pointee
                let sizes = withUnsafeBytes(of: told.sizes) { Array($0.bindMemory(to: UInt64.self)) }
                let shape = sizes.prefix(Int(told.dimension_count)).map { Int(clamping: $0) }
                let path = String(cString: told.path)
                guard told.element_bytes <= MemoryLayout<Double>.size else {
                    // What an optimiser keeps is not looked at.
                    if path.hasPrefix("optimizer") { return true }
                    found.tooWide = path
                    return false
                }
                guard let count = TensorShape(shape).elementCount,
                    case let (sum, overflow) = found.elements.addingReportingOverflow(count), !overflow,
                    sum <= HDF5Listing.mostBytes / 4, found.datasets.count < HDF5Listing.mostDatasets,
                    path.utf8.count <= HDF5Listing.longestPath
                else { return false }
                found.elements = sum
                found.datasets.append(HDF5Listing.Dataset(path: path, shape: shape))
                return true
            }, Unmanaged.passUnretained(found).toOpaque())
        let failure: String? =
            switch status {
            case CHDF5_OK: nil
            case CHDF5_STOPPED where found.tooWide != nil:
                "\(found.tooWide ?? "") is stored as numbers of more than 64 bits; save the model in "
                    + "float32"
            case CHDF5_STOPPED: HDF5Listing.tooMuch
            default: "the library cannot read what is in it; it may be damaged"
            }
        return HDF5Listing(datasets: failure == nil ? found.datasets : [], failure: failure)
    }

    private struct Unreadable: Error {
        let sentence: String
    }

    /// The bytes of an attribute of the root, or nil where there is none that is a text.
    private static func text(_ name: String, of file: Int64) -> Result<[UInt8]?, Unreadable> {
        var length = 0
        var status = chdf5_text_attribute(file, name, nil, 0, &length)
        if status == CHDF5_ABSENT { return .success(nil) }
        guard length <= HDF5Listing.mostBytesOfModelConfig else {
            return .failure(Unreadable(sentence: "its \(name) is longer than any network's"))
        }
        var text = [UInt8](repeating: 0, count: length)
        let capacity = length
        if status == CHDF5_OK {
            status = text.withUnsafeMutableBytes {
                chdf5_text_attribute(file, name, $0.baseAddress?.assumingMemoryBound(to: CChar.self), capacity, &length)
            }
        }
        guard status == CHDF5_OK, length == capacity else {
            return .failure(Unreadable(sentence: "the library cannot read its \(name); it may be damaged"))
        }
        return .success(text)
    }

    /// Sends a dataset's elements; where they cannot be read, the child ends and the parent says so.
    private static func send(
        _ dataset: HDF5Listing.Dataset, of file: Int64, over channel: borrowing MessageChannel
    ) throws(SandboxFault) {
        var values = [Float](repeating: 0, count: TensorShape(dataset.shape).elementCount ?? 0)
        guard chdf5_read(file, dataset.path, &values, values.count) == CHDF5_OK else {
            throw SandboxFault(.systemCall, subject: "", explanation: "a dataset cannot be read")
        }
        let step = HDF5Listing.mostBytesOfPiece / 4
        for start in stride(from: 0, to: values.count, by: step) {
            let piece = values[start..<min(start + step, values.count)].withUnsafeBytes { Array($0) }
            try channel.send(framed: MessageChannel.framed(piece))
        }
    }
}
