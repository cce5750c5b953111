/// Attributes that all instances of a study share.
public struct StudyAttributes: Sendable, Hashable, Codable {
    /// (0008,0020), `YYYYMMDD`.
    public var studyDate: String?
    /// (0008,0030), `HHMMSS.FFFFFF` or shorter.
    public var studyTime: String?
    /// (0008,1030)
    public var studyDescription: String?
    /// (0008,0050)
    public var accessionNumber: String?

    /// A study of which nothing is known yet.
    public init() {}
}
