import Foundation
import GantryCore
import GantryGround

/// Says what time it is. Tests have one that stands still until it is told.
public protocol WallClock: Sendable {
    /// The moment of the call.
    func now() -> Timestamp

    /// How far the clocks around it are ahead of UTC at `moment`, minutes.
    func minutesAheadOfUTC(at moment: Timestamp) -> Int
}

/// The clock of the machine.
public struct SystemClock: WallClock {
    /// The clock.
    public init() {}

    /// The moment of the call.
    public func now() -> Timestamp {
        Timestamp(millisecondsSince1970: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)))
    }
}

extension WallClock {
    /// By the time zone that the process runs in.
    public func minutesAheadOfUTC(at moment: Timestamp) -> Int {
        let seconds = Double(moment.millisecondsSince1970) / 1000
        return TimeZone.current.secondsFromGMT(for: Date(timeIntervalSince1970: seconds)) / 60
    }
}

/// Lets a thread wait until something happens or a moment comes.
///
/// A caller reads `wakes`, looks whether there is work, and if not waits with that number: a wake between the two is
/// not lost. Every waiting thread is woken.
public protocol Waker: Sendable {
    /// Number of calls of `wake` so far.
    var wakes: Int { get }

    /// Blocks until `wakes` exceeds `mark`, or as much time has passed as there was until `moment` (nil: no end). Where
    /// the date is set meanwhile, `moment` may be yet to come then: who waits looks again.
    func wait(since mark: Int, until moment: Timestamp?)

    /// Ends every wait.
    func wake()
}

/// A waker on the clock of the machine.
public final class SystemWaker: Waker, @unchecked Sendable {
    // Sendable because `count` is only touched while `condition` is locked.
    private let condition = SteadyCondition()
    private var count = 0

    /// A waker.
    public init() {}

    /// Number of calls of `wake` so far.
    public var wakes: Int { condition.withLock { count } }

    /// Blocks until `wakes` exceeds `mark`, or as much time has passed as there was until `moment` (nil: no end).
    public func wait(since mark: Int, until moment: Timestamp?) {
        guard let moment else { return wait(since: mark, atMost: nil) }
        let (left, isFar) = moment.millisecondsSince1970.subtractingReportingOverflow(
            SystemClock().now().millisecondsSince1970)
        wait(since: mark, atMost: isFar ? nil : .milliseconds(left))
    }

    private func wait(since mark: Int, atMost time: Duration?) {
        let start = SuspendingClock.now
        condition.withLock {
            while count <= mark {
                guard let time else {
                    condition.wait()
                    continue
                }
                let left = time - (SuspendingClock.now - start)
                if left <= .zero || !condition.wait(atMost: left) { return }
            }
        }
    }

    /// Ends every wait.
    public func wake() {
        condition.withLock {
            count += 1
            condition.broadcast()
        }
    }
}
