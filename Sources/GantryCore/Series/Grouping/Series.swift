/// The instances of one Series Instance UID within one study, in the order they were found.
public struct Series: Sendable, Equatable {
    /// (0020,000E)
    public var seriesInstanceUID: UID
    /// At least one instance; no SOP Instance UID twice.
    public var instances: [SOPInstance]

    /// A series of these instances.
    public init(seriesInstanceUID: UID, instances: [SOPInstance]) {
        self.seriesInstanceUID = seriesInstanceUID
        self.instances = instances
    }
}
