/// What a second reader says of one slice that the first has read.
public struct SliceOpinion: Sendable, Hashable, Codable {
    /// (0008,0018)
    public var sopInstanceUID: UID
    /// Frame within the instance, from 1.
    public var frameNumber: Int
    /// What was held against each other.
    public var compared: Comparison
    /// Keywords of attributes that the second reader could not read, which were therefore not compared.
    public var unreadAttributes: [String]
    /// Why not everything was, a sentence; nil where everything was.
    public var remark: String?
    /// What the two read differently; empty where they agree.
    public var differences: [Difference]

    /// An opinion on a slice.
    public init(
        sopInstanceUID: UID, frameNumber: Int, compared: Comparison, unreadAttributes: [String] = [],
        remark: String? = nil, differences: [Difference] = []
    ) {
        self.sopInstanceUID = sopInstanceUID
        self.frameNumber = frameNumber
        self.compared = compared
        self.unreadAttributes = unreadAttributes
        self.remark = remark
        self.differences = differences
    }

    /// An opinion as it was kept.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        sopInstanceUID = try values.decode(UID.self, forKey: .sopInstanceUID)
        frameNumber = try values.decode(Int.self, forKey: .frameNumber)
        compared = try values.decode(Comparison.self, forKey: .compared)
        // Opinions that were kept before this was said do not have it.
        unreadAttributes = try values.decodeIfPresent([String].self, forKey: .unreadAttributes) ?? []
        remark = try values.decodeIfPresent(String.self, forKey: .remark)
        differences = try values.decode([Difference].self, forKey: .differences)
    }

    /// How much of a slice two readers were compared in, but for `unreadAttributes`.
    public enum Comparison: String, Sendable, Hashable, Codable {
        /// Attributes and the Hounsfield value of every pixel.
        case pixels
        /// Attributes only.
        case attributes
        /// Nothing: the second reader refused, died or took too long.
        case nothing
    }

    /// One thing that two readers read differently.
    public struct Difference: Sendable, Hashable, Codable {
        /// The attribute's keyword, or `HounsfieldValue`.
        public var attribute: String
        /// What Gantry's own reader reads.
        public var ours: String
        /// What the second reader reads.
        public var theirs: String

        /// A difference.
        public init(attribute: String, ours: String, theirs: String) {
            self.attribute = attribute
            self.ours = ours
            self.theirs = theirs
        }
    }

    /// No opinion, for this reason.
    public static func missing(on slice: SliceSource, because remark: String) -> SliceOpinion {
        SliceOpinion(
            sopInstanceUID: slice.sopInstanceUID, frameNumber: slice.frameNumber, compared: .nothing, remark: remark)
    }

    /// Whether this is about that slice.
    public func isOn(_ slice: SliceSource) -> Bool {
        sopInstanceUID == slice.sopInstanceUID && frameNumber == slice.frameNumber
    }
}
