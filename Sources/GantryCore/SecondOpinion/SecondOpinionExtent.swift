/// How many slices of the chosen stack a second reader reads as well: `reader.second-opinion`. Later is stronger.
public enum SecondOpinionExtent: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    /// None.
    case none
    /// The first, the middle and the last, and one in 32.
    case sample
    /// Every one.
    case all

    /// Distance of the slices of a sample.
    private static let sampleStride = 32

    /// Weaker is less.
    public static func < (left: SecondOpinionExtent, right: SecondOpinionExtent) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .none: 0
        case .sample: 1
        case .all: 2
        }
    }

    /// Which of `count` slices are read, in order: indices from 0.
    public func indices(of count: Int) -> [Int] {
        switch self {
        case .none: []
        case .all: Array(0..<max(count, 0))
        case .sample:
            (0..<max(count, 0)).filter {
                $0.isMultiple(of: Self.sampleStride) || $0 == count / 2 || $0 == count - 1
            }
        }
    }
}
