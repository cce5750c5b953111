import GantryCore

/// The latest verdict of a study with what figures and other rules need of it, and nothing else: no files, no pictures.
public struct JudgedStudy: Sendable {
    /// A slice that was scored.
    public struct Slice: Sendable {
        /// (0008,0018)
        public var sopInstanceUID: UID
        /// From 1.
        public var frameNumber: Int
        /// Probability of each class, in the model's order.
        public var probabilities: [Double]
    }

    /// Pseudonym of the study.
    public var studyKey: StudyKey
    /// Pseudonym of the patient.
    public var patientKey: PatientKey
    /// (0020,000D)
    public var studyInstanceUID: UID
    /// The verdict.
    public var finding: Finding
    /// The aggregated probability of the positive class; nil where too few slices were scored.
    public var probability: Double?
    /// Whether something beside its probability and the number of its slices makes it doubtful.
    public var isDoubtful: Bool
    /// Whether so many of its slices are unlike what the network was trained on that it is indeterminate; nil where
    /// that was not measured.
    public var isUnlike: Bool?
    /// Names of the classes, or labels.
    public var classes: [String]
    /// The class that is judged.
    public var positiveClass: String
    /// What made probabilities of the logits.
    public var activation: Activation
    /// The rules of the verdict.
    public var judging: JudgingDefinition
    /// (0010,0040)
    public var patientSex: String?
    /// (0010,0030)
    public var patientBirthDate: String?
    /// (0008,0020)
    public var studyDate: String?
    /// (0008,0070) of the scored series.
    public var manufacturer: String?
    /// (0008,1090)
    public var manufacturerModelName: String?
    /// (0018,1210)
    public var convolutionKernel: String?
    /// Median of (0018,0050), millimetres.
    public var sliceThicknessMillimetres: Double?
    /// Distance of the slices, millimetres.
    public var sliceSpacingMillimetres: Double?
    /// Digest of its slices' UIDs and encoded pixel data.
    public var contentDigest: String
    /// The slices that were scored, in slice order.
    public var slices: [Slice]
}
