import GantryCore
import GantrySandbox

/// Does what one request asks, in the child.
struct ReaderWorker: ~Copyable {
    private let folder: SafeFolder
    private let ring: SliceRingWriter?
    private let reader: DICOMFileReader

    /// A worker on `folder`, writing slices into `ring`, taking on what `limits` allow.
    ///
    /// **Throws** `.notStarted` where the DICOM library does not work here.
    init(folder: consuming SafeFolder, ring: consuming SliceRingWriter?, limits: ReaderLimits) throws(SandboxFault) {
        do {
            reader = try DICOMFileReader(limits: limits)
        } catch {
            throw SandboxFault(.notStarted, subject: "", explanation: error.description)
        }
        self.folder = folder
        self.ring = ring
    }

    /// The answer to `request`; every trouble is one.
    func answer(_ request: ReaderRequest) -> ReaderAnswer {
        do throws(FileOutcome) {
            let file = try open(request.file)
            switch request.task {
            case .header:
                return .instance(try reader.header(openPath: file.path, file: request.file))
            case .pixelDigest:
                return .pixelDigest(
                    try reader.encodedPixelDigest(openPath: file.path, file: request.file).hexadecimal)
            case .slice(let source, let padding, let slot):
                return .slice(try decode(source, padding: padding, slot: slot, path: file.path))
            }
        } catch {
            return .failed(error.reason, detail: error.detail)
        }
    }

    private func open(_ file: String) throws(FileOutcome) -> BeneathFile {
        do {
            return try folder.open(file)
        } catch {
            throw FileOutcome(file: file, error)
        }
    }

    private func decode(
        _ source: SliceSource, padding: PaddingTreatment, slot: Int, path: String
    ) throws(FileOutcome) -> SliceFacts {
        let result: Result<DecodedSlice, FileOutcome>?
        do {
            result = try ring?.withSlot(slot, pixels: source.rows * source.columns) { pixels in
                Result { () throws(FileOutcome) in
                    try reader.decode(openPath: path, source: source, padding: padding, into: pixels)
                }
            }
        } catch {
            throw FileOutcome(file: source.file, reason: .limitExceeded, detail: error.explanation)
        }
        guard let result else {
            throw FileOutcome(file: source.file, reason: .limitExceeded, detail: "there is no ring for pixels")
        }
        let decoded = try result.get()
        return SliceFacts(
            clampedPixels: decoded.clampedPixels, paddingPixels: decoded.paddingPixels,
            smallestHU: decoded.smallestHU, largestHU: decoded.largestHU, trailingBytes: decoded.trailingBytes)
    }
}
