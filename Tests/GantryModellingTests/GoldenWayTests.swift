import GantryArrays
import GantryCore
import GantryInference
import GantryModelling
import GantryTensors
import GantryTestSupport
import Testing

@Suite struct GoldenWayTests {
    private static let side = 24

    private static func scoring(
        _ activation: Activation = .sigmoid, _ change: (inout PreparationDefinition) -> Void = { _ in }
    ) -> ScoringDefinition {
        var preparation = PreparationDefinition(inputSize: SmallNetwork.inputSize)
        change(&preparation)
        var model = SmallNetwork.description
        model.activation = activation
        return ScoringDefinition(
            model: model, preparation: preparation, sliceSelection: .all, seriesRules: SeriesRules())
    }

    private static func hounsfield(_ index: Int) -> [Int16] {
        SeededNumbers(seed: UInt64(index), name: "slice").values(side * side, scale: 900, offset: -500)
            .map { Int16($0) }
    }

    /// What a golden run makes of a slice, which prepares and scores as `scoring` says, with `network`.
    private static func golden(
        _ index: Int, _ scoring: ScoringDefinition, _ network: ResidualNetwork
    ) throws -> [Double] {
        let tensor = try SlicePreparation(scoring.preparation)
            .prepare(hounsfield(index).span, rows: side, columns: side)
        let images = try #require(
            ImageBatch(count: 1, channels: 3, height: tensor.side, width: tensor.side, values: tensor.values))
        return try network.probabilities(images, activation: scoring.model.activation, workers: 1)[0]
    }

    /// The comparison of `count` slices that `expected` scored with the small network of a sigmoid.
    private static func finding(
        _ count: Int = 5, _ expected: (Int) throws -> [Double]
    ) throws -> GoldenFinding {
        var way = try GoldenWay(scoring(), network: SmallNetwork.make(), workers: 1) { try SmallNetwork.network($0) }
        for index in 0..<count {
            try way.add(
                GoldenWay.Slice(
                    name: "slice \(index)", hounsfield: hounsfield(index), rows: side, columns: side,
                    expected: expected(index)))
        }
        return try way.finding("\(count) slices")
    }

    @Test(arguments: [1, 5, 40]) func `a golden run of the same pipeline is the same`(count: Int) throws {
        let network = try SmallNetwork.make()
        let found = try Self.finding(count) { try Self.golden($0, Self.scoring(), network) }
        #expect(found.isEqual && found.sentence.hasPrefix("\(count) slices: every probability is the golden run's"))
    }

    @Test(arguments: [(0.5e-4, true), (2e-4, false)]) func `a probability may differ by the tolerance, and by no more`(
        _ difference: Double, _ isEqual: Bool
    ) throws {
        let network = try SmallNetwork.make()
        let found = try Self.finding {
            var row = try Self.golden($0, Self.scoring(), network)
            if $0 == 3 { row[1] += difference }
            return row
        }
        #expect(found.isEqual == isEqual, "\(found)")
        if !isEqual { #expect(found.sentence.contains("(slice 3)") && found.sentence.contains("TF32")) }
    }

    private static let variations: [(words: String, scoring: ScoringDefinition)] = [
        ("the golden run has a softmax", scoring(.softmax)),
        (
            "with the window function SIGMOID",
            scoring { $0.windows = [Window(windowCenterHU: -600, windowWidthHU: 1500, function: .sigmoid)] }
        ),
        (
            "with --input-convention tf",
            scoring { ($0.mean, $0.standardDeviation) = ([0.5, 0.5, 0.5], [0.5, 0.5, 0.5]) }
        ),
        ("without normalisation", scoring { ($0.mean, $0.standardDeviation) = ([0, 0, 0], [1, 1, 1]) }),
        ("with --input-size 32", scoring { $0.inputSize = 32 }),
        ("with --input-size 24", scoring { $0.inputSize = side }),
    ]

    @Test(arguments: variations.indices) func `what the golden run did otherwise is found by trying`(
        variation: Int
    ) throws {
        let (words, scoring) = Self.variations[variation]
        let network = try SmallNetwork.make()
        let found = try Self.finding { try Self.golden($0, scoring, network) }
        #expect(!found.isEqual && found.sentence.contains("Likely: " + words), "\(found.sentence)")
    }

    @Test func `another network of the same tensors, and logits, are found too`() throws {
        var other = SmallNetwork.architecture
        other.stemPool = .max
        let pooling = try SmallNetwork.network(other)
        let pool = try Self.finding { try Self.golden($0, Self.scoring(), pooling) }
        #expect(pool.sentence.contains("with --stem-pool max"), "\(pool.sentence)")

        let network = try SmallNetwork.make()
        let preparation = try SlicePreparation(Self.scoring().preparation)
        let logits = try Self.finding {
            let tensor = preparation.prepare(Self.hounsfield($0).span, rows: Self.side, columns: Self.side)
            let images = try #require(ImageBatch(count: 1, channels: 3, height: 8, width: 8, values: tensor.values))
            return try network.logits(images, workers: 1).values.map(Double.init)
        }
        #expect(logits.sentence.contains("these are the logits"), "\(logits.sentence)")
    }

    @Test func `what is no number is not the golden run's`() throws {
        let network = try SmallNetwork.make()
        let found = try Self.finding {
            var row = try Self.golden($0, Self.scoring(), network)
            if $0 == 2 { row[0] = .nan }
            return row
        }
        #expect(!found.isEqual && found.sentence.contains("(slice 2)"), "\(found.sentence)")
    }
}

