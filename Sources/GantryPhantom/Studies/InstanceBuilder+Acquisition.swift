import GantryCore
import GantryDICOMWriting

/// How the scanner was set, as the functional groups of an Enhanced CT say it: the same for every frame.
///
/// **Source** PS3.3 C.8.15.3.2 to C.8.15.3.9 (the CT macros).
extension InstanceBuilder {
    /// The groups of acquisition, table, geometry, exposure and X-ray source.
    func acquisitionGroups() -> [DICOMElement] {
        let dose = study.exposureMAs
        let groups: [(String, [(String, String)])] = [
            ("IrradiationEventIdentificationSequence", [("IrradiationEventUID", uids.irradiationEventUID)]),
            (
                "CTAcquisitionTypeSequence",
                [("AcquisitionType", "SPIRAL"), ("ConstantVolumeFlag", "NO"), ("FluoroscopyFlag", "NO")]
            ),
            (
                "CTAcquisitionDetailsSequence",
                [
                    ("RotationDirection", "CW"), ("RevolutionTime", "0.5"), ("SingleCollimationWidth", "0.625"),
                    ("TotalCollimationWidth", "40"), ("TableHeight", "150"),
                    ("GantryDetectorTilt", DecimalText.text(study.tiltDegrees, places: 2)),
                    ("DataCollectionDiameter", "500"),
                ]
            ),
            (
                "CTTableDynamicsSequence",
                [("TableSpeed", "80"), ("TableFeedPerRotation", "40"), ("SpiralPitchFactor", "1")]
            ),
            (
                "CTPositionSequence",
                [
                    ("TablePosition", "0"), ("DataCollectionCenterPatient", "0\\0\\0"),
                    ("ReconstructionTargetCenterPatient", "0\\0\\0"),
                ]
            ),
            (
                "CTGeometrySequence",
                [("DistanceSourceToDetector", "1040"), ("DistanceSourceToDataCollectionCenter", "570")]
            ),
            (
                "CTExposureSequence",
                [
                    ("ExposureTimeInms", "500"), ("XRayTubeCurrentInmA", String(2 * dose)),
                    ("ExposureInmAs", String(dose)), ("ExposureModulationType", "NONE"),
                    ("CTDIvol", DecimalText.text(Float(dose) * 4.5 / 105, places: 2)),
                ]
            ),
            (
                "CTXRayDetailsSequence",
                [
                    ("KVP", "120"), ("FocalSpots", "1.2"), ("FilterType", "FLAT"), ("FilterMaterial", "ALUMINUM"),
                ]
            ),
        ]
        return groups.map { keyword, values in
            DICOMElement(keyword, items: [values.map { DICOMElement($0.0, $0.1) }])
        }
    }
}
