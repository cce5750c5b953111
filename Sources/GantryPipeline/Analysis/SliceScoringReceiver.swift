import GantryCore

/// Takes the slices of one study from the reader: measures, selects, prepares and passes them on to be scored.
struct SliceScoringReceiver: SliceReceiver {
    /// What is known of one slice after reading; its probabilities come later.
    struct Reading {
        var lungFraction: Double?
        /// The air that the body encloses, whatever the slice selection asks for; nil where the slice was not decoded.
        var air: LungArea.Measurement?
        /// `.scored` where it went to the scorer.
        var reason: FileReason
        var clampedPixels: Int
        var remarks: [SliceRemark] = []
        /// The end of its file, where something is wrong with it.
        var outcome: FileOutcome?
    }

    /// Smallest Hounsfield value seen outside the padding; nil while there is none.
    private(set) var smallestHU: Int?
    /// Readings by index in slice order.
    private(set) var readings: [Int: Reading] = [:]
    /// Number of slices that were decoded.
    private(set) var decoded = 0

    private let indices: [SliceID: Int]
    private let scorer: any SliceScorer
    private let line: ScoringLine
    private let selection: SliceSelectionRule
    /// Nil where no pictures are wanted.
    private let picture: GreyTable?

    /// A receiver of `slices`, in slice order. It stops the reading where the scorer has failed.
    init(
        slices: [SliceSource], scorer: any SliceScorer, line: ScoringLine, selection: SliceSelectionRule,
        picture: ReportDefinition
    ) {
        indices = Dictionary(
            slices.enumerated().map { (SliceID($0.element), $0.offset) }, uniquingKeysWith: { first, _ in first })
        self.scorer = scorer
        self.line = line
        self.selection = selection
        self.picture = picture.keyPictures > 0 ? GreyTable(picture.window) : nil
    }

    mutating func receive(_ slice: DecodedSlice, hounsfield: Span<Int16>) -> ReadControl {
        let source = slice.source
        guard let index = indices[SliceID(source)], readings[index] == nil else { return .proceed }
        decoded += 1
        if let lowest = slice.smallestHU { smallestHU = min(smallestHU ?? lowest, lowest) }
        let choice = selection.choice(hounsfield: hounsfield, rows: source.rows, columns: source.columns)
        readings[index] = Reading(
            lungFraction: choice.lungFraction, air: choice.air, reason: choice.isSelected ? .scored : .sliceNotSelected,
            clampedPixels: slice.clampedPixels, remarks: slice.remarks)
        guard choice.isSelected else { return .proceed }
        // The tensor is made only when there is room for it: that bounds the memory.
        guard line.reserve() else { return .stop }
        line.push(
            PreparedSlice(
                index: index, tensor: scorer.prepare(hounsfield, rows: source.rows, columns: source.columns),
                rows: source.rows, columns: source.columns,
                grey: picture?.levels(of: hounsfield) ?? []))
        return .proceed
    }

    mutating func miss(_ source: SliceSource, outcome: FileOutcome) -> ReadControl {
        guard let index = indices[SliceID(source)], readings[index] == nil else { return .proceed }
        readings[index] = Reading(reason: outcome.reason, clampedPixels: 0, outcome: outcome)
        return .proceed
    }
}
