import Foundation
import GantryCore
import GantryPipeline

/// A clock that stands still, and moves to the moment that somebody waits for.
final class FakeTime: WallClock, SteadyClock, Waker, @unchecked Sendable {
    // Sendable because everything is touched while `condition` is locked.
    private let condition = NSCondition()
    private var moment = Timestamp(millisecondsSince1970: 1_000_000)
    private var passed = Duration.zero
    private var count = 0
    private var step: Int64 = 0

    func now() -> Timestamp {
        condition.withLock {
            pass(milliseconds: step)
            return moment
        }
    }
    /// Greenwich.
    func minutesAheadOfUTC(at moment: Timestamp) -> Int { 0 }
    func elapsed() -> Duration {
        condition.withLock {
            pass(milliseconds: step)
            return passed
        }
    }
    private func pass(milliseconds: Int64) {
        moment.millisecondsSince1970 += milliseconds
        passed += .milliseconds(milliseconds)
    }
    /// Somebody sets the date: no time passes.
    func setDate(bySeconds seconds: Int64) { condition.withLock { moment.millisecondsSince1970 += seconds * 1000 } }
    /// Every question costs this much time from now on.
    func tick(milliseconds: Int64) { condition.withLock { step = milliseconds } }
    func advance(seconds: Double) { condition.withLock { pass(milliseconds: Int64(seconds * 1000)) } }
    var wakes: Int { condition.withLock { count } }
    func wait(since mark: Int, until end: Timestamp?) {
        condition.withLock {
            guard let end else {
                while count <= mark { condition.wait() }
                return
            }
            if count <= mark {
                pass(milliseconds: max(0, end.millisecondsSince1970 - moment.millisecondsSince1970))
            }
        }
    }
    func wake() {
        condition.withLock {
            count += 1
            condition.broadcast()
        }
    }
}
