import Foundation
import GantryCore
import Testing

/// Distances to what a network was trained on, and their quantiles.
@Suite struct DistanceTests {
    /// Mean (1, 2, 0); variance 4 along the first axis, 1/4 along both others.
    private func distribution() throws -> FeatureDistribution {
        try #require(
            FeatureDistribution(
                mean: [1, 2, 0], directions: [1, 0, 0], variances: [4], residualVariance: 0.25, samples: 9))
    }

    private static let cases: [([Float], Double)] = [
        ([1, 2, 0], 0), ([3, 2, 0], 1 / 3), ([1, 2.5, 0], 1 / 3), ([5, 2, 1], 8 / 3), ([-1, 1.5, 0.5], 1),
    ]

    @Test(arguments: cases)
    func `the distance counts standard deviations along each direction`(values: [Float], square: Double) throws {
        #expect(abs(try distribution().distance(of: values) - square.squareRoot()) < 1e-15)
    }

    @Test func `of features, texture and early maps the largest counts, each in units of its limit`() throws {
        let limits: [FeatureKind: Double] = [.features: 2, .texture: 0.5, .early: 4]
        var profile = FeatureProfile(
            parts: try limits.mapValues {
                try #require(FeatureProfile.Part(distribution: try distribution(), limit: $0))
            }, quantiles: try #require(DistanceQuantiles(of: [1])))
        #expect(profile.samples == 9)
        let (near, far): ([Float], [Float]) = ([3, 2, 0], [5, 2, 1])
        let (small, large) = ((1.0 / 3).squareRoot(), (8.0 / 3).squareRoot())
        let middle: [Float] = [1, 2, 0]
        func distance(_ features: [Float], _ texture: [Float], _ early: [Float]) -> Double {
            profile.distance(of: [.features: features, .texture: texture, .early: early])
        }
        #expect(abs(distance(far, middle, middle) - large / 2) < 1e-15)
        #expect(abs(distance(far, near, far) - small / 0.5) < 1e-15)
        #expect(abs(distance(middle, middle, far) - large / 4) < 1e-15)
        #expect(distance(near, [1, .nan, 0], near) == .infinity)
        #expect(profile.distance(of: [.features: near, .texture: near]) == .infinity)
        // As in a bundle made before early maps were compared.
        profile.parts[.early] = nil
        #expect(abs(distance(far, middle, [.nan]) - large / 2) < 1e-15)
        for limit in [0, -1, .nan, .infinity] {
            #expect(FeatureProfile.Part(distribution: try distribution(), limit: limit) == nil)
        }
    }

    @Test func `what cannot be compared is infinitely far`() throws {
        let distribution = try distribution()
        #expect(distribution.distance(of: [1, 2]) == .infinity)
        #expect(distribution.distance(of: [1, 2, .nan]) == .infinity)
        #expect(distribution.distance(of: [1, .infinity, 0]) == .infinity)
    }

    @Test func `parts that do not belong together are no distribution`() {
        func make(_ mean: [Float], _ directions: [Float], _ variances: [Float], _ rest: Float) -> FeatureDistribution? {
            FeatureDistribution(
                mean: mean, directions: directions, variances: variances, residualVariance: rest, samples: 2)
        }
        #expect(make([1], [], [], 1) != nil)
        #expect(make([], [], [], 1) == nil)
        #expect(make([1, 2], [1], [1], 1) == nil)
        #expect(make([1, 2], [1, 0], [0], 1) == nil)
        #expect(make([1, 2], [1, 0], [1], 0) == nil)
        #expect(make([1, .nan], [1, 0], [1], 1) == nil)
    }

    @Test func `quantiles are NumPy's, and between those that are kept they are interpolated`() throws {
        // numpy.quantile(range(1000), [0.5, 0.9, 0.95, 0.99, 0.995, 0.999])
        let quantiles = try #require(DistanceQuantiles(of: (0..<1000).reversed().map(Double.init)))
        let expected = [499.5, 899.1, 949.05, 989.01, 994.005, 998.001]
        #expect(zip(quantiles.distances, expected).allSatisfy { abs($0 - $1) < 1e-9 } && quantiles.samples == 1000)
        #expect(quantiles.distance(at: 0.995) == quantiles.distances[4])
        #expect(abs(quantiles.distance(at: 0.997) - 996.003) < 1e-9)
        #expect(quantiles.distance(at: 0.1) == quantiles.distances[0])
        #expect(quantiles.distance(at: 1) == quantiles.distances[5])
        #expect(DistanceQuantiles(of: []) == nil && DistanceQuantiles(of: [1, .nan]) == nil)
    }

    @Test func `what was stored comes back, and what is no quantiles is refused`() throws {
        let quantiles = try #require(DistanceQuantiles(of: [1, 2, 3]))
        let text = try JSONEncoder().encode(quantiles)
        #expect(try JSONDecoder().decode(DistanceQuantiles.self, from: text) == quantiles)
        for bad in [
            #"{"shares":[0.5],"distances":[],"samples":3}"#, #"{"shares":[],"distances":[],"samples":3}"#,
            #"{"shares":[0.5,0.9],"distances":[2,1],"samples":3}"#, #"{"shares":[0.5],"distances":[1],"samples":0}"#,
        ] {
            #expect(throws: DecodingError.self) {
                try JSONDecoder().decode(DistanceQuantiles.self, from: Data(bad.utf8))
            }
        }
    }
}
