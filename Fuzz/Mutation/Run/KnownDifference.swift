import GantryCore

/// Where two readers are known to differ on files that both decode: what docs/what-is-read.md lists, and nothing else.
package enum KnownDifference {
    /// Whether `difference`, on a file of these bytes, is one of the list.
    package static func explains(_ difference: SliceOpinion.Difference, on bytes: [UInt8]) -> Bool {
        difference.attribute == "HounsfieldValue" && hasOddFragmentOfSeveral(bytes)
    }

    /// Whether pixel data lies in several fragments of which one has an odd length.
    ///
    /// The bytes may be no proper file: items are followed from the tag of pixel data on for as long as they are some.
    private static func hasOddFragmentOfSeveral(_ bytes: [UInt8]) -> Bool {
        bytes.indices.dropLast(12).contains { start in
            guard bytes[start] == 0xE0, bytes[start + 1] == 0x7F, bytes[start + 2] == 0x10, bytes[start + 3] == 0 else {
                return false
            }
            let lengths = itemLengths(bytes, from: start + 12)
            // The first item is the offset table.
            return lengths.count > 2 && lengths.dropFirst().contains { $0 % 2 == 1 }
        }
    }

    /// Lengths of the items that follow each other from `start` on.
    private static func itemLengths(_ bytes: [UInt8], from start: Int) -> [Int] {
        var lengths: [Int] = []
        var at = start
        while at + 8 <= bytes.count, Array(bytes[at..<at + 4]) == [0xFE, 0xFF, 0x00, 0xE0] {
            let length = bytes[at + 4..<at + 8].reversed().reduce(0) { $0 << 8 | Int($1) }
            lengths.append(length)
            at += 8 + length
        }
        return lengths
    }
}