@Suite struct GoldenHounsfieldTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func golden(
        _ type: NPYFile.ElementType = .int16, shape: [Int] = [2, 2, 3], scores: [Int] = [2, 2], classes: Int = 2
    ) throws -> GoldenHounsfield {
        var slices = NPYFile.header(type, shape: shape)
        let values = (0..<shape.reduce(1, *)).map { Int16($0 - 3) }
        values.withUnsafeBytes { slices.append(contentsOf: $0) }
        try folder.write(slices, to: "hu.npy")
        let count = scores.reduce(1, *)
        try folder.write(
            NPYFile.data(shape: scores, values: (0..<count).map { Float($0) / Float(count) }), to: "p.npy")
        return try GoldenHounsfield(
            slices: folder.path + "/hu.npy", probabilities: folder.path + "/p.npy", classes: classes)
    }

    @Test func `slices come with their probabilities`() throws {
        let two = try golden()
        #expect(two.count == 2)
        let second = two.slice(1)
        #expect(second.hounsfield == [3, 4, 5, 6, 7, 8] && second.rows == 2 && second.columns == 3)
        #expect(second.expected == [0.5, 0.75] && second.name.hasPrefix("slice 1 of "))
        #expect(try golden(scores: [2], classes: 1).slice(1).expected == [0.5])
        #expect(try golden(scores: [2, 1], classes: 1).slice(0).expected == [0])
    }

    @Test func `arrays that do not fit are refused with what was found`() throws {
        func fault(_ body: @autoclosure () throws -> GoldenHounsfield) -> ModellingFault? {
            #expect(throws: ModellingFault.self) { try body() }
        }
        let flat = fault(try golden(shape: [2, 6]))
        #expect(flat?.code == .misshapen && flat?.explanation.contains("hu[None]") == true)
        let floats = fault(try golden(.boolean, shape: [1, 2, 2]))
        #expect(floats?.code == .malformed)
        let classes = fault(try golden(classes: 3))
        #expect(classes?.code == .misshapen && classes?.explanation.contains("expected [2, 3]") == true)
        let absent = fault(
            try GoldenHounsfield(slices: folder.path + "/none.npy", probabilities: "p.npy", classes: 2))
        #expect(absent?.code == .cannotRead)
        #expect(fault(try golden(shape: [0, 2, 3], scores: [0, 2]))?.code == .misshapen)
    }
}
