import GantryCore

/// Takes the slices of one study from the reader: measures, selects, prepares and passes them on to be scored.
struct SliceScoringReceiver: SliceReceiver {
    /// What is known of the slices read so far.
    private(set) var measured: SliceMeasurements

    private let scorer: any SliceScorer
    private let line: ScoringLine
    private let wantsPictures: Bool

    /// A receiver of the slices of `stack`. It stops the reading where the scorer has failed.
    init(
        of stack: SliceStack, scorer: any SliceScorer, line: ScoringLine, selection: SliceSelectionRule,
        wantsPictures: Bool
    ) {
        measured = SliceMeasurements(of: stack, selection: selection)
        self.scorer = scorer
        self.line = line
        self.wantsPictures = wantsPictures
    }

    mutating func receive(_ slice: DecodedSlice, hounsfield: Span<Int16>) -> ReadControl {
        let source = slice.source
        guard let index = measured.measure(slice, hounsfield: hounsfield) else { return .proceed }
        // The tensor is made only when there is room for it: that bounds the memory.
        guard line.reserve() else { return .stop }
        line.push(
            PreparedSlice(
                index: index, tensor: scorer.prepare(hounsfield, rows: source.rows, columns: source.columns),
                rows: source.rows, columns: source.columns,
                hounsfield: wantsPictures ? hounsfield.withUnsafeBufferPointer { Array($0) } : []))
        return .proceed
    }

    mutating func miss(_ source: SliceSource, outcome: FileOutcome) -> ReadControl {
        measured.miss(source, outcome: outcome)
        return .proceed
    }
}
