import GantryCore

/// `report.json`, version 1: the shape that `docs/schema/report-1.schema.json` describes.
///
/// Written apart from Core's types, so that a change there does not change a file that others read. Absent members are
/// unknown. DICOM dates and times keep their DICOM form; moments are UTC in ISO 8601.
struct ReportDocument: Encodable {
    static let schemaName = "gantry.report/1"

    var schema = ReportDocument.schemaName
    var notice = Notice.text
    var studyKey: String
    var patientKey: String
    var studyInstanceUID: String
    var revision: Int
    var judgedAt: String
    var failedSince: FailedSincePart?
    var deidentification: DeidentificationPart?
    var patient: PatientPart
    var study: StudyPart
    var verdict: VerdictPart
    var positiveSlices: PositiveSlicesPart?
    var progression: ProgressionPart
    var judging: JudgingPart
    var unlikeTraining: String
    var distances: DistancesPart?
    var qualityFindings: [QualityPart]
    var classes: [String]
    var positiveClass: String
    var series: [SeriesPart]
    var slices: [SlicePart]
    var keyPictures: [KeyPicturePart]
    var files: FilesPart
    var provenance: ProvenancePart
    var secondOpinion: SecondOpinionPart?

    struct FailedSincePart: Encodable {
        var at: String
        var code: String
        var detail: String
    }

    struct DeidentificationPart: Encodable {
        var profile = "DICOM PS3.15 Basic Application Level Confidentiality Profile"
        var leftOutMoment = Timestamp.leftOut.description
        var withheldPictures: String?
    }

    struct PatientPart: Encodable {
        var patientID: String?
        var issuerOfPatientID: String?
        var patientName: String?
        var patientBirthDate: String?
        var patientSex: String?
    }

    struct StudyPart: Encodable {
        var studyDate: String?
        var studyTime: String?
        var studyDescription: String?
        var accessionNumber: String?
    }

    struct VerdictPart: Encodable {
        var finding: String
        var probability: Double?
        var interval: IntervalPart?
        var fractionPositive: Double
        var longestRunSlices: Int
        var scoredSlices: Int
        var effectiveK: Int?
    }

    struct IntervalPart: Encodable {
        var lower: Double
        var upper: Double
    }

    struct JudgingPart: Encodable {
        var aggregation: AggregationPart
        var aggregationInWords: String
        var negativeBelow: Double
        var positiveFrom: Double
        var slicePositiveFrom: Double
        var fewestScoredSlices: Int
    }

    struct AggregationPart: Encodable {
        var method: String
        var k: Int?
        var referenceSpacingMillimetres: Double?
        var percentile: Double?
        var threshold: Double?
    }

    struct DistancesPart: Encodable {
        var unlikeQuantile: Double
        var limit: Double
        var measuredSlices: Int
        var unlikeSlices: Int
        var shareUnlike: Double
        var largestShareUnlike: Double
        var median: Double
        var validationSamples: Int
    }

    struct QualityPart: Encodable {
        var code: String
        var isFailure: Bool
        var detail: String
    }

    struct SeriesPart: Encodable {
        var seriesInstanceUID: String
        var part: String?
        var seriesNumber: Int?
        var seriesDescription: String?
        var modality: String?
        var bodyPartExamined: String?
        var convolutionKernel: String?
        var patientPosition: String?
        var kilovoltPeak: Double?
        var manufacturer: String?
        var manufacturerModelName: String?
        var instances: Int
        var images: Int?
        var sliceThicknessMillimetres: Double?
        var transferSyntaxes: [TransferSyntaxPart]
        var isChosen: Bool
        var rank: Int?
        var trial: TrialPart?
        var reason: String
        var rules: [RulePart]
        var geometry: GeometryPart?
    }

    struct TrialPart: Encodable {
        var left: String?
        var detail: String
        var enclosedAirMillilitres: Double?
        var airFractionAtLowestSlice: Double?
        var airFractionAtHighestSlice: Double?
    }

    struct TransferSyntaxPart: Encodable {
        var uid: String
        var name: String
    }

    struct RulePart: Encodable {
        var rule: String
        var expected: String
        var measured: String
        var passed: Bool
    }

    struct GeometryPart: Encodable {
        var positions: Int
        var sliceSpacingMillimetres: Double?
        var smallestSpacingMillimetres: Double?
        var largestSpacingMillimetres: Double?
        var isRegular: Bool
        var tiltDegrees: Double
        var normal: [Double]
        var gaps: [GapPart]
    }

    struct GapPart: Encodable {
        var afterSlice: Int
        var distanceMillimetres: Double
        var missingSlices: Int
    }

    struct SlicePart: Encodable {
        var index: Int
        var sopInstanceUID: String
        var frameNumber: Int
        var instanceNumber: Int?
        var positionMillimetres: Double
        var lungFraction: Double?
        var lungAreaSquareMillimetres: Double?
        var probabilities: [Double]
        var distance: Double?
        var reason: String
        var clampedPixels: Int
        var remarks: [SliceRemark]?
    }

    struct KeyPicturePart: Encodable {
        var rank: Int
        var sliceIndex: Int
        var sopInstanceUID: String?
        var windowCenterHU: Double
        var windowWidthHU: Double
        var windowFunction: String
        var rows: Int
        var columns: Int
        var map: MapPart?
    }

    struct MapPart: Encodable {
        var rows: Int
        var columns: Int
        var largest: Double
        var outsideBodyShare: Double?
    }

    struct FilesPart: Encodable {
        var seen: Int
        var scored: Int
        var skipped: Int
        var rejected: Int
        var byReason: [ReasonPart]
        var notScored: [FilePart]
    }

    struct ReasonPart: Encodable {
        var reason: String
        var disposition: String
        var count: Int
    }

    struct FilePart: Encodable {
        var file: String
        var disposition: String
        var reason: String
        var detail: String
    }

    struct SecondOpinionPart: Encodable {
        var extent: String
        var slices: [SliceOpinionPart]
    }

    struct SliceOpinionPart: Encodable {
        var sopInstanceUID: String
        var frameNumber: Int
        var compared: String
        var unreadAttributes: [String]?
        var remark: String?
        var differences: [DifferencePart]
    }

    struct DifferencePart: Encodable {
        var attribute: String
        var ours: String
        var theirs: String
    }

    struct ProvenancePart: Encodable {
        var gantryVersion: String
        var pipelineName: String
        var pipelineVersion: String
        var pipelineDescription: String?
        var modelSHA256: String
        var precision: String
        var activation: String
        var temperature: Double?
        var calibrationSHA256: String?
        var scoringDigest: String
        var judgingDigest: String
        var contentDigest: String
        var startedAt: String
        var finishedAt: String
        var scoresFromStore: Bool
    }
}
