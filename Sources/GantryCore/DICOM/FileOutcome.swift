/// What became of one input file. Every file seen has exactly one outcome, so the totals add up.
///
/// It is an error too: reading one file throws the end that the file came to.
public struct FileOutcome: Error, Sendable, Hashable {
    /// Path below the folder that was given.
    public var file: String
    /// Why; `.scored` for a scored file.
    public var reason: FileReason
    /// A sentence for a person: which attribute, what was found, what was expected. No patient identity.
    public var detail: String

    /// The outcome of a file.
    public init(file: String, reason: FileReason, detail: String) {
        self.file = file
        self.reason = reason
        self.detail = detail
    }

    /// The end that goes with the reason.
    public var disposition: FileDisposition { reason.disposition }
}

/// Written with its disposition, for whoever reads the JSON; read without it, since it follows from the reason.
extension FileOutcome: Codable {
    private enum CodingKeys: String, CodingKey {
        case file, disposition, reason, detail
    }

    /// The outcome that was written. **Throws** `DecodingError`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            file: try container.decode(String.self, forKey: .file),
            reason: try container.decode(FileReason.self, forKey: .reason),
            detail: try container.decode(String.self, forKey: .detail))
    }

    /// Writes the outcome and its disposition.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(file, forKey: .file)
        try container.encode(disposition, forKey: .disposition)
        try container.encode(reason, forKey: .reason)
        try container.encode(detail, forKey: .detail)
    }
}

extension FileOutcome {
    /// Whether this rejected file may have been a slice of its study: its header could not be read or names somebody
    /// else, or another image has its UID, so nobody knows, and its name does not say that it is no image.
    public var mayBeSlice: Bool {
        switch reason {
        case .unreadable, .damaged, .patientConflict, .instanceConflict, .limitExceeded, .readerDied,
            .readerTimedOut:
            true
        case .notDICOM: hasNameOfImage
        default: false
        }
    }

    /// Whether this file, which a scan made no instance of, may have been a slice of a study beside it: as
    /// `mayBeSlice`, and where its header ends before, or spoils, what says whose it is or what its image is.
    public var mayBeUnreadSlice: Bool {
        switch reason {
        case .attributeMissing, .attributeInvalid, .contentUnsupported: hasNameOfImage
        default: mayBeSlice
        }
    }

    /// Whether the name is one that image files have, or has no ending.
    private var hasNameOfImage: Bool {
        let name = RelativePath.name(of: file)
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return true }
        let ending = name[name.index(after: dot)...].lowercased()
        return ["dcm", "dicom", "dic", "ima", "img"].contains(ending) || ending.allSatisfy { ("0"..."9").contains($0) }
    }
}
