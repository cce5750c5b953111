import GantryDICOM
import GantryGround
import Glibc
import Synchronization
import Testing

/// Who gets in beside whom: files by what they may take of the memory.
struct ReadingRoomTests {
    private final class File {}

    private let room = ReadingRoom<File>(bytes: 100, threads: 4)

    /// Thread 3, on its way in.
    private final class Visitor: Sendable {
        private let identifier = Atomic<Int>(0)
        private let entered = Atomic<Bool>(false)

        func comes() {
            // `thread (name) state ...`
            let number = Int(procText("thread-self/stat").prefix { $0.isNumber })
            identifier.store(number ?? 0, ordering: .sequentiallyConsistent)
        }

        func enters() { entered.store(true, ordering: .sequentiallyConsistent) }

        var isInside: Bool { entered.load(ordering: .sequentiallyConsistent) }

        var isWaiting: Bool {
            let number = identifier.load(ordering: .sequentiallyConsistent)
            return procText("self/task/\(number)/stat").split(separator: ")").last?.hasPrefix(" S") ?? false
        }
    }

    /// Lets thread 3 enter, and what is in the room leave once it waits; says whether it had company.
    private func enterAfter(_ others: Int..., wanting bytes: Int) throws -> Bool {
        let (room, visitor) = (room, Visitor())
        let thread = try JoinableThread(name: "visitor") {
            visitor.comes()
            room.enter(by: 3, wanting: bytes)
            visitor.enters()
        }
        let end = ContinuousClock.now + .seconds(30)
        while !visitor.isWaiting, ContinuousClock.now < end { sched_yield() }
        for other in others {
            #expect(!visitor.isInside)
            _ = room.leave(by: other, keeping: nil)
        }
        thread.join()
        return room.leave(by: 3, keeping: nil)
    }

    @Test func `what fits beside each other is in together, and what does not waits`() throws {
        room.enter(by: 0, wanting: 60)
        room.enter(by: 1, wanting: 40)
        #expect(try enterAfter(0, wanting: 10))
        #expect(room.leave(by: 1, keeping: nil))
        room.enter(by: 1, wanting: 100)
        #expect(!room.leave(by: 1, keeping: nil))
    }

    @Test func `what takes more than there is has the room to itself`() throws {
        room.enter(by: 0, wanting: 1)
        room.enter(by: 1, wanting: 1)
        #expect(try !enterAfter(0, 1, wanting: .max))
        room.enter(by: 0, wanting: .max)
        #expect(try !enterAfter(0, wanting: 1))
    }

    @Test func `a file is kept open until its place is needed`() {
        room.enter(by: 0, wanting: 60)
        let file = File()
        _ = room.leave(by: 0, keeping: file)
        // Beside it: company, as it takes memory too.
        room.enter(by: 1, wanting: 40)
        #expect(room.leave(by: 1, keeping: nil))
        #expect(room.takeKept(by: 0) === file)
        #expect(room.takeKept(by: 0) == nil)
        room.enter(by: 0, wanting: 60)
        _ = room.leave(by: 0, keeping: file)
        room.enter(by: 1, wanting: 41)
        #expect(!room.leave(by: 1, keeping: nil))
        #expect(room.takeKept(by: 0) == nil)
    }
}
