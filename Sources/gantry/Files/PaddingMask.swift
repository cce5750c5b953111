import Foundation
import GantryArrays
import GantryCore
import GantryPipeline

/// Where padding lies in an array of `extract`: NumPy's booleans, one a pixel, made of slices that are read as masks.
struct PaddingMask: SliceReceiver {
    /// The slices to be read, those with padding, in this order; of the others everything is false.
    let sources: [SliceSource]
    private let positions: [Int]
    private let file: FileHandle
    private let path: String
    private let start: Int
    private var received = 0
    private var fault: CommandFault?

    /// A mask beside the array of `slices`, rows x columns each, in the file at `url`; a person knows it as `path`.
    init(of slices: [DecodedSlice], rows: Int, columns: Int, at url: URL, path: String) throws(CommandFault) {
        positions = slices.indices.filter { slices[$0].paddingPixels > 0 }
        sources = positions.map { slices[$0].source }
        self.path = path
        let header = NPYFile.header(.boolean, shape: [slices.count, rows, columns])
        start = header.count
        do {
            try header.write(to: url)
            file = try FileHandle(forWritingTo: url)
            try file.truncate(atOffset: UInt64(start + slices.count * rows * columns))
        } catch {
            throw UnfinishedFolder.fault(path, error)
        }
    }

    mutating func receive(_ slice: DecodedSlice, hounsfield: Span<Int16>) -> ReadControl {
        do {
            let bytes = hounsfield.withUnsafeBufferPointer { Data($0.map(UInt8.init(truncatingIfNeeded:))) }
            try file.seek(toOffset: UInt64(start + positions[received] * bytes.count))
            try file.write(contentsOf: bytes)
            received += 1
            return .proceed
        } catch {
            fault = UnfinishedFolder.fault(path, error)
            return .stop
        }
    }

    mutating func miss(_ source: SliceSource, outcome: FileOutcome) -> ReadControl {
        fault = CommandFault(
            ExitStatus.badData, "\(source.file): was read, and could not be read again for the mask: \(outcome.detail)")
        return .stop
    }

    /// Completes the file. **Throws** `CommandFault` (65, 73) where not every slice has come.
    func finish() throws(CommandFault) {
        if let fault { throw fault }
        guard received == sources.count else {
            throw CommandFault(ExitStatus.badData, "\(path): the reader ended before the mask was whole.")
        }
        do {
            try file.synchronize()
            try file.close()
        } catch {
            throw UnfinishedFolder.fault(path, error)
        }
    }
}
