/// A volume may be split over several series that continue each other.
extension SeriesExamination {
    /// How far, in steps, the end of one part may lie before or behind the beginning of the other: blocks of one scan
    /// touch or overlap by a slice or two.
    private static let stepsApart = -2.5...1.5

    /// Series among `others` that go on where this stack ends: same frame of reference, matrix, orientation, pixel
    /// spacing, place in the plane, distance of slices and kernel.
    func continuations(among others: [SeriesExamination], rules: SeriesRules) -> [SeriesContinuation] {
        guard let stack = stacking.stack, let normal = stacking.normal, let own = part.images.first,
            let step = stack.geometry.sliceSpacingMillimetres, step > 0, let ownPlane = own.plane,
            let low = stack.slices.first?.positionMillimetres, let high = stack.slices.last?.positionMillimetres
        else { return [] }
        var found: [SeriesContinuation] = []
        for other in others where other.seriesInstanceUID != seriesInstanceUID && other.isVolume(rules) {
            guard let first = other.part.images.first, let plane = first.plane,
                own.instance.frameOfReferenceUID != nil,
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
                found.append(SeriesContinuation(series: other.name, isAbove: true))
            }
            if bottom < low - step / 2, Self.stepsApart.contains((low - top) / step) {
                found.append(SeriesContinuation(series: other.name, isAbove: false))
            }
        }
        return found
    }

    /// Whether its images are slices as the pipeline takes them, however few they are.
    private func isVolume(_ rules: SeriesRules) -> Bool {
        let imageRules = Set(rules.imageRules.map(\.name))
        return !self.rules.contains { imageRules.contains($0.rule) && !$0.passed }
    }
}
