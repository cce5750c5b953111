import GantryCore

/// A fault of the libraries that the reader parses with; a file that cannot be read is a `FileOutcome`.
package typealias DICOMLibraryFault = Fault<DICOMLibraryFaultCode>

/// Codes of `DICOMLibraryFault`.
package enum DICOMLibraryFaultCode: String, FaultCode {
    /// DCMTK's data dictionary is not loaded.
    case dictionaryMissing
    /// A library failed in an unexpected way.
    case libraryFailed

    /// Whether trying again can help.
    package var disposition: FaultDisposition { .permanent }
}
