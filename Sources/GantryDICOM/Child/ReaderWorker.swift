import GantryCore
import GantryGround
import GantrySandbox

/// Does what one request asks, in the child; several threads may call at once.
final class ReaderWorker: Sendable {
    private let folder: SafeFolder
    private let ring: SliceRingWriter?
    private let reader: DICOMFileReader
    private let room: ReadingRoom<KeptFile>

    /// A worker on `folder` for the threads 0 to `threads` - 1, writing slices into `ring`, taking on what `limits`
    /// allow. Files that are read at once together take `memoryBytes`, about.
    ///
    /// **Throws** `.notStarted` where the DICOM library does not work here.
    init(
        folder: consuming SafeFolder, ring: consuming SliceRingWriter?, limits: ReaderLimits, memoryBytes: Int,
        threads: Int
    ) throws(SandboxFault) {
        do {
            reader = try DICOMFileReader(limits: limits)
        } catch {
            throw SandboxFault(.notStarted, subject: "", explanation: error.description)
        }
        self.folder = folder
        self.ring = ring
        room = ReadingRoom(bytes: memoryBytes, threads: threads)
    }

    /// The answer to `request`, worked out by the calling `thread`; every trouble is one.
    ///
    /// What a file takes is estimated before it is read. One that meets a limit, which may be the memory's end, while
    /// others take some of that, is read again alone: it comes to the end that it would come to without them.
    func answer(_ request: ReaderRequest, by thread: Int) -> ReaderAnswer {
        let first = attempt(request, by: thread, isAlone: false)
        guard first.hadCompany, first.answer.meetsLimit else { return first.answer }
        return attempt(request, by: thread, isAlone: true).answer
    }

    private func attempt(_ request: ReaderRequest, by thread: Int, isAlone: Bool) -> Attempt {
        // A thread never has two files: what it has kept is closed before it opens another.
        if let kept = room.takeKept(by: thread), kept.opened.file == request.file {
            return attempt(request, by: thread, isAlone: isAlone, path: "", bytes: kept.bytes, kept: kept)
        }
        do throws(FileFault) {
            let beneath = try folder.open(request.file)
            let attempt = attempt(
                request, by: thread, isAlone: isAlone, path: beneath.path, bytes: Int(clamping: beneath.sizeBytes))
            // Its descriptor has named the file until here.
            _ = beneath.descriptor.number
            return attempt
        } catch {
            let outcome = FileOutcome(file: request.file, error)
            return Attempt(answer: .failed(outcome.reason, detail: outcome.detail), hadCompany: false)
        }
    }

    /// An answer, and whether other files were in memory while it was worked out.
    private struct Attempt {
        var answer: ReaderAnswer
        var hadCompany: Bool
    }

    private func attempt(
        _ request: ReaderRequest, by thread: Int, isAlone: Bool, path: String, bytes: Int, kept: KeptFile? = nil
    ) -> Attempt {
        room.enter(by: thread, wanting: isAlone ? .max : request.task.memory(ofFile: bytes))
        var kept = kept
        let answer = read(request, path: path, bytes: bytes, &kept)
        return Attempt(
            answer: answer, hadCompany: room.leave(by: thread, keeping: answer.meetsLimit ? nil : kept))
    }

    /// The answer from the file that is `kept`, or else that lies at `path`; one of which a slice is asked is kept.
    private func read(_ request: ReaderRequest, path: String, bytes: Int, _ kept: inout KeptFile?) -> ReaderAnswer {
        do throws(FileOutcome) {
            switch request.task {
            case .header:
                return .instance(try reader.header(of: reader.open(path, file: request.file)))
            case .pixelDigest:
                let opened = try reader.open(path, file: request.file)
                return .pixelDigest(try reader.encodedPixelDigest(of: opened).hexadecimal)
            case .slice(let address, let padding, let slot):
                let file =
                    if let kept { kept } else {
                        KeptFile(try reader.open(path, file: request.file), bytes: bytes)
                    }
                kept = file
                return .slice(
                    try into(slot, address) { (pixels) throws(FileOutcome) in
                        try reader.decode(file.opened, address, padding: padding, into: pixels)
                    }.get())
            case .secondOpinion(let address):
                return .opinion(try SecondOpinionWitness(reader: reader, path: path, address: address).opinion())
            }
        } catch {
            return .failed(error.reason, detail: error.detail)
        }
    }

    /// Calls `decode` with the slot's memory.
    private func into(
        _ slot: Int, _ address: FrameAddress,
        _ decode: (UnsafeMutableBufferPointer<Int16>) throws(FileOutcome) -> SliceFacts
    ) -> Result<SliceFacts, FileOutcome> {
        do {
            let result = try ring?.withSlot(slot, pixels: address.rows * address.columns) { pixels in
                Result { () throws(FileOutcome) in try decode(pixels) }
            }
            return result
                ?? .failure(
                    FileOutcome(file: address.file, reason: .limitExceeded, detail: "there is no ring for pixels"))
        } catch {
            return .failure(FileOutcome(file: address.file, reason: .limitExceeded, detail: error.explanation))
        }
    }
}

/// A file that stays open: the next slice is often another frame of it.
final class KeptFile {
    let opened: OpenedFile
    /// Its size.
    let bytes: Int

    init(_ opened: consuming OpenedFile, bytes: Int) {
        self.opened = opened
        self.bytes = bytes
    }
}

extension ReaderTask {
    /// What this may take of a child's memory with a file of so many bytes, about: the file's tables and an encoded
    /// frame; stored value, component and coefficients of a wavelet codec, and what a second reader makes of them.
    fileprivate func memory(ofFile bytes: Int) -> Int {
        let pixels =
            switch self {
            case .slice(let address, _, _), .secondOpinion(let address): address.rows * address.columns
            case .header, .pixelDigest: 0
            }
        return (4 << 20) + min(max(bytes, 0), 64 << 20) + 16 * pixels
    }
}

extension ReaderAnswer {
    /// Whether the file met a limit.
    fileprivate var meetsLimit: Bool {
        if case .failed(.limitExceeded, _) = self { true } else { false }
    }
}
