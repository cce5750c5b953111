import CDCMTKBridge
import GantryCore

/// A fault of the DICOM library or of writing; a file that cannot be read is a `FileOutcome`.
public typealias DICOMFault = Fault<DICOMFaultCode>

/// Codes of `DICOMFault`.
public enum DICOMFaultCode: String, FaultCode {
    /// DCMTK's data dictionary is not loaded.
    case dictionaryMissing
    /// The data dictionary knows no attribute of this keyword.
    case attributeUnknown
    /// A value does not fit its attribute.
    case attributeInvalid
    /// An attribute that every object needs is absent.
    case attributeMissing
    /// The pixel data is not rows x columns values of an allowed size.
    case pixelDataInvalid
    /// Nothing here writes this transfer syntax.
    case transferSyntaxUnsupported
    /// The file cannot be written.
    case notWritten
    /// DCMTK failed in an unexpected way.
    case libraryFailed

    /// Whether trying again can help.
    public var disposition: FaultDisposition {
        switch self {
        case .notWritten: .retryable
        case .dictionaryMissing, .attributeUnknown, .attributeInvalid, .attributeMissing, .pixelDataInvalid,
            .transferSyntaxUnsupported, .libraryFailed:
            .permanent
        }
    }
}

/// The library behind the bridge.
enum DICOMLibrary {
    /// Starts the library for reading; every later call costs nothing. **Throws** `.libraryFailed`.
    static func start() throws(DICOMFault) { try check(gantry_dicom_start()) }

    /// The same for a process that confines itself afterwards, and can load nothing then. **Throws** `.libraryFailed`.
    static func loadEverything() throws(DICOMFault) { try check(gantry_dicom_load_everything()) }

    /// Loads DCMTK's dictionary and codecs for second opinions. **Throws** `.dictionaryMissing`, `.libraryFailed`.
    static func startSecondOpinions() throws(DICOMFault) { try check(gantry_opinion_start()) }

    /// Starts the library for writing, which takes its data dictionary. **Throws** `.dictionaryMissing`,
    /// `.libraryFailed`.
    static func startWriting() throws(DICOMFault) { try check(gantry_dicom_start_writing()) }

    private static func check(_ status: GantryDICOMStatus) throws(DICOMFault) {
        guard status != .ok else { return }
        throw DICOMFault(
            status == .dictionaryMissing ? .dictionaryMissing : .libraryFailed, subject: "DCMTK",
            status: Int(status.rawValue), explanation: explanation())
    }

    /// Why the last failed call of the bridge on this thread failed.
    static func explanation() -> String {
        text { buffer, capacity in gantry_dicom_explanation(buffer, capacity) }
    }

    /// The text that `fill` writes into a buffer; `fill` returns the full length, and is called again where the first
    /// buffer was too small.
    static func text(_ fill: (UnsafeMutablePointer<CChar>, Int) -> Int) -> String {
        var capacity = 256
        while true {
            var length = 0
            let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: capacity) { buffer -> String in
                guard let base = buffer.baseAddress else { return "" }
                length = fill(base, capacity)
                return String(
                    decoding: UnsafeRawBufferPointer(
                        rebasing: UnsafeRawBufferPointer(buffer)[..<min(length, capacity)]), as: UTF8.self)
            }
            if length <= capacity { return text }
            capacity = length
        }
    }
}
