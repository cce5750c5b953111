import GantryCore

/// Reads one slice with both readers and holds what they read against each other; in the child.
///
/// What our own reader reads is asked first: DCMTK sees only files whose structure has been found sound.
struct SecondOpinionWitness {
    let reader: DICOMFileReader
    /// What is opened: `/proc/self/fd/N` of a file that stays open meanwhile.
    let path: String
    let address: FrameAddress

    /// Transfer syntaxes whose pixels both readers have from DCMTK's JPEG decoder.
    private static let sharedDecoders: Set<TransferSyntax> = [
        .jpegBaseline, .jpegExtended, .jpegSpectralSelection, .jpegProgressive,
    ]

    /// The opinion. **Throws** where our own reader does not read the slice.
    func opinion() throws(FileOutcome) -> SliceOpinion {
        let opened = try reader.open(path, file: address.file)
        let instance = try reader.header(of: opened)
        var pixels = [Int16](repeating: 0, count: max(0, address.rows) * max(0, address.columns))
        _ = try pixels.withUnsafeMutableBufferPointer { (buffer) throws(FileOutcome) in
            try reader.decode(opened, address, padding: .air, into: buffer)
        }
        var opinion = SliceOpinion(
            sopInstanceUID: address.sopInstanceUID, frameNumber: address.frameNumber, compared: .nothing)
        let theirs: LoadedByDCMTK
        do {
            theirs = try LoadedByDCMTK(path)
        } catch {
            opinion.remark = error.sentence
            return opinion
        }
        guard theirs.sopInstanceUID == address.sopInstanceUID.value else {
            opinion.remark = "DCMTK does not find the SOP Instance UID of this image"
            return opinion
        }
        opinion.compared = .attributes
        var comparison = AttributeComparison(theirs: theirs, frame: UInt32(clamping: address.frameNumber - 1))
        comparison.compare(instance, frameNumber: address.frameNumber)
        opinion.differences = comparison.differences
        opinion.unreadAttributes = comparison.unread
        opinion.add(comparison.unread.isEmpty ? nil : "DCMTK reads no \(comparison.unread.joined(separator: ", "))")
        guard !Self.sharedDecoders.contains(instance.transferSyntax) else {
            opinion.add(
                "\(instance.transferSyntax.name) has one decoder in both readers (DCMTK's), so its pixels "
                    + "have no independent witness")
            return opinion
        }
        switch theirs.compare(pixels, frame: comparison.frame) {
        case .success(let result):
            opinion.compared = .pixels
            if result.differing > 0 {
                let (row, column) = (Int(result.first) / address.columns, Int(result.first) % address.columns)
                opinion.differences.append(
                    SliceOpinion.Difference(
                        attribute: "HounsfieldValue", ours: "\(result.ours) HU",
                        theirs: "\(result.theirs) HU (row \(row + 1), column \(column + 1); \(result.differing) of "
                            + "\(pixels.count) pixels differ)"))
            }
        case .failure(let refusal): opinion.add(refusal.sentence)
        }
        return opinion
    }
}

extension SliceOpinion {
    /// Adds to what is remarked already: one thing that was not compared does not hide another.
    fileprivate mutating func add(_ sentence: String?) {
        let sentences = [remark, sentence].compactMap(\.self)
        remark = sentences.isEmpty ? nil : sentences.joined(separator: "; ")
    }
}
