import GantryCore
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

    @Test func `the first reason to stop stays`() {
        let stop = StopFlag()
        #expect(stop.stopped == nil)
        stop.stop(.signal(2))
        stop.stop(.signal(15))
        #expect(stop.stopped == .signal(2))
    }
}
