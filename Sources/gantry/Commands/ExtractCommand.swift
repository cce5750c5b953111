import ArgumentParser
import Foundation
import GantryCore
import GantryDICOM
import GantryPipeline
import GantryReports

/// `gantry extract`: the chosen series as Hounsfield units.
struct ExtractCommand: ParsableCommand {
    /// What is written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        /// One Int16 array [slices, rows, columns] of HU.
        case npy
        /// Windowed 8-bit slices.
        case png
    }

    static let configuration = CommandConfiguration(
        commandName: "extract",
        abstract: "Writes the chosen series of each study as Hounsfield units.",
        discussion: """
            npy: one Int16 array [slices, rows, columns] in slice order (by position along the normal), and a .json of \
            geometry and SOP Instance UIDs. png: windowed 8-bit slices. Padding keeps its rescaled value, which the \
            .json names. Files are named by the Series Instance UID, and the number of the part where a series has \
            several stacks or phases.
            """
    )

    @Argument(help: "A folder of DICOM files, or one file.")
    var path: String

    @Option(help: ArgumentHelp("Folder to write into.", valueName: "folder"))
    var output: String

    @Option(
        help: ArgumentHelp(
            "Series to take, with all its parts, instead of the chosen one: its number or UID.", valueName: "series"))
    var series: String?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Window for png: centre and width in HU.", valueName: "c,w"))
    var window: String = "-600,1500"

    @Option(help: "npy or png.")
    var format: Format = .npy

    @Flag(
        name: .customLong("padding-mask"),
        help: "Write a mask of the padding beside the array: NAME.mask.npy, NumPy's bool of the same shape.")
    var paddingMask = false

    @Flag(
        help: "Let DCMTK read every slice as well; what it reads differently is named here and in the .json.")
    var secondOpinion = false

    @Option(help: RunOptions.pipelineHelp)
    var pipeline: String?

    @OptionGroup var readerLimits: ReaderLimitOptions

    private func parsedWindow() throws -> Window {
        guard let window = Window(argument: window) else {
            throw ValidationError("--window takes \(Window.argumentForm).")
        }
        return window
    }

    func validate() throws {
        _ = try parsedWindow()
        guard !paddingMask || format == .npy else { throw ValidationError("--padding-mask takes --format npy.") }
        if let series, UID(series) == nil, Int(series) == nil {
            throw ValidationError("--series takes a series' number or its UID, not \(series).")
        }
    }

    func run() throws {
        try command {
            let interruption = try Interruption()
            defer { withExtendedLifetime(interruption) {} }
            let window = try parsedWindow()
            try RunOptions.refuse(writing: [("--output", output)], into: [path])
            let rules = try InputFolder.rules(pipeline: pipeline)
            let limits = try readerLimits.applied(to: InputFolder.limits(pipeline: pipeline))
            let reader = try InputFolder.reader(limits: limits)
            var input = try InputFolder.scan(path, limits: limits, bar: interruption.bar, next: reader)
            for index in input.studies.indices {
                let study = input.studies[index]
                let compared = try study.comparingCopies(
                    of: Set(study.copies.map(\.sopInstanceUID)), reader: reader, root: input.root, control: { .proceed }
                )
                input.studies[index] = compared ?? study
            }
            let candidates = try candidates(of: input, rules: rules)
            do {
                try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
            } catch {
                throw CommandFault(ExitStatus.cannotCreate, "\(output): cannot be made: \(error.localizedDescription)")
            }
            var summaries: [ExtractionSummary] = []
            interruption.hold()
            for candidate in candidates {
                try interruption.check()
                let stack = candidate.stack
                var writer = try SeriesExtraction(
                    stack: stack, part: candidate.part, beside: candidate.beside, folder: output, name: candidate.name,
                    format: format,
                    window: window, spacingToleranceMillimetres: rules.spacingToleranceMillimetres)
                defer { writer.discard() }
                do throws(ReaderFault) {
                    try reader.read(
                        root: input.root, slices: stack.slices, padding: .keep,
                        control: { _ in interruption.control }, into: &writer)
                } catch {
                    // One series that cannot be read does not keep the others from being written.
                    guard error.code == .quarantined || error.code == .timedOut else { throw error }
                    Terminal.error.sentence("gantry: series \(stack.seriesInstanceUID): \(error.description.printable)")
                }
                try interruption.check()
                if paddingMask {
                    do {
                        try writer.addPaddingMask { (slices, mask) throws(ReaderFault) in
                            try reader.read(
                                root: input.root, slices: slices, padding: .mask,
                                control: { _ in interruption.control }, into: &mask)
                        }
                    } catch {
                        // A mask that is not whole for that is no fault.
                        try interruption.check()
                        throw error
                    }
                }
                if secondOpinion {
                    let opinions = InputFolder.secondReader(limits: limits).opinions(
                        root: input.root, slices: stack.slices
                    ) { interruption.control }
                    try interruption.check()
                    writer.opinion = Self.said(SecondOpinion(extent: .all, slices: opinions), of: stack)
                }
                summaries.append(try writer.finish())
            }
            try Self.leave(summaries)
        }
    }

    /// Ends the command with 8 where something may be missing, with 65 where nothing was extracted.
    private static func leave(_ summaries: [ExtractionSummary]) throws(CommandFault) {
        guard summaries.contains(where: \.isIncomplete) else { return }
        let all = summaries.reduce(0) { $0 + $1.slices }
        let written = summaries.reduce(0) { $0 + $1.written }
        var sentence = "\(written) of \(counted(all, "slice")) extracted"
        let missing = summaries.reduce(0) { $0 + $1.missing.count }
        if missing > 0 {
            sentence +=
                "; \(counted(missing, "slice or file", "slices or files")) missing, each named above with its reason"
        }
        throw CommandFault(written == 0 ? ExitStatus.badData : ExitStatus.someFailed, sentence + ".")
    }

    /// The opinion, after what differs was said on standard error.
    private static func said(_ opinion: SecondOpinion, of stack: SliceStack) -> SecondOpinion {
        Terminal.error.sentence("gantry: series \(stack.seriesInstanceUID): \(opinion.summary.printable)")
        for (sentence, slices) in opinion.remarks {
            Terminal.error.sentence("gantry: \(counted(slices, "slice")): \(sentence.printable)")
        }
        for slice in opinion.differing {
            let file = stack.slices.first { slice.isOn($0) }?.file ?? slice.sopInstanceUID.value
            for difference in slice.differences {
                Terminal.error.sentence(
                    "gantry: \(file.printable): \(difference.attribute) is \(difference.ours.printable), DCMTK reads "
                        + "\(difference.theirs.printable)")
            }
        }
        return opinion
    }

    /// A stack to be written.
    private struct Candidate {
        var stack: SliceStack
        /// Which part of its series it is; nil where the series is one stack.
        var part: String?
        /// What its files are called: the series' UID, and the number of the part.
        var name: String
        /// The other files of its study.
        var beside: FilesBeside
    }

    /// The chosen stack of each study, or every part of the series that is asked for.
    private func candidates(of input: InputFolder, rules: SeriesRules) throws -> [Candidate] {
        if let series { return try candidates(of: series, input, rules) }
        let found = input.studies.compactMap { study -> Candidate? in
            let selection = SeriesSelection.decide(study, rules: rules)
            guard let chosen = selection.chosen,
                let series = study.series.first(where: { $0.seriesInstanceUID == chosen.seriesInstanceUID })
            else { return nil }
            let beside = FilesBeside(
                stack: chosen, ofStack: chosen.outcomes, others: selection.outcomes, study: study,
                input: input.scanned.inputs.first { $0.study.studyInstanceUID == study.studyInstanceUID })
            var candidate = Candidate(stack: chosen, part: nil, name: chosen.seriesInstanceUID.value, beside: beside)
            if let part = Self.parts(of: series, in: study, input, rules).first(where: {
                $0.stack.slices == chosen.slices
            }) {
                (candidate.part, candidate.name) = (part.part, part.name)
            }
            return candidate
        }
        guard !found.isEmpty else {
            throw CommandFault(
                ExitStatus.badData,
                "\(path): no series passes the rules; `gantry inspect` says why, --series takes one by its number or "
                    + "UID."
            )
        }
        return Self.named(apart: found)
    }

    /// Every part of the series of this number or UID; several series may have one number.
    private func candidates(of name: String, _ input: InputFolder, _ rules: SeriesRules) throws -> [Candidate] {
        let studies = input.studies.filter { $0.series.contains { $0.isCalled(name) } }
        guard !studies.isEmpty else {
            throw CommandFault(
                ExitStatus.noInput, "\(path): has no series \(name). `gantry inspect` shows numbers and UIDs.")
        }
        let found = studies.flatMap { study in
            study.series.filter { $0.isCalled(name) }.flatMap { Self.parts(of: $0, in: study, input, rules) }
        }
        guard !found.isEmpty else {
            throw CommandFault(
                ExitStatus.badData, "series \(name): no slice has position, orientation and pixel spacing.")
        }
        return Self.named(apart: found)
    }

    private static func parts(
        of series: Series, in study: Study, _ input: InputFolder, _ rules: SeriesRules
    ) -> [Candidate] {
        let parts = SliceStack.stacks(of: series, rules: rules)
        let others = study.series.flatMap(\.instances).map {
            FileOutcome(file: $0.file, reason: .seriesNotChosen, detail: "Of another series, or another part of it.")
        }
        return parts.enumerated().compactMap { index, part in
            let number = parts.count > 1 ? "-\(index + 1)" : ""
            return part.stack.map { stack in
                Candidate(
                    stack: stack, part: part.part, name: series.seriesInstanceUID.value + number,
                    beside: FilesBeside(
                        stack: stack, ofStack: part.outcomes, others: others, study: study,
                        input: input.scanned.inputs.first { $0.study.studyInstanceUID == study.studyInstanceUID }))
            }
        }
    }

    /// The candidates with names of their own, also where two studies have a series of one UID.
    private static func named(apart candidates: [Candidate]) -> [Candidate] {
        var uses: [String: Int] = [:]
        return candidates.map { candidate in
            var candidate = candidate
            uses[candidate.name, default: 0] += 1
            if let number = uses[candidate.name], number > 1 { candidate.name += "_\(number)" }
            return candidate
        }
    }
}
