/// What is true of one slice that was written.
public struct PhantomTruth: Sendable, Hashable {
    /// (0020,000D)
    public let studyInstanceUID: String
    /// (0010,0020)
    public let patientID: String
    /// (0020,000E)
    public let seriesInstanceUID: String
    /// (0008,0018)
    public let sopInstanceUID: String
    /// Image Position (Patient) along the normal of the plane, in millimetres.
    public let positionMillimetres: Float
    /// Share of the lung's area that is diseased: 0 to 1.
    public let lesionFraction: Float
    /// Whether enough of the slice is diseased to be seen (``PhantomSlice/isPositive``).
    public let isPositiveSlice: Bool
    /// Whether the chest has disease anywhere.
    public let isPositiveStudy: Bool
    /// The frame within its object, from 1.
    public let frameNumber: Int
    /// What is seen in the slice, disease and what is not.
    public let kinds: [LungFinding]
    /// Diseased lung in the slice and up to the next one, mL.
    public let lesionMillilitres: Float
    /// What is true of the whole chest.
    public let study: PhantomStudyTruth

    /// The columns of `truth.csv`.
    public static let header =
        "study_instance_uid,patient_id,series_instance_uid,sop_instance_uid,position_mm,lesion_fraction,"
        + "positive_slice,positive_study,frame_number,kinds,lesion_ml,stage,place,hard_negatives,lung_ml,"
        + LungFinding.withVolume.map { $0.rawValue.replacing("-", with: "_") + "_ml" }.joined(separator: ",")

    /// One line of `truth.csv`; 1 and 0 for true and false.
    public var line: String {
        [
            studyInstanceUID, patientID, seriesInstanceUID, sopInstanceUID,
            DecimalText.text(positionMillimetres, places: 3), DecimalText.text(lesionFraction, places: 4),
            isPositiveSlice ? "1" : "0", isPositiveStudy ? "1" : "0", String(frameNumber),
            Self.text(kinds), DecimalText.text(lesionMillilitres, places: 3), study.pattern?.stage.rawValue ?? "",
            study.pattern?.place.rawValue ?? "", Self.text(study.hardNegatives),
            DecimalText.text(study.volumes.lungMillilitres, places: 1),
            LungFinding.withVolume.map { DecimalText.text(study.volumes[$0], places: 3) }.joined(separator: ","),
        ].joined(separator: ",")
    }

    /// Kinds with spaces between them.
    private static func text(_ kinds: [LungFinding]) -> String { kinds.map(\.rawValue).joined(separator: " ") }
}

/// What is true of the chest of a study.
public struct PhantomStudyTruth: Sendable, Hashable {
    /// How its disease looks; nil where there is none.
    public let pattern: DiseasePattern?
    /// What is no disease and easily taken for it.
    public let hardNegatives: [LungFinding]
    /// Volumes of the lungs and of what is in them, whether slices show it or pass it by.
    public let volumes: LungVolumes

    /// What is true of a study's chest.
    public init(_ study: PhantomStudy, _ chest: ChestPhantom) {
        pattern = study.severity == nil ? nil : study.pattern
        hardNegatives = chest.disease.hardNegatives
        volumes = chest.volumes()
    }
}
