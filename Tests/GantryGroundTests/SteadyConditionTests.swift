import GantryGround
import Testing

struct SteadyConditionTests {
    /// What a thread waits for.
    private final class Door: @unchecked Sendable {
        // Sendable because `isOpen` is only touched while `condition` is locked.
        let condition = SteadyCondition()
        var isOpen = false
    }

    @Test func `a wait ends where the time is over`() {
        let condition = SteadyCondition()
        for time in [Duration.zero, .seconds(-1), .nanoseconds(1), .milliseconds(20), .nanoseconds(999_999)] {
            let start = SuspendingClock.now
            condition.withLock {
                // A wait may end for no reason.
                while condition.wait(atMost: time) {}
            }
            #expect(SuspendingClock.now - start >= time)
        }
    }

    @Test(arguments: [nil, Duration.seconds(3600), .seconds(Int64.max)])
    func `a wait ends when what is waited for comes`(time: Duration?) throws {
        let door = Door()
        let thread = try JoinableThread(name: "waits") {
            door.condition.withLock {
                while !door.isOpen {
                    if let time { _ = door.condition.wait(atMost: time) } else { door.condition.wait() }
                }
            }
        }
        door.condition.withLock {
            door.isOpen = true
            door.condition.broadcast()
        }
        thread.join()
    }

    @Test func `one thread at a time has the lock`() {
        let door = Door()
        nonisolated(unsafe) var count = 0
        WorkerThreads.forEach(count: 8, workers: 4, state: {}) { _, _ in
            for _ in 0..<1000 { door.condition.withLock { count += 1 } }
        }
        #expect(count == 8000)
    }
}
