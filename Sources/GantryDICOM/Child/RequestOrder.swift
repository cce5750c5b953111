/// Which requests of a call have been asked and answered, and which is to be asked next: a child answers in any order,
/// answers are handed over in the order of their numbers.
struct RequestOrder {
    /// Requests in all.
    let count: Int
    /// Requests from the next to be handed over that may be on their way or answered.
    private let window: Int
    /// Answers handed over; the next has this number.
    private(set) var handedOver = 0
    /// The first that no child was asked.
    private var fresh = 0
    /// Asked of a child that has ended, and to be asked again, ascending.
    private var again: [Int] = []
    /// Those of them that the child was on when it ended, ascending: asked before the others, one at a time.
    private var suspects: [Int] = []
    /// Answers that wait for earlier ones.
    private var held: [Int: ReaderAnswer] = [:]

    /// An order of `count` requests, of which `window` may be on their way.
    init(count: Int, window: Int) {
        self.count = count
        self.window = max(1, window)
    }

    /// The first without an answer; `count` where there is none.
    var firstOpen: Int {
        var number = handedOver
        while held[number] != nil { number += 1 }
        return number
    }

    /// Whether requests wait that must be alone with a child.
    var hasSuspects: Bool { !suspects.isEmpty }

    /// The request to be asked of a child that has `outstanding` others; nil where there is none now.
    func next(outstanding: Int) -> Int? {
        if let suspect = suspects.first { return outstanding == 0 ? suspect : nil }
        if let again = again.first { return again }
        return fresh < min(count, handedOver + window) ? fresh : nil
    }

    /// A child was asked this one.
    mutating func ask(_ number: Int) {
        if again.first == number { again.removeFirst() }
        if fresh == number { fresh += 1 }
    }

    /// This one has its answer.
    mutating func answer(_ number: Int, _ answer: ReaderAnswer) {
        ask(number)
        again.removeAll { $0 == number }
        suspects.removeAll { $0 == number }
        held[number] = answer
    }

    /// The child has ended that was asked `outstanding`; it was on several of them, `suspects`, or on a known one.
    mutating func lose(_ outstanding: [Int], suspects: [Int] = []) {
        self.suspects = Set(self.suspects).union(suspects).sorted()
        again = Set(again).union(outstanding).subtracting(self.suspects).sorted()
    }

    /// The next answer, which is handed over now; nil where it is not there.
    mutating func handOver() -> ReaderAnswer? {
        guard let answer = held.removeValue(forKey: handedOver) else { return nil }
        handedOver += 1
        return answer
    }
}
