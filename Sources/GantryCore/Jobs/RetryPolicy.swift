/// When a transient failure is tried again.
public struct RetryPolicy: Sendable, Hashable, Codable {
    /// Seconds before the second, third, ... attempt; after the last the failure is permanent.
    public var delaysSeconds: [Int64]
    /// Up to this fraction is added to a delay, so that retries do not come in step.
    public var jitter: Double

    /// A policy; 3 further attempts after 30 s, 2 min and 15 min unless given.
    public init(delaysSeconds: [Int64] = [30, 120, 900], jitter: Double = 0.1) {
        self.delaysSeconds = delaysSeconds
        self.jitter = jitter
    }

    /// When attempt number `attempt` (from 1) has failed at `now`: the moment of the next, or nil when there is none.
    /// `random` in 0..<1 chooses the jitter.
    public func next(afterAttempt attempt: Int, now: Timestamp, random: Double) -> Timestamp? {
        guard attempt >= 1, attempt <= delaysSeconds.count else { return nil }
        let delay = Double(delaysSeconds[attempt - 1]) * 1000 * (1 + jitter * random)
        return Timestamp(millisecondsSince1970: now.millisecondsSince1970 + Int64(delay))
    }
}
