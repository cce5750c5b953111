/// Everything known about one revision of one study's verdict: what the store returns and every report is made from,
/// also when the input is gone.
public struct StudyRecord: Sendable, Equatable, Codable {
    /// Pseudonym of the study.
    public var studyKey: StudyKey
    /// Pseudonym of the patient.
    public var patientKey: PatientKey
    /// (0020,000D)
    public var studyInstanceUID: UID
    /// Identity; reports and store only.
    public var patient: Patient
    /// Study date, description, accession.
    public var study: StudyAttributes
    /// From 1; late slices or changed rules make the next.
    public var revision: Int
    /// When this revision was judged.
    public var judgedAt: Timestamp
    /// What, when and with which digests.
    public var result: StudyResult
    /// What came after it, where the study failed since; nil where this revision is the last word.
    public var failedSince: StudyFailureSince?

    /// A record of these parts.
    public init(
        studyKey: StudyKey, patientKey: PatientKey, studyInstanceUID: UID, patient: Patient, study: StudyAttributes,
        revision: Int, judgedAt: Timestamp, result: StudyResult, failedSince: StudyFailureSince? = nil
    ) {
        self.studyKey = studyKey
        self.patientKey = patientKey
        self.studyInstanceUID = studyInstanceUID
        self.patient = patient
        self.study = study
        self.revision = revision
        self.judgedAt = judgedAt
        self.result = result
        self.failedSince = failedSince
    }
}

/// What one passage of a study through the pipeline produced; committed to the store in one transaction.
public struct StudyResult: Sendable, Equatable, Codable {
    /// The verdict.
    public var verdict: StudyVerdict
    /// Every series with its decision; exactly one is chosen.
    public var seriesDecisions: [SeriesDecision]
    /// Every slice of the chosen series, in slice order.
    public var slices: [SliceRecord]
    /// The end of every file of the study.
    public var files: [FileOutcome]
    /// Pictures of the slices that decided, highest probability first.
    public var keyPictures: [KeyPicture]
    /// Where the numbers come from.
    public var provenance: Provenance
    /// What a second reader says; nil where none was asked, and in records of versions that knew none.
    public var secondOpinion: SecondOpinion?

    /// A result of these parts.
    public init(
        verdict: StudyVerdict, seriesDecisions: [SeriesDecision], slices: [SliceRecord], files: [FileOutcome],
        keyPictures: [KeyPicture], provenance: Provenance, secondOpinion: SecondOpinion? = nil
    ) {
        self.verdict = verdict
        self.seriesDecisions = seriesDecisions
        self.slices = slices
        self.files = files
        self.keyPictures = keyPictures
        self.provenance = provenance
        self.secondOpinion = secondOpinion
    }
}

/// One slice as a windowed picture.
public struct KeyPicture: Sendable, Equatable, Codable {
    /// Index of the slice in slice order.
    public var sliceIndex: Int
    /// The window it was made with.
    public var window: Window
    /// Which side is which.
    public var orientation: PatientOrientation
    /// Rows of the picture.
    public var rows: Int
    /// Columns of the picture.
    public var columns: Int
    /// An 8-bit greyscale PNG.
    public var png: [UInt8]

    /// A picture.
    public init(
        sliceIndex: Int, window: Window, orientation: PatientOrientation, rows: Int, columns: Int, png: [UInt8]
    ) {
        self.sliceIndex = sliceIndex
        self.window = window
        self.orientation = orientation
        self.rows = rows
        self.columns = columns
        self.png = png
    }
}

/// Where a verdict's numbers come from: enough to make them again.
public struct Provenance: Sendable, Hashable, Codable {
    /// Version of the executable.
    public var gantryVersion: String
    /// Name of the pipeline, as its file says.
    public var pipelineName: String
    /// Version of the pipeline, as its file says.
    public var pipelineVersion: String
    /// What the pipeline's file says about itself, for people; nil where it says nothing.
    public var pipelineDescription: String?
    /// SHA-256 of the model file that the scores came from.
    public var modelSHA256: String
    /// The arithmetic of the network; nil in records of versions that knew Float32 only.
    public var precision: Precision?
    /// Digest of everything that decides the slice scores.
    public var scoringDigest: String
    /// Digest of everything that turns scores into a verdict.
    public var judgingDigest: String
    /// Digest of the sorted SOP Instance UIDs and their encoded pixel data.
    public var contentDigest: String
    /// Names of the classes in the order of the probabilities.
    public var classes: [String]
    /// The class the probabilities are of.
    public var positiveClass: String
    /// How the slices' probabilities were put together, and the thresholds.
    public var judging: JudgingDefinition
    /// The reader's limits under which the slices were read; nil in records of versions that did not keep them.
    public var readerLimits: ReaderLimits?
    /// When the passage began.
    public var startedAt: Timestamp
    /// When it ended.
    public var finishedAt: Timestamp
    /// True where the scores came from the store and only the judging is new.
    public var scoresFromStore: Bool

    /// A provenance of these values.
    public init(
        gantryVersion: String, pipelineName: String, pipelineVersion: String, pipelineDescription: String? = nil,
        modelSHA256: String, precision: Precision? = nil, scoringDigest: String, judgingDigest: String,
        contentDigest: String, classes: [String],
        positiveClass: String,
        judging: JudgingDefinition, readerLimits: ReaderLimits? = nil, startedAt: Timestamp, finishedAt: Timestamp,
        scoresFromStore: Bool
    ) {
        self.gantryVersion = gantryVersion
        self.pipelineName = pipelineName
        self.pipelineVersion = pipelineVersion
        self.pipelineDescription = pipelineDescription
        self.modelSHA256 = modelSHA256
        self.precision = precision
        self.scoringDigest = scoringDigest
        self.judgingDigest = judgingDigest
        self.contentDigest = contentDigest
        self.classes = classes
        self.positiveClass = positiveClass
        self.judging = judging
        self.readerLimits = readerLimits
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.scoresFromStore = scoresFromStore
    }
}
