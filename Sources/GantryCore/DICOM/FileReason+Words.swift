extension FileReason {
    /// The code in words for a person: `slice not selected`.
    package var words: String {
        switch self {
        case .notDICOM: return "not DICOM"
        case .notCTImage: return "not a CT image"
        case .directoryRecord: return "DICOMDIR"
        case .attributeMissing: return "attribute missing or unusable"
        case .attributeInvalid: return "attribute unusable"
        case .notHounsfield: return "no Hounsfield units"
        default: break
        }
        var words = ""
        for character in rawValue {
            if character.isUppercase { words += " " }
            words.append(character)
        }
        return words.lowercased()
    }

    /// What is said of so many rejected files: `20 name another patient`.
    package func clause(_ count: Int) -> String {
        let isOne = count == 1
        let words =
            switch self {
            case .notDICOM: isOne ? "is no DICOM file" : "are no DICOM files"
            case .unreadable: "could not be opened or read"
            case .damaged: isOne ? "is damaged or cut short" : "are damaged or cut short"
            case .attributeMissing: isOne ? "lacks an attribute that is needed" : "lack an attribute that is needed"
            case .attributeInvalid:
                isOne ? "has an attribute with an unusable value" : "have an attribute with an unusable value"
            case .patientConflict: isOne ? "names another patient" : "name another patient"
            case .transferSyntaxUnsupported:
                isOne ? "has a transfer syntax that is not read" : "have a transfer syntax that is not read"
            case .contentUnsupported: isOne ? "holds an image that is not read" : "hold images that are not read"
            case .pixelDataIncomplete: isOne ? "has incomplete pixel data" : "have incomplete pixel data"
            case .notHounsfield: isOne ? "has no Hounsfield units" : "have no Hounsfield units"
            case .limitExceeded: isOne ? "exceeds a limit of the reader" : "exceed a limit of the reader"
            case .readerDied: "made the reader end"
            case .readerTimedOut: "took the reader too long"
            default: words
            }
        return "\(count) \(words)"
    }
}

extension FileOutcome {
    /// The reason in words. A hidden file is called what it is: nobody has looked whether it is an image.
    package var reasonInWords: String { reason == .notCTImage && isHidden ? "hidden" : reason.words }

    /// Whether the name, of a file or a folder, begins with a dot.
    private var isHidden: Bool {
        let path = file.hasSuffix("/") ? file.dropLast() : file[...]
        return (path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path).hasPrefix(".")
    }
}
