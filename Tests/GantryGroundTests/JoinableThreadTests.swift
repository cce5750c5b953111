import Foundation
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
            let name = (try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)) ?? ""
            seen.withLock {
                $0 = Seen(name: name.trimmingCharacters(in: .newlines), stackBytes: Self.stackBytes())
            }
        }.join()
        #expect(seen.withLock { $0 } == Seen(name: "a-name-of-20-le", stackBytes: 1 << 20))
    }

    /// What the calling thread's stack takes; glibc's own function, which its module leaves out.
    private static func stackBytes() -> Int {
        typealias Attributes = @convention(c) (pthread_t, UnsafeMutablePointer<pthread_attr_t>) -> Int32
        guard let symbol = dlsym(nil, "pthread_getattr_np") else { return 0 }
        var attributes = pthread_attr_t()
        guard unsafeBitCast(symbol, to: Attributes.self)(pthread_self(), &attributes) == 0 else { return 0 }
        defer { pthread_attr_destroy(&attributes) }
        var bytes = 0
        pthread_attr_getstacksize(&attributes, &bytes)
        return bytes
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
