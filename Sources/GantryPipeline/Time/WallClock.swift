import Foundation
import GantryCore

/// Says what time it is. Tests have one that stands still until it is told.
public protocol WallClock: Sendable {
    /// The moment of the call.
    func now() -> Timestamp
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

/// Lets a thread wait until something happens or a moment comes.
///
/// A caller reads `wakes`, looks whether there is work, and if not waits with that number: a wake between the two is
/// not lost. Every waiting thread is woken.
public protocol Waker: Sendable {
    /// Number of calls of `wake` so far.
    var wakes: Int { get }

    /// Blocks until `wakes` exceeds `mark` or `moment` has come (nil: no end).
    func wait(since mark: Int, until moment: Timestamp?)

    /// Ends every wait.
    func wake()
}

/// A waker on the clock of the machine.
public final class SystemWaker: Waker, @unchecked Sendable {
    // Sendable because `count` is only touched while `condition` is locked.
    private let condition = NSCondition()
    private var count = 0

    /// A waker.
    public init() {}

    /// Number of calls of `wake` so far.
    public var wakes: Int { condition.withLock { count } }

    /// Blocks until `wakes` exceeds `mark` or `moment` has come (nil: no end).
    public func wait(since mark: Int, until moment: Timestamp?) {
        let end = moment.map { Date(timeIntervalSince1970: Double($0.millisecondsSince1970) / 1000) }
        condition.withLock {
            while count <= mark {
                guard let end else {
                    condition.wait()
                    continue
                }
                if !condition.wait(until: end) { return }
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
