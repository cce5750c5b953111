import GantryCore

/// A slice that may become a key picture.
struct PictureCandidate: Sendable, Equatable {
    /// Index in slice order.
    var index: Int
    /// Probability of the positive class.
    var probability: Double
    /// Rows of the picture.
    var rows: Int
    /// Columns of the picture.
    var columns: Int
    /// The slice itself, row by row: what its picture and its map are made of.
    var hounsfield: [Int16]
}

/// The few slices of highest probability seen so far; among equals those that come first in slice order. The order in
/// which they are offered has no influence.
struct BestSlices: Sendable {
    /// Highest probability first; never more than the count.
    private(set) var candidates: [PictureCandidate] = []
    private let count: Int

    /// None seen so far; `count` are kept.
    init(count: Int) { self.count = max(0, count) }

    /// Keeps `candidate` where it is among the best.
    mutating func offer(_ candidate: PictureCandidate) {
        let place = candidates.firstIndex { Self.precedes(candidate, $0) } ?? candidates.count
        guard place < count else { return }
        candidates.insert(candidate, at: place)
        if candidates.count > count { candidates.removeLast() }
    }

    private static func precedes(_ one: PictureCandidate, _ other: PictureCandidate) -> Bool {
        one.probability != other.probability ? one.probability > other.probability : one.index < other.index
    }
}
