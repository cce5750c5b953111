import GantryCore

/// The modules of an image, read from an opened file.
extension OpenedFile {
    /// Basic Directory Storage, the SOP class of a DICOMDIR.
    private static var directorySOPClass: String { "1.2.840.10008.1.3.10" }

    /// Whether this is a DICOMDIR.
    var isDirectory: Bool {
        text(.mediaStorageSOPClassUID) == Self.directorySOPClass || has(.directoryRecordSequence)
    }

    /// The transfer syntax as the file declares it; where it declares none, the one that its data set is written in.
    ///
    /// **Throws** `.attributeInvalid`.
    func transferSyntax() throws(FileOutcome) -> TransferSyntax {
        if case .absent = value(.transferSyntaxUID) { return TransferSyntax(encoding) }
        return TransferSyntax(try requiredUID(.transferSyntaxUID).value)
    }

    /// The image pixel module; nil where the object has no image of integers.
    ///
    /// High Bit may be absent (it is then the one below Bits Stored), and Samples per Pixel (1). Number of Frames 0 is
    /// one frame: whether its pixels are there, decoding sees. Padding may be absent; where a CT image
    /// has it, it must be usable: what lies outside the circle would be taken for tissue or bone.
    ///
    /// **Throws** `.attributeMissing`, `.attributeInvalid`; `.contentUnsupported` where a CT holds floating point.
    /// **Source** PS3.3 C.7.6.3, C.7.6.24, C.7.5.1.1.2.
    func pixelDescription() throws(FileOutcome) -> PixelDescription? {
        let isIntegerImage = has(.bitsStored) || has(.pixelRepresentation)
        let isImage = has(.rows) || has(.columns) || isIntegerImage
        let mustBeImage = uid(.sopClassUID).map { SOPClass.isCT($0.value) } ?? false
        if !mustBeImage && (!isImage || !isIntegerImage) { return nil }
        // What is written as floating point has neither Bits Stored nor a sign.
        if !isIntegerImage,
            let floats = [DICOMAttribute.floatPixelData, .doubleFloatPixelData].first(where: { has($0) })
        {
            throw outcome(
                .contentUnsupported,
                "its values are floating point, in \(floats); read are integers in \(DICOMAttribute.pixelData)")
        }
        let bitsAllocated = try requiredInteger(.bitsAllocated, in: 1...64)
        let bitsStored = try requiredInteger(.bitsStored, in: 1...bitsAllocated)
        let highBit = try requiredInteger(
            .highBit, in: (bitsStored - 1)...(bitsAllocated - 1), absent: bitsStored - 1)
        let isSigned = try requiredInteger(.pixelRepresentation, in: 0...1) == 1
        guard let photometricInterpretation = text(.photometricInterpretation) else {
            throw outcome(.attributeMissing, "\(DICOMAttribute.photometricInterpretation) is absent or empty")
        }
        var pixels = PixelDescription(
            rows: try requiredInteger(.rows, in: 1...65535), columns: try requiredInteger(.columns, in: 1...65535),
            samplesPerPixel: try requiredInteger(.samplesPerPixel, in: 1...4, absent: 1), bitsAllocated: bitsAllocated,
            bitsStored: bitsStored, highBit: highBit, isSigned: isSigned,
            photometricInterpretation: photometricInterpretation,
            numberOfFrames: max(1, try requiredInteger(.numberOfFrames, in: 0...Int(Int32.max), absent: 1)))
        do throws(FileOutcome) {
            pixels.pixelPaddingValue = try padding(.pixelPaddingValue, isSigned: isSigned)
            pixels.pixelPaddingRangeLimit = try padding(.pixelPaddingRangeLimit, isSigned: isSigned)
        } catch {
            // What is never decoded needs no padding.
            if mustBeImage && pixels.cellObstacle == nil { throw error }
        }
        return pixels
    }

    /// Whether Number of Frames is 0.
    var saysNoFrames: Bool { integer(.numberOfFrames) == 0 }

    /// The bits of a cell that declared overlays lie in, as a mask: those of Overlay Bit Position where the overlay has
    /// no data of its own.
    ///
    /// **Source** PS3.3 C.9.2 (2004 and before for overlays in pixel data), PS3.5 8.1.2.
    func overlayBits() -> UInt16 {
        (0..<16 as Range<UInt16>).reduce(0) { bits, number in
            let group = 0x6000 + 2 * number
            guard !has(DICOMAttribute(group, 0x3000, "OverlayData")),
                let position = integer(DICOMAttribute(group, 0x0102, "OverlayBitPosition")),
                (0..<16).contains(position)
            else { return bits }
            return bits | 1 << UInt16(position)
        }
    }

    /// A padding attribute whose 16 bits are read with the sign of Pixel Representation, whatever sign its value
    /// representation gives them: 63536 in signed data is -2000. Nil where it is absent or empty.
    ///
    /// **Throws** `.attributeInvalid` where it is anything but one number of 16 bits.
    private func padding(_ attribute: DICOMAttribute, isSigned: Bool) throws(FileOutcome) -> Int? {
        if case .absent = value(attribute) { return nil }
        let pattern = UInt16(truncatingIfNeeded: try requiredInteger(attribute, in: -32768...65535))
        return isSigned ? Int(Int16(bitPattern: pattern)) : Int(pattern)
    }
}
