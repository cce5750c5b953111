import GantryCore
import GantryGround

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
    public init() throws(DICOMFault) { try DCMTKLibrary.startWriting() }

    /// Writes `object` to `path`, replacing what is there: a temporary file beside it, fsync, rename, fsync of the
    /// folder.
    ///
    /// Text beyond ASCII is written as UTF-8, with Specific Character Set `ISO_IR 192`. The object must have SOP Class
    /// UID and SOP Instance UID.
    ///
    /// **Throws** `.attributeUnknown`, `.attributeInvalid`, `.attributeMissing`, `.pixelDataInvalid`,
    /// `.transferSyntaxUnsupported`, `.notWritten`.
    public func write(_ object: DICOMObject, to path: String) throws(DICOMFault) {
        let draft = try draft(of: object)
        var file = AtomicFile(path, writtenByOthersAs: Self.temporaryPath(beside: path))
        do throws(DICOMFault) {
            try draft.write(object.transferSyntax, to: file.temporaryPath)
        } catch {
            guard error.code == .notWritten else { throw error }
            throw DICOMFault(.notWritten, subject: path, status: error.status, explanation: error.explanation)
        }
        do {
            try file.commit()
        } catch {
            throw DICOMFault(error, of: path)
        }
    }

    /// The file that `write` would write, in memory: of the implicit and explicit little endian syntaxes alone. The
    /// same object gives the same bytes.
    ///
    /// **Throws** as `write`.
    public func bytes(of object: DICOMObject) throws(DICOMFault) -> [UInt8] {
        try draft(of: object).bytes(object.transferSyntax)
    }

    private func draft(of object: DICOMObject) throws(DICOMFault) -> DICOMDraft {
        let draft = try DICOMDraft()
        let isSigned = object.pixelData?.isSigned ?? false
        for element in try withCharacterSet(object.elements) { try draft.set(element, isSigned: isSigned) }
        if let pixelData = object.pixelData { try draft.set(pixelData) }
        if let document = object.encapsulatedDocument { try draft.set(document: document) }
        return draft
    }

    /// A name that no other writer has, in the folder of `path`: hidden, so that nobody takes it for an object.
    private static func temporaryPath(beside path: String) -> String {
        let name = RelativePath.name(of: path)
        let mark = String(UInt64.random(in: 0 ... .max), radix: 36)
        return "\(Substring(path.utf8.dropLast(name.utf8.count))).\(name).\(mark).partial"
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

extension DICOMFault {
    /// What the system refused when the object at `path` was to take its name.
    fileprivate init(_ failure: FileFailure, of path: String) {
        let what =
            switch failure.step {
            case .create, .openFolder: "cannot be opened"
            case .write, .synchronise, .close, .synchroniseFolder: "does not reach the disk"
            case .rename: "cannot be renamed"
            }
        self.init(
            .notWritten, subject: path, status: Int(failure.status), explanation: "\(what): \(failure.reason)")
    }
}
