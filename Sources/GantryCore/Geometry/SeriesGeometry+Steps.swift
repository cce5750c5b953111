extension SeriesGeometry {
    /// Slices that follow each other in another step than most: the scan was planned so, and none is missing.
    public struct ChangeOfStep: Sendable, Hashable {
        /// Index, in slice order, of the first slice and of the last that are this far from their neighbours.
        public var slices: ClosedRange<Int>
        /// Their distance, millimetres.
        public var distanceMillimetres: Double

        /// `7.00 mm from slice 15 to slice 28`.
        package var words: String {
            "\(distanceMillimetres.written(decimals: 2)) mm from slice \(slices.lowerBound + 1) to slice "
                + "\(slices.upperBound + 1)"
        }
    }

    /// Fewest equal distances, one after the other, that are a step of their own. Two may be two slices lost by chance.
    static let fewestDistancesOfStep = 3
    /// How far the distances of one step may lie apart, as a fraction of the smallest.
    private static let stepTolerance = 0.05

    /// The changes to a wider step, in slice order.
    public var changesOfStep: [ChangeOfStep] {
        Self.runs(of: gaps).filter { run in gaps[run].allSatisfy { $0.missingSlices == 0 } }.map { run in
            ChangeOfStep(
                slices: gaps[run.lowerBound].afterSlice...(gaps[run.upperBound - 1].afterSlice + 1),
                distanceMillimetres: gaps[run.lowerBound].distanceMillimetres)
        }
    }

    /// The gaps that are none of these changes.
    package func gaps(apartFrom steps: [ChangeOfStep]) -> [Gap] {
        gaps.filter { gap in
            !steps.contains { $0.slices.lowerBound <= gap.afterSlice && gap.afterSlice < $0.slices.upperBound }
        }
    }

    /// Ranges of `gaps` that follow each other without a usual distance between, and are equally wide.
    static func runs(of gaps: [Gap]) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var start = 0
        while start < gaps.count {
            var (end, smallest, largest) = (start + 1, gaps[start].distanceMillimetres, gaps[start].distanceMillimetres)
            while end < gaps.count, gaps[end - 1].afterSlice < gaps[end].afterSlice,
                gaps[end].afterSlice - gaps[end - 1].afterSlice == 1
            {
                smallest = min(smallest, gaps[end].distanceMillimetres)
                largest = max(largest, gaps[end].distanceMillimetres)
                guard largest - smallest <= smallest * stepTolerance else { break }
                end += 1
            }
            if end - start >= fewestDistancesOfStep { runs.append(start..<end) }
            start = end
        }
        return runs
    }
}
