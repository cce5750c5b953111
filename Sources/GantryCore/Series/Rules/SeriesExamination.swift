/// One part of a series under all rules: its rows in the table of series, and the sentence that each failed row makes.
struct SeriesExamination {
    let seriesInstanceUID: UID
    let part: SeriesPart
    /// Place among the parts of its series, from 1.
    let partNumber: Int
    let stacking: StackBuilder
    private(set) var rules: [RuleOutcome] = []
    /// The first rule that failed; nil where all passed.
    private(set) var decisive: (rule: RuleOutcome, sentence: String)?
    /// (0018,0050): the upper median over the images, a value that occurs; nil where no image states it.
    let sliceThicknessMillimetres: Double?
    /// Thinnest and thickest.
    let thicknessRange: ClosedRange<Double>?
    /// Rank of the convolution kernel among the preferred ones, from 0; `Int.max` where it is none of them.
    let kernelPreference: Int
    /// Attributes as the first file by path has them, of the part's own images where there are any.
    let attributes: SeriesAttributes
    /// The region of the body that they name.
    let region: BodyRegion
    /// Whether another series of the study has the same number, which then names none of them.
    var sharesNumber = false

    init(_ part: SeriesPart, number: Int, of series: Series, rules: SeriesRules, words: RegionWords) {
        seriesInstanceUID = series.seriesInstanceUID
        self.part = part
        partNumber = number
        stacking = StackBuilder(part, of: series.seriesInstanceUID, rules: rules)
        let images = part.all
        let thicknesses = images.compactMap(\.frame.sliceThicknessMillimetres).filter { $0.isFinite && $0 > 0 }.sorted()
        sliceThicknessMillimetres = thicknesses.isEmpty ? nil : thicknesses[thicknesses.count / 2]
        thicknessRange = thicknesses.first.flatMap { first in thicknesses.last.map { first...$0 } }
        let own = part.images.isEmpty ? images : part.images
        attributes = own.min { pathPrecedes($0.file, $1.file) }?.instance.series ?? SeriesAttributes()
        let kernel = attributes.convolutionKernel?.lowercased()
        kernelPreference =
            kernel.flatMap { name in rules.preferredKernels.firstIndex { name.hasPrefix($0.lowercased()) } } ?? Int.max
        let named = attributes.bodyRegion(words)
        region = named.region
        for rule in rules.imageRules { apply(rule, most: rules.mostLocalizerImages) }
        applyAxial(rules)
        applyThickness(rules)
        applySliceCount(rules)
        applyRegularity(rules)
        addRegion(named.sources)
        addCoverage()
    }

    /// `series 3` or `series 3, stack 1 of 2 (...)`; the UID where the series has no number, beside it where another
    /// has the same.
    var name: String {
        let series = SeriesDecision.name(attributes.seriesNumber, seriesInstanceUID, sharesNumber: sharesNumber)
        return part.name.map { "\(series), \($0)" } ?? series
    }

    /// Thickness for ranking: what is stated, or the distance of the slices.
    var rankedThicknessMillimetres: Double {
        sliceThicknessMillimetres ?? geometry?.sliceSpacingMillimetres ?? .infinity
    }

    /// How much of the way from slice to slice the slices themselves fill, thickness over spacing; above 1 where they
    /// overlap, nil where one of the two is not known.
    var coverage: Double? {
        guard let thickness = sliceThicknessMillimetres, let spacing = geometry?.sliceSpacingMillimetres, spacing > 0
        else { return nil }
        return thickness / spacing
    }

    /// Coverage for ranking, in quarters: 4 where the slices leave nothing out or nobody knows.
    var rankedCoverage: Int {
        // The bound keeps the number within Int.
        coverage.map { Int((min($0, 1) * 4).rounded()) } ?? 4
    }

    /// Geometry of the stack.
    var geometry: SeriesGeometry? { stacking.stack?.geometry }

    /// Number of distinct positions.
    var positions: Int { stacking.stack?.slices.count ?? 0 }

    mutating func add(
        _ rule: RuleName, expected: String, measured: String, passed: Bool, otherwise sentence: String
    ) {
        let outcome = RuleOutcome(rule: rule, expected: expected, measured: measured, passed: passed)
        rules.append(outcome)
        if !passed && decisive == nil { decisive = (outcome, sentence) }
    }

