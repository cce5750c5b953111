import GantryCore
import GantryTraining
import Testing

@Suite struct DataSplitTests {
    private static let classes = ["ill", "well"]

    /// Pictures of patients of one to nine pictures each, a third of the patients with pictures of both classes.
    private static func patients(_ count: Int, seed: UInt64) -> [LabelledSample] {
        var random = CounterRandom(seed: seed, purpose: .contactSheet)
        return (0..<count).flatMap { patient in
            let kind = random.integer(below: 3)
            return (0..<1 + random.integer(below: 9)).map { picture in
                LabelledSample(
                    name: "\(patient)/\(picture)", label: kind == 2 ? picture % 2 : kind, group: "patient \(patient)")
            }
        }
    }

    @Test(arguments: 0..<40)
    func `a patient is never divided, and the shares come near to what is asked for`(_ seed: UInt64) throws {
        let samples = Self.patients(60, seed: seed)
        let split = DataSplit(validation: 0.2, test: 0.1, seed: seed)
        let assigned = try split.assigned(samples, classes: Self.classes)
        let sides = assigned.reduce(into: [String: Set<DataSide?>]()) { $0[$1.group, default: []].insert($1.side) }
        #expect(sides.count == 60)
        for (group, sides) in sides { #expect(sides.count == 1 && !sides.contains(nil), "\(group)") }
        for label in 0..<2 {
            let own = assigned.filter { $0.label == label }
            for (side, share) in [(DataSide.validation, 0.2), (.test, 0.1)] {
                let found = Double(own.count { $0.side == side }) / Double(own.count)
                // A patient is at most 9 of some 130 pictures of a class: half of one is too many or too few.
                #expect(abs(found - share) < 0.04, "\(label) \(side)")
            }
        }
    }

    @Test func `the division depends on the seed, and not on the order of the samples`() throws {
        let samples = Self.patients(60, seed: 3)
        func validation(_ samples: [LabelledSample], seed: UInt64) throws -> Set<String> {
            let assigned = try DataSplit(validation: 0.2, seed: seed).assigned(samples, classes: Self.classes)
            return Set(assigned.filter { $0.side == .validation }.map(\.name))
        }
        let first = try validation(samples, seed: 1)
        var random = CounterRandom(seed: 1, purpose: .order)
        #expect(try validation(random.permutation(samples.count).map { samples[$0] }, seed: 1) == first)
        #expect(try validation(samples, seed: 2) != first)
    }

    @Test func `single pictures are divided exactly, class by class`() throws {
        let samples = (0..<1000).map { LabelledSample(name: "\($0)", label: $0 < 100 ? 0 : 1) }
        let assigned = try DataSplit(validation: 0.15, test: 0.05, seed: 4).assigned(samples, classes: Self.classes)
        func counts(_ side: DataSide) -> [Int] {
            (0..<2).map { label in assigned.count { $0.side == side && $0.label == label } }
        }
        #expect(counts(.validation) == [15, 135] && counts(.test) == [5, 45] && counts(.train) == [80, 720])
        #expect(assigned.map(\.name) == samples.map(\.name))
    }

    @Test func `given sides stay, and what belongs to them follows`() throws {
        var samples = (0..<40).map { LabelledSample(name: "\($0)", label: $0 % 2) }
        samples[0].side = .test
        samples[1].side = .train
        samples[2].group = "p"
        samples[3].group = "p"
        samples[3].side = .validation
        samples[4].contentDigest = "same"
        samples[0].contentDigest = "same"
        samples[5].study = "1.2"
        samples[1].study = "1.2"
        let assigned = try DataSplit(validation: 0.5, seed: 1).assigned(
            samples, classes: Self.classes, together: [(6, 3)])
        #expect(assigned[0].side == .test && assigned[1].side == .train && assigned[3].side == .validation)
        #expect(assigned[2].side == .validation && assigned[4].side == .test && assigned[5].side == .train)
        #expect(assigned[6].side == .validation)
        #expect(assigned[7...].count { $0.side == .validation } == 16)
    }

    @Test func `where folders are train and test alone, validation comes from training`() throws {
        let samples = (0..<40).map { index in
            LabelledSample(name: "\(index)", label: index % 2, side: index < 20 ? .train : .test)
        }
        let assigned = try DataSplit(validation: 0.2, seed: 1).assigned(samples, classes: Self.classes)
        #expect(assigned[..<20].count { $0.side == .validation } == 4)
        #expect(assigned[20...].allSatisfy { $0.side == .test })
    }

    @Test func `a small class gives one to validation, and never its last`() throws {
        var samples = (0..<100).map { LabelledSample(name: "\($0)", label: 0) }
        samples += [LabelledSample(name: "x", label: 1), LabelledSample(name: "y", label: 1)]
        samples.append(LabelledSample(name: "z", label: 2))
        let assigned = try DataSplit(validation: 0.1, seed: 1).assigned(samples, classes: ["a", "b", "c"])
        #expect(Set(assigned[100..<102].map(\.side)) == [.train, .validation])
        #expect(assigned[102].side == .train)
    }

    @Test func `data that nobody can train with are refused by name`() {
        func refusal(
            _ samples: [(Int, DataSide?)], classes: [String] = Self.classes, validation: Double = 0.2
        ) -> TrainingDataFault? {
            let samples = samples.enumerated().map {
                LabelledSample(name: "n\($0)", label: $1.0, side: $1.1)
            }
            return #expect(throws: TrainingDataFault.self) {
                try DataSplit(validation: validation, seed: 1).assigned(samples, classes: classes)
            }
        }
        #expect(refusal([])?.code == .noImages)
        let one = refusal([(1, nil), (1, nil), (1, nil)])
        #expect(one?.code == .oneClassOnly && one?.subject == "well")
        #expect(refusal([(0, nil), (1, nil)], validation: 0)?.code == .emptySide)
        #expect(refusal([(0, nil), (1, nil)], validation: 0)?.subject == "validation")
        #expect(refusal([(0, .validation), (1, .validation)])?.subject == "train")
        let missing = refusal([(0, .train), (0, .validation), (1, .validation)])
        #expect(missing?.code == .classMissingInTraining)
        #expect(missing?.description == "well: No training sample is of this class, but n2 of validation is.")
        let empty = refusal([(0, .train), (1, .train), (1, .validation)], classes: Self.classes + ["none"])
        #expect(empty?.code == .emptyClass && empty?.subject == "none")
        #expect(refusal([(2, nil)])?.code == .labelUnknown)
        #expect(refusal([(0, nil), (1, nil)], validation: 1)?.code == .fractionOutOfRange)
        #expect(refusal([(0, nil), (1, nil)], validation: .nan)?.code == .fractionOutOfRange)
    }
}
