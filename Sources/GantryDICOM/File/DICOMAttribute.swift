import GantryCore

/// An attribute the reader asks for: its tag, and its keyword for messages.
struct DICOMAttribute: Sendable, Hashable, CustomStringConvertible {
    let group: UInt16
    let element: UInt16
    let keyword: String

    init(_ group: UInt16, _ element: UInt16, _ keyword: String) {
        self.group = group
        self.element = element
        self.keyword = keyword
    }

    /// `RescaleSlope (0028,1053)`.
    var description: String {
        let numbers = [group, element].map { Hexadecimal.text($0, digits: 4, uppercase: true) }
        return "\(keyword) (\(numbers.joined(separator: ",")))"
    }
}

/// **Source** PS3.6.
extension DICOMAttribute {
    static let mediaStorageSOPClassUID = Self(0x0002, 0x0002, "MediaStorageSOPClassUID")
    static let transferSyntaxUID = Self(0x0002, 0x0010, "TransferSyntaxUID")
    static let directoryRecordSequence = Self(0x0004, 0x1220, "DirectoryRecordSequence")
    static let imageType = Self(0x0008, 0x0008, "ImageType")
    static let sopClassUID = Self(0x0008, 0x0016, "SOPClassUID")
    static let sopInstanceUID = Self(0x0008, 0x0018, "SOPInstanceUID")
    static let studyDate = Self(0x0008, 0x0020, "StudyDate")
    static let acquisitionDate = Self(0x0008, 0x0022, "AcquisitionDate")
    static let contentDate = Self(0x0008, 0x0023, "ContentDate")
    static let acquisitionDateTime = Self(0x0008, 0x002A, "AcquisitionDateTime")
    static let studyTime = Self(0x0008, 0x0030, "StudyTime")
    static let acquisitionTime = Self(0x0008, 0x0032, "AcquisitionTime")
    static let contentTime = Self(0x0008, 0x0033, "ContentTime")
    static let accessionNumber = Self(0x0008, 0x0050, "AccessionNumber")
    static let modality = Self(0x0008, 0x0060, "Modality")
    static let manufacturer = Self(0x0008, 0x0070, "Manufacturer")
    static let codeMeaning = Self(0x0008, 0x0104, "CodeMeaning")
    static let studyDescription = Self(0x0008, 0x1030, "StudyDescription")
    static let seriesDescription = Self(0x0008, 0x103E, "SeriesDescription")
    static let manufacturerModelName = Self(0x0008, 0x1090, "ManufacturerModelName")
    static let anatomicRegionSequence = Self(0x0008, 0x2218, "AnatomicRegionSequence")
    static let frameType = Self(0x0008, 0x9007, "FrameType")
    static let patientName = Self(0x0010, 0x0010, "PatientName")
    static let patientID = Self(0x0010, 0x0020, "PatientID")
    static let issuerOfPatientID = Self(0x0010, 0x0021, "IssuerOfPatientID")
    static let patientBirthDate = Self(0x0010, 0x0030, "PatientBirthDate")
    static let patientSex = Self(0x0010, 0x0040, "PatientSex")
    static let bodyPartExamined = Self(0x0018, 0x0015, "BodyPartExamined")
    static let sliceThickness = Self(0x0018, 0x0050, "SliceThickness")
    static let kilovoltPeak = Self(0x0018, 0x0060, "KVP")
    static let protocolName = Self(0x0018, 0x1030, "ProtocolName")
    static let triggerTime = Self(0x0018, 0x1060, "TriggerTime")
    static let gantryDetectorTilt = Self(0x0018, 0x1120, "GantryDetectorTilt")
    static let convolutionKernel = Self(0x0018, 0x1210, "ConvolutionKernel")
    static let patientPosition = Self(0x0018, 0x5100, "PatientPosition")
    static let frameAcquisitionDateTime = Self(0x0018, 0x9074, "FrameAcquisitionDateTime")
    static let cardiacSynchronizationSequence = Self(0x0018, 0x9118, "CardiacSynchronizationSequence")
    static let frameReferenceDateTime = Self(0x0018, 0x9151, "FrameReferenceDateTime")
    static let respiratorySynchronizationSequence = Self(0x0018, 0x9253, "RespiratorySynchronizationSequence")
    static let ctAcquisitionDetailsSequence = Self(0x0018, 0x9304, "CTAcquisitionDetailsSequence")
    static let ctReconstructionSequence = Self(0x0018, 0x9314, "CTReconstructionSequence")
    static let ctXRayDetailsSequence = Self(0x0018, 0x9325, "CTXRayDetailsSequence")
    static let ctImageFrameTypeSequence = Self(0x0018, 0x9329, "CTImageFrameTypeSequence")
    static let studyInstanceUID = Self(0x0020, 0x000D, "StudyInstanceUID")
    static let seriesInstanceUID = Self(0x0020, 0x000E, "SeriesInstanceUID")
    static let seriesNumber = Self(0x0020, 0x0011, "SeriesNumber")
    static let temporalPositionIdentifier = Self(0x0020, 0x0100, "TemporalPositionIdentifier")
    static let acquisitionNumber = Self(0x0020, 0x0012, "AcquisitionNumber")
    static let instanceNumber = Self(0x0020, 0x0013, "InstanceNumber")
    static let imagePositionPatient = Self(0x0020, 0x0032, "ImagePositionPatient")
    static let imageOrientationPatient = Self(0x0020, 0x0037, "ImageOrientationPatient")
    static let frameOfReferenceUID = Self(0x0020, 0x0052, "FrameOfReferenceUID")
    static let imageComments = Self(0x0020, 0x4000, "ImageComments")
    static let stackID = Self(0x0020, 0x9056, "StackID")
    static let frameAnatomySequence = Self(0x0020, 0x9071, "FrameAnatomySequence")
    static let frameContentSequence = Self(0x0020, 0x9111, "FrameContentSequence")
    static let planePositionSequence = Self(0x0020, 0x9113, "PlanePositionSequence")
    static let planeOrientationSequence = Self(0x0020, 0x9116, "PlaneOrientationSequence")
    static let temporalPositionIndex = Self(0x0020, 0x9128, "TemporalPositionIndex")
    static let nominalCardiacTriggerDelayTime = Self(0x0020, 0x9153, "NominalCardiacTriggerDelayTime")
    static let nominalPercentageOfCardiacPhase = Self(0x0020, 0x9241, "NominalPercentageOfCardiacPhase")
    static let nominalPercentageOfRespiratoryPhase = Self(0x0020, 0x9245, "NominalPercentageOfRespiratoryPhase")
    static let frameAcquisitionNumber = Self(0x0020, 0x9156, "FrameAcquisitionNumber")
    static let frameComments = Self(0x0020, 0x9158, "FrameComments")
    static let unassignedSharedConvertedAttributesSequence = Self(
        0x0020, 0x9170, "UnassignedSharedConvertedAttributesSequence")
    static let unassignedPerFrameConvertedAttributesSequence = Self(
        0x0020, 0x9171, "UnassignedPerFrameConvertedAttributesSequence")
    static let samplesPerPixel = Self(0x0028, 0x0002, "SamplesPerPixel")
    static let photometricInterpretation = Self(0x0028, 0x0004, "PhotometricInterpretation")
    static let numberOfFrames = Self(0x0028, 0x0008, "NumberOfFrames")
    static let rows = Self(0x0028, 0x0010, "Rows")
    static let columns = Self(0x0028, 0x0011, "Columns")
    static let pixelSpacing = Self(0x0028, 0x0030, "PixelSpacing")
    static let bitsAllocated = Self(0x0028, 0x0100, "BitsAllocated")
    static let bitsStored = Self(0x0028, 0x0101, "BitsStored")
    static let highBit = Self(0x0028, 0x0102, "HighBit")
    static let pixelRepresentation = Self(0x0028, 0x0103, "PixelRepresentation")
    static let pixelPaddingValue = Self(0x0028, 0x0120, "PixelPaddingValue")
    static let pixelPaddingRangeLimit = Self(0x0028, 0x0121, "PixelPaddingRangeLimit")
    static let burnedInAnnotation = Self(0x0028, 0x0301, "BurnedInAnnotation")
    static let windowCentre = Self(0x0028, 0x1050, "WindowCenter")
    static let windowWidth = Self(0x0028, 0x1051, "WindowWidth")
    static let rescaleIntercept = Self(0x0028, 0x1052, "RescaleIntercept")
    static let rescaleSlope = Self(0x0028, 0x1053, "RescaleSlope")
    static let rescaleType = Self(0x0028, 0x1054, "RescaleType")
    static let voiLUTFunction = Self(0x0028, 0x1056, "VOILUTFunction")
    static let lossyImageCompression = Self(0x0028, 0x2110, "LossyImageCompression")
    static let lossyImageCompressionRatio = Self(0x0028, 0x2112, "LossyImageCompressionRatio")
    static let modalityLUTSequence = Self(0x0028, 0x3000, "ModalityLUTSequence")
    static let modalityLUTType = Self(0x0028, 0x3004, "ModalityLUTType")
    static let pixelMeasuresSequence = Self(0x0028, 0x9110, "PixelMeasuresSequence")
    static let frameVOILUTSequence = Self(0x0028, 0x9132, "FrameVOILUTSequence")
    static let pixelValueTransformationSequence = Self(0x0028, 0x9145, "PixelValueTransformationSequence")
    static let sharedFunctionalGroupsSequence = Self(0x5200, 0x9229, "SharedFunctionalGroupsSequence")
    static let perFrameFunctionalGroupsSequence = Self(0x5200, 0x9230, "PerFrameFunctionalGroupsSequence")
    static let floatPixelData = Self(0x7FE0, 0x0008, "FloatPixelData")
    static let doubleFloatPixelData = Self(0x7FE0, 0x0009, "DoubleFloatPixelData")
    static let pixelData = Self(0x7FE0, 0x0010, "PixelData")
}
