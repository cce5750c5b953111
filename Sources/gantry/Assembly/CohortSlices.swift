import GantryCore
import GantryDICOM
import GantryInference
import GantryPipeline

/// The slices of a cohort as a pipeline would score them, with their truth: for fitting.
struct CohortSlices {
    /// A slice ready for the network.
    struct Slice {
        /// Its input.
        var tensor: SliceTensor
        /// Whether disease is in it.
        var isPositive: Bool
    }

    private let reader: SandboxedStudyReader
    private let input: InputFolder
    private let stacks: [SliceStack]
    private let truth: Truth
    private let selection: SliceSelectionRule
    private let preparation: SlicePreparation

    /// The studies below `path` whose slices are in `truth`.
    init(path: String, truth: Truth, definition: PipelineDefinition) throws {
        let scoring = definition.scoring
        reader = try InputFolder.reader(limits: definition.reader)
        input = try InputFolder.scan(path, limits: definition.reader)
        stacks = input.studies.compactMap { SeriesSelection.decide($0, rules: scoring.seriesRules).chosen }
        self.truth = truth
        selection = scoring.sliceSelection
        preparation = try SlicePreparation(scoring.preparation)
    }

    /// Number of studies.
    var studies: Int { stacks.count }

    /// Reads one study and returns the slices that the pipeline selects and the truth knows.
    func slices(ofStudy index: Int) throws -> [Slice] {
        var receiver = Receiver(truth: truth, selection: selection, preparation: preparation)
        try reader.read(
            root: input.root, slices: stacks[index].slices, padding: .air, into: &receiver)
        return receiver.slices
    }

    private struct Receiver: SliceReceiver {
        let truth: Truth
        let selection: SliceSelectionRule
        let preparation: SlicePreparation
        var slices: [Slice] = []

        mutating func receive(_ slice: DecodedSlice, hounsfield: Span<Int16>) -> ReadControl {
            let (rows, columns) = (slice.source.rows, slice.source.columns)
            let key = Truth.Slice(
                sopInstanceUID: slice.source.sopInstanceUID, frameNumber: slice.source.frameNumber)
            guard let isPositive = truth.slices[key] else { return .proceed }
            if case .lung(let smallestFraction, let airRangeHU) = selection {
                let fraction = LungArea.fraction(
                    hounsfield: hounsfield, rows: rows, columns: columns, airRangeHU: airRangeHU)
                guard fraction >= smallestFraction else { return .proceed }
            }
            let tensor = preparation.prepare(hounsfield, rows: rows, columns: columns)
            slices.append(Slice(tensor: tensor, isPositive: isPositive))
            return .proceed
        }

        mutating func miss(_ source: SliceSource, outcome: FileOutcome) -> ReadControl { .proceed }
    }
}
