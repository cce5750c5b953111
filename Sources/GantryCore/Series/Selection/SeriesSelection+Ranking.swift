extension SeriesSelection {
    /// In what one series that passes is ahead of another, in words that go on from the better one's name.
    struct Advantage {
        var isAhead: Bool
        var words: String
    }

    /// The first of these that differs decides: region that the headers name (the chest, none, another), preferred
    /// kernel, coverage in quarters, thinnest slices, most slices, lowest series number, UID and number of the part.
    static func advantage(of one: SeriesExamination, over other: SeriesExamination) -> Advantage {
        if one.region != other.region {
            return Advantage(
                isAhead: one.region < other.region, words: regionWords(one.region, other.region))
        }
        if one.kernelPreference != other.kernelPreference {
            let kernels = [one, other].map { $0.attributes.convolutionKernel ?? "no kernel" }
            return Advantage(
                isAhead: one.kernelPreference < other.kernelPreference,
                words: "has the preferred kernel (\(kernels[0]) instead of \(kernels[1]))")
        }
        if one.rankedCoverage != other.rankedCoverage {
            let shares = Double.written([one, other].map { $0.coverage ?? 1 }, decimals: 2)
            return Advantage(
                isAhead: one.rankedCoverage > other.rankedCoverage,
                words: "leaves less out between its slices (coverage \(shares[0]) instead of \(shares[1]))")
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
            words: "comes first (same region, kernel preference, coverage, thickness and number of slices)")
    }

    private static func regionWords(_ one: BodyRegion, _ other: BodyRegion) -> String {
        switch (one, other) {
        case (.chest, .other): "is a chest by its headers, where the other names another region"
        case (.chest, _): "is a chest by its headers, where the other names no region"
        case (_, .other): "does not name another region than the chest, as the other does"
        default: "names another region"
        }
    }

    static func millimetres(_ one: Double, _ other: Double) -> String {
        let texts = Double.written([one, other], decimals: 1)
        return "\(texts[0]) mm instead of \(texts[1]) mm"
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
