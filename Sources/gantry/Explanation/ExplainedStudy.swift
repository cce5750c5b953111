import Foundation
import GantryCore
import GantryDICOM
import GantryInference
import GantryPipeline

/// The slices of one study that are explained: those of the highest probability of the class, or one that was named.
struct ExplainedStudy {
    /// What is written.
    let items: [ExplainedItem]
    /// The top of the study's colour scale: of all slices that were explained, written or not.
    let top: Float

    /// A slice that may be explained.
    private struct Candidate {
        var source: SliceSource
        var number: Int
        var tensor: SliceTensor
        var hounsfield: [Int16]
        var probability: Double
    }

    /// The slices of a study as they come from the reader: scored some at a time, the best kept.
    private struct Kept {
        /// Slices that are scored together.
        static let groupSize = 8

        let scorer: ResidualNetworkScorer
        let classIndex: Int
        let count: Int
        let wanted: WantedSlice?
        private(set) var waiting: [Candidate] = []
        private(set) var best: [Candidate] = []
        private(set) var named: Candidate?

        init(scorer: ResidualNetworkScorer, classIndex: Int, count: Int, wanted: WantedSlice?) {
            self.scorer = scorer
            self.classIndex = classIndex
            self.count = count
            self.wanted = wanted
        }

        mutating func forget() { (waiting, best, named) = ([], [], nil) }

        mutating func take(_ candidate: Candidate) throws(ScorerFault) {
            waiting.append(candidate)
            if waiting.count == Self.groupSize { try score() }
        }

        mutating func score() throws(ScorerFault) {
            let rows = try scorer.probabilities(of: waiting.map(\.tensor))
            for (candidate, row) in zip(waiting, rows) {
                var candidate = candidate
                candidate.probability = row[classIndex]
                if let wanted, wanted.isOf(candidate.source) { named = candidate }
                best.append(candidate)
            }
            best.sort {
                $0.probability != $1.probability ? $0.probability > $1.probability : $0.number < $1.number
            }
            best.removeLast(max(0, best.count - count))
            waiting = []
        }
    }

    /// Reads the one study below `path`, scores its slices and explains them.
    ///
    /// **Throws** `CommandFault`: 66 where there is no study or no such slice, 64 where there are several studies, 65
    /// where the pipeline would not score it; `ReaderFault`, `ScorerFault` as one; what `interruption` throws.
    init(
        _ path: String, slice: WantedSlice?, explainer: Explainer, limits: ReaderLimits, interruption: Interruption,
        threads: Int
    ) throws {
        let definition = explainer.bundle.definition
        let reader = try InputFolder.reader(limits: limits)
        let input = try InputFolder.scan(path, limits: limits, bar: interruption.bar, next: reader)
        let study = try Self.only(input.studies, of: path)
        let scorer = ResidualNetworkScorer(
            preparation: try SlicePreparation(definition.scoring.preparation), network: explainer.network,
            activation: definition.scoring.model.activation, temperature: definition.scoring.model.temperature,
            workers: threads)
        var kept = Kept(
            scorer: scorer, classIndex: explainer.classIndex, count: max(1, definition.report.keyPictures),
            wanted: slice)
        var fault: ScorerFault?
        var numbers: [SliceID: Int] = [:]
        let bar = interruption.bar
        let outcome = try SelectedSlices.read(
            study, root: input.root, scoring: definition.scoring, reader: reader,
            control: { fault == nil ? interruption.control : .stop },
            forget: {
                kept.forget()
                numbers = [:]
            },
            take: { stack, source, hounsfield in
                if numbers.isEmpty {
                    numbers = Dictionary(
                        stack.slices.enumerated().map { (SliceID($1), $0 + 1) },
                        uniquingKeysWith: { first, _ in first })
                }
                let number = numbers[SliceID(source)] ?? 0
                let candidate = Candidate(
                    source: source, number: number,
                    tensor: scorer.prepare(hounsfield, rows: source.rows, columns: source.columns),
                    hounsfield: hounsfield.withUnsafeBufferPointer { Array($0) }, probability: 0)
                do throws(ScorerFault) {
                    try kept.take(candidate)
                } catch {
                    fault = error
                }
                bar.show(
                    "scoring slices", fraction: Double(number) / Double(max(stack.slices.count, 1)),
                    detail: "\(number)/\(stack.slices.count)")
            })
        bar.finish()
        try interruption.check()
        if let fault { throw CommandFault(ExitStatus.configuration, fault.description) }
        let stack: SliceStack
        switch outcome {
        case .taken(let taken, _): stack = taken
        case .refused(let why):
            throw CommandFault(ExitStatus.badData, "\(path): the pipeline would not score it: \(why)")
        case .stopped: throw CommandFault(ExitStatus.unexpected, "the reader stopped.")
        }
        do throws(ScorerFault) {
            try kept.score()
        } catch {
            throw CommandFault(ExitStatus.configuration, error.description)
        }
        if let slice, kept.named == nil { throw Self.missing(slice, in: stack, path: path) }
        guard !kept.best.isEmpty else {
            throw CommandFault(ExitStatus.badData, "\(path): the pipeline selects none of the study's slices.")
        }
        var explained = kept.best
        if let named = kept.named, !explained.contains(where: { $0.number == named.number }) { explained.append(named) }
        var items: [ExplainedItem] = []
        let grey = GreyTable(definition.report.window)
        for (done, candidate) in explained.enumerated() {
            try interruption.check()
            bar.show(
                "explaining slices", fraction: Double(done) / Double(explained.count),
                detail: "\(done)/\(explained.count)")
            items.append(
                try Self.item(
                    candidate, of: stack.slices.count, study: study.studyInstanceUID, explainer: explainer, grey: grey,
                    check: interruption.check))
        }
        bar.finish()
        top = items.map(\.map.largest).max() ?? 0
        if let named = kept.named {
            self.items = items.filter { $0.slice?.number == named.number }
        } else {
            self.items = items
        }
    }

