import GantryCore
import GantryInference
import GantryPipeline
import GantryTestSupport
import Synchronization
import Testing

/// What is learned from is, bit for bit, what is scored.
struct SelectedSlicesTests {
    /// A scorer that keeps what its slices become.
    private final class KeepingScorer: SliceScorer {
        let classCount = 2
        let preparation: SlicePreparation
        let scored = Mutex<[SliceTensor]>([])

        init(_ preparation: SlicePreparation) { self.preparation = preparation }

        func prepare(_ hounsfield: Span<Int16>, rows: Int, columns: Int) -> SliceTensor {
            preparation.prepare(hounsfield, rows: rows, columns: columns)
        }

        func probabilities(of tensors: [SliceTensor]) throws(ScorerFault) -> [[Double]] {
            scored.withLock { $0 += tensors }
            return tensors.map { _ in [0.5, 0.5] }
        }

        func activationMaps(of tensors: [SliceTensor], classIndex: Int) throws(ScorerFault) -> [ActivationMap] {
            tensors.compactMap { _ in ActivationMap(rows: 1, columns: 1, values: [0]) }
        }
    }

    /// What one study comes to.
    private struct Found {
        /// What the scorer is given, in the order of the slices.
        var scored: [SliceTensor]
        /// What is learned from.
        var learned: [SliceTensor]
        /// Slices that were forgotten before.
        var forgotten = 0
        /// Files of those that are learned from, in their order.
        var files: [String] = []
        var outcome: SelectedSlices.Outcome
    }

    private let preparation = PreparationDefinition(
        windows: [Window(windowCenterHU: -400, windowWidthHU: 1600)], inputSize: 12, mean: [0.4],
        standardDeviation: [0.3])

    /// Pixels in which every slice is another one, with padding at the edge; 16 of the 64 are air where `isAiry`.
    private func pixels(_ number: Int, isAiry: Bool) -> InMemoryStudyReader.Pixels {
        let hounsfield = (0..<64).map { index -> Int16 in
            let (row, column) = index.quotientAndRemainder(dividingBy: 8)
            let noise = Int16(index * 7919 % 101 + number * 13)
            return isAiry && (2..<6).contains(row) && (2..<6).contains(column) ? -850 + noise % 50 : noise
        }
        return InMemoryStudyReader.Pixels(hounsfield: hounsfield, isPadding: (0..<64).map { $0 % 8 == 0 })
    }

    /// A study: a longer series that is no chest, if wanted, and one that is.
    private func setting(hasHead: Bool, selection: SliceSelectionRule) throws -> Setting {
        var setting = Setting()
        (setting.smallestLungMillilitres, setting.lung) = (0.1, selection)
        if hasHead { try setting.add(study: 1, slices: Array(repeating: 100, count: 9), folder: "head", series: 1) }
        try setting.add(study: 1, slices: Array(repeating: 500, count: 7), folder: "chest", series: 2)
        setting.reader.content.withLock { content in
            for (number, file) in content.instances.keys.sorted().enumerated() {
                // The outermost slices of the chest have less air than the selection wants.
                let isInside = file != "chest/900.dcm" && file != "chest/894.dcm"
                content.pixels[file] = pixels(number, isAiry: file.hasPrefix("chest/") && isInside)
            }
        }
        return setting
    }

    /// The study of `setting`, scored by a run and read for who learns.
    private func found(_ setting: Setting) throws -> Found {
        let preparation = try SlicePreparation(preparation)
        let scorer = KeepingScorer(preparation)
        var scoring = setting
        scoring.scorer = FaultyScorer(scorer)
        _ = scoring.ingest()

        let reader = setting.reader
        let instances = reader.content.withLock { Array($0.instances.values) }
        let study = try #require(Study.grouping(instances).first)
        var learned: [(file: String, tensor: SliceTensor)] = []
        var forgotten = 0
        let outcome = try SelectedSlices.read(
            study, root: "data", scoring: setting.definition.scoring, reader: reader, control: { .proceed },
            forget: {
                forgotten += learned.count
                learned = []
            },
            take: { _, source, hounsfield in
                learned.append(
                    (source.file, preparation.prepare(hounsfield, rows: source.rows, columns: source.columns)))
            })
        return Found(
            scored: scorer.scored.withLock { $0 }, learned: learned.map(\.tensor), forgotten: forgotten,
            files: learned.map(\.file), outcome: outcome)
    }

    private func bits(_ tensors: [SliceTensor]) -> [[UInt32]] { tensors.map { $0.values.map(\.bitPattern) } }

    @Test func `a study's slices are the same tensors, bit for bit`() throws {
        let found = try found(try setting(hasHead: false, selection: .all))
        #expect(found.learned.count == 7 && found.forgotten == 0)
        #expect(bits(found.learned) == bits(found.scored))
        #expect(Set(bits(found.learned)).count > 1, "slices that are all the same would be equal in any order")
        guard case .taken(let stack, _) = found.outcome else {
            Issue.record("expected slices, found \(found.outcome)")
            return
        }
        #expect(stack.slices.map(\.file) == found.files)
    }

    @Test func `the same slices are left out`() throws {
        let rule = SliceSelectionRule.lung(smallestFraction: 0.1, airRangeHU: -950...(-700))
        let found = try found(try setting(hasHead: false, selection: rule))
        #expect(found.learned.count == 5 && !found.files.contains("chest/900.dcm"))
        #expect(bits(found.learned) == bits(found.scored))
    }

    @Test func `where the first series is no chest, tensors are those of the next one, none of its own`() throws {
        let found = try found(try setting(hasHead: true, selection: .all))
        #expect(found.forgotten == 9)
        #expect(found.files.count == 7 && found.files.allSatisfy { $0.hasPrefix("chest/") })
        // A run scores the first candidate's slices while it is read, and drops what came of them.
        #expect(found.scored.count >= 7 && bits(found.learned) == bits(found.scored.suffix(7)))
    }

    @Test func `a study that is not scored is not learned from, and why is said`() throws {
        var setting = try setting(hasHead: false, selection: .all)
        setting.reader.content.withLock { content in
            for file in content.instances.keys where file != "chest/900.dcm" { content.instances[file] = nil }
        }
        setting.smallestLungMillilitres = 0
        let found = try found(setting)
        #expect(found.learned.isEmpty && found.scored.isEmpty)
        guard case .refused(let why) = found.outcome else {
            Issue.record("expected a refusal, found \(found.outcome)")
            return
        }
        #expect(!why.isEmpty)
    }

    @Test func `it stops when it is asked to`() throws {
        let setting = try setting(hasHead: false, selection: .all)
        let instances = setting.reader.content.withLock { Array($0.instances.values) }
        let study = try #require(Study.grouping(instances).first)
        var taken = 0
        let outcome = try SelectedSlices.read(
            study, root: "data", scoring: setting.definition.scoring, reader: setting.reader,
            control: { taken < 3 ? .proceed : .stop }, forget: {}, take: { _, _, _ in taken += 1 })
        guard case .stopped = outcome else {
            Issue.record("expected to stop, found \(outcome)")
            return
        }
        #expect(taken == 3)
    }
}
