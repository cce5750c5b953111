/// Attributes that all instances of a series share.
public struct SeriesAttributes: Sendable, Hashable, Codable {
    /// (0008,0060)
    public var modality: String?
    /// (0020,0011)
    public var seriesNumber: Int?
    /// (0008,103E)
    public var seriesDescription: String?
    /// (0018,1030)
    public var protocolName: String?
    /// (0018,0015)
    public var bodyPartExamined: String?
    /// (0008,2218), the meanings of its codes; nil where there is none.
    public var anatomicRegions: [String]?
    /// (0018,1210), the first value.
    public var convolutionKernel: String?
    /// (0018,5100)
    public var patientPosition: String?
    /// (0018,0060)
    public var kilovoltPeak: Double?
    /// (0008,0070)
    public var manufacturer: String?
    /// (0008,1090)
    public var manufacturerModelName: String?

    /// A series of which nothing is known yet.
    public init() {}
}
