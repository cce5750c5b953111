import GantryCore

extension Timestamp {
    /// A moment as it is written on a command line: a day, or a day and a time down to the minute, second or
    /// millisecond, in UTC. Nil where it is not, or where there is no such moment.
    init?(argument: String) {
        var text = Substring(argument)
        if text.contains("T"), text.last == "Z" { text.removeLast() }
        let (length, rest) = (text.utf8.count, "T00:00:00.000Z")
        // A day alone, or up to minutes, seconds, milliseconds.
        guard [10, 16, 19, 23].contains(length) else { return nil }
        self.init(String(text) + rest.dropFirst(length - 10))
    }

    /// What that form is, for a message.
    static let argumentForm = "a day or a moment in UTC, such as 2026-11-01 or 2026-11-01T06:30Z"
}