    private mutating func apply(_ rule: ImageRule, most localizers: Int) {
        let findings = part.all.map(rule.examine)
        let passing = findings.count { $0.failure == nil }
        var passed = passing * 2 > findings.count
        // What most of the decisive side show; among equals the first by text.
        let words = Dictionary(grouping: findings.filter { ($0.failure == nil) == passed }, by: \.found)
            .min { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
        var measured = words?.key ?? "no image"
        if let words, words.value.count < findings.count {
            measured += " on \(words.value.count) of \(counted(findings.count, "image"))"
        }
        if passed && rule.name == .notALocalizer, let geometry = localizerGeometry(most: localizers) {
            passed = false
            measured = geometry
        }
        add(
            rule.name, expected: rule.expected, measured: measured, passed: passed,
            otherwise: rule.subject + measured + (rule.conclusion ?? "; the pipeline takes \(rule.expected)"))
    }

    /// What makes a few images look like a localizer; nil where nothing does.
    private func localizerGeometry(most: Int) -> String? {
        let images = part.all
        let normals = images.compactMap { $0.plane?.normal }
        guard images.count <= most, let first = normals.first else { return nil }
        let words = counted(images.count, "image")
        if normals.contains(where: { abs($0.z) < 0.9 }) { return "\(words), not axial" }
        return normals.contains { abs($0.dot(first)) < 0.999 } ? "\(words) in different directions" : nil
    }

    private mutating func applyAxial(_ rules: SeriesRules) {
        let limit = rules.smallestAxialNormalZ.writtenInFull(decimals: 2)
        let expected = "normal's |z| at least \(limit)"
        guard let normal = geometry?.normal else {
            return add(
                .axial, expected: expected, measured: "no geometry", passed: false,
                otherwise: "its orientation is not known")
        }
        let passed = abs(normal.z) >= rules.smallestAxialNormalZ
        let measured = abs(normal.z).written(decimals: 2, apartFrom: rules.smallestAxialNormalZ)
        // The measured normal decides; what the images call themselves is only said.
        let images = part.images
        let claims = images.count { $0.calls(itself: "AXIAL") } * 2 > images.count
        let isFalseClaim = claims && !passed
        add(
            .axial, expected: expected, measured: measured + (isFalseClaim ? ", calls itself AXIAL" : ""),
            passed: passed,
            otherwise: "slices are not axial (|z| of their normal is \(measured))"
                + (isFalseClaim ? " though the series calls itself AXIAL" : "")
                + "; the pipeline asks for at least \(limit)")
    }

    private mutating func applyThickness(_ rules: SeriesRules) {
        let limit = rules.largestSliceThicknessMillimetres
        let expected = "at most \(limit.writtenInFull(decimals: 1)) mm"
        guard let thickness = sliceThicknessMillimetres else {
            let what =
                part.all.lazy.compactMap { $0.frame.defects(of: ["Slice Thickness"]) }.first
                ?? "Slice Thickness absent"
            guard let spacing = geometry?.sliceSpacingMillimetres else {
                return add(
                    .sliceThickness, expected: expected, measured: "\(what), spacing not measurable",
                    passed: false, otherwise: "\(what), and slice spacing is not known; the pipeline takes \(expected)")
            }
            let measured = "\(what), slices \(spacing.written(decimals: 1, apartFrom: limit)) mm apart"
            return add(
                .sliceThickness, expected: expected, measured: measured, passed: spacing <= limit + 1e-6,
                otherwise: "\(measured); the pipeline takes \(expected)")
        }
        var measured = "\(thickness.written(decimals: 1, apartFrom: limit)) mm"
        if let range = thicknessRange, range.upperBound - range.lowerBound > 0.05 {
            let ends = Double.written([range.lowerBound, range.upperBound], decimals: 1)
            measured += " (\(ends[0]) to \(ends[1]) mm)"
        }
        add(
            .sliceThickness, expected: expected, measured: measured, passed: thickness <= limit + 1e-6,
            otherwise: "slices are \(measured) thick; the pipeline takes \(expected)")
    }

    private mutating func applySliceCount(_ rules: SeriesRules) {
        // A slice is a position: many images at one are one slice, and a person who counts images wants to hear that.
        let images = positions + stacking.excluded.count { $0.reason == .supersededAtPosition }
        let isCrowded = images > positions && positions < rules.fewestSlices
        let places = "\(counted(images, "image")) at \(counted(positions, "position"))"
        let asked = "the pipeline asks for at least \(rules.fewestSlices)"
        add(
            .slices, expected: "at least \(rules.fewestSlices)", measured: isCrowded ? places : "\(positions)",
            passed: positions >= rules.fewestSlices,
            otherwise: isCrowded
                ? "its \(places) make \(counted(positions, "slice")); \(asked) positions"
                : "\(counted(positions, "slice")); \(asked)")
    }

    /// What headers say about the region, and coverage: both only rank, and are shown.
    private mutating func addRegion(_ sources: [String]) {
        let words = ["the chest", "not named", "another region"][region.rawValue]
        add(
            .bodyRegion, expected: "any: it ranks, the chest first",
            measured: sources.isEmpty ? words : "\(words) (\(sources.joined(separator: ", ")))", passed: true,
            otherwise: "")
    }

    private mutating func addCoverage() {
        let thickness = (sliceThicknessMillimetres ?? 0).written(decimals: 1)
        let spacing = (geometry?.sliceSpacingMillimetres ?? 0).written(decimals: 1)
        let measured = coverage.map { coverage in
            "\(min(coverage, 99).written(decimals: 2)) (\(thickness) mm thick, \(spacing) mm apart)"
        }
        add(
            .coverage, expected: "any: it ranks, slices without gaps between them first",
            measured: measured ?? Self.notMeasurable, passed: true, otherwise: "")
    }
}
