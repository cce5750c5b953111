import GantryCore

/// Numbers of a training run as people read them.
enum LearningText {
    /// A share of 0 to 1: `91.4 %`; what is not all or nothing is never rounded to it (`>99.9 %`, `<0.1 %`).
    static func share(_ value: Double?) -> String {
        guard let value, value.isFinite else { return "\u{2013}" }
        let text = DecimalText.fixed(value * 100, places: 1)
        if text == "100.0" { return value < 1 ? ">99.9\u{A0}%" : "100\u{A0}%" }
        if text == "0.0" { return value > 0 ? "<0.1\u{A0}%" : "0\u{A0}%" }
        return text + "\u{A0}%"
    }

    /// A loss: four significant decimals below one, three above.
    static func loss(_ value: Double?) -> String {
        guard let value, !value.isNaN else { return value == nil ? "\u{2013}" : "not a number" }
        guard value.isFinite else { return "infinite" }
        if value > 0, value < 0.000_05 { return "<0.0001" }
        return DecimalText.fixed(value, places: value.magnitude < 1 ? 4 : 3)
    }

    /// An area under the ROC curve.
    static func area(_ value: Double?) -> String {
        value.map { DecimalText.probability($0, thresholds: [0, 1]) } ?? "\u{2013}"
    }

    /// A learning rate, all its digits up to nine decimals: a small one in powers of ten.
    static func rate(_ value: Double) -> String {
        guard value.isFinite else { return "not a number" }
        return value == 0 || value.magnitude >= 0.000_1 ? DecimalText.short(value, places: 6) : powers(value)
    }

    /// `2.5e−6`.
    private static func powers(_ value: Double) -> String {
        var (mantissa, exponent) = (value, 0)
        while mantissa.magnitude < 1, exponent > -330 {
            mantissa *= 10
            exponent -= 1
        }
        // 9.996 would be written 10.
        if mantissa.magnitude >= 9.995 {
            mantissa /= 10
            exponent += 1
        }
        return DecimalText.short(mantissa, places: 2) + "e\u{2212}\(-exponent)"
    }

    /// Images per second.
    static func speed(_ value: Double) -> String {
        value.isFinite ? DecimalText.fixed(value, places: value < 10 ? 1 : 0) : "\u{2013}"
    }

    /// `40 s`, `12 min`, `3.5 h`, `2.1 days`.
    static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite else { return "\u{2013}" }
        if seconds < 9.95 { return DecimalText.fixed(max(0, seconds), places: 1) + "\u{A0}s" }
        if seconds < 99.5 { return DecimalText.fixed(seconds, places: 0) + "\u{A0}s" }
        if seconds < 99.5 * 60 { return DecimalText.fixed(seconds / 60, places: 0) + "\u{A0}min" }
        if seconds < 48 * 3600 { return DecimalText.fixed(seconds / 3600, places: 1) + "\u{A0}h" }
        return DecimalText.fixed(seconds / 86_400, places: 1) + "\u{A0}days"
    }

    /// `25,557,032`.
    static func count(_ number: Int) -> String {
        var digits = Substring(String(number.magnitude))
        var groups: [Substring] = []
        while digits.count > 3 {
            groups.insert(digits.suffix(3), at: 0)
            digits = digits.dropLast(3)
        }
        groups.insert(digits, at: 0)
        return (number < 0 ? "\u{2212}" : "") + groups.joined(separator: ",")
    }

    /// As many characters of `text` as fit into `width` pixels of a drawing's 12 px letters, with an ellipsis where
    /// some were cut. A letter is about 6.6 px wide, one of a wide script 12.
    static func fitted(_ text: String, _ width: Double) -> String {
        func pixels(_ character: Character) -> Double {
            (character.unicodeScalars.first?.value ?? 0) < 0x1100 ? 6.6 : 12
        }
        guard text.reduce(0, { $0 + pixels($1) }) > width else { return text }
        var (result, left) = ("", width - 10)
        for character in text {
            left -= pixels(character)
            guard left >= 0 else { break }
            result.append(character)
        }
        return result + "\u{2026}"
    }
}
