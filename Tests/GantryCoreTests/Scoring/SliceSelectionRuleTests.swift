import GantryCore
import Testing

/// Which slices are scored, and what is measured on the way.
@Suite struct SliceSelectionRuleTests {
    private static let side = 64

    /// Tissue with air around it, and air inside it of a tenth of the body or so.
    private static let slice: [Int16] = {
        var pixels = [Int16](repeating: -1000, count: side * side)
        for row in 8..<56 { for column in 8..<56 { pixels[row * side + column] = 40 } }
        for row in 20..<36 { for column in 20..<36 { pixels[row * side + column] = -850 } }
        return pixels
    }()

    private func choice(_ rule: SliceSelectionRule) -> SliceSelectionRule.Choice {
        rule.choice(hounsfield: Self.slice.span, rows: Self.side, columns: Self.side)
    }

    @Test func `a slice is scored from the smallest fraction on, and not below it`() throws {
        let air = -1000...(-400)
        let fraction = try #require(choice(.lung(smallestFraction: 0, airRangeHU: air)).lungFraction)
        #expect(fraction == 256.0 / 2304)
        #expect(choice(.lung(smallestFraction: fraction, airRangeHU: air)).isSelected)
        #expect(!choice(.lung(smallestFraction: fraction.nextUp, airRangeHU: air)).isSelected)
    }

    @Test func `what is air is the rule's own`() {
        let none = choice(.lung(smallestFraction: 0.01, airRangeHU: -800...(-400)))
        #expect(!none.isSelected && none.lungFraction == 0)
        #expect(none.air.airFraction == 256.0 / 2304)
    }

    @Test func `where every slice is scored the air is measured all the same`() {
        let all = choice(.all)
        #expect(all.isSelected && all.lungFraction == nil)
        #expect(all.air.airFraction == 256.0 / 2304 && all.air.airPixels == 256)
    }
}
