/// Takes slices from a reader, in order, on the reader's calling thread.
public protocol SliceReceiver {
    /// A decoded slice. `hounsfield` has `slice.source.rows x columns` values, row by row, and lives only for this
    /// call.
    mutating func receive(_ slice: DecodedSlice, hounsfield: Span<Int16>) -> ReadControl
    /// A slice that cannot be decoded: it leaves a gap.
    mutating func miss(_ source: SliceSource, outcome: FileOutcome) -> ReadControl
}
