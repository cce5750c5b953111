/// The slices of a study that its network calls positive, and how much of the lung they are: what of two studies of a
/// patient can be compared.
public struct PositiveSlices: Sendable, Hashable {
    /// Scored slices at or above `JudgingDefinition.slicePositiveFrom`.
    public let count: Int
    /// Distance of neighbouring slices, millimetres: counts of studies that differ in it cannot be compared. Nil where
    /// it is not known.
    public let sliceSpacingMillimetres: Double?
    /// The way along the body that the positive slices stand for, millimetres: their number without the influence of
    /// how close slices are. Nil where the distance of slices is not known.
    public let extentMillimetres: Double?
    /// Aerated lung in that part of the body, millilitres. Nil where the area of lung on the slices, which earlier
    /// versions did not keep, or their distance is not known.
    public let lungMillilitres: Double?

    /// Those of `result`; nil where no slice was scored, which says nothing.
    public init?(_ result: StudyResult) {
        let provenance = result.provenance
        guard let index = provenance.classes.firstIndex(of: provenance.positiveClass) else { return nil }
        self.init(
            result.slices, positiveClassIndex: index, slicePositiveFrom: provenance.judging.slicePositiveFrom,
            geometry: result.seriesDecisions.first(where: \.isChosen)?.geometry)
    }

    /// Those among `slices` in slice order; nil where none was scored.
    ///
    /// A slice stands for the way that `SeriesGeometry.ways` gives it among those that were decoded, selected or not.
    public init?(
        _ slices: [SliceRecord], positiveClassIndex: Int, slicePositiveFrom: Double, geometry: SeriesGeometry?
    ) {
        let scored = slices.filter { $0.reason == .scored }
        guard !scored.isEmpty else { return nil }
        let decoded = slices.filter { $0.reason == .scored || $0.reason == .sliceNotSelected }
        let isPositive = decoded.map { slice in
            slice.probabilities.indices.contains(positiveClassIndex)
                && slice.probabilities[positiveClassIndex] >= slicePositiveFrom
        }
        count = isPositive.count { $0 }
        sliceSpacingMillimetres = geometry?.sliceSpacingMillimetres
        let ways = geometry?.ways(at: decoded.map(\.positionMillimetres))
        guard let ways else {
            (extentMillimetres, lungMillilitres) = (nil, nil)
            return
        }
        var (extent, volume) = (0.0, 0.0)
        for (offset, slice) in decoded.enumerated() where isPositive[offset] {
            extent += ways[offset]
            volume += ways[offset] * (slice.lungAreaSquareMillimetres ?? 0)
        }
        extentMillimetres = extent.isFinite ? extent : nil
        // Where one area is not known none is: the lung of the others is no volume of the study.
        let areKnown = scored.allSatisfy { $0.lungAreaSquareMillimetres != nil }
        lungMillilitres = areKnown && volume.isFinite ? volume / 1000 : nil
    }
}
