import Dispatch
import GantryCore
import GantryInference
import GantryTestSupport
import GantryTensors
import Synchronization
import Testing

/// What every `SliceScorer` does: run on a network, on one that is loaded meanwhile, and on the fake, alone and where
/// faults could be added.
@Suite struct SliceScorerConformance {
    enum Kind: String, CaseIterable, Sendable {
        case network
        case pending
        case fake
        case faulty
    }

    private func scorer(_ kind: Kind, workers: Int = 2) throws -> any SliceScorer {
        switch kind {
        case .network: return try Self.network(workers: workers)
        case .pending:
            let ready = try Self.network(workers: workers)
            return PendingScorer(
                preparation: ready.preparation, classCount: ready.classCount, activation: .softmax, workers: workers
            ) {
                ready.network
            }
        case .fake: return FakeScorer()
        case .faulty: return FaultyScorer()
        }
    }

    private static func network(workers: Int) throws -> ResidualNetworkScorer {
        ResidualNetworkScorer(
            preparation: try SlicePreparation(PreparationDefinition(inputSize: 64)),
            network: try GoldenNetwork.network(ResidualNetworkTests.small), activation: .softmax,
            workers: workers)
    }

    /// Images that differ in every value, also in the one that the fake looks at.
    private func image(_ number: Int, rows: Int = 100, columns: Int = 90) -> [Int16] {
        var values = (0..<rows * columns).map { Int16(($0 * 37 + number * 113) % 900 - 900) }
        values[1] = Int16(100 + number * 100)
        return values
    }

    private func tensors(_ scorer: any SliceScorer, _ count: Int) -> [SliceTensor] {
        (0..<count).map { scorer.prepare(image($0).span, rows: 100, columns: 90) }
    }

    @Test(arguments: Kind.allCases)
    func `each slice has a probability of each class, in the order asked, and they sum to 1`(kind: Kind) throws {
        let scorer = try scorer(kind)
        let tensors = tensors(scorer, 5)
        let rows = try scorer.probabilities(of: tensors)
        #expect(rows.count == 5 && Set(rows).count == 5)
        for row in rows {
            #expect(row.count == scorer.classCount)
            #expect(row.allSatisfy { (0...1).contains($0) })
            // A few roundings of a Double.
            #expect(abs(row.reduce(0, +) - 1) < 1e-14)
        }
        #expect(try scorer.probabilities(of: tensors.reversed()) == rows.reversed())
        #expect(try scorer.probabilities(of: []).isEmpty)
    }

    @Test(arguments: Kind.allCases)
    func `a slice's result depends on no other slice, and not on the number of workers`(kind: Kind) throws {
        let scorer = try scorer(kind)
        let tensors = tensors(scorer, 7)
        let rows = try scorer.probabilities(of: tensors)
        for (tensor, row) in zip(tensors, rows) { #expect(try scorer.probabilities(of: [tensor]) == [row]) }
        for workers in [1, 3] {
            let other = try self.scorer(kind, workers: workers)
            #expect(self.tensors(other, 7) == tensors)
            #expect(try other.probabilities(of: tensors) == rows)
        }
    }

    @Test(arguments: Kind.allCases)
    func `each slice has its map of each class, which depends on no other slice and not on the workers`(
        kind: Kind
    ) throws {
        let scorer = try scorer(kind)
        let tensors = tensors(scorer, 5)
        var different: Set<ActivationMap> = []
        for index in 0..<scorer.classCount {
            let maps = try scorer.activationMaps(of: tensors, classIndex: index)
            #expect(maps.count == 5 && Set(maps.map(\.rows)).count == 1 && Set(maps.map(\.columns)).count == 1)
            for map in maps { #expect(map.values.allSatisfy { $0 >= 0 }) }
            for (tensor, map) in zip(tensors, maps) {
                #expect(try scorer.activationMaps(of: [tensor], classIndex: index) == [map])
            }
            #expect(try self.scorer(kind, workers: 3).activationMaps(of: tensors, classIndex: index) == maps)
            different.formUnion(maps)
        }
        #expect(different.count > 1)
        #expect(try scorer.activationMaps(of: [], classIndex: 0).isEmpty)
    }

    @Test(arguments: Kind.allCases)
    func `a map of what does not fit or is no number is refused`(kind: Kind) throws {
        let scorer = try scorer(kind)
        let right = tensors(scorer, 1)[0]
        let side = right.side + 1
        let other = SliceTensor(values: [Float](repeating: 0, count: right.channels * side * side), side: side)
        let broken = SliceTensor(values: right.values.map { _ in .nan }, side: right.side)
        for (tensor, code) in [(other, ScorerFaultCode.inputMisshapen), (broken, .notFinite)] {
            let fault = #expect(throws: ScorerFault.self) {
                try scorer.activationMaps(of: [right, tensor], classIndex: 0)
            }
            #expect(fault?.code == code)
        }
    }

    @Test(arguments: Kind.allCases)
    func `several threads may ask at once`(kind: Kind) throws {
        let scorer = try scorer(kind)
        let tensors = tensors(scorer, 4)
        let rows = try scorer.probabilities(of: tensors)
        let right = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: 8) { number in
            let index = number % 4
            let tensor = scorer.prepare(image(index).span, rows: 100, columns: 90)
            guard tensor == tensors[index], (try? scorer.probabilities(of: [tensor])) == [rows[index]] else { return }
            right.withLock { $0 += 1 }
        }
        #expect(right.withLock { $0 } == 8)
    }

    @Test(arguments: Kind.allCases)
    func `slices of any size become tensors of one size`(kind: Kind) throws {
        let scorer = try scorer(kind)
        let tensors = [(100, 90), (64, 64), (31, 200)].map { rows, columns in
            scorer.prepare(image(1, rows: rows, columns: columns).span, rows: rows, columns: columns)
        }
        #expect(Set(tensors.map(\.side)).count == 1 && Set(tensors.map(\.channels)).count == 1)
        #expect(try scorer.probabilities(of: tensors).count == 3)
    }

    @Test(arguments: Kind.allCases)
    func `a tensor of another side is refused`(kind: Kind) throws {
        let scorer = try scorer(kind)
        let right = tensors(scorer, 1)[0]
        let side = right.side + 1
        let other = SliceTensor(values: [Float](repeating: 0, count: right.channels * side * side), side: side)
        let fault = #expect(throws: ScorerFault.self) { try scorer.probabilities(of: [right, other]) }
        #expect(fault?.code == .inputMisshapen)
    }

    @Test(arguments: Kind.allCases)
    func `a result that is not a number is refused`(kind: Kind) throws {
        let scorer = try scorer(kind)
        let right = tensors(scorer, 1)[0]
        let broken = SliceTensor(values: right.values.map { _ in .nan }, side: right.side)
        let fault = #expect(throws: ScorerFault.self) { try scorer.probabilities(of: [right, broken]) }
        #expect(fault?.code == .notFinite)
    }
}