    private static func only(_ studies: [Study], of path: String) throws(CommandFault) -> Study {
        guard let study = studies.first else {
            throw CommandFault(ExitStatus.noInput, "\(path): no DICOM study found.")
        }
        guard studies.count == 1 else {
            throw CommandFault(
                ExitStatus.usage, "\(path): holds \(studies.count) studies. Name the folder of one of them.")
        }
        return study
    }

    private static func missing(_ slice: WantedSlice, in stack: SliceStack, path: String) -> CommandFault {
        stack.slices.contains(where: slice.isOf)
            ? CommandFault(
                ExitStatus.noInput,
                "--slice \(slice.uid): was not scored: it shows no lung by the pipeline's rule, or could not be read.")
            : CommandFault(
                ExitStatus.noInput,
                "--slice \(slice.uid): is none of the \(stack.slices.count) slices of the series that is scored.")
    }

    private static func item(
        _ candidate: Candidate, of count: Int, study: UID, explainer: Explainer, grey: GreyTable,
        check: () throws -> Void
    ) throws -> ExplainedItem {
        let source = candidate.source
        let (_, map) = try explainer.explain(candidate.tensor.values, check: check)
        let body = LungArea.body(hounsfield: candidate.hounsfield.span, rows: source.rows, columns: source.columns)
        let levels = grey.levels(of: candidate.hounsfield.span)
        guard let picture = PixelImage(grey: levels, rows: source.rows, columns: source.columns) else {
            throw CommandFault(ExitStatus.unexpected, "a slice has no pixels.")
        }
        return ExplainedItem(
            name: ExplainedItem.name(ofSlice: candidate.number), shown: "\(candidate.number) of \(count)",
            picture: picture, map: map, seen: nil, probability: candidate.probability,
            outsideBodyShare: body.flatMap { map.share(outside: $0) },
            slice: .init(
                studyInstanceUID: study.value, sopInstanceUID: source.sopInstanceUID.value,
                frameNumber: source.frameNumber, number: candidate.number))
    }
}

/// A slice that was named: the UID of its object, and `#N` behind it for frame N where it has several.
struct WantedSlice {
    /// (0008,0018)
    let uid: UID
    /// From 1; nil: any, which is the first.
    let frame: Int?

    /// nil where the text is neither a UID nor one with a frame's number.
    init?(_ text: String) {
        let parts = text.split(separator: "#", maxSplits: 1).map(String.init)
        guard let first = parts.first, let uid = UID(first) else { return nil }
        self.uid = uid
        if parts.count == 2 {
            guard let frame = Int(parts[1]), frame >= 1 else { return nil }
            self.frame = frame
        } else {
            frame = nil
        }
    }

    /// Whether `source` is it.
    func isOf(_ source: SliceSource) -> Bool {
        source.sopInstanceUID == uid && source.frameNumber == (frame ?? 1)
    }
}

extension PixelImage {
    /// A grey picture of 8-bit levels, row by row; nil where they do not fill it.
    init?(grey levels: [UInt8], rows: Int, columns: Int) {
        self.init(width: columns, height: rows, channels: 1, pixels: levels.map { UInt16($0) * 257 })
    }
}
