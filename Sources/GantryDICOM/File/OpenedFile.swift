import CDCMTKBridge
import GantryCore
import Glibc

/// An opened DICOM file: the bridge's handle, and its attributes as text.
struct OpenedFile: ~Copyable {
    /// The handle of the bridge.
    let handle: OpaquePointer
    /// The file's name for messages.
    let file: String

    /// Opens the file at `openPath`, its header or the whole of it.
    ///
    /// **Throws** `.unreadable`, `.limitExceeded`, `.notDICOM`, `.damaged`.
    init(_ openPath: String, extent: GantryDICOMExtent, file: String, limits: ReaderLimits) throws(FileOutcome) {
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
                detail: "has \(facts.st_size) bytes; the limit is \(limits.largestFileBytes)")
        }
        var handle: OpaquePointer?
        let status = gantry_dicom_open(openPath, extent, &handle)
        guard status == .ok, let handle else {
            throw FileOutcome(file: file, reason: Self.reason(of: status), detail: DICOMLibrary.explanation())
        }
        self.handle = handle
    }

    deinit { gantry_dicom_close(handle) }

    /// Whether the file begins with preamble and `DICM`.
    var hasPreamble: Bool { gantry_dicom_has_preamble(handle) }

    /// Whether the attribute is there, empty or not.
    func has(_ attribute: DICOMAttribute) -> Bool {
        gantry_dicom_has(handle, attribute.group, attribute.element)
    }

    /// The attribute's value as it stands in the file, in UTF-8.
    ///
    /// Bytes that are no UTF-8 after conversion become U+FFFD.
    func value(_ attribute: DICOMAttribute) -> AttributeValue {
        var status = GantryDICOMStatus.ok
        let text = DICOMLibrary.text { buffer, capacity in
            var length = 0
            status = gantry_dicom_text(handle, attribute.group, attribute.element, buffer, capacity, &length)
            return length
        }
        switch status {
        case .ok: return .text(text)
        case .attributeMissing: return .absent
        default: return .unusable(DICOMLibrary.explanation())
        }
    }

    /// The transfer syntax that the library recognised by itself; nil where it recognised none.
    var detectedTransferSyntax: String? {
        var status = GantryDICOMStatus.ok
        let uid = DICOMLibrary.text { buffer, capacity in
            var length = 0
            status = gantry_dicom_detected_transfer_syntax(handle, buffer, capacity, &length)
            return length
        }
        return status == .ok ? uid : nil
    }

    /// The outcome of this file for `reason`.
    func outcome(_ reason: FileReason, _ detail: String) -> FileOutcome {
        FileOutcome(file: file, reason: reason, detail: detail)
    }

    /// The outcome of this file for a failed call of the bridge on this thread, `subject` before its explanation.
    func outcome(of status: GantryDICOMStatus, _ subject: String = "") -> FileOutcome {
        let explanation = DICOMLibrary.explanation()
        return outcome(Self.reason(of: status), subject.isEmpty ? explanation : "\(subject): \(explanation)")
    }

    private static func reason(of status: GantryDICOMStatus) -> FileReason {
        switch status {
        case .notDICOM: .notDICOM
        case .unreadable: .unreadable
        case .pixelDataIncomplete: .pixelDataIncomplete
        case .pixelDataUnsupported: .contentUnsupported
        case .transferSyntaxUnsupported: .transferSyntaxUnsupported
        case .outOfMemory: .limitExceeded
        default: .damaged
        }
    }
}

/// What a file says for an attribute.
enum AttributeValue {
    /// Nothing.
    case absent
    /// Something without text form; why.
    case unusable(String)
    /// A value, not yet trimmed.
    case text(String)
}
