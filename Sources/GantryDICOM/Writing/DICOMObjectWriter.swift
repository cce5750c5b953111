import GantryCore

/// Writes DICOM objects as PS3.10 files, whole or not at all.
///
/// Writes implicit and explicit little endian, explicit big endian, deflated, RLE, JPEG lossless SV1 and JPEG-LS
/// lossless. Any number of writers may work at once on different threads.
public struct DICOMObjectWriter: Sendable {
    /// The transfer syntaxes that are written.
    public static let transferSyntaxes: [TransferSyntax] = [
        .implicitVRLittleEndian, .explicitVRLittleEndian, .deflatedExplicitVRLittleEndian, .explicitVRBigEndian,
        .rleLossless, .jpegLosslessSV1, .jpegLSLossless,
    ]

    /// A writer. **Throws** `.dictionaryMissing`, `.libraryFailed`.
    public init() throws(DICOMFault) { try DICOMLibrary.startWriting() }

    /// Writes `object` to `path`, replacing what is there: a temporary file beside it, fsync, rename, fsync of the
    /// folder.
    ///
    /// Text beyond ASCII is written as UTF-8, with Specific Character Set `ISO_IR 192`. The object must have SOP Class
    /// UID and SOP Instance UID.
    ///
    /// **Throws** `.attributeUnknown`, `.attributeInvalid`, `.attributeMissing`, `.pixelDataInvalid`,
    /// `.transferSyntaxUnsupported`, `.notWritten`.
    public func write(_ object: DICOMObject, to path: String) throws(DICOMFault) {
        let draft = try DICOMDraft()
        let isSigned = object.pixelData?.isSigned ?? false
        for element in try withCharacterSet(object.elements) { try draft.set(element, isSigned: isSigned) }
        if let pixelData = object.pixelData { try draft.set(pixelData) }
        let file = AtomicFile(path)
        do throws(DICOMFault) {
            try draft.write(object.transferSyntax, to: file.temporaryPath)
            try file.commit()
        } catch {
            file.discard()
            guard error.code == .notWritten else { throw error }
            throw DICOMFault(.notWritten, subject: path, status: error.status, explanation: error.explanation)
        }
    }

    /// The elements with the character set that they need in front. **Throws** `.attributeInvalid` where another is
    /// asked for.
    private func withCharacterSet(_ elements: [DICOMElement]) throws(DICOMFault) -> [DICOMElement] {
        let keyword = "SpecificCharacterSet"
        let asked = elements.last { $0.keyword == keyword }?.text
        let needsUTF8 = elements.contains(where: \.goesBeyondASCII)
        guard needsUTF8 || asked != nil else { return elements }
        if needsUTF8, let asked, asked != "ISO_IR 192" {
            throw DICOMFault(
                .attributeInvalid, subject: keyword,
                explanation: "text beyond ASCII is written in ISO_IR 192 (UTF-8), not in \(asked)")
        }
        let set = DICOMElement(keyword, asked ?? "ISO_IR 192")
        return [set] + elements.filter { $0.keyword != keyword }
    }
}
