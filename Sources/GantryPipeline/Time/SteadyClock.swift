/// Measures how much time passes, whatever is done to the date: deadlines are kept by it. Tests have one that stands
/// still until it is told.
public protocol SteadyClock: Sendable {
    /// Time since a moment that stays the same; it never goes back.
    func elapsed() -> Duration
}

/// The clock of the machine; while that sleeps, no time passes.
public struct SystemSteadyClock: SteadyClock {
    private static let start = SuspendingClock.now

    /// The clock.
    public init() {}

    /// Time since it was first asked.
    public func elapsed() -> Duration { SuspendingClock.now - Self.start }
}
