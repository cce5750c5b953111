extension [EpochRecord] {
    /// The best epoch: the last one that was the best so far; nil before the first.
    public var best: EpochRecord? { last(where: \.isBest) }

    /// Wall-clock time of all epochs, seconds.
    public var seconds: Double { reduce(0) { $0 + $1.seconds } }

    /// What the rest of `epochs` will take at the pace of the last five, seconds; nil before the first.
    ///
    /// The first epoch, which also fills caches, tells nothing as soon as there is another.
    public func secondsLeft(of epochs: Int) -> Double? {
        let telling = (count > 1 ? dropFirst() : self[...]).suffix(5).map(\.seconds).filter(\.isFinite)
        guard !telling.isEmpty else { return nil }
        return telling.reduce(0, +) / Double(telling.count) * Double(Swift.max(0, epochs - count))
    }
}
