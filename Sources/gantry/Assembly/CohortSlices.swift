import GantryCore
import GantryDICOM
import GantryInference
import GantryPipeline

/// The slices of a cohort as a pipeline would score them, with their truth where it is known: for fitting and quantising.
struct CohortSlices {
    /// A slice ready for the network.
    struct Slice {
        /// Its input.
        var tensor: SliceTensor
        /// Where it comes from.
        var source: SliceSource
        /// Whether disease is in it; nil without a truth.
        var isPositive: Bool?
    }

    private let reader: SandboxedStudyReader
    private let input: InputFolder
    private let stacks: [SliceStack]
    private let truth: Truth?
    private let selection: SliceSelectionRule
    private let preparation: SlicePreparation

    /// The studies below `path`. With a truth, a slice that is not in it is left out.
    init(path: String, truth: Truth?, definition: PipelineDefinition) throws {
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

    /// The geometry of a study's chosen stack.
    func geometry(ofStudy index: Int) -> SeriesGeometry { stacks[index].geometry }

    /// Up to `count` inputs spread evenly over the studies of these indices and over each study.
    func spread(_ count: Int, over studies: [Int]) throws -> [SliceTensor] {
        let perStudy = max(1, (count + studies.count - 1) / max(studies.count, 1))
        var tensors: [SliceTensor] = []
        for study in studies where tensors.count < count {
            let slices = try slices(ofStudy: study)
            let wanted = min(perStudy, slices.count, count - tensors.count)
            for index in 0..<wanted { tensors.append(slices[(2 * index + 1) * slices.count / (2 * wanted)].tensor) }
        }
        return tensors
    }

    /// These inputs as one batch; nil where one is not as `preparation` makes it.
    static func batch(_ tensors: [SliceTensor], of preparation: PreparationDefinition) -> ImageBatch? {
        ImageBatch(
            count: tensors.count, channels: preparation.channels, height: preparation.inputSize,
            width: preparation.inputSize, values: tensors.flatMap(\.values))
    }

    /// Reads one study and returns the slices that the pipeline selects and the truth knows.
    func slices(ofStudy index: Int) throws -> [Slice] {
        var receiver = Receiver(truth: truth, selection: selection, preparation: preparation)
        try reader.read(
            root: input.root, slices: stacks[index].slices, padding: .air, into: &receiver)
        return receiver.slices
    }

    private struct Receiver: SliceReceiver {
        let truth: Truth?
        let selection: SliceSelectionRule
        let preparation: SlicePreparation
        var slices: [Slice] = []

        mutating func receive(_ slice: DecodedSlice, hounsfield: Span<Int16>) -> ReadControl {
            let (rows, columns) = (slice.source.rows, slice.source.columns)
            let key = Truth.Slice(
                sopInstanceUID: slice.source.sopInstanceUID, frameNumber: slice.source.frameNumber)
            let isPositive = truth?.slices[key]
            if truth != nil, isPositive == nil { return .proceed }
            if case .lung(let smallestFraction, let airRangeHU) = selection {
                let fraction = LungArea.fraction(
                    hounsfield: hounsfield, rows: rows, columns: columns, airRangeHU: airRangeHU)
                guard fraction >= smallestFraction else { return .proceed }
            }
            let tensor = preparation.prepare(hounsfield, rows: rows, columns: columns)
            slices.append(Slice(tensor: tensor, source: slice.source, isPositive: isPositive))
            return .proceed
        }

        mutating func miss(_ source: SliceSource, outcome: FileOutcome) -> ReadControl { .proceed }
    }
}
