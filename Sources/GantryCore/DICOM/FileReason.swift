/// Why a file came to its end, as a code that programs can rely on.
public enum FileReason: String, Sendable, Hashable, Codable, CaseIterable {
    /// Scored.
    case scored
    /// Its series was not chosen; the series' decision says why.
    case seriesNotChosen
    /// The slice selection left it out (no lung in it).
    case sliceNotSelected
    /// The same SOP Instance UID was seen before.
    case duplicateInstance
    /// Another instance lies at the same position, and was kept.
    case supersededAtPosition
    /// It has no image, or is no CT image.
    case notCTImage
    /// A DICOMDIR.
    case directoryRecord
    /// A symbolic link: never followed.
    case symbolicLink
    /// A FIFO, socket or device.
    case notRegularFile
    /// Nothing is known to be wrong with it, but its study came to no verdict; the study's failure says why.
    case studyNotJudged

    /// It does not parse as DICOM at all.
    case notDICOM
    /// It could not be opened or read.
    case unreadable
    /// It begins as DICOM and ends before its data does, or its structure is broken.
    case damaged
    /// An attribute that is needed is absent or empty.
    case attributeMissing
    /// An attribute has a value that cannot be used.
    case attributeInvalid
    /// It names another patient than the other files of its study.
    case patientConflict
    /// It has the SOP Instance UID of another file of its study, and is another image: other pixels, place or rescale.
    case instanceConflict
    /// A copy of another file of its study, which is intact; this one is not.
    case damagedCopy
    /// Its transfer syntax cannot be decoded here.
    case transferSyntaxUnsupported
    /// Something else about it is beyond what this version reads (colour, several frames in a class of single ones).
    case contentUnsupported
    /// Pixel data is shorter than the attributes say, or does not decode completely.
    case pixelDataIncomplete
    /// The rescale is absent or does not lead to Hounsfield units.
    case notHounsfield
    /// A cap of the reader (size, pixels, nesting, memory) was exceeded.
    case limitExceeded
    /// The reader process died on it.
    case readerDied
    /// The reader process took too long on it.
    case readerTimedOut

    /// The end that goes with the reason.
    public var disposition: FileDisposition {
        switch self {
        case .scored: .scored
        case .seriesNotChosen, .sliceNotSelected, .duplicateInstance, .supersededAtPosition, .notCTImage,
            .directoryRecord, .symbolicLink, .notRegularFile, .studyNotJudged:
            .skipped
        case .notDICOM, .unreadable, .damaged, .attributeMissing, .attributeInvalid, .patientConflict,
            .instanceConflict, .damagedCopy, .transferSyntaxUnsupported, .contentUnsupported, .pixelDataIncomplete,
            .notHounsfield, .limitExceeded, .readerDied, .readerTimedOut:
            .rejected
        }
    }
}

/// The three ends a file can come to.
public enum FileDisposition: String, Sendable, Hashable, Codable, CaseIterable {
    /// Its pixels went through the network.
    case scored
    /// It is sound, and not what the pipeline looks at.
    case skipped
    /// Something is wrong with it.
    case rejected
}
