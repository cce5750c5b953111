/// One DICOM object as its header describes it: everything read before the pixel data.
///
/// Absent or empty attributes are nil. Text is UTF-8 whatever the file's character set.
public struct SOPInstance: Sendable, Equatable, Codable {
    /// Path of the file below the folder that was scanned, `/` between components.
    public var file: String
    /// (0008,0018)
    public var sopInstanceUID: UID
    /// (0008,0016)
    public var sopClassUID: UID
    /// (0020,000D)
    public var studyInstanceUID: UID
    /// (0020,000E)
    public var seriesInstanceUID: UID
    /// (0020,0052)
    public var frameOfReferenceUID: UID?
    /// (0002,0010), as declared in the file itself.
    public var transferSyntax: TransferSyntax
    /// Who was scanned.
    public var patient: Patient
    /// The study's own attributes.
    public var study: StudyAttributes
    /// The series' own attributes.
    public var series: SeriesAttributes
    /// What objects that refer to it repeat.
    public var source: SourceAttributes
    /// (0020,0013)
    public var instanceNumber: Int?
    /// (0028,0301) Burned In Annotation is `YES`.
    public var hasBurnedInAnnotation: Bool
    /// (0028,2110) Lossy Image Compression is `01`.
    public var wasLossyCompressed: Bool
    /// (0028,2112) Lossy Image Compression Ratio, the last value: how many to one the last compression was.
    public var lossyCompressionRatio: Double?
    /// The image pixel module; nil where the object has no image (a report, a plan).
    public var pixels: PixelDescription?
    /// (0018,1120), degrees; printed beside the measured tilt, never used for it.
    public var gantryDetectorTiltDegrees: Double?
    /// The images, in order: frame 1 first. A plain object has one, as many as Number of Frames has a multi-frame CT.
    public var frames: [ImageFrame]
    /// (0028,1050) and (0028,1051), the first of each, HU.
    public var window: Window?

    /// An instance with these identifiers, and everything else absent.
    public init(
        file: String, sopInstanceUID: UID, sopClassUID: UID, studyInstanceUID: UID, seriesInstanceUID: UID,
        transferSyntax: TransferSyntax
    ) {
        self.file = file
        self.sopInstanceUID = sopInstanceUID
        self.sopClassUID = sopClassUID
        self.studyInstanceUID = studyInstanceUID
        self.seriesInstanceUID = seriesInstanceUID
        self.transferSyntax = transferSyntax
        patient = Patient()
        study = StudyAttributes()
        series = SeriesAttributes()
        source = SourceAttributes()
        frames = []
        hasBurnedInAnnotation = false
        wasLossyCompressed = false
    }
}
