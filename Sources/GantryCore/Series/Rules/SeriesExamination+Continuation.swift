/// A volume may be split over several series: one goes on where the other ends, or each has every second slice.
extension SeriesExamination {
    /// How far, in steps, the end of one part may lie before or behind the beginning of the other: blocks of one scan
    /// touch or overlap by a slice or two.
    private static let stepsApart = -2.5...1.5

    /// How far from the next slice, in steps, a position lies between two of them: a fifth, less a little for rounding.
    private static let stepsBetween = 0.19

    /// Rules by which images are no slices at all. What fails any other (it cannot be decoded, has no rescale ...) may
    /// be half of a chest all the same.
    private static let rulesOnKind: Set<RuleName> = [.modality, .ctImage, .originalPrimary, .notALocalizer]

    /// Series among `others` that go on where this stack ends, or whose slices lie between its own: same frame of
    /// reference (or none in both), matrix, orientation, pixel spacing, place in the plane, distance of slices and
    /// kernel.
    func continuations(among others: [SeriesExamination], rules: SeriesRules) -> [SeriesContinuation] {
        guard let stack = stacking.stack, let normal = stacking.normal, let own = part.images.first,
            let step = stack.geometry.sliceSpacingMillimetres, step > 0, let ownPlane = own.plane,
            let low = stack.slices.first?.positionMillimetres, let high = stack.slices.last?.positionMillimetres
        else { return [] }
        var found: [SeriesContinuation] = []
        for other in others where other.seriesInstanceUID != seriesInstanceUID && other.mayBeSlices {
            guard let first = other.part.images.first, let plane = first.plane,
                first.instance.frameOfReferenceUID == own.instance.frameOfReferenceUID,
                SeriesPart.difference(of: first, from: own, rules: rules) == nil, plane.lies(over: ownPlane),
                other.attributes.convolutionKernel == attributes.convolutionKernel
            else { continue }
            if let spacing = other.geometry?.sliceSpacingMillimetres,
                abs(spacing - step) > rules.spacingToleranceMillimetres + 1e-6
            {
                continue
            }
            let heights = other.part.images.compactMap { $0.plane?.imagePositionPatient.dot(normal) }
            guard let bottom = heights.min(), let top = heights.max() else { continue }
            if top > high + step / 2, Self.stepsApart.contains((bottom - high) / step) {
                found.append(SeriesContinuation(series: other.name, place: .above))
            }
            if bottom < low - step / 2, Self.stepsApart.contains((low - top) / step) {
                found.append(SeriesContinuation(series: other.name, place: .below))
            }
            if !isAnotherScan(than: other), lie(heights, between: stack, step: step) {
                found.append(SeriesContinuation(series: other.name, place: .betweenSlices))
            }
        }
        return found
    }

    /// Whether its images are slices as the pipeline takes them, however few they are, readable or not.
    private var mayBeSlices: Bool {
        !rules.contains { Self.rulesOnKind.contains($0.rule) && !$0.passed }
    }

    /// Whether `heights` lie between the slices of `stack`: nine in ten of those in its range, one for every second gap
    /// at least.
    private func lie(_ heights: [Double], between stack: SliceStack, step: Double) -> Bool {
        let positions = stack.slices.map(\.positionMillimetres)
        guard let low = positions.first, let high = positions.last else { return false }
        let within = heights.filter { $0 > low && $0 < high }.sorted()
        // Both are in order: the slice above a height is never below that of the height before.
        var above = 0
        let found = within.count { height in
            while positions[above] < height { above += 1 }
            return min(positions[above] - height, height - positions[max(above - 1, 0)]) >= Self.stepsBetween * step
        }
        return found * 10 >= within.count * 9 && found * 2 >= positions.count - 1
    }

    /// Whether one of the two is plainly another reconstruction (thickness) or another scan: all of it acquired before,
    /// or numbered before, all of the other.
    private func isAnotherScan(than other: SeriesExamination) -> Bool {
        if let thickness = sliceThicknessMillimetres, let otherThickness = other.sliceThicknessMillimetres,
            abs(thickness - otherThickness) > 0.05 * max(thickness, otherThickness)
        {
            return true
        }
        return Self.areApart(
            part.images.map(\.frame.acquisitionDateTime), other.part.images.map(\.frame.acquisitionDateTime))
            || Self.areApart(
                part.images.map(\.frame.acquisitionNumber), other.part.images.map(\.frame.acquisitionNumber))
    }

    /// Whether every value is known, and all of one side come before all of the other.
    private static func areApart<Value: Comparable>(_ one: [Value?], _ other: [Value?]) -> Bool {
        let (known, otherKnown) = (one.compactMap(\.self), other.compactMap(\.self))
        guard known.count == one.count, otherKnown.count == other.count, let low = known.min(), let high = known.max(),
            let otherLow = otherKnown.min(), let otherHigh = otherKnown.max()
        else { return false }
        return high < otherLow || otherHigh < low
    }
}
