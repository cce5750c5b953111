extension SeriesSelection {
    /// In what one series that passes is ahead of another, in words that go on from the better one's name.
    struct Advantage {
        var isAhead: Bool
        var words: String
    }

    static func advantage(of one: SeriesExamination, over other: SeriesExamination) -> Advantage {
        if one.kernelPreference != other.kernelPreference {
            let kernels = [one, other].map { $0.attributes.convolutionKernel ?? "no kernel" }
            return Advantage(
                isAhead: one.kernelPreference < other.kernelPreference,
                words: "has the preferred kernel (\(kernels[0]) instead of \(kernels[1]))")
        }
        let (thickness, otherThickness) = (one.rankedThicknessMillimetres, other.rankedThicknessMillimetres)
        if thickness != otherThickness {
            return Advantage(
                isAhead: thickness < otherThickness,
                words: "has thinner slices (\(millimetres(thickness, otherThickness)))")
        }
        if one.positions != other.positions {
            return Advantage(
                isAhead: one.positions > other.positions,
                words: "has more slices (\(one.positions) instead of \(other.positions))")
        }
        return Advantage(
            isAhead: numberPrecedes(one, other),
            words: "comes first (same kernel preference, thickness and number of slices)")
    }

    static func millimetres(_ one: Double, _ other: Double) -> String {
        let decimals = one.written(decimals: 1) == other.written(decimals: 1) ? 3 : 1
        return "\(one.written(decimals: decimals)) mm instead of \(other.written(decimals: decimals)) mm"
    }

    static func numberPrecedes(_ one: SeriesExamination, _ other: SeriesExamination) -> Bool {
        let (number, otherNumber) = (one.attributes.seriesNumber ?? .max, other.attributes.seriesNumber ?? .max)
        if number != otherNumber { return number < otherNumber }
        return one.seriesInstanceUID != other.seriesInstanceUID
            ? one.seriesInstanceUID < other.seriesInstanceUID : one.partNumber < other.partNumber
    }

    static func reasonToChoose(_ chosen: SeriesExamination, before next: SeriesExamination?) -> String {
        guard let next else {
            return "Chosen: the only \(chosen.part.name == nil ? "series" : "part of a series") that passes every rule."
        }
        return "Chosen: passes every rule, and \(advantage(of: chosen, over: next).words) before \(next.name)."
    }

    static func reasonToPass(_ series: SeriesExamination, for chosen: SeriesExamination) -> String {
        "Passed every rule, but \(chosen.name) \(advantage(of: chosen, over: series).words)."
    }
}
