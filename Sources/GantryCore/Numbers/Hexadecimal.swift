/// Numbers as hexadecimal digits.
package enum Hexadecimal {
    /// Whether `text` is so many lower-case digits, as digests and keys are written, and nothing else.
    package static func isLowerCase(_ text: String, digits: Int) -> Bool {
        text.utf8.count == digits
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
            }
    }

    /// `number` in at least `digits` digits.
    package static func text(_ number: some UnsignedInteger, digits: Int, uppercase: Bool = false) -> String {
        let text = String(number, radix: 16, uppercase: uppercase)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
}
