import GantryCore
import GantryInference

/// The slices of a cohort as a pipeline would score them, with their truth where it is known: for fitting and
/// quantising.
package struct CohortSlices {
    /// A slice ready for the network.
    package struct Slice {
        /// Its input.
        package var tensor: SliceTensor
        /// Where it comes from.
        package var source: SliceSource
        /// Whether disease is in it; nil without a truth.
        package var isPositive: Bool?

        /// A slice of these parts.
        package init(tensor: SliceTensor, source: SliceSource, isPositive: Bool?) {
            self.tensor = tensor
            self.source = source
            self.isPositive = isPositive
        }
    }

    private let reader: any StudyReader
    private let root: String
    private let stacks: [SliceStack]
    private let truth: Truth?
    private let selection: SliceSelectionRule
    private let preparation: SlicePreparation

    /// The stacks that `scoring` chooses of `studies`, whose files lie below `root`. With a truth, a slice that is not
    /// in it is left out.
    package init(
        of studies: [Study], root: String, reader: any StudyReader, scoring: ScoringDefinition, truth: Truth?
    ) throws(SlicePreparationError) {
        self.reader = reader
        self.root = root
        stacks = studies.compactMap { SeriesSelection.decide($0, rules: scoring.seriesRules).chosen }
        self.truth = truth
        selection = scoring.sliceSelection
        preparation = try SlicePreparation(scoring.preparation)
    }

    /// Number of studies.
    package var studies: Int { stacks.count }

    /// The geometry of a study's chosen stack.
    package func geometry(ofStudy index: Int) -> SeriesGeometry { stacks[index].geometry }

    /// Up to `count` inputs spread evenly over the studies of these indices and over each study.
    package func spread(_ count: Int, over studies: [Int]) throws(ReaderFault) -> [SliceTensor] {
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
    package static func batch(_ tensors: [SliceTensor], of preparation: PreparationDefinition) -> ImageBatch? {
        ImageBatch(
            count: tensors.count, channels: preparation.channels, height: preparation.inputSize,
            width: preparation.inputSize, values: tensors.flatMap(\.values))
    }

    /// Reads one study and returns the slices that the pipeline selects and the truth knows.
    package func slices(ofStudy index: Int) throws(ReaderFault) -> [Slice] {
        var receiver = Receiver(truth: truth, selection: selection, preparation: preparation)
        try reader.read(root: root, slices: stacks[index].slices, padding: .air, into: &receiver)
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
            guard selection.choice(hounsfield: hounsfield, rows: rows, columns: columns).isSelected else {
                return .proceed
            }
            let tensor = preparation.prepare(hounsfield, rows: rows, columns: columns)
            slices.append(Slice(tensor: tensor, source: slice.source, isPositive: isPositive))
            return .proceed
        }

        mutating func miss(_ source: SliceSource, outcome: FileOutcome) -> ReadControl { .proceed }
    }
}
