import GantryCore

/// Keeps what it is given, and calls `onEach` with the number of slices had before.
struct CollectingReceiver: SliceReceiver {
    enum Event: Equatable {
        case slice(DecodedSlice, [Int16])
        case miss(SliceSource, FileOutcome)
    }

    var events: [Event] = []
    var onEach: (Int) -> ReadControl = { _ in .proceed }

    mutating func receive(_ slice: DecodedSlice, hounsfield: Span<Int16>) -> ReadControl {
        events.append(.slice(slice, hounsfield.indices.map { hounsfield[$0] }))
        return onEach(events.count - 1)
    }

    mutating func miss(_ source: SliceSource, outcome: FileOutcome) -> ReadControl {
        events.append(.miss(source, outcome))
        return onEach(events.count - 1)
    }

    /// The slices that came or were missed, in order.
    var sources: [SliceSource] {
        events.map { event in
            switch event {
            case .slice(let slice, _): slice.source
            case .miss(let source, _): source
            }
        }
    }

    /// The reasons of the misses, in order.
    var misses: [FileOutcome] {
        events.compactMap { if case .miss(_, let outcome) = $0 { outcome } else { nil } }
    }

    /// Files that came as slices, in order.
    var received: [String] {
        events.compactMap { if case .slice(let slice, _) = $0 { slice.source.file } else { nil } }
    }
}
