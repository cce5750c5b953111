import GantryCore

/// A picture or a slice that may be trained with.
public struct LabelledSample: Sendable, Hashable, Codable {
    /// A file's path below the folder, `train/00012` of an array file, or `SOPInstanceUID#frame`. No two samples have
    /// the same.
    public var name: String
    /// Index of its class.
    public var label: Int
    /// What must not be divided: the patient; the name itself where nothing is known.
    public var group: String
    /// Its study; nil where there is none.
    public var study: String?
    /// What it is for; nil where that is to be decided.
    public var side: DataSide?
    /// SHA-256 of the decoded pixels and their size, 64 lower-case hexadecimal digits; empty where it is not known.
    public var contentDigest: String

    /// A sample of these parts; a group of its own without `group`.
    public init(
        name: String, label: Int, group: String? = nil, study: String? = nil, side: DataSide? = nil,
        contentDigest: String = ""
    ) {
        self.name = name
        self.label = label
        self.group = group ?? name
        self.study = study
        self.side = side
        self.contentDigest = contentDigest
    }
}

extension LabelledSample {
    /// Whether it stands before another where samples are in order: by class, then name, as bytes.
    package func precedes(_ other: LabelledSample) -> Bool {
        label == other.label ? pathPrecedes(name, other.name) : label < other.label
    }
}
