import GantryCore

/// DICOM's dates and times as ISO 8601 writes them.
package enum ISOText {
    /// `2026-11-14` of `20261114`; a text of another form, or of no such day, as it stands; nil where there is none.
    ///
    /// **Source** PS3.5 6.2 (VR DA).
    package static func date(_ text: String?) -> String? {
        IdentityText.filled(text).map { DICOMDate($0)?.iso ?? $0 }
    }

    /// `14:05:09.123` of `140509.123`, `14:05` of `1405`; likewise.
    ///
    /// **Source** PS3.5 6.2 (VR TM): hours, then minutes, seconds and up to six digits of a fraction as far as they are
    /// known; a second 60 is a leap second.
    package static func time(_ text: String?) -> String? {
        guard let text = IdentityText.filled(text) else { return nil }
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let digits = parts.map { Array($0.utf8) }
        guard digits.joined().allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            [2, 4, 6].contains(digits[0].count),
            digits.count == 1 || digits[0].count == 6 && (1...6).contains(digits[1].count)
        else { return text }
        let pairs = stride(from: 0, to: digits[0].count, by: 2).map {
            String(decoding: digits[0][$0..<$0 + 2], as: UTF8.self)
        }
        guard zip(pairs, ["23", "59", "60"]).allSatisfy({ $0 <= $1 }) else { return text }
        return pairs.joined(separator: ":") + parts.dropFirst().map { ".\($0)" }.joined()
    }
}
