import GantryCore

/// Numbers as people read them: a fixed number of decimals, a point, no grouping, whatever the locale.
package enum DecimalText {
    /// `value` with `places` decimals, ties away from zero, with a true minus sign; `not a number` where it is none.
    package static func fixed(_ value: Double, places: Int) -> String {
        let text = digits(value, places: places)
        return text.hasPrefix("-") ? "\u{2212}" + text.dropFirst() : text
    }

    /// `value` with at most `places` decimals and no trailing zeros: `5`, `0.75`.
    package static func short(_ value: Double, places: Int) -> String {
        let text = trimmed(digits(value, places: places))
        return text.hasPrefix("-") ? "\u{2212}" + text.dropFirst() : text
    }

    /// A coordinate of a drawing: at most two decimals and an ASCII sign; 0 where `value` is not finite.
    package static func coordinate(_ value: Double) -> String {
        value.isFinite ? trimmed(digits(value, places: 2)) : "0"
    }

    /// The probability with three decimals, or as many more as it takes to stand on the same side of every threshold as
    /// the value itself, and never rounded to certainty: see `Double.writtenAsProbability`.
    package static func probability(_ value: Double, thresholds: [Double]) -> String {
        value.isFinite ? value.writtenAsProbability(apartFrom: thresholds) : digits(value, places: 3)
    }

    /// A threshold as it was set: two decimals, or up to nine where it has them.
    package static func threshold(_ value: Double) -> String {
        value.isFinite ? value.writtenInFull(decimals: 2) : digits(value, places: 2)
    }

    private static func digits(_ value: Double, places: Int) -> String {
        guard value.isFinite else { return "not a number" }
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let scaled = (abs(value) * scale).rounded(.toNearestOrAwayFromZero)
        guard scaled < 1e15 else { return String(value) }
        let number = String(Int(scaled))
        let padded = String(repeating: "0", count: max(0, places + 1 - number.utf8.count)) + number
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard places > 0 else { return sign + padded }
        return sign + padded.dropLast(places) + "." + padded.suffix(places)
    }

    /// The decimal without zeros at its end: `5` of `5.00`.
    static func trimmed(_ text: String) -> String {
        guard text.contains("."), !text.contains("e") else { return text }
        var rest = Substring(text)
        while rest.last == "0" { rest.removeLast() }
        if rest.last == "." { rest.removeLast() }
        return String(rest)
    }
}
