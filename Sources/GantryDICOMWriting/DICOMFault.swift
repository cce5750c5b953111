import GantryCore

/// A fault of writing, or of the library that writes.
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
