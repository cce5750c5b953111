import CDCMTK
import CDICOM
import GantryCore

/// The libraries that the reader parses with: our own (CDICOM), and DCMTK.
enum DICOMLibrary {
    /// Starts reading; every later call costs nothing. **Throws** `.libraryFailed`.
    static func start() throws(DICOMLibraryFault) { try check(cdcmtk_start()) }

    /// The same for a process that confines itself afterwards, and can load nothing then. **Throws** `.libraryFailed`.
    static func loadEverything() throws(DICOMLibraryFault) {
        try start()
        let status = cdicom_load_character_sets()
        guard status != .ok else { return }
        throw DICOMLibraryFault(
            .libraryFailed, subject: "character sets", status: Int(status.rawValue), explanation: explanation())
    }

    /// Loads DCMTK's dictionary and codecs for second opinions. **Throws** `.dictionaryMissing`, `.libraryFailed`.
    static func startSecondOpinions() throws(DICOMLibraryFault) { try check(cdcmtk_start_opinions()) }

    private static func check(_ status: CDCMTKStatus) throws(DICOMLibraryFault) {
        guard status != .ok else { return }
        throw DICOMLibraryFault(
            status == .dictionaryMissing ? .dictionaryMissing : .libraryFailed, subject: "DCMTK",
            status: Int(status.rawValue), explanation: explanationOfDCMTK())
    }

    /// Why the last failed call of CDICOM on this thread failed.
    static func explanation() -> String {
        text { buffer, capacity in cdicom_explanation(buffer, capacity) }
    }

    /// Why the last failed call of DCMTK on this thread failed.
    static func explanationOfDCMTK() -> String {
        text { buffer, capacity in cdcmtk_explanation(buffer, capacity) }
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
