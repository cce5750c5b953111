/// What one measurement gave.
public struct Lap {
    /// Files, slices or images.
    public var count: Int
    /// Wall clock.
    public var seconds: Double

    /// A measurement.
    public init(count: Int, seconds: Double) {
        self.count = count
        self.seconds = seconds
    }

    /// Count per second.
    public var rate: Double { Double(count) / seconds }
}

/// Why a contestant gave no figure, in a sentence.
public struct ContestantFailure: Error {
    /// What it said, or what happened to it.
    public var sentence: String

    /// A failure for this reason.
    public init(sentence: String) { self.sentence = sentence }
}
