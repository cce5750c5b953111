extension FileReason {
    /// What is to be said of `count` files of this reason, as a clause that goes on from their number: `names another
    /// patient`, `name another patient`.
    package func clause(_ count: Int) -> String {
        let isOne = count == 1
        switch self {
        case .scored: return isOne ? "was scored" : "were scored"
        case .seriesNotChosen:
            return isOne ? "is of a series that was not chosen" : "are of series that were not chosen"
        case .sliceNotSelected: return isOne ? "shows too little lung" : "show too little lung"
        case .duplicateInstance: return isOne ? "is a copy of another one" : "are copies of other ones"
        case .supersededAtPosition: return (isOne ? "lies" : "lie") + " where another image was kept"
        case .notCTImage: return isOne ? "is no CT image" : "are no CT images"
        case .directoryRecord: return isOne ? "is a table of contents (DICOMDIR)" : "are tables of contents (DICOMDIR)"
        case .symbolicLink: return isOne ? "is a symbolic link" : "are symbolic links"
        case .notRegularFile: return isOne ? "is no regular file" : "are no regular files"
        case .studyNotJudged: return (isOne ? "is" : "are") + " of a study without a verdict"
        case .notDICOM: return isOne ? "is no DICOM file" : "are no DICOM files"
        case .unreadable: return "could not be opened or read"
        case .damaged: return (isOne ? "is" : "are") + " damaged or cut short"
        case .attributeMissing: return (isOne ? "lacks" : "lack") + " an attribute that is needed"
        case .attributeInvalid: return (isOne ? "has" : "have") + " an attribute with an unusable value"
        case .patientConflict: return (isOne ? "names" : "name") + " another patient"
        case .instanceConflict:
            return isOne
                ? "has the identifier of another file and is another image"
                : "have the identifiers of other files and are other images"
        case .damagedCopy: return isOne ? "is a damaged copy of an intact one" : "are damaged copies of intact ones"
        case .transferSyntaxUnsupported: return (isOne ? "is" : "are") + " compressed in a way that is not supported"
        case .contentUnsupported: return (isOne ? "has" : "have") + " content that is not supported"
        case .pixelDataIncomplete: return (isOne ? "has" : "have") + " incomplete pixel data"
        case .notHounsfield: return (isOne ? "has" : "have") + " values that are no Hounsfield units"
        case .limitExceeded: return (isOne ? "is" : "are") + " larger than the reader's limits allow"
        case .readerDied: return "made the reading program stop"
        case .readerTimedOut: return "took too long to read"
        }
    }
}
