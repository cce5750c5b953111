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
