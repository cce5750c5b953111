/// Rules on how even a stack is. By default they let everything pass and only show what was measured: what is uneven
/// makes the verdict doubtful, not the series unfit.
extension SeriesExamination {
    mutating func applyRegularity(_ rules: SeriesRules) {
        applyThicknessSpread(rules)
        applyPixelSpacing(rules)
        applySpacing(rules)
        applyGaps(rules)
        applyTilt(rules)
        applyDoubledPositions(rules)
    }

    private static let notAsked = "any: the pipeline does not ask"
    static let notMeasurable = "not measurable"

    /// A row whose `value` must be at most `limit`; without a value it passes only where there is no limit.
    private mutating func add(
        _ rule: RuleName, _ value: Double?, atMost limit: Double?, expected: String, measured: String, sentence: String
    ) {
        // Slack for numbers that were written as decimal text.
        let passed = limit.map { limit in value.map { $0 <= limit + 1e-6 } ?? false } ?? true
        add(
            rule, expected: limit == nil ? Self.notAsked : expected,
            measured: value == nil ? Self.notMeasurable : measured, passed: passed,
            otherwise: (value == nil ? "\(rule.rawValue) is not measurable" : sentence)
                + "; the pipeline takes \(expected)")
    }

    private mutating func applyThicknessSpread(_ rules: SeriesRules) {
        let spread = thicknessRange.map { $0.upperBound - $0.lowerBound }
        let limit = rules.largestThicknessSpreadMillimetres
        let measured = "\((spread ?? 0).written(decimals: 2, apartFrom: limit)) mm"
        add(
            .evenThickness, spread, atMost: limit,
            expected: "a spread of at most \((limit ?? 0).writtenInFull(decimals: 2)) mm", measured: measured,
            sentence: "slice thickness differs by \(measured)")
    }

    private mutating func applyPixelSpacing(_ rules: SeriesRules) {
        let plane = stacking.stack?.slices.first?.plane
        let spacings = plane.map { [$0.rowSpacingMillimetres, $0.columnSpacingMillimetres] } ?? []
        let ratio = spacings.max().flatMap { largest in spacings.min().map { largest / $0 } }
        let words = Double.written(spacings, decimals: 3).joined(separator: " x ")
        let limit = rules.largestPixelSpacingRatio
        let measured = "\((ratio ?? 0).written(decimals: 3, apartFrom: limit)) (\(words) mm)"
        add(
            .squarePixels, ratio, atMost: limit,
            expected: "a ratio of at most \((limit ?? 0).writtenInFull(decimals: 3))", measured: measured,
            sentence: "the ratio of row and column spacing is \(measured)")
    }

    private mutating func applySpacing(_ rules: SeriesRules) {
        let tolerance = rules.spacingToleranceMillimetres.writtenInFull(decimals: 2)
        let expected = "distances within \(tolerance) mm of their median"
        guard let geometry, let words = geometry.spacingWords else {
            return add(
                .regularSpacing, expected: rules.requiresRegularSpacing ? expected : Self.notAsked,
                measured: Self.notMeasurable, passed: !rules.requiresRegularSpacing,
                otherwise: "the distance of slices is not measurable; the pipeline takes \(expected)")
        }
        let measured = "\(words.median) mm" + (words.range.map { " (\($0.smallest) to \($0.largest) mm)" } ?? "")
        add(
            .regularSpacing, expected: rules.requiresRegularSpacing ? expected : Self.notAsked, measured: measured,
            passed: geometry.isRegular || !rules.requiresRegularSpacing,
            otherwise: "slices are \(measured) apart; the pipeline takes \(expected)")
    }

    private mutating func applyGaps(_ rules: SeriesRules) {
        let steps = geometry?.changesOfStep ?? []
        let gaps = geometry?.gaps(apartFrom: steps) ?? []
        let missing = gaps.reduce(0) { $0 + $1.missingSlices }
        let largest = gaps.map(\.distanceMillimetres).max() ?? 0
        let measured =
            gaps.isEmpty
            ? steps.isEmpty ? "none" : "none; the step changes to " + steps.map(\.words).listed(3, more: "more changes")
            : "\(counted(gaps.count, "gap")) of up to \(largest.written(decimals: 2)) mm, "
                + "\(counted(missing, "slice")) missing"
        let limit = rules.mostMissingSlices
        add(
            .gaps, geometry == nil ? nil : Double(missing), atMost: limit.map(Double.init),
            expected: "at most \(counted(limit ?? 0, "missing slice"))", measured: measured,
            sentence: "slices have \(measured)")
    }

    private mutating func applyTilt(_ rules: SeriesRules) {
        let tilt = geometry?.tiltDegrees
        let limit = rules.largestTiltDegrees
        let measured = "\((tilt ?? 0).written(decimals: 1, apartFrom: limit)) degrees"
        add(
            .gantryTilt, tilt, atMost: limit,
            expected: "at most \((limit ?? 0).writtenInFull(decimals: 1)) degrees", measured: measured,
            sentence: "the gantry was tilted by \(measured)")
    }

    private mutating func applyDoubledPositions(_ rules: SeriesRules) {
        let doubled = stacking.evidence.positionConflicts
        let measured = doubled == 0 ? "everywhere" : "several images at \(counted(doubled, "position"))"
        let limit = rules.mostDoubledPositions
        add(
            .oneImageAPosition, stacking.stack == nil ? nil : Double(doubled), atMost: limit.map(Double.init),
            expected: "several at \(counted(limit ?? 0, "position")) at most", measured: measured,
            sentence: measured)
    }
}
