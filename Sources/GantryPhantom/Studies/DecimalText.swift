/// Numbers as DICOM's DS and CSV write them, without a locale.
enum DecimalText {
    /// A number with at most `places` decimals, without trailing zeros: `-12.5`, `0`.
    static func text(_ value: Float, places: Int) -> String {
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let scaled = (Double(value) * scale).rounded()
        guard scaled.isFinite, abs(scaled) < 9e15, scaled != 0 else { return "0" }
        let whole = Int64(scaled)
        let digits = String(whole.magnitude)
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        let split = padded.index(padded.endIndex, offsetBy: -places)
        var decimals = padded[split...]
        while decimals.last == "0" { decimals.removeLast() }
        return (whole < 0 ? "-" : "") + padded[..<split] + (decimals.isEmpty ? "" : "." + decimals)
    }

    /// Several numbers, backslashes between them.
    static func text(_ values: [Float], places: Int) -> String {
        values.map { text($0, places: places) }.joined(separator: "\\")
    }
}
