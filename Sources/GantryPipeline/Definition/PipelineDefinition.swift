import GantryCore

/// What `pipeline.yaml` says: how slices get their scores, how scores become a verdict, what the report shows.
public struct PipelineDefinition: Sendable, Hashable {
    /// Name of the pipeline; letters, digits, `-`, `_` and `.`.
    public var name: String
    /// Its version, as its makers count.
    public var version: String
    /// A sentence for the reader of a report; empty where the file has none.
    public var description: String
    /// Everything that decides what number a slice gets.
    public var scoring: ScoringDefinition
    /// Everything that turns those numbers into a verdict.
    public var judging: JudgingDefinition
    /// What the report shows beside the verdict.
    public var report: ReportDefinition
    /// What the reader takes on. It decides no number: a file beyond a limit is rejected, and what it may have shown
    /// is missing from the study by name. Neither digest depends on it.
    public var reader: ReaderLimits
    /// How many slices a second reader reads as well (`reader.second-opinion`). It decides no number either, and
    /// neither digest depends on it; a difference that it finds makes a verdict indeterminate.
    public var secondOpinion: SecondOpinionExtent
    /// How far two scans of the same lungs may lie apart in the numbers, as `gantry model repeatability` found; nil
    /// where nobody has measured it. It decides no number, so neither digest depends on it; `validRepeatability` says
    /// whether it holds.
    public var repeatability: Repeatability?

    /// A definition of these parts.
    public init(
        name: String, version: String, description: String = "", scoring: ScoringDefinition,
        judging: JudgingDefinition = JudgingDefinition(), report: ReportDefinition = ReportDefinition(),
        reader: ReaderLimits = ReaderLimits(), secondOpinion: SecondOpinionExtent = .sample,
        repeatability: Repeatability? = nil
    ) {
        self.name = name
        self.version = version
        self.description = description
        self.scoring = scoring
        self.judging = judging
        self.report = report
        self.reader = reader
        self.secondOpinion = secondOpinion
        self.repeatability = repeatability
    }
}

/// What a report shows beside the verdict. It decides no number, so neither digest depends on it: a change shows in
/// studies that are scored after it.
public struct ReportDefinition: Sendable, Hashable, Codable {
    /// How many slices are kept as pictures: those of highest probability.
    public var keyPictures: Int
    /// Window of those pictures.
    public var window: Window
    /// Whether each of those pictures has a map of where the network looked.
    public var explain: Bool
    /// More of such a map outside the body is a finding, 0...1.
    public var largestShareOutsideBody: Double
    /// The formats in which reports are written.
    public var formats: [ReportFormat]
    /// The language of those that are for people.
    public var language: ReportLanguage

    /// Six pictures in the lung window, with maps, unless given.
    public init(
        keyPictures: Int = 6, window: Window = .lung, explain: Bool = true, largestShareOutsideBody: Double = 0.5,
        formats: [ReportFormat] = ReportFormat.usual, language: ReportLanguage = .english
    ) {
        self.keyPictures = keyPictures
        self.window = window
        self.explain = explain
        self.largestShareOutsideBody = largestShareOutsideBody
        self.formats = formats
        self.language = language
    }

    /// The section `report`, but for `window`.
    public static let settings = SettingTable(
        "report", entering: nil, usual: ReportDefinition(),
        [
            PipelineSetting(
                "key-pictures", .wholeNumber(\.keyPictures, 0...64),
                "slices of highest probability that are kept as pictures"),
            PipelineSetting(
                "explain", .flag(\.explain),
                "`true`: each of them with a map of where the network looked, for one more pass of it"),
            PipelineSetting(
                "largest-share-outside-body", .number(\.largestShareOutsideBody, 0...1),
                "a map with a larger share outside the body is a finding, which decides nothing"),
            PipelineSetting(
                "formats", .choices(PipelineChoices(\.formats)), "in which reports are written: docs/reports.md"),
            PipelineSetting(
                "language", .choice(PipelineChoice(\.language)),
                "of what is written for people: English, German, or marked English to look at the layout"),
        ])
}

/// Everything wrong with a pipeline file, in the order of its lines; never empty.
public struct PipelineFileProblems: Error, Sendable, Equatable, CustomStringConvertible {
    /// The problems.
    public var problems: [PipelineFileProblem]

    /// These problems.
    public init(_ problems: [PipelineFileProblem]) { self.problems = problems }

    /// One problem a line.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// One thing wrong with a pipeline file.
public struct PipelineFileProblem: Sendable, Hashable, CustomStringConvertible {
    /// Name of the file, without its folder.
    public var file: String
    /// From 1.
    public var line: Int
    /// From 1, in Unicode scalars.
    public var column: Int
    /// A sentence without the place.
    public var sentence: String

    /// A problem at this place.
    public init(file: String, line: Int, column: Int, sentence: String) {
        self.file = file
        self.line = line
        self.column = column
        self.sentence = sentence
    }

    /// `pipeline.yaml:14:3: sentence`.
    public var description: String { "\(file):\(line):\(column): \(sentence)" }
}
