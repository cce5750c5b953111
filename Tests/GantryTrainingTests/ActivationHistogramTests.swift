import GantryTraining
import GantryTensors
import Testing

@Suite struct ActivationHistogramTests {
    /// Numbers from 0 to `limit`, spread evenly.
    private func uniform(_ count: Int, to limit: Float) -> [Float] {
        (0..<count).map { (Float($0) + 0.5) / Float(count) * limit }
    }

    private func histogram(_ parts: [Float]...) -> ActivationHistogram {
        var histogram = ActivationHistogram()
        for part in parts { histogram.add(part) }
        return histogram
    }

    @Test func `order does not matter, though the bins widen on the way`() {
        // Each part alone needs wider bins than the one before: 2^-20, 2^-12 and 2^-2 of a unit.
        let parts = [uniform(500, to: 0.003), uniform(700, to: 0.9), uniform(300, to: 700)]
        let forwards = histogram(parts[0], parts[1], parts[2])
        #expect(forwards == histogram(parts[2], parts[1], parts[0]))
        #expect(forwards == histogram(parts[1] + parts[0] + parts[2]))
        #expect(forwards != histogram(parts[0], parts[1]))
    }

    @Test func `merging is adding`() {
        let (small, large) = (uniform(400, to: 0.01), uniform(400, to: 30))
        for (first, second) in [(small, large), (large, small), (small, []), ([], large)] {
            var merged = histogram(first)
            merged.merge(histogram(second))
            #expect(merged == histogram(first, second))
        }
    }

    @Test(arguments: [0.004, 0.7, 6, 1000] as [Float]) func `uniform values keep their whole range`(largest: Float) {
        let limit = histogram(uniform(40_000, to: largest)).bestLimit()
        // Up to the end of the bin of the largest one, of which there are more than 2048 below it.
        #expect(limit >= largest * 0.9999 && limit <= largest * (1 + 1 / 2048))
    }

    @Test func `a rare far outlier is cut where that costs no more than rounding all others`() {
        // 1024 x 1000 values around 1 and one of 100: the cost count x limit^2 / (12 x 255^2) + (100 - limit)^2 is
        // least at 100 / (1 + count / (12 x 255^2)), 43.2.
        var histogram = histogram([100])
        let many = uniform(1000, to: 1).map { $0 + 0.5 }
        for _ in 0..<1024 { histogram.add(many) }
        let expected = 100 / (1 + Float(1024 * 1000) / (12 * 255 * 255))
        #expect(expected < 44)
        // Limits are tried in steps of 1/256 of the largest value.
        #expect(abs(histogram.bestLimit() - expected) < 0.5)
    }

    @Test func `zeros, which the ReLU made and which are kept exactly, do not count`() {
        let values = uniform(2000, to: 1) + [20]
        let zeros = [Float](repeating: 0, count: 1_000_000)
        #expect(histogram(values, zeros).bestLimit() == histogram(values).bestLimit())
    }

    @Test func `nothing, and nothing but zeros, have a limit above zero`() {
        #expect(histogram().bestLimit() > 0)
        #expect(histogram([], [0, 0]).bestLimit() > 0)
    }

    @Test func `the largest Float32 has a bin`() {
        let limit = histogram([1, .greatestFiniteMagnitude]).bestLimit()
        #expect(limit > 1)
    }
}
