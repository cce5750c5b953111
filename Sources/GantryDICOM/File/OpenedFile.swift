import CDICOM
import GantryCore
import Glibc

/// An opened DICOM file: CDICOM's handle, and its attributes as text.
///
/// Everything before Pixel Data has been read; pixel data is read when it is asked for.
struct OpenedFile: ~Copyable, AttributeValues {
    /// CDICOM's handle.
    let handle: OpaquePointer
    /// The file's name for messages.
    let file: String
    /// The functional groups of its frames, once they have been looked for.
    let frameGroups = FrameGroups()

    /// Opens the file at `openPath`.
    ///
    /// **Throws** `.unreadable`, `.limitExceeded`, `.notDICOM`, `.damaged`.
    init(_ openPath: String, file: String, limits: ReaderLimits) throws(FileOutcome) {
        self.file = file
        var facts = stat()
        guard stat(openPath, &facts) == 0 else {
            let code = errno
            throw FileOutcome(
                file: file, reason: .unreadable, detail: "cannot be opened: \(String(cString: strerror(code)))")
        }
        guard facts.st_mode & S_IFMT == S_IFREG else {
            throw FileOutcome(file: file, reason: .notRegularFile, detail: "is no regular file")
        }
        guard facts.st_size <= limits.largestFileBytes else {
            throw FileOutcome(
                file: file, reason: .limitExceeded,
                detail: "has \(facts.st_size) bytes; the limit is \(limits.largestFileBytes) "
                    + "(\(ReaderLimits.Setting.largestFileMebibytes.rawValue))")
        }
        var handle: OpaquePointer?
        var caps = CDICOMLimits(limits)
        let status = cdicom_open(openPath, &caps, &handle)
        guard status == .ok, let handle else {
            let reason = Self.reason(of: status)
            let explanation = DICOMLibrary.explanation()
            let format = reason == .notDICOM ? ForeignFormat.ofFile(openPath) : nil
            throw FileOutcome(file: file, reason: reason, detail: format?.sentence ?? explanation)
        }
        self.handle = handle
    }

    deinit { cdicom_close(handle) }

    /// Whether the file begins with preamble and `DICM`.
    var hasPreamble: Bool { cdicom_has_preamble(handle) }

    /// The top level of the data set, with the meta header.
    var topLevel: DICOMItem { DICOMItem(handle: handle, number: CDICOMTopLevel) }

    /// Whether the attribute is there, empty or not.
    func has(_ attribute: DICOMAttribute) -> Bool { topLevel.has(attribute) }

    /// See `AttributeValues`.
    func value(_ attribute: DICOMAttribute) -> AttributeValue { topLevel.value(attribute) }

    /// The transfer syntax without compression that the data set is written in, whatever it declares.
    var encoding: String { String(cString: cdicom_encoding(handle)) }

    /// The outcome of this file for `reason`.
    func outcome(_ reason: FileReason, _ detail: String) -> FileOutcome {
        FileOutcome(file: file, reason: reason, detail: detail)
    }

    /// The outcome of this file for a failed call of CDICOM on this thread, `subject` before its explanation.
    func outcome(of status: CDICOMStatus, _ subject: String = "") -> FileOutcome {
        let explanation = DICOMLibrary.explanation()
        return outcome(Self.reason(of: status), subject.isEmpty ? explanation : "\(subject): \(explanation)")
    }

    private static func reason(of status: CDICOMStatus) -> FileReason {
        switch status {
        case .notDICOM: .notDICOM
        case .unreadable: .unreadable
        case .pixelDataIncomplete: .pixelDataIncomplete
        case .pixelDataUnsupported: .contentUnsupported
        case .transferSyntaxUnsupported: .transferSyntaxUnsupported
        case .outOfMemory, .limitExceeded: .limitExceeded
        default: .damaged
        }
    }
}

extension CDICOMLimits {
    /// The caps on a file's structure.
    fileprivate init(_ limits: ReaderLimits) {
        self.init(
            most_inflated_bytes: UInt64(clamping: limits.mostInflatedBytes),
            deepest_nesting: UInt32(clamping: limits.deepestNesting),
            most_elements: UInt32(clamping: limits.mostElements),
            most_fragments: UInt32(clamping: limits.mostFragments))
    }
}
