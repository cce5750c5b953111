import CDCMTK
import GantryCore

/// DCMTK, as far as writing needs it.
enum DCMTKLibrary {
    /// Starts it for writing, which takes its data dictionary. **Throws** `.dictionaryMissing`, `.libraryFailed`.
    static func startWriting() throws(DICOMFault) {
        let status = cdcmtk_start_writing()
        guard status != .ok else { return }
        throw DICOMFault(
            status == .dictionaryMissing ? .dictionaryMissing : .libraryFailed, subject: "DCMTK",
            status: Int(status.rawValue), explanation: explanation())
    }

    /// Why the last failed call on this thread failed.
    static func explanation() -> String {
        let length = cdcmtk_explanation(nil, 0)
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: length) { buffer in
            _ = cdcmtk_explanation(buffer.baseAddress, length)
            return String(decoding: UnsafeRawBufferPointer(buffer), as: UTF8.self)
        }
    }
}
