/// What the kept one of several images at a position is ahead in.
public enum KeptBy: String, Sendable, Hashable, Codable, CaseIterable {
    /// Acquisition date and time.
    case acquisitionTime
    /// Acquisition Number; the times are the same.
    case acquisitionNumber
    /// Instance Number; times and Acquisition Numbers are the same. It says nothing about time.
    case instanceNumber
    /// SOP Instance UID: nothing else tells the images apart.
    case sopInstanceUID

    /// `later acquisition time`.
    public var words: String {
        switch self {
        case .acquisitionTime: "later acquisition time"
        case .acquisitionNumber: "higher Acquisition Number"
        case .instanceNumber: "higher Instance Number"
        case .sopInstanceUID: "higher SOP Instance UID, since nothing else tells them apart"
        }
    }
}
