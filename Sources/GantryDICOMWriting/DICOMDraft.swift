import CDCMTK
import GantryCore

/// DCMTK's handle of an object being put together.
struct DICOMDraft: ~Copyable {
    private let handle: OpaquePointer

    /// An empty draft. **Throws** `.libraryFailed`.
    init() throws(DICOMFault) {
        var handle: OpaquePointer?
        let status = cdcmtk_draft_begin(&handle)
        guard status == .ok, let handle else {
            throw DICOMDraft.fault(status, subject: "DICOM object")
        }
        self.handle = handle
    }

    deinit { cdcmtk_draft_discard(handle) }

    /// Sets an attribute, with all items where it is a sequence. **Throws** `.attributeUnknown`, `.attributeInvalid`
    /// with its keyword.
    func set(_ element: DICOMElement, isSigned: Bool) throws(DICOMFault) {
        switch element.value {
        case .text(let text): try set(element.keyword, text, isSigned)
        case .items(let items):
            // Without a value first: the last of one keyword counts, and its items take the place of earlier ones.
            try set(element.keyword, "", isSigned)
            for item in items {
                let status = cdcmtk_draft_begin_item(handle, element.keyword)
                guard status == .ok else { throw DICOMDraft.fault(status, subject: element.keyword) }
                defer { cdcmtk_draft_end_item(handle) }
                for inner in item { try set(inner, isSigned: isSigned) }
            }
        }
    }

    private func set(_ keyword: String, _ text: String, _ isSigned: Bool) throws(DICOMFault) {
        guard !text.utf8.contains(0), !keyword.utf8.contains(0) else {
            throw DICOMFault(.attributeInvalid, subject: keyword, explanation: "contains a NUL")
        }
        let status = cdcmtk_draft_set(handle, keyword, text, isSigned)
        guard status == .ok else { throw DICOMDraft.fault(status, subject: keyword) }
    }

    /// Sets the image pixel module. **Throws** `.pixelDataInvalid`.
    func set(_ pixelData: DICOMPixelData) throws(DICOMFault) {
        guard let rows = UInt16(exactly: pixelData.rows), let columns = UInt16(exactly: pixelData.columns),
            let frames = UInt32(exactly: pixelData.frames), rows > 0, columns > 0, frames > 0,
            pixelData.bitsAllocated == 8 || pixelData.bitsAllocated == 16,
            pixelData.samplesPerPixel == 1 || (pixelData.samplesPerPixel == 3 && pixelData.bitsAllocated == 8),
            (1...pixelData.bitsAllocated).contains(pixelData.bitsStored),
            pixelData.values.count.isMultiple(of: Int(rows) * Int(columns) * pixelData.samplesPerPixel),
            pixelData.values.count / (Int(rows) * Int(columns) * pixelData.samplesPerPixel) == Int(frames)
        else {
            throw DICOMFault(
                .pixelDataInvalid, subject: "PixelData",
                explanation: "\(pixelData.values.count) values of \(pixelData.bitsStored) in "
                    + "\(pixelData.bitsAllocated) bits are not \(pixelData.frames) x \(pixelData.rows) x "
                    + "\(pixelData.columns) pixels")
        }
        let status = pixelData.values.withUnsafeBufferPointer { values in
            pixelData.photometricInterpretation.withCString { photometricInterpretation in
                guard let base = values.baseAddress else { return CDCMTKStatus.internal }
                var pixels = CDCMTKPixels(
                    rows: rows, columns: columns, frames: frames,
                    samples_per_pixel: UInt16(pixelData.samplesPerPixel),
                    bits_allocated: UInt16(pixelData.bitsAllocated),
                    bits_stored: UInt16(pixelData.bitsStored), is_signed: pixelData.isSigned,
                    photometric_interpretation: photometricInterpretation, values: base)
                return cdcmtk_draft_set_pixels(handle, &pixels)
            }
        }
        guard status == .ok else { throw DICOMDraft.fault(status, subject: "PixelData") }
    }

    /// Sets Encapsulated Document. **Throws** `.libraryFailed` where it is empty or has 4 GiB.
    func set(document: [UInt8]) throws(DICOMFault) {
        let status = document.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return CDCMTKStatus.internal }
            return cdcmtk_draft_set_document(handle, base, bytes.count)
        }
        guard status == .ok else { throw DICOMDraft.fault(status, subject: "EncapsulatedDocument") }
    }

    /// Writes the file. **Throws** `.transferSyntaxUnsupported`, `.attributeMissing`, `.notWritten`.
    func write(_ transferSyntax: TransferSyntax, to path: String) throws(DICOMFault) {
        let status = cdcmtk_draft_write(handle, transferSyntax.uid, path)
        switch status {
        case .ok: return
        case .transferSyntaxUnsupported:
            throw DICOMDraft.fault(status, subject: "\(transferSyntax.name) (\(transferSyntax.uid))")
        default: throw DICOMDraft.fault(status, subject: path)
        }
    }

    /// The file in memory. **Throws** `.transferSyntaxUnsupported`, `.attributeMissing`, `.notWritten`.
    func bytes(_ transferSyntax: TransferSyntax) throws(DICOMFault) -> [UInt8] {
        var length = 0
        let status = cdcmtk_draft_encode(handle, transferSyntax.uid, &length)
        guard status == .ok else {
            throw DICOMDraft.fault(status, subject: "\(transferSyntax.name) (\(transferSyntax.uid))")
        }
        return [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            guard let base = buffer.baseAddress else { return }
            count = cdcmtk_draft_copy(handle, base, length)
        }
    }

    private static func fault(_ status: CDCMTKStatus, subject: String) -> DICOMFault {
        let code: DICOMFaultCode =
            switch status {
            case .attributeUnknown: .attributeUnknown
            case .attributeInvalid: .attributeInvalid
            case .attributeMissing: .attributeMissing
            case .transferSyntaxUnsupported: .transferSyntaxUnsupported
            case .notWritten: .notWritten
            default: .libraryFailed
            }
        return DICOMFault(
            code, subject: subject, status: Int(status.rawValue), explanation: DCMTKLibrary.explanation())
    }
}
