import Foundation
import GantryCore
import GantryInference
import GantryModelling
import GantryTensors
import Testing

/// What training data look like to a network, against NumPy (`Golden/make_features_golden.py`).
@Suite struct FeatureDistributionTests {
    private struct Golden: Decodable {
        let seed: UInt64
        let rows: Int
        let columns: Int
        let dead: Int
        let mean: [Double]
        let variances: [Double]
        let residualVariance: Double
        let distances: [Double]
        let quantiles: [Double]
    }

    private static func golden() throws -> [Golden] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Golden/features.json")
        return try JSONDecoder().decode([Golden].self, from: Data(contentsOf: file.standardizedFileURL))
    }

    /// The features of the script.
    private static func samples(_ seed: UInt64, rows: Int, columns: Int, dead: Int) -> [Float] {
        func uniform(_ counter: Int) -> Double {
            Double(Elementary.splitMix64(seed: seed, counter: UInt64(counter)) >> 11) * 0x1p-53
        }
        return (0..<rows * columns).map { index in
            let (row, column) = index.quotientAndRemainder(dividingBy: columns)
            guard column < columns - dead else { return 0 }
            let own = uniform(row * (columns + 8) + column) / (1 + 0.125 * Double(column))
            return Float(own + 0.5 * uniform(row * (columns + 8) + columns + column % 8))
        }
    }

    private static func probes(_ golden: Golden) -> [[Float]] {
        let columns = golden.columns
        var values = samples(golden.seed + 100, rows: 12, columns: columns, dead: golden.dead)
        for index in 8 * columns..<10 * columns { values[index] *= 2 }
        for row in 10..<12 { values[(row + 1) * columns - 1] += 0.25 }
        return (0..<12).map { Array(values[$0 * columns..<($0 + 1) * columns]) }
    }

    private static func near(_ found: Double, _ expected: Double) -> Bool {
        abs(found - expected) <= 1e-6 * max(abs(expected), 1)
    }

    @Test func `mean, variances and distances are NumPy's to 1e-6, whatever the number of threads`() throws {
        for golden in try Self.golden() {
            let values = Self.samples(golden.seed, rows: golden.rows, columns: golden.columns, dead: golden.dead)
            let found = try #require(FeatureDistribution(samples: values, features: golden.columns, workers: 1))
            #expect(found.samples == golden.rows && found.variances.count == golden.variances.count)
            #expect(zip(found.mean, golden.mean).allSatisfy { Self.near(Double($0), $1) })
            #expect(zip(found.variances, golden.variances).allSatisfy { Self.near(Double($0), $1) })
            #expect(Self.near(Double(found.residualVariance), golden.residualVariance))
            let distances = Self.probes(golden).map(found.distance)
            for (distance, expected) in zip(distances, golden.distances) {
                #expect(Self.near(distance, expected), "\(golden.seed): \(distance), \(expected)")
            }
            let quantiles = try #require(DistanceQuantiles(of: distances.reversed()))
            #expect(zip(quantiles.distances, golden.quantiles).allSatisfy(Self.near), "\(quantiles)")
            #expect(FeatureDistribution(samples: values, features: golden.columns, workers: 3) == found)
        }
    }

    @Test func `nothing is made of one sample, of samples that are alike, or of what is no number`() {
        #expect(FeatureDistribution(samples: [1, 2], features: 2, workers: 1) == nil)
        #expect(FeatureDistribution(samples: [1, 2, 1, 2], features: 2, workers: 1) == nil)
        #expect(FeatureDistribution(samples: [1, 2, .nan, 2], features: 2, workers: 1) == nil)
        #expect(FeatureDistribution(samples: [], features: 0, workers: 1) == nil)
        // Two that differ have one direction at most, and half as many as samples is none.
        #expect(FeatureDistribution(samples: [1, 2, 1, 3], features: 2, workers: 1)?.variances == [])
    }

    @Test func `eigenvectors of a tridiagonal matrix are orthonormal and give it back`() {
        let (diagonal, beside) = ([4.0, 1, -2, 3, 0.5], [1.0, 0, 2.5, 1e-3])
        let found = TridiagonalEigenvalues(diagonal: diagonal, beside: beside)
        for row in 0..<5 {
            for column in 0..<5 {
                let expected = row == column ? diagonal[row] : abs(row - column) == 1 ? beside[min(row, column)] : 0
                var (sum, product) = (0.0, 0.0)
                for index in 0..<5 {
                    sum += found.values[index] * found.vectors[index * 5 + row] * found.vectors[index * 5 + column]
                    product += found.vectors[row * 5 + index] * found.vectors[column * 5 + index]
                }
                #expect(abs(sum - expected) < 1e-12 && abs(product - (row == column ? 1 : 0)) < 1e-12)
            }
        }
    }

    /// Of 16 features, 9 numbers of texture, and 4 of the first stage.
    private static let architecture = ResidualArchitecture(
        block: .basic, blocksPerStage: [1, 1, 1], baseWidth: 4, classes: 2)

    private func profile(_ seed: UInt64) throws -> FeatureProfile {
        // The file has Float32.
        let limits: [FeatureKind: Double] = [.features: 0.875, .texture: 1.5, .early: 2.25]
        var parts: [FeatureKind: FeatureProfile.Part] = [:]
        for (kind, limit) in limits {
            let count = Self.architecture.count(of: kind)
            let values = Self.samples(seed + UInt64(count), rows: 40, columns: count, dead: 1)
            let distribution = try #require(FeatureDistribution(samples: values, features: count, workers: 2))
            parts[kind] = FeatureProfile.Part(distribution: distribution, limit: limit)
        }
        return FeatureProfile(
            parts: parts,
            quantiles: try #require(DistanceQuantiles(shares: [0.5, 0.995], distances: [1, 1.25], samples: 3)))
    }

    @Test func `the first stage is compared, besides features and texture`() {
        #expect(FeatureKind.allCases.map(Self.architecture.count) == [16, 9, 4])
        #expect(ResidualArchitecture.resNet50(classes: 2).earlyCount == 256)
        let one = ResidualArchitecture(block: .bottleneck, blocksPerStage: [2], baseWidth: 4, classes: 2)
        #expect(one.earlyCount == 16 && one.featureCount == 16)
    }

    private func withFile(_ body: (String) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).safetensors").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }

    @Test func `profiles come back from their file as they were, and of another network they are refused`() throws {
        let profiles = FeatureProfiles([
            .f32: .init(profile: try profile(1), modelSHA256: "ab"),
            .int8: .init(profile: try profile(2), modelSHA256: "cd"),
        ])
        try withFile { path in
            try profiles.write(to: path)
            let file = try SafetensorsFile(path: path)
            #expect(try FeatureProfiles(file, architecture: Self.architecture).entries == profiles.entries)
            // Of other features, of other early maps alone, of an input with another texture.
            var others = [Self.architecture, Self.architecture, Self.architecture]
            others[0].baseWidth = 8
            others[1].blocksPerStage = [1]
            others[1].baseWidth = 16
            others[2].inputChannels = 1
            for other in others {
                let error = #expect(throws: WeightsError.self) { try FeatureProfiles(file, architecture: other) }
                #expect(error?.code == .architectureMismatch)
            }
            let first = try Data(contentsOf: URL(filePath: path))
            try profiles.write(to: path)
            #expect(try Data(contentsOf: URL(filePath: path)) == first)
        }
    }

    @Test func `numbers that are no profile are refused by name`() throws {
        let digest = ["gantry.f32.model-sha256": "ab"]
        let good: [(String, [Int], [Float])] = [
            ("mean", [2], [0, 0]), ("directions", [1, 2], [1, 0]), ("variances", [1], [1]),
            ("residual-variance", [1], [1]), ("texture-mean", [3], [0, 0, 0]),
            ("texture-directions", [1, 3], [1, 0, 0]), ("texture-variances", [1], [1]),
            ("texture-residual-variance", [1], [1]), ("early-mean", [2], [0, 0]),
            ("early-directions", [1, 2], [1, 0]),
            ("early-variances", [1], [1]), ("early-residual-variance", [1], [1]), ("limits", [3], [1, 2, 3]),
            ("quantile-shares", [2], [0.5, 0.9]),
            ("quantile-distances", [2], [1, 2]), ("samples", [2], [9, 9]),
        ]
        func written(_ changed: String, _ shape: [Int], _ values: [Float], to path: String) throws {
            let tensors = try good.map { part in
                let new = part.0 == changed ? (shape, values) : (part.1, part.2)
                return try NamedTensor(name: "f32." + part.0, shape: TensorShape(new.0), values: new.1)
            }
            try SafetensorsWriter(metadata: digest).write(tensors, to: path)
        }
        // Two features, three numbers of texture, two of the one stage.
        let architecture = ResidualArchitecture(
            block: .basic, blocksPerStage: [1], baseWidth: 2, inputChannels: 1, classes: 2)
        func read(_ path: String) throws -> FeatureProfiles {
            try FeatureProfiles(SafetensorsFile(path: path), architecture: architecture)
        }
        try withFile { path in
            try written("", [], [], to: path)
            #expect(try read(path).entries[.f32]?.profile.parts.count == 3)
            // Made before there were early maps.
            try written("limits", [2], [1, 2], to: path)
            #expect(try read(path).entries[.f32]?.profile.parts[.early] == nil)
            #expect(try read(path).entries[.f32]?.profile.parts.count == 2)
            let bad: [(String, [Int], [Float])] = [
                ("variances", [1], [0]), ("variances", [1], [.nan]), ("variances", [2], [1, 1]),
                ("residual-variance", [1], [-1]), ("quantile-distances", [2], [2, 1]),
                ("texture-variances", [1], [0]), ("early-variances", [1], [0]), ("limits", [3], [1, 2, 0]),
                ("limits", [1], [1]), ("limits", [4], [1, 1, 1, 1]),
                ("quantile-shares", [2], [0.5, 1.5]), ("samples", [2], [0, 9]), ("samples", [2], [9, 0.5]),
            ]
            for (name, shape, values) in bad {
                try written(name, shape, values, to: path)
                let error = #expect(throws: WeightsError.self, "\(name)") {
                    try read(path)
                }
                #expect(error?.code == .unusableValue)
            }
        }
    }

    @Test func `of many samples as many are taken as there is room for, spread evenly`() {
        #expect(FeatureSamples.spread([3, 1, 2]) == [3, 1, 2])
        let spread = FeatureSamples.spread(Array(0..<3 * FeatureSamples.most))
        #expect(spread.count == FeatureSamples.most && spread.prefix(3) == [1, 4, 7])
    }

    @Test func `a file of a ResNet-50 for each arithmetic is no larger than it may be`() {
        let floats = Precision.allCases.count * (FeatureDistribution.mostDirections + 2) * (2048 + 256 + 9)
        #expect(4 * floats + 16_384 <= FeatureProfiles.mostBytes)
    }
}
