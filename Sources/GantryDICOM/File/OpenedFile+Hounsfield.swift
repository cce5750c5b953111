import CDICOM
import GantryCore

/// Whether a file's pixels can become Hounsfield units here.
extension OpenedFile {
    /// The pixel module, where this is the file that `source` describes and its pixels are of a kind that is decoded.
    ///
    /// **Throws** `.attributeMissing`, `.attributeInvalid`, `.notCTImage`, `.contentUnsupported`, `.limitExceeded`.
    func decodable(_ source: FrameAddress, limits: ReaderLimits) throws(FileOutcome) -> PixelDescription {
        guard try requiredUID(.sopInstanceUID) == source.sopInstanceUID else {
            throw outcome(.attributeInvalid, "\(DICOMAttribute.sopInstanceUID) is another than when it was scanned")
        }
        guard let pixels = try pixelDescription() else { throw outcome(.notCTImage, "has no image") }
        guard pixels.rows == source.rows, pixels.columns == source.columns else {
            throw outcome(
                .attributeInvalid,
                "has \(pixels.rows) x \(pixels.columns) pixels; when it was scanned, \(source.rows) x \(source.columns)"
            )
        }
        guard max(pixels.rows, pixels.columns) <= limits.largestRowsOrColumns,
            pixels.rows * pixels.columns <= limits.mostPixels
        else {
            throw outcome(
                .limitExceeded,
                "has \(pixels.rows) x \(pixels.columns) pixels; the limit is \(limits.largestRowsOrColumns) rows or "
                    + "columns "
                    + "and \(limits.mostPixels) pixels")
        }
        guard (1...pixels.numberOfFrames).contains(source.frameNumber) else {
            throw outcome(
                .attributeInvalid, "has \(pixels.numberOfFrames) frames; frame \(source.frameNumber) is asked for")
        }
        if let obstacle = pixels.colourObstacle {
            throw outcome(obstacle.reason, "has \(obstacle.found); only grey is read")
        }
        if let obstacle = pixels.cellObstacle {
            throw outcome(
                obstacle.reason, "\(DICOMAttribute.bitsAllocated) is \(pixels.bitsAllocated); 8 and 16 are read")
        }
        return pixels
    }

    /// How stored values become Hounsfield units: by `rescale`, or where there is none by the modality LUT.
    ///
    /// An absent Rescale Type means HU (`Rescale.saysHounsfield`); a modality LUT must say so itself.
    ///
    /// **Throws** `.notHounsfield`. **Source** PS3.3 C.11.1.1.2 (types), C.8.2.1 (CT: HU unless said otherwise).
    func hounsfieldMapping(_ rescale: Rescale?, isSigned: Bool) throws(FileOutcome) -> HounsfieldMapping {
        guard let rescale else {
            if has(.modalityLUTSequence) { return .lut(try modalityLUT(isSigned: isSigned)) }
            throw outcome(
                .notHounsfield,
                "\(DICOMAttribute.rescaleSlope) or \(DICOMAttribute.rescaleIntercept) is absent or no number")
        }
        if let obstacle = rescale.hounsfieldObstacle {
            throw outcome(obstacle.reason, "its values are not Hounsfield units: \(obstacle.found)")
        }
        return .rescale(rescale)
    }

    /// The modality LUT, where its entries are Hounsfield units. **Throws** `.notHounsfield`.
    private func modalityLUT(isSigned: Bool) throws(FileOutcome) -> ModalityLUT {
        var status = CDICOMStatus.ok
        let type = DICOMLibrary.text { buffer, capacity in
            var length = 0
            status = cdicom_modality_lut_type(handle, buffer, capacity, &length)
            return length
        }
        guard status == .ok else {
            throw outcome(.notHounsfield, "\(DICOMAttribute.modalityLUTSequence): \(DICOMLibrary.explanation())")
        }
        guard type.contains(where: { $0 != " " && $0 != "\0" }), Rescale.saysHounsfield(type) else {
            let shown = printable(type.prefix(16))
            throw outcome(.notHounsfield, "\(DICOMAttribute.modalityLUTType) is \(shown), not HU")
        }
        var entries = [UInt16](repeating: 0, count: 65_536)
        var count: UInt32 = 0
        var first: Int32 = 0
        status = cdicom_modality_lut(handle, isSigned, &entries, entries.count, &count, &first)
        guard status == .ok else {
            throw outcome(.notHounsfield, "\(DICOMAttribute.modalityLUTSequence): \(DICOMLibrary.explanation())")
        }
        return ModalityLUT(firstStoredValue: Int(first), hounsfield: Array(entries.prefix(Int(count))))
    }
}

extension CDICOMHounsfieldRequest {
    /// The request for pixels of this description, with 8 or 16 bits allocated, all but the modality LUT's entries.
    init(_ pixels: PixelDescription, _ mapping: HounsfieldMapping, _ padding: PaddingTreatment) {
        self.init()
        rows = UInt16(clamping: pixels.rows)
        columns = UInt16(clamping: pixels.columns)
        number_of_frames = UInt32(clamping: pixels.numberOfFrames)
        bits_allocated = UInt16(clamping: pixels.bitsAllocated)
        bits_stored = UInt16(clamping: pixels.bitsStored)
        high_bit = UInt16(clamping: pixels.highBit)
        is_signed = pixels.isSigned
        padding_becomes_air = padding == .air
        pixels_become_mask = padding == .mask
        switch mapping {
        case .rescale(let rescale):
            rescale_slope = rescale.rescaleSlope
            rescale_intercept = rescale.rescaleIntercept
        case .lut(let table):
            lut_first = Int32(clamping: table.firstStoredValue)
            lut_count = UInt32(clamping: table.hounsfield.count)
        }
        if let value = pixels.pixelPaddingValue {
            let limit = pixels.pixelPaddingRangeLimit ?? value
            has_padding = true
            padding_smallest = Int32(clamping: min(value, limit))
            padding_largest = Int32(clamping: max(value, limit))
        }
    }
}
