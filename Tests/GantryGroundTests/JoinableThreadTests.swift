import GantryGround
import GantryTestSupport
import Glibc
import Synchronization
import Testing

struct JoinableThreadTests {
    @Test func `after the join nothing of the thread is left, its thread-specific data neither`() throws {
        let ends = ThreadEnds()
        for _ in 0..<20 {
            try JoinableThread(name: "ends") { ends.note() }.join()
            #expect(ends.ended == ends.begun)
        }
        #expect(ends.begun == 20)
    }

    @Test func `after the join nobody holds what its body held`() throws {
        final class Held: Sendable {}
        weak let held: Held?
        let thread: JoinableThread
        do {
            let new = Held()
            held = new
            thread = try JoinableThread(name: "holds") { withExtendedLifetime(new) {} }
        }
        thread.join()
        #expect(held == nil)
    }

    @Test func `it may be joined again, by several threads, and is when nobody has it any more`() throws {
        let ends = ThreadEnds()
        do {
            let thread = try JoinableThread(name: "joined") { ends.note() }
            let others = try (0..<3).map { _ in
                try JoinableThread(name: "joins") {
                    thread.join()
                    if ends.ended != 1 { Issue.record("joined before its end") }
                }
            }
            thread.join()
            thread.join()
            for other in others { other.join() }
        }
        do { _ = try JoinableThread(name: "dropped") { ends.note() } }
        #expect(ends.begun == 2 && ends.ended == 2)
    }

    @Test func `it has its name, cut to what the system keeps, and its stack`() throws {
        struct Seen: Equatable {
            var name = ""
            var stackBytes = 0
        }
        let seen = Mutex(Seen())
        try JoinableThread(name: "a-name-of-20-letters", stackBytes: 1 << 20) {
            var name = [CChar](repeating: 0, count: 16)
            pthread_getname_np(pthread_self(), &name, name.count)
            var attributes = pthread_attr_t()
            var bytes = 0
            if pthread_getattr_np(pthread_self(), &attributes) == 0 {
                pthread_attr_getstacksize(&attributes, &bytes)
                pthread_attr_destroy(&attributes)
            }
            let text = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
            seen.withLock { $0 = Seen(name: text, stackBytes: bytes) }
        }.join()
        #expect(seen.withLock { $0 } == Seen(name: "a-name-of-20-le", stackBytes: 1 << 20))
    }

    @Test func `a thread that the system refuses is said, with its name`() {
        let refusal = #expect(throws: ThreadRefusal.self) {
            try JoinableThread(name: "huge", stackBytes: 1 << 50) {}
        }
        #expect(refusal?.name == "huge")
        #expect(refusal?.description.contains("refuses the thread huge") == true)
    }

    @Test func `workers share items, each taken once, and have ended when the call returns`() {
        let ends = ThreadEnds()
        let taken = Mutex<[Int]>([])
        WorkerThreads.forEach(count: 100, workers: 4, state: {}) { _, item in
            ends.note()
            taken.withLock { $0.append(item) }
        }
        #expect(taken.withLock { $0.sorted() } == Array(0..<100))
        #expect(ends.ended == ends.begun && ends.begun <= 3)
    }
}
