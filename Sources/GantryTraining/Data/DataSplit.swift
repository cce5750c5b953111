import GantryCore
import GantryGround

/// How samples are divided into training, validation and test.
///
/// A side that is given stays. Of the others a share goes to validation and one to test, as nearly the same of every
/// class as whole units allow, the rest to training. A *unit* is what must not be divided: everything of a group (a
/// patient), of a study, of the same pixels, and what is said to belong together. Where a unit has a given side
/// somewhere, the rest of it follows. Where every side is given and none is validation, as in folders `train` and
/// `test`, validation's share is taken from training.
///
/// The outcome depends on the samples and the seed alone, not on the order of the samples: units take their turn by
/// the SHA-256 of seed and group.
public struct DataSplit: Sendable, Hashable, Codable {
    /// Validation's share, 0 ..< 1.
    public var validation: Double
    /// Test's share, 0 ..< 1.
    public var test: Double
    /// Which of the many divisions it is.
    public var seed: UInt64

    /// A division by these shares.
    public init(validation: Double, test: Double = 0, seed: UInt64) {
        self.validation = validation
        self.test = test
        self.seed = seed
    }

    /// The samples, each with a side, in the order they are given. Pairs of indices in `together` belong to one unit.
    ///
    /// **Throws** `fractionOutOfRange`, and what `check` throws.
    public func assigned(
        _ samples: [LabelledSample], classes: [String], together: [(Int, Int)] = []
    ) throws(TrainingDataFault) -> [LabelledSample] {
        guard validation >= 0, test >= 0, validation + test < 1 else {
            throw TrainingDataFault(
                .fractionOutOfRange, subject: "",
                explanation: "Validation takes \(validation) and test \(test) of the samples; each must be 0 or more, "
                    + "and both together below 1.")
        }
        try Self.checkLabels(of: samples, classes: classes)
        var samples = samples
        var isOpen = samples.map { $0.side == nil }
        if !isOpen.contains(true), !samples.contains(where: { $0.side == .validation }), validation > 0 {
            isOpen = samples.map { $0.side == .train }
        }
        var pool: [SplitUnit] = []
        for members in Self.units(of: samples, together: together) {
            let open = members.filter { isOpen[$0] }
            guard !open.isEmpty else { continue }
            let given = members.compactMap { isOpen[$0] ? nil : samples[$0].side }
            if let side = DataSide.allCases.first(where: given.contains) {
                for index in open { samples[index].side = side }
            } else {
                pool.append(SplitUnit(open, of: samples, classes: classes.count, seed: seed))
            }
        }
        let elsewhere = samples.indices.reduce(into: [Int](repeating: 0, count: classes.count)) { counts, index in
            if !isOpen[index], samples[index].side == .train { counts[samples[index].label] += 1 }
        }
        var draw = SplitDraw(pool: pool, trainingElsewhere: elsewhere)
        for unit in pool { for index in unit.members { samples[index].side = .train } }
        for (side, share) in [(DataSide.validation, validation), (.test, test)] where share > 0 {
            for unit in draw.take(share) { for index in unit.members { samples[index].side = side } }
        }
        try Self.check(samples, classes: classes)
        return samples
    }

    /// Whether a network can be trained with samples that have sides; one without counts as training.
    ///
    /// **Throws** `noImages`, `labelUnknown`, `oneClassOnly`, `emptySide` of training and validation,
    /// `classMissingInTraining`, `emptyClass`.
    public static func check(_ samples: [LabelledSample], classes: [String]) throws(TrainingDataFault) {
        guard !samples.isEmpty else {
            throw TrainingDataFault(.noImages, subject: "", explanation: "There is no picture to train with.")
        }
        try checkLabels(of: samples, classes: classes)
        let present = Set(samples.map(\.label))
        if present.count == 1, let only = present.first {
            throw TrainingDataFault(
                .oneClassOnly, subject: classes[only],
                explanation: "All \(samples.count) samples are of this class; two classes at least are needed.")
        }
        for side in [DataSide.train, .validation] where !samples.contains(where: { ($0.side ?? .train) == side }) {
            throw TrainingDataFault(
                .emptySide, subject: side.rawValue,
                explanation: "None of the \(samples.count) samples is for it. Give more, or another share.")
        }
        let trained = Set(samples.filter { ($0.side ?? .train) == .train }.map(\.label))
        for label in classes.indices where !trained.contains(label) {
            guard let example = samples.first(where: { $0.label == label }) else {
                throw TrainingDataFault(
                    .emptyClass, subject: classes[label], explanation: "This class has no sample: leave it out.")
            }
            throw TrainingDataFault(
                .classMissingInTraining, subject: classes[label],
                explanation: "No training sample is of this class, but \(example.name) of "
                    + "\((example.side ?? .train).rawValue) is.")
        }
    }

    private static func checkLabels(of samples: [LabelledSample], classes: [String]) throws(TrainingDataFault) {
        for sample in samples where !classes.indices.contains(sample.label) {
            throw TrainingDataFault(
                .labelUnknown, subject: sample.name,
                explanation: "Its label is \(sample.label), of \(classes.count) classes counted from 0.")
        }
    }

    /// Indices of what must not be divided.
    private static func units(of samples: [LabelledSample], together: [(Int, Int)]) -> [[Int]] {
        var sets = DisjointSets(samples.count)
        func joinEqual(_ key: (LabelledSample) -> String?) {
            var first: [String: Int] = [:]
            for (index, sample) in samples.enumerated() {
                guard let key = key(sample), !key.isEmpty else { continue }
                if let other = first[key] { sets.join(other, index) } else { first[key] = index }
            }
        }
        joinEqual(\.group)
        joinEqual(\.study)
        joinEqual(\.contentDigest)
        for (first, second) in together { sets.join(first, second) }
        return sets.sets()
    }
}
