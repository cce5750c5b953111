/// One series under all rules: the rows of its ledger, and the sentence that each failed row makes.
struct SeriesExamination {
    var series: Series
    var stacked: StackedSeries
    var rules: [RuleOutcome] = []
    /// The first rule that failed; nil where all passed.
    var decisive: (rule: RuleOutcome, sentence: String)?
    /// (0018,0050): the upper median over the instances, a value that occurs; nil where no instance states it.
    var sliceThicknessMillimetres: Double?
    /// Rank of the convolution kernel among the preferred ones, from 0; `Int.max` where it is none of them.
    var kernelPreference: Int

    init(_ series: Series, rules: SeriesRules) {
        self.series = series
        stacked = SliceStack.stacking(series, rules: rules)
        let thicknesses = series.instances.flatMap(\.frames).compactMap(\.sliceThicknessMillimetres).filter {
            $0.isFinite && $0 > 0
        }
        .sorted()
        sliceThicknessMillimetres = thicknesses.isEmpty ? nil : thicknesses[thicknesses.count / 2]
        let kernel = series.instances.first?.series.convolutionKernel?.lowercased()
        kernelPreference =
            kernel.flatMap { name in rules.preferredKernels.firstIndex { name.hasPrefix($0.lowercased()) } } ?? Int.max
        for rule in rules.instanceRules { apply(rule) }
        applyAxial(rules)
        applyThickness(rules, from: thicknesses.first, to: thicknesses.last)
        applySliceCount(rules)
    }

    /// Attributes as the first instance by path has them.
    var attributes: SeriesAttributes { series.instances.first?.series ?? SeriesAttributes() }

    /// `series 3`, or the UID where the series has no number.
    var name: String { attributes.seriesNumber.map { "series \($0)" } ?? "series \(series.seriesInstanceUID)" }

    /// Thickness for ranking: what is stated, or the distance of the slices.
    var rankedThicknessMillimetres: Double {
        sliceThicknessMillimetres ?? stacked.stack?.geometry.sliceSpacingMillimetres ?? .infinity
    }

    /// Number of distinct positions.
    var positions: Int { stacked.stack?.slices.count ?? 0 }

    private mutating func add(
        _ rule: String, expected: String, measured: String, passed: Bool, otherwise sentence: String
    ) {
        let outcome = RuleOutcome(rule: rule, expected: expected, measured: measured, passed: passed)
        rules.append(outcome)
        if !passed && decisive == nil { decisive = (outcome, sentence) }
    }

    private mutating func apply(_ rule: InstanceRule) {
        let findings = series.instances.map(rule.examine)
        let passing = findings.count { $0.failure == nil }
        var passed = passing * 2 > findings.count
        // What most of the decisive side show; among equals the first by text.
        let words = Dictionary(grouping: findings.filter { ($0.failure == nil) == passed }, by: \.found)
            .min { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
        var measured = words?.key ?? "no instance"
        if let words, words.value.count < findings.count {
            measured += " on \(words.value.count) of \(counted(findings.count, "image"))"
        }
        if passed && rule.name == "not a localizer", let geometry = localizerGeometry {
            passed = false
            measured = geometry
        }
        add(
            rule.name, expected: rule.expected, measured: measured, passed: passed,
            otherwise: rule.subject + measured + (rule.conclusion ?? "; the pipeline takes \(rule.expected)"))
    }

    /// What makes a series of up to three images look like a localizer; nil where nothing does.
    private var localizerGeometry: String? {
        let normals = series.instances.flatMap(\.frames).compactMap { $0.plane?.normal }
        guard (1...3).contains(series.instances.count), let first = normals.first else { return nil }
        let images = counted(series.instances.count, "image")
        if normals.contains(where: { abs($0.z) < 0.9 }) { return "\(images), not axial" }
        return normals.contains { abs($0.dot(first)) < 0.999 } ? "\(images) in different directions" : nil
    }

    private mutating func applyAxial(_ rules: SeriesRules) {
        let limit = rules.smallestAxialNormalZ.written(decimals: 2)
        guard let normal = stacked.stack?.geometry.normal else {
            return add(
                "axial", expected: "normal's |z| at least \(limit)", measured: "no geometry", passed: false,
                otherwise: "its orientation is not known")
        }
        let measured = abs(normal.z).written(decimals: 2)
        add(
            "axial", expected: "normal's |z| at least \(limit)", measured: measured,
            passed: abs(normal.z) >= rules.smallestAxialNormalZ,
            otherwise:
                "slices are not axial (|z| of their normal is \(measured)); the pipeline asks for at least \(limit)")
    }

    private mutating func applyThickness(_ rules: SeriesRules, from thinnest: Double?, to thickest: Double?) {
        let limit = rules.largestSliceThicknessMillimetres
        let expected = "at most \(limit.written(decimals: 1)) mm"
        guard let thickness = sliceThicknessMillimetres else {
            guard let spacing = stacked.stack?.geometry.sliceSpacingMillimetres else {
                return add(
                    "slice thickness", expected: expected, measured: "Slice Thickness absent, spacing not measurable",
                    passed: false, otherwise: "slice thickness is not known; the pipeline takes \(expected)")
            }
            let measured = "Slice Thickness absent, slices \(spacing.written(decimals: 1)) mm apart"
            return add(
                "slice thickness", expected: expected, measured: measured, passed: spacing <= limit + 1e-6,
                otherwise: "\(measured); the pipeline takes \(expected)")
        }
        var measured = "\(thickness.written(decimals: 1)) mm"
        if let thinnest, let thickest, thickest - thinnest > 0.05 {
            measured += " (\(thinnest.written(decimals: 1)) to \(thickest.written(decimals: 1)) mm)"
        }
        add(
            "slice thickness", expected: expected, measured: measured, passed: thickness <= limit + 1e-6,
            otherwise: "slices are \(measured) thick; the pipeline takes \(expected)")
    }

    private mutating func applySliceCount(_ rules: SeriesRules) {
        add(
            "slices", expected: "at least \(rules.fewestSlices)", measured: "\(positions)",
            passed: positions >= rules.fewestSlices,
            otherwise: "\(counted(positions, "slice")); the pipeline asks for at least \(rules.fewestSlices)")
    }
}
