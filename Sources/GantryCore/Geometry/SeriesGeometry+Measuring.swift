extension SeriesGeometry {
    /// Planes nearer to each other than this along the normal lie at one position, millimetres: far below any slice
    /// spacing (0.3 mm and more) and far above what rounding in decimal strings makes (1e-3 mm and less).
    public static let samePositionMillimetres = 0.01

    /// Slack on tolerances for positions that were written as decimal text, millimetres.
    private static let roundingMillimetres = 1e-6

    /// Most slices that one gap is said to miss, so that absurd positions cannot overflow.
    private static let mostMissingSlices = 1_000_000.0

    /// The geometry of `planes`, which must be parallel (see `SliceStack.stacks(of:rules:)`), in any order; nil for
    /// none.
    ///
    /// - Distances count along the normal, not along the table: what matters is how far apart the planes lie. A tilted
    ///   gantry's table moves further than that, by the cosine of the tilt.
    /// - The median of an even number of distances is the lower of the two in the middle: a distance that occurs.
    /// - A distance is irregular when it differs from the median by more than `toleranceMillimetres` (ends included in
    ///   the tolerance), and a gap when it exceeds it by that.
    /// - A gap from 1.5 medians on misses round(distance / median) - 1 slices (halves away from zero), else none; nor
    ///   do three gaps and more in a row that are equally wide: there the step changes.
    /// - The tilt is the angle between the normal and the line from the first position to the last; 0 for one position.
    public static func measuring(
        _ planes: [SlicePlane], toleranceMillimetres: Double,
        samePositionMillimetres: Double = SeriesGeometry.samePositionMillimetres
    ) -> SeriesGeometry? {
        guard let normal = sharedNormal(of: planes) else { return nil }
        return measuring(
            planes, along: normal, toleranceMillimetres: toleranceMillimetres,
            samePositionMillimetres: samePositionMillimetres)
    }

    /// The geometry of `planes` along a normal that was chosen before.
    static func measuring(
        _ planes: [SlicePlane], along normal: Vector3, toleranceMillimetres: Double, samePositionMillimetres: Double
    ) -> SeriesGeometry? {
        guard !planes.isEmpty else { return nil }
        let ordered = planes.map { (position: $0.imagePositionPatient.dot(normal), plane: $0) }
            .sorted { left, right in
                left.position != right.position
                    ? left.position < right.position
                    : left.plane.imagePositionPatient.components < right.plane.imagePositionPatient.components
            }
        var positions: [Double] = []
        var previous = -Double.infinity
        for (position, _) in ordered {
            if position - previous > samePositionMillimetres { positions.append(position) }
            previous = position
        }
        let distances = zip(positions.dropFirst(), positions).map { $0 - $1 }
        var geometry = SeriesGeometry(
            positions: positions.count, sliceSpacingMillimetres: nil, smallestSpacingMillimetres: nil,
            largestSpacingMillimetres: nil, isRegular: true, gaps: [], tiltDegrees: 0, normal: normal)
        let sorted = distances.sorted()
        guard let smallest = sorted.first, let largest = sorted.last, let first = ordered.first, let last = ordered.last
        else { return geometry }
        let median = sorted[(sorted.count - 1) / 2]
        geometry.sliceSpacingMillimetres = median
        geometry.smallestSpacingMillimetres = smallest
        geometry.largestSpacingMillimetres = largest
        let tolerance = toleranceMillimetres + roundingMillimetres
        geometry.isRegular = distances.allSatisfy { abs($0 - median) <= tolerance }
        geometry.gaps = distances.enumerated().filter { $0.element > median + tolerance }.map { index, distance in
            Gap(
                afterSlice: index, distanceMillimetres: distance,
                missingSlices: missingSlices(in: distance, spacing: median))
        }
        for run in runs(of: geometry.gaps) {
            for index in run { geometry.gaps[index].missingSlices = 0 }
        }
        let advance = last.plane.imagePositionPatient - first.plane.imagePositionPatient
        geometry.tiltDegrees = Elementary.angleDegrees(x: advance.dot(normal), y: advance.cross(normal).length)
        return geometry
    }

    /// The normal that parallel planes share: that of the plane whose normal comes first by components, so that the
    /// order of the planes has no influence.
    static func sharedNormal(of planes: [SlicePlane]) -> Vector3? {
        planes.map(\.normal).min { $0.components < $1.components }?.normalised
    }

    private static func missingSlices(in distance: Double, spacing: Double) -> Int {
        guard distance + roundingMillimetres >= 1.5 * spacing else { return 0 }
        return Int(min((distance / spacing).rounded(.toNearestOrAwayFromZero) - 1, mostMissingSlices))
    }
}

extension Vector3 {
    /// The components as a tuple, which has an order: for choices that must not depend on the order of the input.
    fileprivate var components: (Double, Double, Double) { (x, y, z) }
}
