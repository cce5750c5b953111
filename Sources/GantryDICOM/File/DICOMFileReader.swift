import CDICOM
import GantryCore
import GantryGround

/// Reads one DICOM file at a time: its header, its pixels as Hounsfield units, or a digest of its pixels.
///
/// It parses in the calling process, so it belongs into the reader child. Calls block. `openPath` is what is opened
/// (often `/proc/self/fd/N`), `file` the name in messages. Several threads may call at once.
package struct DICOMFileReader: Sendable {
    private let limits: ReaderLimits

    /// A reader with these limits. **Throws** `.libraryFailed`.
    package init(limits: ReaderLimits = ReaderLimits()) throws(DICOMLibraryFault) {
        try DICOMLibrary.start()
        self.limits = limits
    }

    /// The instance as its header describes it, read up to Pixel Data.
    ///
    /// An absent preamble or meta header is tolerated where the library recognises the data set, odd value
    /// representations where the value still has the attribute's form. Attributes that are not required and cannot be
    /// used are absent.
    ///
    /// A file that is written otherwise than it declares is read as it is.
    ///
    /// **Throws** `.unreadable`, `.notRegularFile`, `.limitExceeded`, `.notDICOM`, `.damaged`, `.directoryRecord`,
    /// `.attributeMissing`, `.attributeInvalid`.
    package func header(openPath: String, file: String) throws(FileOutcome) -> SOPInstance {
        try header(of: open(openPath, file: file))
    }

    /// Opens a file, to be read once or several times. **Throws** what `header` throws for a file's structure.
    func open(_ openPath: String, file: String) throws(FileOutcome) -> OpenedFile {
        try OpenedFile(openPath, file: file, limits: limits)
    }

    /// The same of a file that is open.
    func header(of opened: borrowing OpenedFile) throws(FileOutcome) -> SOPInstance {
        if opened.isDirectory { throw opened.outcome(.directoryRecord, "is a DICOMDIR") }
        if !opened.hasPreamble && !opened.has(.sopClassUID) && !opened.has(.sopInstanceUID) {
            throw opened.outcome(.notDICOM, "has neither a DICOM preamble nor a SOP Class or Instance UID")
        }
        var instance = SOPInstance(
            file: opened.file,
            sopInstanceUID: try opened.requiredUID(.sopInstanceUID),
            sopClassUID: try opened.requiredUID(.sopClassUID),
            studyInstanceUID: try opened.requiredUID(.studyInstanceUID),
            seriesInstanceUID: try opened.requiredUID(.seriesInstanceUID),
            transferSyntax: try opened.transferSyntax())
        instance.pixels = try opened.pixelDescription()
        instance.frames = try opened.frames(instance.pixels, limits: limits)
        instance.window = opened.window()
        opened.describe(&instance)
        opened.describeFirstFrame(&instance)
        return instance
    }

    /// Decodes the frame that `source` names into `pixels`, rows x columns Hounsfield units row by row, rounded to the
    /// nearest (ties to even) and clamped to Int16. MONOCHROME1 makes no difference: it says how values are shown.
    ///
    /// Every value comes from the file, or the call throws; `pixels` means nothing then.
    ///
    /// **Throws** what `header` throws for the whole file; `.notCTImage`, `.contentUnsupported`, `.notHounsfield`,
    /// `.transferSyntaxUnsupported`, `.pixelDataIncomplete`; `.attributeInvalid` where the file is not the one that
    /// `source` describes. **Source** PS3.3 C.7.6.3, C.11.1, C.7.5.1.1.2, C.7.6.3.1.2.
    package func decode(
        openPath: String, source: SliceSource, padding: PaddingTreatment, into pixels: UnsafeMutableBufferPointer<Int16>
    ) throws(FileOutcome) -> DecodedSlice {
        let facts = try decode(
            open(openPath, file: source.file), FrameAddress(source), padding: padding, into: pixels)
        return DecodedSlice(source: source, facts)
    }

    /// The same of a file that is open.
    func decode(
        _ opened: borrowing OpenedFile, _ source: FrameAddress, padding: PaddingTreatment,
        into pixels: UnsafeMutableBufferPointer<Int16>
    ) throws(FileOutcome) -> SliceFacts {
        let description = try opened.decodable(source, limits: limits)
        let mapping = try opened.hounsfieldMapping(
            opened.rescale(ofFrame: source.frameNumber), isSigned: description.isSigned)
        let transferSyntax = try opened.transferSyntax()
        if let obstacle = transferSyntax.decodingObstacle { throw opened.outcome(obstacle.reason, obstacle.found) }
        guard let base = pixels.baseAddress, pixels.count >= source.rows * source.columns else {
            throw opened.outcome(.limitExceeded, "the slice is larger than the space given for it")
        }
        var request = CDICOMHounsfieldRequest(description, mapping, padding)
        request.overlay_bits = opened.overlayBits()
        var facts = CDICOMHounsfieldFacts()
        let frame = UInt32(clamping: source.frameNumber - 1)
        let status = mapping.withTable { table in
            request.lut = table
            return cdicom_decode_hounsfield(
                opened.handle, transferSyntax.uid, frame, &request, base, pixels.count, &facts)
        }
        guard status == .ok else { throw opened.outcome(of: status) }
        let hasValues = Int(facts.padding_pixels) < source.rows * source.columns
        let hasPadding = facts.padding_pixels > 0 && facts.smallest_padding_hu <= facts.largest_padding_hu
        return SliceFacts(
            clampedPixels: Int(facts.clamped_pixels), paddingPixels: Int(facts.padding_pixels),
            paddingHU: hasPadding ? Int(facts.smallest_padding_hu)...Int(facts.largest_padding_hu) : nil,
            smallestHU: hasValues ? Int(facts.smallest_hu) : nil, largestHU: hasValues ? Int(facts.largest_hu) : nil,
            trailingBytes: Int(clamping: facts.trailing_bytes),
            remarks: opened.remarks(onFrame: source.frameNumber, facts))
    }

    /// SHA-256 of the encoded pixel data: native bytes in little-endian order, or the fragments' bytes without the
    /// offset table.
    ///
    /// No other attribute has influence but one: where padding is declared that is no stored value, what its pixels are
    /// worked out as changed after version 0.4.0, and such content is another.
    ///
    /// **Throws** `.unreadable`, `.notRegularFile`, `.limitExceeded`, `.notDICOM`, `.damaged`, `.pixelDataIncomplete`.
    package func encodedPixelDigest(openPath: String, file: String) throws(FileOutcome) -> [UInt8] {
        try encodedPixelDigest(of: open(openPath, file: file))
    }

    /// The same of a file that is open, for the first time.
    func encodedPixelDigest(of opened: borrowing OpenedFile) throws(FileOutcome) -> [UInt8] {
        var digest = SHA256()
        if let pixels = try? opened.pixelDescription(), pixels.hasPaddingBeyondStoredValues {
            digest.update("padding is compared with cells\n".utf8)
        }
        var chunk = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            var count = 0
            let capacity = chunk.count
            let status = chunk.withUnsafeMutableBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return CDICOMStatus.internal }
                return cdicom_encoded_pixels_next(opened.handle, base, capacity, &count)
            }
            guard status == .ok else { throw opened.outcome(of: status) }
            if count == 0 { return digest.finalize() }
            chunk.withUnsafeBytes { digest.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
    }
}
