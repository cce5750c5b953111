import GantryCore

/// What the decoded slices of one candidate show, whoever takes them: whether it is a chest, and which of them the
/// pipeline selects.
struct SliceMeasurements {
    /// What is known of one slice after reading; its probabilities come later.
    struct Reading {
        var lungFraction: Double?
        /// The air that the body encloses, whatever the slice selection asks for; nil where the slice was not decoded.
        var air: LungArea.Measurement?
        /// `.scored` where it is selected.
        var reason: FileReason
        var clampedPixels: Int
        var remarks: [SliceRemark] = []
        /// The end of its file, where something is wrong with it.
        var outcome: FileOutcome?
    }

    let stack: SliceStack
    /// Smallest Hounsfield value seen outside the padding; nil while there is none.
    private(set) var smallestHU: Int?
    /// Readings by index in slice order.
    private(set) var readings: [Int: Reading] = [:]
    /// Number of slices that were decoded.
    private(set) var decoded = 0

    private let indices: [SliceID: Int]
    private let selection: SliceSelectionRule

    /// Nothing read yet of `stack`.
    init(of stack: SliceStack, selection: SliceSelectionRule) {
        self.stack = stack
        indices = Dictionary(
            stack.slices.enumerated().map { (SliceID($0.element), $0.offset) }, uniquingKeysWith: { first, _ in first })
        self.selection = selection
    }

    /// Measures a decoded slice; its index in slice order where it is selected.
    mutating func measure(_ slice: DecodedSlice, hounsfield: Span<Int16>) -> Int? {
        let source = slice.source
        guard let index = indices[SliceID(source)], readings[index] == nil else { return nil }
        decoded += 1
        if let lowest = slice.smallestHU { smallestHU = min(smallestHU ?? lowest, lowest) }
        let choice = selection.choice(hounsfield: hounsfield, rows: source.rows, columns: source.columns)
        readings[index] = Reading(
            lungFraction: choice.lungFraction, air: choice.air, reason: choice.isSelected ? .scored : .sliceNotSelected,
            clampedPixels: slice.clampedPixels, remarks: slice.remarks)
        return choice.isSelected ? index : nil
    }

    /// Notes a slice that was not decoded.
    mutating func miss(_ source: SliceSource, outcome: FileOutcome) {
        guard let index = indices[SliceID(source)], readings[index] == nil else { return }
        readings[index] = Reading(reason: outcome.reason, clampedPixels: 0, outcome: outcome)
    }

    /// The reader's own words on slices that it missed.
    var outcomes: [SliceID: FileOutcome] {
        var outcomes: [SliceID: FileOutcome] = [:]
        for (index, reading) in readings {
            if let outcome = reading.outcome { outcomes[SliceID(stack.slices[index])] = outcome }
        }
        return outcomes
    }
}
