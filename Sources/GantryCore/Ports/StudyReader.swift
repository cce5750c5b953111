/// Reads DICOM files: headers of many, then pixels of the chosen ones as Hounsfield units.
///
/// Calls block; run them on a thread of their own, never on the cooperative pool. Paths are relative to `root`; nothing
/// outside `root` is opened, symbolic links are not followed.
///
/// Each call has a `control`: it is asked with the number of files or slices done before the first, after each, and
/// several times a second while one takes long or stands still. Where it says stop, the call ends at once, and what
/// reads ends with it.
public protocol StudyReader: Sendable {
    /// Reads the headers of `files`, stopping before the pixel data.
    ///
    /// Every file of the call is afterwards an instance or an outcome, none both. A file that kills or stalls the
    /// reader is rejected by name, and the others are still read. Nil comes back where `control` says stop: of half a
    /// scan nobody knows what is missing.
    ///
    /// **Throws** `.rootUnreadable`, `.readerUnavailable`.
    func scan(root: String, files: [String], control: (Int) -> ReadControl) throws(ReaderFault) -> ScanResult?

    /// Digest of the sorted SOP Instance UIDs of `slices` and their encoded pixel data, 64 hexadecimal digits.
    ///
    /// The order of `slices`, the files' names and all attributes but the UID have no influence. A file that cannot be
    /// read enters with its UID alone. Nil comes back where `control` says stop.
    ///
    /// **Throws** `.rootUnreadable`, `.readerUnavailable`, `.quarantined`, `.timedOut`.
    func contentDigest(
        root: String, slices: [SliceSource], control: (Int) -> ReadControl
    ) throws(ReaderFault) -> String?

    /// Digest of the encoded pixel data of each of `files`, 64 hexadecimal digits, in their order; nil for a file that
    /// cannot be read, or whose pixel data is not all there. Nil comes back where `control` says stop.
    ///
    /// **Throws** `.rootUnreadable`, `.readerUnavailable`, `.quarantined`, `.timedOut`.
    func pixelDigests(
        root: String, files: [String], control: (Int) -> ReadControl
    ) throws(ReaderFault) -> [String?]?

    /// Decodes `slices` in the order given and hands each to `receiver`: `receive` for a decoded slice, `miss` for one
    /// that cannot be decoded. Each slice comes exactly once, unless the receiver or `control` stops the reading.
    ///
    /// **Throws** `.rootUnreadable`, `.readerUnavailable`; `.quarantined` when the reader died twice, `.timedOut` when
    /// it took too long ten times. The fault's subject is then the file it was on last.
    func read(
        root: String, slices: [SliceSource], padding: PaddingTreatment, control: (Int) -> ReadControl,
        into receiver: inout some SliceReceiver
    ) throws(ReaderFault)

    /// Says that a `read` will follow soon: what it waits for at its beginning is made ready meanwhile. Without effect
    /// where it is ready already; nothing but time depends on it.
    func prepareReading()

    /// Says that no `read` will follow: what was made ready is let go. Without effect where nothing was.
    func endPreparation()
}

extension StudyReader {
    /// Nothing.
    public func prepareReading() {}

    /// Nothing.
    public func endPreparation() {}

    /// The whole scan: nobody stops it. `progress` is told the number of files done.
    public func scan(root: String, files: [String], progress: (Int) -> Void) throws(ReaderFault) -> ScanResult {
        let result = try scan(root: root, files: files) { done in
            progress(done)
            return .proceed
        }
        return result ?? ScanResult(instances: [], outcomes: [])
    }

    /// The whole reading: only the receiver stops it.
    public func read(
        root: String, slices: [SliceSource], padding: PaddingTreatment, into receiver: inout some SliceReceiver
    ) throws(ReaderFault) {
        try read(root: root, slices: slices, padding: padding, control: { _ in .proceed }, into: &receiver)
    }
}

/// A fault of the reader as a whole; a single file's trouble is a `FileOutcome`.
public typealias ReaderFault = Fault<ReaderFaultCode>

/// Codes of `ReaderFault`.
public enum ReaderFaultCode: String, FaultCode {
    /// The folder cannot be opened.
    case rootUnreadable
    /// The reader process cannot be started or does not speak the protocol.
    case readerUnavailable
    /// The reader process died twice in one study.
    case quarantined
    /// The reader process took too long on ten files or slices of one study: a slow or hanging disk, in all likelihood.
    case timedOut

    /// Whether trying again can help.
    public var disposition: FaultDisposition {
        switch self {
        case .rootUnreadable, .readerUnavailable, .timedOut: .retryable
        case .quarantined: .permanent
        }
    }
}
