extension SeriesGeometry {
    /// The distances of neighbouring slices in words.
    package struct SpacingWords: Sendable, Hashable {
        /// `8.30`, millimetres.
        package var median: String
        /// Smallest and largest, millimetres; nil where they read like the median.
        package var range: (smallest: String, largest: String)? {
            smallest == median && largest == median ? nil : (smallest, largest)
        }

        private let smallest: String
        private let largest: String

        fileprivate init(smallest: String, median: String, largest: String) {
            self.smallest = smallest
            self.median = median
            self.largest = largest
        }
    }

    /// Median, smallest and largest distance with two decimals, or, where the distances are not regular and it takes a
    /// third to tell them apart, with three: what is below a micrometre is rounding. Nil below two positions.
    package var spacingWords: SpacingWords? {
        guard let sliceSpacingMillimetres, let smallestSpacingMillimetres, let largestSpacingMillimetres else {
            return nil
        }
        let texts = Double.written(
            [smallestSpacingMillimetres, sliceSpacingMillimetres, largestSpacingMillimetres], decimals: 2,
            most: isRegular ? 2 : 3)
        return SpacingWords(smallest: texts[0], median: texts[1], largest: texts[2])
    }
}
