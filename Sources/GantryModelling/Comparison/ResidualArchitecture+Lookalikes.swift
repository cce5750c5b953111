import GantryCore

extension ResidualArchitecture {
    /// Networks of the very same tensors that compute something else, each with the option that says so.
    package var lookalikes: [(architecture: Self, option: String)] {
        var found: [(architecture: Self, option: String)] = []
        func add(_ option: String, _ change: (inout Self) -> Void) {
            var other = self
            change(&other)
            if !other.isEquivalent(to: self) { found.append((other, option)) }
        }
        for position in StridePosition.allCases where hasStridedBottlenecks {
            add("--stride \(position.rawValue)") { $0.stridePosition = position }
        }
        for pool in StemPool.allCases { add("--stem-pool \(pool.rawValue)") { $0.stemPool = pool } }
        for stride in 1...2 { add("--stem-stride \(stride)") { $0.stemStride = stride } }
        for padding in Padding.allCases { add("--padding \(padding.rawValue)") { $0.padding = padding } }
        for order in ActivationOrder.allCases {
            add("--activation-order \(order.rawValue)") { $0.activationOrder = order }
        }
        // PyTorch's, and the one that TensorFlow's networks mostly have.
        for epsilon in [1e-5, 1e-3] { add("--batch-norm-epsilon \(epsilon)") { $0.batchNormEpsilon = epsilon } }
        return found
    }
}
