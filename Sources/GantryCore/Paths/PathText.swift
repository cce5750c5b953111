/// Paths are bytes, and everything else here is text: how the one becomes the other, and back.
///
/// A byte that is no part of UTF-8 becomes `\xHH`, in upper-case hexadecimal; where a name has such letters itself,
/// their backslash becomes `\x5C`. So every path has one text, which gives its bytes back, and a path in UTF-8 is its
/// own text, but for one that Unicode takes for the same as another in its folder (`FolderListing`).
public enum PathText {
    /// The text of a path.
    public static func text(ofBytes bytes: some Collection<UInt8>) -> String {
        let bytes = Array(bytes)
        var text = ""
        var position = 0
        while position < bytes.count {
            let length = characterLength(bytes[position])
            let end = position + length
            if end <= bytes.count, let character = String(validating: bytes[position..<end], as: UTF8.self) {
                text += escapedByte(in: bytes, at: position) == nil ? character : escape(UInt8(ascii: "\\"))
                position = end
            } else {
                text += escape(bytes[position])
                position += 1
            }
        }
        return text
    }

    /// Another text of the same path: every letter beyond ASCII is escaped.
    package static func text(escaping text: String) -> String {
        text.utf8.reduce(into: "") { $0 += $1 < 0x80 ? String(UnicodeScalar($1)) : escape($1) }
    }

    /// The bytes of the path that `text` is of, without a zero behind them.
    public static func bytes(of text: String) -> [UInt8] {
        let units = Array(text.utf8)
        guard units.contains(UInt8(ascii: "\\")) else { return units }
        var bytes: [UInt8] = []
        var position = 0
        while position < units.count {
            if let byte = escapedByte(in: units, at: position) {
                bytes.append(byte)
                position += 4
            } else {
                bytes.append(units[position])
                position += 1
            }
        }
        return bytes
    }

    /// The same with a zero behind them, as the system takes a path.
    public static func systemPath(_ text: String) -> [CChar] {
        bytes(of: text).map { CChar(bitPattern: $0) } + [0]
    }

    /// Bytes of the longest path that the system takes.
    package static let longestPathBytes = 4095

    /// Why the path of this text is not opened; nil where it is not too long.
    package static func problemOfLength(_ text: String) -> String? {
        let count = bytes(of: text).count
        return count <= longestPathBytes
            ? nil : "Its path has \(count) bytes; the system takes at most \(longestPathBytes)."
    }

    /// The text with an ellipsis in its middle where it has more than `most` characters: both ends of a long path tell.
    package static func shortened(_ text: String, to most: Int = 160) -> String {
        guard text.count > most else { return text }
        let behind = (most - 1) / 2
        return text.prefix(most - 1 - behind) + "…" + text.suffix(behind)
    }

    /// The byte that an escape at `position` stands for: one of those that `text(ofBytes:)` writes; nil where there is
    /// none.
    private static func escapedByte(in units: [UInt8], at position: Int) -> UInt8? {
        guard position + 4 <= units.count, units[position] == UInt8(ascii: "\\"),
            units[position + 1] == UInt8(ascii: "x"), let high = digit(units[position + 2]),
            let low = digit(units[position + 3])
        else { return nil }
        let byte = high << 4 | low
        return byte >= 0x80 || byte == UInt8(ascii: "\\") ? byte : nil
    }

    private static func digit(_ unit: UInt8) -> UInt8? {
        switch unit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): unit - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): unit - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static func escape(_ byte: UInt8) -> String {
        "\\x" + Hexadecimal.text(byte, digits: 2, uppercase: true)
    }

    /// How many bytes a character has that begins with this one, as UTF-8 says.
    private static func characterLength(_ first: UInt8) -> Int {
        switch first {
        case 0xC0...0xDF: 2
        case 0xE0...0xEF: 3
        case 0xF0...0xFF: 4
        default: 1
        }
    }
}
