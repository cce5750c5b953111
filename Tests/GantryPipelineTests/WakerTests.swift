import GantryCore
import GantryGround
import GantryPipeline
import Testing

struct WakerTests {
    @Test func `a wake between looking for work and waiting is not lost`() {
        let waker = SystemWaker()
        let mark = waker.wakes
        waker.wake()
        // Were it lost, this would wait for ever.
        waker.wait(since: mark, until: nil)
        #expect(waker.wakes == mark + 1)
    }

    @Test func `a wait ends at its moment without a wake`() {
        let waker = SystemWaker()
        let past = Timestamp(millisecondsSince1970: SystemClock().now().millisecondsSince1970 - 1)
        waker.wait(since: waker.wakes, until: past)
        #expect(waker.wakes == 0)
    }

    @Test func `a wait ends when as much time has passed as there was, and the latest moment of all has no end`() throws
    {
        let waker = SystemWaker()
        let start = SuspendingClock.now
        let moment = Timestamp(millisecondsSince1970: SystemClock().now().millisecondsSince1970 + 50)
        waker.wait(since: waker.wakes, until: moment)
        // A moment is in whole milliseconds.
        #expect(SuspendingClock.now - start >= .milliseconds(48))
        let mark = waker.wakes
        let thread = try JoinableThread(name: "waits") {
            waker.wait(since: mark, until: Timestamp(millisecondsSince1970: .max))
        }
        waker.wake()
        thread.join()
    }

    @Test func `the first reason to stop stays`() {
        let stop = StopFlag()
        #expect(stop.stopped == nil)
        stop.stop(.signal(2))
        stop.stop(.signal(15))
        #expect(stop.stopped == .signal(2))
    }
}
