import CDCMTKBridge
import GantryCore

/// The bridge's handle of an object being put together.
struct DICOMDraft: ~Copyable {
    private let handle: OpaquePointer

    /// An empty draft. **Throws** `.libraryFailed`.
    init() throws(DICOMFault) {
        var handle: OpaquePointer?
        let status = gantry_dicom_draft_begin(&handle)
        guard status == .ok, let handle else {
            throw DICOMDraft.fault(status, subject: "DICOM object")
        }
        self.handle = handle
    }

    deinit { gantry_dicom_draft_discard(handle) }

    /// Sets an attribute. **Throws** `.attributeUnknown`, `.attributeInvalid` with its keyword.
    func set(_ element: DICOMElement, isSigned: Bool) throws(DICOMFault) {
        guard !element.value.utf8.contains(0), !element.keyword.utf8.contains(0) else {
            throw DICOMFault(.attributeInvalid, subject: element.keyword, explanation: "contains a NUL")
        }
        let status = gantry_dicom_draft_set(handle, element.keyword, element.value, isSigned)
        guard status == .ok else { throw DICOMDraft.fault(status, subject: element.keyword) }
    }

    /// Sets the image pixel module. **Throws** `.pixelDataInvalid`.
    func set(_ pixelData: DICOMPixelData) throws(DICOMFault) {
        guard let rows = UInt16(exactly: pixelData.rows), let columns = UInt16(exactly: pixelData.columns),
            rows > 0, columns > 0, pixelData.bitsAllocated == 8 || pixelData.bitsAllocated == 16,
            (1...pixelData.bitsAllocated).contains(pixelData.bitsStored),
            pixelData.values.count == Int(rows) * Int(columns)
        else {
            throw DICOMFault(
                .pixelDataInvalid, subject: "PixelData",
                explanation: "\(pixelData.values.count) values of \(pixelData.bitsStored) in "
                    + "\(pixelData.bitsAllocated) bits are not \(pixelData.rows) x \(pixelData.columns) pixels")
        }
        let status = pixelData.values.withUnsafeBufferPointer { values in
            pixelData.photometricInterpretation.withCString { photometricInterpretation in
                guard let base = values.baseAddress else { return GantryDICOMStatus.internal }
                var pixels = GantryDICOMPixels(
                    rows: rows, columns: columns, bits_allocated: UInt16(pixelData.bitsAllocated),
                    bits_stored: UInt16(pixelData.bitsStored), is_signed: pixelData.isSigned,
                    photometric_interpretation: photometricInterpretation, values: base)
                return gantry_dicom_draft_set_pixels(handle, &pixels)
            }
        }
        guard status == .ok else { throw DICOMDraft.fault(status, subject: "PixelData") }
    }

    /// Writes the file. **Throws** `.transferSyntaxUnsupported`, `.attributeMissing`, `.notWritten`.
    func write(_ transferSyntax: TransferSyntax, to path: String) throws(DICOMFault) {
        let status = gantry_dicom_draft_write(handle, transferSyntax.uid, path)
        switch status {
        case .ok: return
        case .transferSyntaxUnsupported:
            throw DICOMDraft.fault(status, subject: "\(transferSyntax.name) (\(transferSyntax.uid))")
        default: throw DICOMDraft.fault(status, subject: path)
        }
    }

    private static func fault(_ status: GantryDICOMStatus, subject: String) -> DICOMFault {
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
            code, subject: subject, status: Int(status.rawValue), explanation: DICOMLibrary.explanation())
    }
}
