/// What one analysis of a study through the pipeline produced; committed to the store in one transaction.
///
/// Its parts do not contradict each other: a slice is scored where it has probabilities, and the verdict counts as many
/// scored ones; one series is chosen; no file has two ends; pictures are of slices that are there. Each change is
/// checked, and a program that makes a contradiction ends there. What was stored is checked when it is read, which
/// throws.
public struct StudyResult: Sendable, Equatable {
    /// The verdict.
    public var verdict: StudyVerdict { didSet { check() } }
    /// Every series with its decision; exactly one is chosen.
    public var seriesDecisions: [SeriesDecision] { didSet { check() } }
    /// Every slice of the chosen series, in slice order.
    public var slices: [SliceRecord] { didSet { check() } }
    /// The end of every file of the study.
    public var files: [FileOutcome] { didSet { check() } }
    /// Pictures of the slices that decided, highest probability first.
    public var keyPictures: [KeyPicture] { didSet { check() } }
    /// Where the numbers come from.
    public var provenance: Provenance
    /// What a second reader says; nil where none was asked, and in records of versions that knew none.
    public var secondOpinion: SecondOpinion?
    /// The images as they name and place themselves; nil in records of versions that did not keep it.
    public var source: StudySource? { didSet { check() } }

    /// A result of these parts, which belong together.
    public init(
        verdict: StudyVerdict, seriesDecisions: [SeriesDecision], slices: [SliceRecord], files: [FileOutcome],
        keyPictures: [KeyPicture], provenance: Provenance, secondOpinion: SecondOpinion? = nil,
        source: StudySource? = nil
    ) {
        do throws(Contradiction) {
            try self.init(
                stored: verdict, seriesDecisions: seriesDecisions, slices: slices, files: files,
                keyPictures: keyPictures, provenance: provenance, secondOpinion: secondOpinion, source: source)
        } catch {
            Self.end(for: error)
        }
    }

    /// A result of parts that were stored. **Throws** what they contradict each other in.
    public init(
        stored verdict: StudyVerdict, seriesDecisions: [SeriesDecision], slices: [SliceRecord], files: [FileOutcome],
        keyPictures: [KeyPicture], provenance: Provenance, secondOpinion: SecondOpinion? = nil,
        source: StudySource? = nil
    ) throws(Contradiction) {
        self.verdict = verdict
        self.seriesDecisions = seriesDecisions
        self.slices = slices
        self.files = files
        self.keyPictures = keyPictures
        self.provenance = provenance
        self.secondOpinion = secondOpinion
        self.source = source
        if let contradiction { throw contradiction }
    }

    /// In what parts of a result contradict each other.
    public enum Contradiction: Error, Sendable, Hashable {
        /// A slice has probabilities and is not scored, or none and is.
        case probabilities(slice: Int)
        /// The verdict counts other scored slices than there are.
        case scoredSlices(verdict: Int, slices: Int)
        /// None or several series are chosen.
        case chosenSeries(Int)
        /// A file has several ends. Its path is not said: it may be a name.
        case endsOfOneFile
        /// A picture is of a slice that is not there.
        case picture(slice: Int)
        /// There are more or fewer images of origin than slices.
        case sourceImages(Int, slices: Int)
    }

    /// How many slices are unlike what the network was trained on; nil where that was not measured.
    public var unlikeTraining: UnlikeTraining? {
        UnlikeTraining(slices, quantiles: provenance.distanceQuantiles, judging: provenance.judging)
    }

    private func check() {
        if let contradiction { Self.end(for: contradiction) }
    }

    private static func end(for contradiction: Contradiction) -> Never {
        preconditionFailure("a study's result contradicts itself: \(contradiction)")
    }

    private var contradiction: Contradiction? {
        if let slice = slices.first(where: { ($0.reason == .scored) == $0.probabilities.isEmpty }) {
            return .probabilities(slice: slice.index)
        }
        let scored = slices.count { $0.reason == .scored }
        if verdict.scoredSlices != scored { return .scoredSlices(verdict: verdict.scoredSlices, slices: scored) }
        let chosen = seriesDecisions.count(where: \.isChosen)
        if chosen != 1 { return .chosenSeries(chosen) }
        if Set(files.map(\.file)).count != files.count { return .endsOfOneFile }
        if let source, source.images.count != slices.count {
            return .sourceImages(source.images.count, slices: slices.count)
        }
        let indices = Set(slices.map(\.index))
        return keyPictures.first { !indices.contains($0.sliceIndex) }.map { .picture(slice: $0.sliceIndex) }
    }
}
