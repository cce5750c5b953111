extension FileReason {
    /// The code in words for a person: `slice not selected`.
    package var words: String { wording.words }

    /// The reason as a heading over its files, or beside one slice: `Slice left out by the slice selection`.
    package var heading: String { wording.heading }

    /// What is to be said of `count` files of this reason, as a clause that goes on from their number: `names another
    /// patient`, `name another patient`.
    package func clause(_ count: Int) -> String { count == 1 ? wording.one : wording.many }

    /// How one reason is said, wherever it is said.
    private struct Wording {
        let words: String
        let heading: String
        /// A clause on one file, and on several.
        let one: String
        let many: String

        init(_ words: String, heading: String, one: String, many: String) {
            self.words = words
            self.heading = heading
            self.one = one
            self.many = many
        }
    }

    private var wording: Wording {
        switch self {
        case .scored:
            Wording("scored", heading: "Scored by the network", one: "was scored", many: "were scored")
        case .seriesNotChosen:
            Wording(
                "series not chosen", heading: "In a series that was not chosen",
                one: "is of a series that was not chosen", many: "are of series that were not chosen")
        case .sliceNotSelected:
            Wording(
                "slice not selected", heading: "Slice left out by the slice selection",
                one: "shows too little lung", many: "show too little lung")
        case .duplicateInstance:
            Wording(
                "duplicate instance", heading: "Duplicate of an instance already seen",
                one: "is a copy of another one", many: "are copies of other ones")
        case .supersededAtPosition:
            Wording(
                "superseded at position", heading: "Another image at its position was kept",
                one: "lies where another image was kept", many: "lie where another image was kept")
        case .notCTImage:
            Wording("not a CT image", heading: "Not a CT image", one: "is no CT image", many: "are no CT images")
        case .directoryRecord:
            Wording(
                "DICOMDIR", heading: "DICOMDIR",
                one: "is a table of contents (DICOMDIR)", many: "are tables of contents (DICOMDIR)")
        case .symbolicLink:
            Wording(
                "symbolic link", heading: "Symbolic link, not followed",
                one: "is a symbolic link", many: "are symbolic links")
        case .notRegularFile:
            Wording(
                "not regular file", heading: "Not a regular file",
                one: "is no regular file", many: "are no regular files")
        case .studyNotJudged:
            Wording(
                "study not judged", heading: "Its study came to no verdict",
                one: "is of a study without a verdict", many: "are of a study without a verdict")
        case .notDICOM:
            Wording("not DICOM", heading: "Not a DICOM file", one: "is no DICOM file", many: "are no DICOM files")
        case .unreadable:
            Wording(
                "unreadable", heading: "Could not be opened or read",
                one: "could not be opened or read", many: "could not be opened or read")
        case .damaged:
            Wording(
                "damaged", heading: "Damaged or cut short",
                one: "is damaged or cut short", many: "are damaged or cut short")
        case .attributeMissing:
            Wording(
                "attribute missing or unusable", heading: "A needed attribute is missing",
                one: "lacks an attribute that is needed", many: "lack an attribute that is needed")
        case .attributeInvalid:
            Wording(
                "attribute unusable", heading: "An attribute has an unusable value",
                one: "has an attribute with an unusable value", many: "have an attribute with an unusable value")
        case .patientConflict:
            Wording(
                "patient conflict", heading: "Names another patient than the study does",
                one: "names another patient", many: "name another patient")
        case .instanceConflict:
            Wording(
                "instance conflict", heading: "Another image under the same identifier",
                one: "has the identifier of another file and is another image",
                many: "have the identifiers of other files and are other images")
        case .damagedCopy:
            Wording(
                "damaged copy", heading: "Damaged copy of an intact file",
                one: "is a damaged copy of an intact one", many: "are damaged copies of intact ones")
        case .transferSyntaxUnsupported:
            Wording(
                "transfer syntax unsupported", heading: "Transfer syntax not supported",
                one: "is compressed in a way that is not supported",
                many: "are compressed in a way that is not supported")
        case .contentUnsupported:
            Wording(
                "content unsupported", heading: "Content not supported",
                one: "has content that is not supported", many: "have content that is not supported")
        case .pixelDataIncomplete:
            Wording(
                "pixel data incomplete", heading: "Pixel data incomplete",
                one: "has incomplete pixel data", many: "have incomplete pixel data")
        case .notHounsfield:
            Wording(
                "no Hounsfield units", heading: "Values are not Hounsfield units",
                one: "has values that are no Hounsfield units", many: "have values that are no Hounsfield units")
        case .limitExceeded:
            Wording(
                "limit exceeded", heading: "Larger than the reader's limits allow",
                one: "is larger than the reader's limits allow", many: "are larger than the reader's limits allow")
        case .readerDied:
            Wording(
                "reader died", heading: "Made the reading program stop",
                one: "made the reading program stop", many: "made the reading program stop")
        case .readerTimedOut:
            Wording(
                "reader timed out", heading: "Took too long to read",
                one: "took too long to read", many: "took too long to read")
        }
    }
}
