/// How much an error on each class counts.
public enum ClassWeights: String, Hashable, Sendable, Codable, CaseIterable {
    /// The same for each.
    case none
    /// The less, the more samples the class has: each class counts the same in all.
    case balanced

    /// The weight of each class of so many training samples; nil without weights. n / (k n_c) for n samples, n_c of
    /// them of this of k classes; 0 for a class without any, which is not counted among the k.
    ///
    /// **Source** scikit-learn, `compute_class_weight("balanced", ...)`.
    public func weights(ofCounts counts: [Int]) -> [Double]? {
        guard self == .balanced else { return nil }
        let samples = Double(counts.reduce(0, +))
        let classes = Double(counts.count { $0 > 0 })
        return counts.map { $0 > 0 ? samples / (classes * Double($0)) : 0 }
    }
}
