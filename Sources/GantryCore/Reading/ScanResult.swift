/// What a scan found.
public struct ScanResult: Sendable, Equatable {
    /// Files that are DICOM objects with the four identifying UIDs, in the order of the request.
    public var instances: [SOPInstance]
    /// Files that are not, with the reason.
    public var outcomes: [FileOutcome]

    /// A result of these parts.
    public init(instances: [SOPInstance], outcomes: [FileOutcome]) {
        self.instances = instances
        self.outcomes = outcomes
    }
}
