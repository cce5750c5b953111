import CDCMTKBridge
import GantryCore

/// Whether a file's pixels can become Hounsfield units here.
extension OpenedFile {
    /// The pixel module, where this is the file that `source` describes and its pixels are of a kind that is decoded.
    ///
    /// **Throws** `.attributeMissing`, `.attributeInvalid`, `.notCTImage`, `.contentUnsupported`, `.limitExceeded`.
    func decodable(_ source: SliceSource, limits: ReaderLimits) throws(FileOutcome) -> PixelDescription {
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
                "has \(pixels.rows) x \(pixels.columns) pixels; the limit is \(limits.largestRowsOrColumns) rows or columns "
                    + "and \(limits.mostPixels) pixels")
        }
        guard pixels.numberOfFrames == 1, source.frameNumber == 1 else {
            throw outcome(.contentUnsupported, "has \(pixels.numberOfFrames) frames; only single frames are read")
        }
        guard pixels.samplesPerPixel == 1, ["MONOCHROME1", "MONOCHROME2"].contains(pixels.photometricInterpretation)
        else {
            throw outcome(
                .contentUnsupported,
                "has \(pixels.samplesPerPixel) samples a pixel of \(pixels.photometricInterpretation); only grey is read"
            )
        }
        guard pixels.bitsAllocated == 8 || pixels.bitsAllocated == 16 else {
            throw outcome(
                .contentUnsupported, "\(DICOMAttribute.bitsAllocated) is \(pixels.bitsAllocated); 8 and 16 are read")
        }
        return pixels
    }

    /// The rescale, where it leads to Hounsfield units. An absent Rescale Type means HU.
    ///
    /// **Throws** `.notHounsfield`. **Source** PS3.3 C.11.1.1.2 (types), C.8.2.1 (CT: HU unless said otherwise).
    func hounsfieldRescale() throws(FileOutcome) -> Rescale {
        guard let rescale = rescale() else {
            let instead = has(.modalityLUTSequence) ? "; a Modality LUT stands in its place" : ""
            throw outcome(
                .notHounsfield,
                "\(DICOMAttribute.rescaleSlope) or \(DICOMAttribute.rescaleIntercept) is absent or no number\(instead)")
        }
        guard rescale.rescaleSlope != 0 else {
            throw outcome(.notHounsfield, "\(DICOMAttribute.rescaleSlope) is 0")
        }
        if let type = rescale.rescaleType, type != "HU" {
            throw outcome(.notHounsfield, "\(DICOMAttribute.rescaleType) is \(type), not HU")
        }
        return rescale
    }
}

extension GantryHounsfieldRequest {
    /// The request for pixels of this description, with 8 or 16 bits allocated.
    init(_ pixels: PixelDescription, _ rescale: Rescale, _ padding: PaddingTreatment) {
        self.init()
        rows = UInt16(clamping: pixels.rows)
        columns = UInt16(clamping: pixels.columns)
        bits_allocated = UInt16(clamping: pixels.bitsAllocated)
        bits_stored = UInt16(clamping: pixels.bitsStored)
        high_bit = UInt16(clamping: pixels.highBit)
        is_signed = pixels.isSigned
        padding_becomes_air = padding == .air
        rescale_slope = rescale.rescaleSlope
        rescale_intercept = rescale.rescaleIntercept
        if let value = pixels.pixelPaddingValue {
            let limit = pixels.pixelPaddingRangeLimit ?? value
            has_padding = true
            padding_smallest = Int32(clamping: min(value, limit))
            padding_largest = Int32(clamping: max(value, limit))
        }
    }
}
