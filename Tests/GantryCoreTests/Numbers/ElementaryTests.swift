import GantryCore
import Testing

/// Expected values: Python 3.11's `math` module (C library, within one unit in the last place).
@Suite struct ElementaryTests {
    @Test(arguments: [
        (-700.25, 7.678723813110872e-305), (-40.5, 2.576757109154981e-18), (-4.0, 0.01831563888873418),
        (-1.0, 0.36787944117144233), (-0.125, 0.8824969025845955), (0.3, 1.3498588075760032),
        (1.0, 2.718281828459045), (4.0, 54.598150033144236), (10.75, 46630.028453524326),
        (88.5, 2.7230878250681117e+38), (709.5, 1.3549863193146328e+308),
    ])
    func `the exponential agrees with the C library to 1e-14`(x: Double, expected: Double) {
        #expect(abs(Elementary.exponential(x) / expected - 1) <= 1e-14)
    }

    @Test func `the exponential is exact at zero and ends in zero and infinity`() {
        #expect(Elementary.exponential(0) == 1)
        #expect(Elementary.exponential(-.infinity) == 0)
        #expect(Elementary.exponential(.infinity) == .infinity)
        #expect(Elementary.exponential(1e300) == .infinity)
        #expect(Elementary.exponential(-1e300) == 0)
        #expect(Elementary.exponential(-745) == .leastNonzeroMagnitude)
        #expect(Elementary.exponential(.nan).isNaN)
    }

    @Test(
        arguments: [
            (1, 0, 0), (1, 1, 45), (0, 1, 90), (-1, 1, 135), (3, 1, 18.43494882292201), (1, 3, 71.56505117707799),
            (0.9483237, 0.3173047, 18.500001554365706), (1, 1e-9, 5.7295779513082324e-08),
            (-2, 0.5, 165.96375653207352),
            (-1, 0, 180), (0, 0, 0),
        ] as [(Double, Double, Double)])
    func `angles agree with atan2`(x: Double, y: Double, expected: Double) {
        #expect(abs(Elementary.angleDegrees(x: x, y: y) - expected) <= 1e-12)
    }

    /// Published first outputs of SplitMix64 for the seed 1234567 (Rosetta Code, "Pseudo-random numbers/Splitmix64").
    @Test func `the hash is SplitMix64`() {
        let published: [UInt64] = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        #expect((0..<3).map { Elementary.splitMix64(seed: 1_234_567, counter: $0) } == published)
    }

    @Test(
        arguments: [
            (1.25, 1, "1.3"), (-0.04, 1, "0.0"), (-0.05, 1, "-0.1"), (7, 0, "7"), (0.005, 2, "0.01"), (2.5, 3, "2.500"),
            (.infinity, 1, "inf"), (1e300, 2, "1e+300"), (999_999_999.5, 9, "999999999.500000000"), (0.25, -3, "0"),
        ] as [(Double, Int, String)])
    func `numbers are written with a fixed number of decimals`(number: Double, decimals: Int, text: String) {
        #expect(number.written(decimals: decimals) == text)
    }
}
