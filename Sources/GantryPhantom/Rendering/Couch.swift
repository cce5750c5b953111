/// What the patient lies on.
public enum Couch: String, Sendable, Hashable, CaseIterable {
    /// A shallow trough, as most scanners have it.
    case curved
    /// A flat plate, as for radiotherapy.
    case flat
    /// A narrow, deep trough.
    case narrow

    var halfWidthMillimetres: Float {
        switch self {
        case .curved: 212
        case .flat: 265
        case .narrow: 165
        }
    }

    /// How steeply its sides rise: half the square of a distance from the middle over this is the height there.
    var radiusMillimetres: Float {
        switch self {
        case .curved: 1500
        case .flat: 1e9
        case .narrow: 700
        }
    }
}
