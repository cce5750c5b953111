/// A DICOM unique identifier whose characters and length have been checked.
///
/// Reading is tolerant in one point: a component may begin with zero, as some scanners write it. Everything else of
/// PS3.5 9.1 is required, so a `UID` can be part of a key or a log line.
///
/// **Source** PS3.5 9.1 and 6.2 (VR UI).
public struct UID: TextCodable, Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The identifier as text, without padding: 1 to 64 characters of `0`-`9` and `.`.
    public let value: String

    /// A checked identifier; nil when `text` is empty, longer than 64 characters, has another character than digits
    /// and dots, or an empty component. One trailing NUL or any trailing spaces are padding and are removed.
    public init?(_ text: String) {
        var bytes = Array(text.utf8)
        while let last = bytes.last, last == 0 || last == UInt8(ascii: " ") { bytes.removeLast() }
        guard (1...64).contains(bytes.count) else { return nil }
        var previous = UInt8(ascii: ".")
        for byte in bytes {
            let isDot = byte == UInt8(ascii: ".")
            guard isDot || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            if isDot && previous == byte { return nil }
            previous = byte
        }
        guard previous != UInt8(ascii: ".") else { return nil }
        value = String(decoding: bytes, as: UTF8.self)
    }

    /// The identifier as text.
    public var description: String { value }

    /// Order of the texts, byte by byte.
    public static func < (left: UID, right: UID) -> Bool { left.value < right.value }
}
