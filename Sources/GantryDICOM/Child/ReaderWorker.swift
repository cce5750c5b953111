import GantryCore
import GantryGround
import GantrySandbox

/// Does what one request asks, in the child.
struct ReaderWorker: ~Copyable {
    private let folder: SafeFolder
    private let ring: SliceRingWriter?
    private let reader: DICOMFileReader
    /// The file that a slice was decoded from last: the next one is often another frame of it.
    private var last: Last?

    private final class Last {
        let opened: OpenedFile

        init(_ opened: consuming OpenedFile) { self.opened = opened }
    }

    /// A worker on `folder`, writing slices into `ring`, taking on what `limits` allow.
    ///
    /// **Throws** `.notStarted` where the DICOM library does not work here.
    init(
        folder: consuming SafeFolder, ring: consuming SliceRingWriter?, limits: ReaderLimits
    ) throws(SandboxFault) {
        do {
            reader = try DICOMFileReader(limits: limits)
        } catch {
            throw SandboxFault(.notStarted, subject: "", explanation: error.description)
        }
        self.folder = folder
        self.ring = ring
    }

    /// The answer to `request`; every trouble is one.
    mutating func answer(_ request: ReaderRequest) -> ReaderAnswer {
        do throws(FileOutcome) {
            switch request.task {
            case .header:
                return .instance(try reader.header(of: open(request.file)))
            case .pixelDigest:
                return .pixelDigest(try reader.encodedPixelDigest(of: open(request.file)).hexadecimal)
            case .slice(let address, let padding, let slot):
                return .slice(try decode(address, padding: padding, slot: slot))
            case .secondOpinion(let address):
                return .opinion(try opinion(on: address))
            }
        } catch {
            return .failed(error.reason, detail: error.detail)
        }
    }

    private func open(_ file: String) throws(FileOutcome) -> OpenedFile {
        let beneath: BeneathFile
        do {
            beneath = try folder.open(file)
        } catch {
            throw FileOutcome(file: file, error)
        }
        return try reader.open(beneath.path, file: file)
    }

    /// The file stays open until both have read it: DCMTK opens it again by its descriptor's path.
    private func opinion(on address: FrameAddress) throws(FileOutcome) -> SliceOpinion {
        let beneath: BeneathFile
        do {
            beneath = try folder.open(address.file)
        } catch {
            throw FileOutcome(file: address.file, error)
        }
        let opinion = try SecondOpinionWitness(reader: reader, path: beneath.path, address: address).opinion()
        // Its descriptor has named the file until here.
        _ = beneath.descriptor.number
        return opinion
    }

    private mutating func decode(
        _ address: FrameAddress, padding: PaddingTreatment, slot: Int
    ) throws(FileOutcome) -> SliceFacts {
        // Never two files at once: each may take what the child's memory is made for.
        if last?.opened.file != address.file { last = nil }
        let file = if let last { last } else { Last(try open(address.file)) }
        last = file
        return try into(slot, address) { (pixels) throws(FileOutcome) in
            try reader.decode(file.opened, address, padding: padding, into: pixels)
        }.get()
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
