extension SliceSelectionRule {
    /// What the rule makes of one slice.
    public struct Choice: Sendable, Hashable {
        /// The air that the body encloses, whether or not the rule asks for it.
        public var air: LungArea.Measurement
        /// Enclosed air of the rule's range as a fraction of the body; nil where the rule does not ask for it.
        public var lungFraction: Double?
        /// Whether the slice is scored.
        public var isSelected: Bool
    }

    /// Measures one slice and says whether it is scored. What fits and quantises a network selects its slices by this
    /// as well.
    ///
    /// **Shape** `hounsfield` has `rows` x `columns` values, row by row.
    public func choice(hounsfield: Span<Int16>, rows: Int, columns: Int) -> Choice {
        var range = LungArea.usualAirRangeHU
        if case .lung(_, let airRangeHU) = self { range = airRangeHU }
        let air = LungArea.measure(hounsfield: hounsfield, rows: rows, columns: columns, airRangeHU: range)
        guard case .lung(let smallestFraction, _) = self else {
            return Choice(air: air, lungFraction: nil, isSelected: true)
        }
        return Choice(air: air, lungFraction: air.fraction, isSelected: air.fraction >= smallestFraction)
    }
}
