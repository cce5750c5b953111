import GantryCore

/// In which order an epoch meets the training samples.
///
/// The order depends on what the samples are, not on the order in which they are given: it begins with their canonical
/// one, by class, then name, as bytes.
public struct BatchOrder: Sendable {
    /// How an epoch goes through the samples.
    public enum Sampling: String, Hashable, Sendable, Codable, CaseIterable {
        /// Each once, by class, then name, as bytes; every epoch the same.
        case inOrder
        /// Each once, in an order of the epoch's own.
        case shuffled
        /// As many as there are, of each class equally many: of a large class some are left out, of a small one some
        /// come several times. What a class cannot give equally goes to classes drawn by lot, so that the expectation
        /// is the same.
        case balanced
    }

    /// How an epoch goes through the samples.
    public let sampling: Sampling
    private let seed: UInt64
    /// Indices of the samples of each class that has any, by name.
    private let members: [[Int]]

    /// The order of samples of these labels and names. Two samples of one name and class keep the order they have.
    public init(labels: [Int], names: [String], sampling: Sampling, seed: UInt64) {
        precondition(labels.count == names.count, "each sample has a label and a name")
        self.sampling = sampling
        self.seed = seed
        let order = labels.indices.sorted { first, second in
            if labels[first] != labels[second] { return labels[first] < labels[second] }
            if pathPrecedes(names[first], names[second]) { return true }
            return !pathPrecedes(names[second], names[first]) && first < second
        }
        var members: [[Int]] = []
        for index in order {
            if let last = members.last?.last, labels[last] == labels[index] {
                members[members.count - 1].append(index)
            } else {
                members.append([index])
            }
        }
        self.members = members
    }

    /// Samples an epoch has.
    public var count: Int { members.reduce(0) { $0 + $1.count } }

    /// Indices of the samples in the order of an epoch, which counts from 1.
    public func order(ofEpoch epoch: Int) -> [Int] {
        let taken = sampling == .balanced ? balanced(epoch) : members.flatMap { $0 }
        guard sampling != .inOrder else { return taken }
        var random = CounterRandom(seed: seed, epoch: epoch, purpose: .order)
        return random.permutation(taken.count).map { taken[$0] }
    }

    /// The same cut into batches of `size`; the last may be smaller.
    public func batches(ofEpoch epoch: Int, size: Int) -> [[Int]] {
        precondition(size > 0, "a batch has a sample")
        let order = order(ofEpoch: epoch)
        return stride(from: 0, to: order.count, by: size).map { Array(order[$0..<min($0 + size, order.count)]) }
    }

    /// An equal share of each class: whole rounds through it, and a part of one in random order.
    private func balanced(_ epoch: Int) -> [Int] {
        guard !members.isEmpty else { return [] }
        var lots = CounterRandom(seed: seed, epoch: epoch, purpose: .balancing)
        let favoured = Set(lots.permutation(members.count).prefix(count % members.count))
        var taken: [Int] = []
        for (rank, members) in members.enumerated() {
            var share = count / self.members.count + (favoured.contains(rank) ? 1 : 0)
            var random = CounterRandom(seed: seed, epoch: epoch, sample: rank + 1, purpose: .balancing)
            while share > 0 {
                taken += random.permutation(members.count).prefix(share).map { members[$0] }
                share -= min(share, members.count)
            }
        }
        return taken
    }
}
