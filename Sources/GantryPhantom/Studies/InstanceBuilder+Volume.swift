import GantryCore
import GantryDICOMWriting

/// One series as a single Enhanced CT object: what all slices share once, what differs frame by frame.
///
/// **Source** PS3.3 A.38.1 (Enhanced CT Image IOD), C.7.6.16 (multi-frame functional groups), C.8.15 (Enhanced CT).
extension InstanceBuilder {
    private static let enhancedCTImage = "1.2.840.10008.5.1.4.1.1.2.1"

    /// The object of the slices that were sent, in their order from head to feet: frame 1 is nearest to the head.
    func volume(_ slices: [PhantomSlice], kernel: Reconstruction.Kernel, seriesNumber: Int) -> DICOMObject {
        var elements = common(
            sopClass: Self.enhancedCTImage, seriesNumber: seriesNumber, instanceNumber: 1, modality: "CT",
            description: seriesDescription(kernel))
        elements += [
            DICOMElement("DeviceSerialNumber", "1"),
            DICOMElement("SoftwareVersions", "1"),
            DICOMElement("PatientPosition", "HFS"),
            DICOMElement("FrameOfReferenceUID", uids.frameOfReferenceUID),
            DICOMElement("PositionReferenceIndicator", ""),
            DICOMElement("ImageType", "ORIGINAL\\PRIMARY\\VOLUME\\NONE"),
            DICOMElement("AcquisitionNumber", "1"),
            DICOMElement("AcquisitionDateTime", study.studyDate + study.studyTime),
            DICOMElement("AcquisitionDuration", "10"),
            DICOMElement("AcquisitionContextSequence", items: []),
            DICOMElement("ContentQualification", "RESEARCH"),
            DICOMElement("BurnedInAnnotation", "NO"),
            DICOMElement("LossyImageCompression", "00"),
            DICOMElement("PresentationLUTShape", "IDENTITY"),
            DICOMElement("NumberOfFrames", String(slices.count)),
        ]
        elements += Self.pixelMeaning + dimensions
        elements += [
            DICOMElement("SharedFunctionalGroupsSequence", items: [sharedGroups(kernel)]),
            DICOMElement(
                "PerFrameFunctionalGroupsSequence",
                items: study.sentSlices.enumerated().map { frame, index in frameGroups(frame: frame, index: index) }),
        ]
        if study.storage == .signed16 { elements.append(DICOMElement("PixelPaddingValue", "-2000")) }
        return DICOMObject(
            transferSyntax: study.transferSyntax, elements: elements,
            pixelData: stored(
                slices.flatMap(\.hounsfield), rows: study.matrix, columns: study.matrix, frames: slices.count))
    }

    /// What the pixels are, of the whole object and of every frame alike.
    private static let pixelMeaning = [
        DICOMElement("PixelPresentation", "MONOCHROME"),
        DICOMElement("VolumetricProperties", "VOLUME"),
        DICOMElement("VolumeBasedCalculationTechnique", "NONE"),
    ]

    /// The frames are ordered by stack, and by position in it. **Source** PS3.3 C.7.6.17.
    private var dimensions: [DICOMElement] {
        let organization = DICOMElement("DimensionOrganizationUID", uids.dimensionOrganizationUID)
        let frameContent = DICOMElement("FunctionalGroupPointer", "(0020,9111)")
        return [
            DICOMElement("DimensionOrganizationSequence", items: [[organization]]),
            DICOMElement(
                "DimensionIndexSequence",
                items: ["(0020,9056)", "(0020,9057)"].map {
                    [organization, DICOMElement("DimensionIndexPointer", $0), frameContent]
                }),
        ]
    }

    private func sharedGroups(_ kernel: Reconstruction.Kernel) -> [DICOMElement] {
        let geometry = study.geometry(chest, slice: 0)
        let spacing = DecimalText.text(geometry.pixelSpacingMillimetres, places: 6)
        let chestRegion = [
            DICOMElement("CodeValue", "51185008"), DICOMElement("CodingSchemeDesignator", "SCT"),
            DICOMElement("CodeMeaning", "Chest"),
        ]
        return [
            DICOMElement(
                "PixelMeasuresSequence",
                items: [
                    [
                        DICOMElement("PixelSpacing", "\(spacing)\\\(spacing)"),
                        DICOMElement("SliceThickness", sliceThickness),
                    ]
                ]),
            DICOMElement(
                "PlaneOrientationSequence",
                items: [
                    [
                        DICOMElement(
                            "ImageOrientationPatient", "1\\0\\0\\" + Self.text(geometry.columnDirection, places: 8))
                    ]
                ]),
            DICOMElement(
                "FrameAnatomySequence",
                items: [
                    [
                        DICOMElement("FrameLaterality", "U"),
                        DICOMElement("AnatomicRegionSequence", items: [chestRegion]),
                    ]
                ]),
            DICOMElement(
                "CTImageFrameTypeSequence",
                items: [[DICOMElement("FrameType", "ORIGINAL\\PRIMARY\\VOLUME\\NONE")] + Self.pixelMeaning]),
            DICOMElement(
                "PixelValueTransformationSequence",
                items: [
                    [
                        DICOMElement("RescaleIntercept", rescaleIntercept), DICOMElement("RescaleSlope", "1"),
                        DICOMElement("RescaleType", "HU"),
                    ]
                ]),
            DICOMElement("FrameVOILUTSequence", items: [window(kernel)]),
            DICOMElement(
                "CTReconstructionSequence",
                items: [
                    [
                        DICOMElement("ReconstructionAlgorithm", "FILTER_BACK_PROJ"),
                        DICOMElement("ConvolutionKernel", named(kernel).convolutionKernel),
                        DICOMElement("ConvolutionKernelGroup", named(kernel).isForLung ? "LUNG" : "SOFT_TISSUE"),
                        DICOMElement("ReconstructionPixelSpacing", "\(spacing)\\\(spacing)"),
                        DICOMElement("ReconstructionAngle", "360"),
                        DICOMElement("ImageFilter", "NONE"),
                        DICOMElement("ReconstructionDiameter", DecimalText.text(study.fieldOfView(chest), places: 1)),
                    ]
                ]),
        ] + acquisitionGroups()
    }

    /// The groups of one frame; `frame` counts from 0, `index` is the slice's place in the study.
    private func frameGroups(frame: Int, index: Int) -> [DICOMElement] {
        let moment = study.studyDate + study.studyTime + Self.hundredths(index)
        return [
            DICOMElement(
                "FrameContentSequence",
                items: [
                    [
                        DICOMElement("FrameAcquisitionNumber", "1"),
                        DICOMElement("FrameReferenceDateTime", moment),
                        DICOMElement("FrameAcquisitionDateTime", moment),
                        DICOMElement("FrameAcquisitionDuration", "500"),
                        DICOMElement("StackID", "1"),
                        DICOMElement("InStackPositionNumber", String(frame + 1)),
                        DICOMElement("DimensionIndexValues", "1\\\(frame + 1)"),
                    ]
                ]),
            DICOMElement(
                "PlanePositionSequence",
                items: [
                    [
                        DICOMElement(
                            "ImagePositionPatient",
                            Self.text(study.geometry(chest, slice: index).imagePosition, places: 5))
                    ]
                ]),
        ]
    }
}
