import GantryCore

/// Where two readers are known to differ on files that both decode: what docs/what-is-read.md lists, and nothing else.
package enum KnownDifference {
    /// Whether `difference`, on a file of these bytes, is one of the list.
    ///
    /// The bytes may be no proper file: items are followed from a tag of pixel data on for as long as they are some.
    package static func explains(_ difference: SliceOpinion.Difference, on bytes: [UInt8]) -> Bool {
        guard difference.attribute == "HounsfieldValue" else { return false }
        return bytes.indices.dropLast(12).contains { start in
            guard bytes[start] == 0xE0, bytes[start + 1] == 0x7F, bytes[start + 2] == 0x10, bytes[start + 3] == 0 else {
                return false
            }
            // The first item is the offset table.
            let fragments = items(bytes, from: start + 12).dropFirst()
            let isOdd = fragments.count > 1 && fragments.contains { $0.count % 2 == 1 }
            return isOdd || fragments.contains { hasEmptyRun(bytes[$0]) }
        }
    }

    /// Where the items that follow each other from `start` on have their values; the last may be cut short.
    private static func items(_ bytes: [UInt8], from start: Int) -> [Range<Int>] {
        var items: [Range<Int>] = []
        var at = start
        while at + 8 <= bytes.count, Array(bytes[at..<at + 4]) == [0xFE, 0xFF, 0x00, 0xE0] {
            let end = at + 8 + number(bytes, at + 4)
            guard end <= bytes.count else { break }
            items.append(at + 8..<end)
            at = end
        }
        return items
    }

    private static func number(_ bytes: [UInt8], _ at: Int) -> Int {
        bytes[at..<at + 4].reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    /// Whether this is a frame in RLE with a control byte of -128 in one of its segments. **Source** PS3.5 G.3.2, G.5.
    private static func hasEmptyRun(_ frame: ArraySlice<UInt8>) -> Bool {
        let bytes = Array(frame)
        guard bytes.count > 64, case let count = number(bytes, 0), (1...15).contains(count) else { return false }
        let ends = (1...count).map { number(bytes, 4 * $0) } + [bytes.count]
        guard ends == ends.sorted(), ends[0] >= 64 else { return false }
        return zip(ends, ends.dropFirst()).contains { begin, end in
            var at = begin
            while at < end, bytes[at] != 128 { at += bytes[at] < 128 ? Int(bytes[at]) + 2 : 2 }
            return at < end
        }
    }
}
