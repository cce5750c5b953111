extension SeriesGeometry {
    /// The way along the normal that each of the slices at `positions` stands for, where these are all there is and
    /// stand in slice order, millimetres: half of that to either neighbour, at most the usual one, which is also what
    /// those at the ends have beyond them. Nil where the distance of slices is not known.
    package func ways(at positions: [Double]) -> [Double]? {
        guard let usual = sliceSpacingMillimetres, usual > 0 else { return nil }
        func way(_ place: Int) -> Double {
            guard positions.indices.contains(place), positions.indices.contains(place + 1) else { return usual }
            return min(abs(positions[place + 1] - positions[place]), 2 * usual)
        }
        return positions.indices.map { (way($0 - 1) + way($0)) / 2 }
    }
}
