import GantryCore

/// The slices of a study that a pipeline scores, read for whoever learns from them: series, content and slices are
/// chosen as when they are scored, and by the same code.
package enum SelectedSlices {
    /// What came of a study.
    package enum Outcome: Sendable {
        /// Its slices were taken: the stack that they are of, and what of it could not be read.
        case taken(SliceStack, missed: [FileOutcome])
        /// The pipeline would not score it: why.
        case refused(String)
        /// It was asked to stop.
        case stopped
    }

    /// Reads `study`, whose files are below `root`, and calls `take` with every slice that is selected, in slice order,
    /// and `forget` where those taken so far are of a series that was left, as the next is tried. `control` says
    /// whether to go on.
    ///
    /// **Throws** what the reader throws.
    package static func read(
        _ study: Study, root: String, scoring: ScoringDefinition, reader: any StudyReader,
        control: @escaping () -> ReadControl, forget: () -> Void,
        take: @escaping (SliceStack, SliceSource, Span<Int16>) -> Void
    ) throws(ReaderFault) -> Outcome {
        var study = study
        var candidates = SeriesCandidates(study, rules: scoring.seriesRules)
        let copied = Set(candidates.stacks.flatMap { $0.slices.map(\.sopInstanceUID) })
        guard
            let compared = try study.comparingCopies(of: copied, reader: reader, root: root, control: control)
        else { return .stopped }
        if compared != study {
            study = compared
            candidates = SeriesCandidates(study, rules: scoring.seriesRules)
        }
        var first: CandidateTrial?
        for (index, stack) in candidates.stacks.enumerated() {
            var receiver = Receiver(
                measured: SliceMeasurements(of: stack, selection: scoring.sliceSelection), control: control, take: take)
            try reader.read(
                root: root, slices: stack.slices, padding: .air, control: { _ in control() }, into: &receiver)
            guard control() == .proceed else { return .stopped }
            let trial = receiver.measured.trial(
                smallestLungMillilitres: scoring.seriesRules.smallestLungMillilitres,
                saysChest: candidates.saysChest(at: index))
            guard trial.left != nil else {
                let missed = receiver.measured.outcomes.values.sorted { pathPrecedes($0.file, $1.file) }
                return .taken(stack, missed: missed)
            }
            forget()
            first = first ?? trial
        }
        return .refused(first?.detail ?? candidates.selection().summary)
    }

    private struct Receiver: SliceReceiver {
        var measured: SliceMeasurements
        let control: () -> ReadControl
        let take: (SliceStack, SliceSource, Span<Int16>) -> Void

        mutating func receive(_ slice: DecodedSlice, hounsfield: Span<Int16>) -> ReadControl {
            if measured.measure(slice, hounsfield: hounsfield) != nil {
                take(measured.stack, slice.source, hounsfield)
            }
            return control()
        }

        mutating func miss(_ source: SliceSource, outcome: FileOutcome) -> ReadControl {
            measured.miss(source, outcome: outcome)
            return control()
        }
    }
}
