import GantryGround

/// Shares the memory of a reader child among the files that its threads read at once, and those that each has `Kept`.
///
/// Who comes first gets in first. A file that may take more than is left waits until others have left; one that may
/// take more than there is has the room to itself.
package final class ReadingRoom<Kept: AnyObject>: @unchecked Sendable {
    // Sendable because everything below is touched under the condition's lock alone.
    private let condition = SteadyCondition()
    private let bytes: Int
    private var seats: [Seat]
    /// The order of those that want in: the next to be given, and the one whose turn it is.
    private var tickets = (next: 0, turn: 0)

    /// What a thread takes of the room.
    private struct Seat {
        /// What its file, or the one that it has kept, may take.
        var bytes = 0
        var isReading = false
        /// Another file was in memory while this one was read.
        var hadCompany = false
        var kept: Kept?
    }

    /// A room of `bytes` for `threads` threads.
    package init(bytes: Int, threads: Int) {
        self.bytes = bytes
        seats = Array(repeating: Seat(), count: max(1, threads))
    }

    /// The file that a thread has kept, unless it has been closed to make room.
    package func takeKept(by thread: Int) -> Kept? {
        condition.withLock {
            defer { seats[thread] = Seat() }
            return seats[thread].kept
        }
    }

    /// Waits until there is room for `wanted` bytes, or nothing else is there.
    package func enter(by thread: Int, wanting wanted: Int) {
        condition.withLock {
            let ticket = tickets.next
            tickets.next += 1
            while tickets.turn != ticket || !makeRoom(for: wanted) { condition.wait() }
            tickets.turn += 1
            for other in seats.indices where seats[other].isReading {
                seats[other].hadCompany = true
                seats[thread].hadCompany = true
            }
            if seats.contains(where: { $0.kept != nil }) { seats[thread].hadCompany = true }
            seats[thread].bytes = wanted
            seats[thread].isReading = true
            condition.broadcast()
        }
    }

    /// Leaves, with or without a file that stays open for the next request; says whether there was company.
    package func leave(by thread: Int, keeping kept: Kept?) -> Bool {
        condition.withLock {
            let hadCompany = seats[thread].hadCompany
            seats[thread] = Seat(bytes: kept == nil ? 0 : seats[thread].bytes, kept: kept)
            condition.broadcast()
            return hadCompany
        }
    }

    /// Whether there is room for `wanted` bytes, after files that nobody reads are closed where that is needed.
    private func makeRoom(for wanted: Int) -> Bool {
        if fits(wanted) { return true }
        for seat in seats.indices where !seats[seat].isReading { seats[seat] = Seat() }
        return fits(wanted) || !seats.contains { $0.isReading }
    }

    private func fits(_ wanted: Int) -> Bool { seats.reduce(0) { $0 + $1.bytes } <= bytes - wanted }
}
