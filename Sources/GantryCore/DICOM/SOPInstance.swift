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
        frames = []
        hasBurnedInAnnotation = false
        wasLossyCompressed = false
    }
}

/// One image of an instance: what may differ from frame to frame. Absent or empty attributes are nil.
///
/// **Source** PS3.3 C.7.6.16 (functional groups of multi-frame objects); a plain image object has these attributes at
/// its top level.
public struct ImageFrame: Sendable, Hashable, Codable {
    /// (0008,9007) Frame Type, or (0008,0008) Image Type; the values in order: `["ORIGINAL", "PRIMARY", "AXIAL"]`.
    public var imageType: [String]
    /// Where the image lies in the patient; nil where position, orientation or pixel spacing is absent or unusable.
    public var plane: SlicePlane?
    /// Slope, intercept and type of the modality rescale; nil where slope or intercept is absent.
    public var rescale: Rescale?
    /// (0018,0050), millimetres.
    public var sliceThicknessMillimetres: Double?
    /// (0018,9074), or (0008,002A), or (0008,0022) and (0008,0032) put together: `YYYYMMDDHHMMSS.FFFFFF`, sortable as
    /// text.
    public var acquisitionDateTime: String?
    /// (0020,9156), or (0020,0012).
    public var acquisitionNumber: Int?
    /// (0020,9056)
    public var stackID: String?
    /// (0020,9128), or (0020,0100): which of several points in time, or phases, the image belongs to.
    public var temporalPosition: Int?
    /// (0020,9241), percent of the interval between two heart beats.
    public var nominalPercentageOfCardiacPhase: Double?
    /// (0020,9245), percent of the interval between two breaths.
    public var nominalPercentageOfRespiratoryPhase: Double?
    /// (0018,1060), or (0020,9153): from the heart beat to the image, milliseconds.
    public var triggerTimeMilliseconds: Double?
    /// (0018,9151), or (0008,0023) and (0008,0033) put together: `YYYYMMDDHHMMSS.FFFFFF`, sortable as text.
    public var contentDateTime: String?
    /// (0020,9158), or (0020,4000).
    public var imageComments: String?
    /// Why `plane`, `rescale` or the thickness is nil or of no use; nil where nothing is wrong with them.
    public var defects: [AttributeDefect]?

    /// A frame of which nothing is known yet.
    public init() { imageType = [] }
}

/// Identity of a patient. Only the store and the reports may hold it.
public struct Patient: Sendable, Hashable, Codable {
    /// (0010,0020)
    public var patientID: String?
    /// (0010,0021)
    public var issuerOfPatientID: String?
    /// (0010,0010), as DICOM writes it: `Family^Given^Middle^Prefix^Suffix`.
    public var patientName: String?
    /// (0010,0030), `YYYYMMDD`.
    public var patientBirthDate: String?
    /// (0010,0040), `M`, `F` or `O`.
    public var patientSex: String?

    /// A patient of whom nothing is known yet.
    public init() {}
}

/// Attributes that all instances of a study share.
public struct StudyAttributes: Sendable, Hashable, Codable {
    /// (0008,0020), `YYYYMMDD`.
    public var studyDate: String?
    /// (0008,0030), `HHMMSS.FFFFFF` or shorter.
    public var studyTime: String?
    /// (0008,1030)
    public var studyDescription: String?
    /// (0008,0050)
    public var accessionNumber: String?

    /// A study of which nothing is known yet.
    public init() {}
}

/// Attributes that all instances of a series share.
public struct SeriesAttributes: Sendable, Hashable, Codable {
    /// (0008,0060)
    public var modality: String?
    /// (0020,0011)
    public var seriesNumber: Int?
    /// (0008,103E)
    public var seriesDescription: String?
    /// (0018,1030)
    public var protocolName: String?
    /// (0018,0015)
    public var bodyPartExamined: String?
    /// (0008,2218), the meanings of its codes; nil where there is none.
    public var anatomicRegions: [String]?
    /// (0018,1210), the first value.
    public var convolutionKernel: String?
    /// (0018,5100)
    public var patientPosition: String?
    /// (0018,0060)
    public var kilovoltPeak: Double?
    /// (0008,0070)
    public var manufacturer: String?
    /// (0008,1090)
    public var manufacturerModelName: String?

    /// A series of which nothing is known yet.
    public init() {}
}

/// The image pixel module: how stored values lie in the file.
///
/// **Source** PS3.3 C.7.6.3.
public struct PixelDescription: Sendable, Hashable, Codable {
    /// (0028,0010)
    public var rows: Int
    /// (0028,0011)
    public var columns: Int
    /// (0028,0002)
    public var samplesPerPixel: Int
    /// (0028,0100)
    public var bitsAllocated: Int
    /// (0028,0101)
    public var bitsStored: Int
    /// (0028,0102)
    public var highBit: Int
    /// (0028,0103) is 1: stored values are two's complement.
    public var isSigned: Bool
    /// (0028,0004)
    public var photometricInterpretation: String
    /// (0028,0008), 1 where absent.
    public var numberOfFrames: Int
    /// (0028,0120), read with the sign that Pixel Representation gives it.
    public var pixelPaddingValue: Int?
    /// (0028,0121), likewise: padding is every value between the two, ends included.
    public var pixelPaddingRangeLimit: Int?

    /// A description of these dimensions and this storage, without padding.
    public init(
        rows: Int, columns: Int, samplesPerPixel: Int = 1, bitsAllocated: Int = 16, bitsStored: Int = 16,
        highBit: Int? = nil, isSigned: Bool, photometricInterpretation: String = "MONOCHROME2", numberOfFrames: Int = 1
    ) {
        self.rows = rows
        self.columns = columns
        self.samplesPerPixel = samplesPerPixel
        self.bitsAllocated = bitsAllocated
        self.bitsStored = bitsStored
        self.highBit = highBit ?? bitsStored - 1
        self.isSigned = isSigned
        self.photometricInterpretation = photometricInterpretation
        self.numberOfFrames = numberOfFrames
    }

    /// Whether padding is declared which is no stored value, because it has bits beyond Bits Stored: then cells are
    /// compared with it as they stand in the file. 63536 where 12 bits are stored, say.
    public var hasPaddingBeyondStoredValues: Bool {
        guard let value = pixelPaddingValue, (1...32).contains(bitsStored) else { return false }
        let values = 1 << bitsStored
        let smallest = isSigned ? -values / 2 : 0
        let stored = smallest..<(smallest + values)
        return !stored.contains(value) || !(pixelPaddingRangeLimit.map(stored.contains) ?? true)
    }
}

/// Stored value times slope plus intercept, in the unit that the type names.
///
/// **Source** PS3.3 C.11.1.
public struct Rescale: Sendable, Hashable, Codable {
    /// (0028,1053)
    public var rescaleSlope: Double
    /// (0028,1052)
    public var rescaleIntercept: Double
    /// (0028,1054); for CT an absent type means HU.
    public var rescaleType: String?

    /// A rescale of these values.
    public init(rescaleSlope: Double, rescaleIntercept: Double, rescaleType: String? = nil) {
        self.rescaleSlope = rescaleSlope
        self.rescaleIntercept = rescaleIntercept
        self.rescaleType = rescaleType
    }
}
