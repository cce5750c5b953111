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

    /// The columns of `truth.csv`.
    public static let header =
        "study_instance_uid,patient_id,series_instance_uid,sop_instance_uid,position_mm,lesion_fraction,"
        + "positive_slice,positive_study,frame_number"

    /// One line of `truth.csv`; 1 and 0 for true and false.
    public var line: String {
        [
            studyInstanceUID, patientID, seriesInstanceUID, sopInstanceUID,
            DecimalText.text(positionMillimetres, places: 3), DecimalText.text(lesionFraction, places: 4),
            isPositiveSlice ? "1" : "0", isPositiveStudy ? "1" : "0", String(frameNumber),
        ].joined(separator: ",")
    }
}
