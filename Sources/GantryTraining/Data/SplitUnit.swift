import GantryCore
import GantryGround

/// Samples that must not be divided, on their way to a side.
struct SplitUnit {
    /// Indices of the samples.
    let members: [Int]
    /// Samples of each class.
    let counts: [Int]
    /// By what its turn is decided.
    let turn: [UInt8]
    /// Decides between two of the same turn.
    let name: String

    /// The unit of the samples of these indices.
    init(_ members: [Int], of samples: [LabelledSample], classes: Int, seed: UInt64) {
        self.members = members
        var counts = [Int](repeating: 0, count: classes)
        for index in members { counts[samples[index].label] += 1 }
        self.counts = counts
        let groups = members.map { samples[$0].group }
        name = groups.min(by: pathPrecedes) ?? ""
        turn = SHA256.hash(Array("\(seed)/\(name)".utf8))
    }

    /// Samples of any class.
    var count: Int { members.count }

    /// Whether its turn is before another's.
    func precedes(_ other: SplitUnit) -> Bool {
        turn == other.turn ? pathPrecedes(name, other.name) : turn.lexicographicallyPrecedes(other.turn)
    }
}
