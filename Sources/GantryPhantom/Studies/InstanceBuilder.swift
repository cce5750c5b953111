import GantryCore
import GantryDICOMWriting

/// Makes the DICOM objects of one study: attributes as a CT scanner writes them.
///
/// **Source**: PS3.3 A.3 (CT image), A.8.1 (secondary capture image).
struct InstanceBuilder: Sendable {
    let study: PhantomStudy
    let chest: ChestPhantom

    private static let ctImage = "1.2.840.10008.5.1.4.1.1.2"
    private static let secondaryCapture = "1.2.840.10008.5.1.4.1.1.7"

    let uids: PhantomUID

    init(study: PhantomStudy, chest: ChestPhantom) {
        self.study = study
        self.chest = chest
        uids = PhantomUID(study)
    }

    // MARK: - Objects

    /// One axial slice.
    func slice(_ index: Int, kernel: Reconstruction.Kernel, seriesNumber: Int, pixels: PhantomSlice) -> DICOMObject {
        let geometry = study.geometry(chest, slice: index)
        let spacing = DecimalText.text(geometry.pixelSpacingMillimetres, places: 6)
        var elements = common(
            sopClass: Self.ctImage, seriesNumber: seriesNumber, instanceNumber: index + 1, modality: "CT",
            description: seriesDescription(kernel))
        elements += scanner()
        elements += [
            DICOMElement("ImageType", "ORIGINAL\\PRIMARY\\AXIAL"),
            DICOMElement("AcquisitionNumber", "1"),
            DICOMElement("AcquisitionDate", study.studyDate),
            DICOMElement("AcquisitionTime", study.studyTime + Self.hundredths(index)),
            DICOMElement("SliceThickness", sliceThickness),
            DICOMElement("ReconstructionDiameter", DecimalText.text(study.fieldOfView(chest), places: 1)),
            DICOMElement("GantryDetectorTilt", DecimalText.text(study.tiltDegrees, places: 2)),
            DICOMElement("ConvolutionKernel", named(kernel).convolutionKernel),
            DICOMElement("FrameOfReferenceUID", uids.frameOfReferenceUID),
            DICOMElement("PositionReferenceIndicator", ""),
            DICOMElement("ImagePositionPatient", Self.text(geometry.imagePosition, places: 5)),
            DICOMElement(
                "ImageOrientationPatient", "1\\0\\0\\" + Self.text(geometry.columnDirection, places: 8)),
            DICOMElement("SliceLocation", DecimalText.text(geometry.imagePosition.z, places: 4)),
            DICOMElement("PixelSpacing", "\(spacing)\\\(spacing)"),
            DICOMElement("RescaleSlope", "1"),
            DICOMElement("RescaleIntercept", rescaleIntercept),
            DICOMElement("RescaleType", "HU"),
        ]
        elements += window(kernel)
        if study.storage == .signed16 { elements.append(DICOMElement("PixelPaddingValue", "-2000")) }
        return DICOMObject(
            transferSyntax: study.transferSyntax, elements: elements,
            pixelData: stored(pixels.hounsfield, rows: study.matrix, columns: study.matrix))
    }

    /// The localizer: a coronal projection.
    func localizer(seriesNumber: Int) -> DICOMObject {
        let image = chest.localizer()
        let spacing = DecimalText.text(image.pixelSpacingMillimetres, places: 6)
        var elements = common(
            sopClass: Self.ctImage, seriesNumber: seriesNumber, instanceNumber: 1, modality: "CT",
            description: "Localizer")
        elements += scanner()
        elements += [
            DICOMElement("ImageType", "ORIGINAL\\PRIMARY\\LOCALIZER"),
            DICOMElement("AcquisitionNumber", "1"),
            DICOMElement("AcquisitionDate", study.studyDate),
            DICOMElement("AcquisitionTime", study.studyTime),
            DICOMElement("SliceThickness", DecimalText.text(chest.fieldOfViewMillimetres, places: 1)),
            DICOMElement("FrameOfReferenceUID", uids.frameOfReferenceUID),
            DICOMElement("PositionReferenceIndicator", ""),
            DICOMElement("ImagePositionPatient", Self.text(image.imagePosition, places: 5)),
            DICOMElement("ImageOrientationPatient", "1\\0\\0\\0\\0\\-1"),
            DICOMElement("PixelSpacing", "\(spacing)\\\(spacing)"),
            DICOMElement("RescaleSlope", "1"),
            DICOMElement("RescaleIntercept", rescaleIntercept),
            DICOMElement("RescaleType", "US"),
            DICOMElement("WindowCenter", "0"),
            DICOMElement("WindowWidth", "1400"),
        ]
        return DICOMObject(
            transferSyntax: study.transferSyntax, elements: elements,
            pixelData: stored(image.values, rows: image.rows, columns: image.columns))
    }

    /// The dose report: a page of text as a secondary capture, as many scanners add it to the study.
    func doseReport(seriesNumber: Int) -> DICOMObject {
        let size = 512
        var image = [UInt16](repeating: 0, count: size * size)
        let lines = [
            "DOSE REPORT", "", "PATIENT ID: \(study.patient.patientID)", "EXAM DATE:  \(study.studyDate)",
            "DESCRIPTION: CHEST ROUTINE", "", "NO  TYPE     SCAN RANGE  CTDIVOL  DLP",
            "1   SCOUT    -           -        -", "2   HELICAL  300 MM      4.52     149.2", "",
            "TOTAL EXAM DLP: 149.2 MGY-CM", "", "SYNTHETIC: NO ONE WAS SCANNED",
        ]
        for (index, line) in lines.enumerated() {
            BitmapFont.draw(
                line, into: &image, columns: size, row: 30 + index * 26, column: 12, scale: index == 0 ? 3 : 2,
                value: 230)
        }
        var elements = common(
            sopClass: Self.secondaryCapture, seriesNumber: seriesNumber, instanceNumber: 1, modality: "CT",
            description: "Dose Report")
        elements += [
            DICOMElement("ImageType", "DERIVED\\SECONDARY\\OTHER\\CT_DOSE_REPORT"),
            DICOMElement("ConversionType", "WSD"),
            DICOMElement("BurnedInAnnotation", "YES"),
            DICOMElement("WindowCenter", "128"),
            DICOMElement("WindowWidth", "256"),
        ]
        return DICOMObject(
            transferSyntax: study.transferSyntax, elements: elements,
            pixelData: DICOMPixelData(
                rows: size, columns: size, bitsAllocated: 8, bitsStored: 8, isSigned: false,
                photometricInterpretation: "MONOCHROME2", values: image))
    }

    // MARK: - Attributes

    /// (0018,0050), millimetres. No scanner makes chest slices thicker than 5 mm; farther apart, they leave gaps
    /// between them.
    var sliceThickness: String {
        let usual = min(study.sliceIntervalMillimetres(chest), 5)
        return DecimalText.text(study.hasUsualHeaders ? usual : study.thicknessMillimetres ?? usual, places: 3)
    }

    /// The kernel that the headers name.
    func named(_ kernel: Reconstruction.Kernel) -> Reconstruction.Kernel {
        study.hasUsualHeaders ? .standard : kernel
    }

    /// (0008,103E)
    func seriesDescription(_ kernel: Reconstruction.Kernel) -> String {
        named(kernel).isForLung ? "Chest lung" : "Chest soft tissue"
    }

    /// What the numbers of order and study are made of: another for each scan.
    private var orderNumber: UInt64 { study.seed &+ UInt64(study.scanNumber - 1) }

    /// (0028,1052)
    var rescaleIntercept: String { study.storage == .signed16 ? "0" : "-1024" }

    /// (0028,1050) and (0028,1051) for the kernel.
    func window(_ kernel: Reconstruction.Kernel) -> [DICOMElement] {
        let isForLung = named(kernel).isForLung
        return [
            DICOMElement("WindowCenter", isForLung ? "-600" : "40"),
            DICOMElement("WindowWidth", isForLung ? "1500" : "400"),
        ]
    }

    /// Patient, study, series and instance: what every object has.
    func common(
        sopClass: String, seriesNumber: Int, instanceNumber: Int, modality: String, description: String
    ) -> [DICOMElement] {
        let birthYear = Int(study.patient.patientBirthDate.prefix(4)) ?? 1960
        let age = (Int(study.studyDate.prefix(4)) ?? 2024) - birthYear
        return [
            DICOMElement("SpecificCharacterSet", "ISO_IR 192"),
            DICOMElement("SOPClassUID", sopClass),
            DICOMElement("SOPInstanceUID", uids.sopInstanceUID(seriesNumber, instanceNumber)),
            DICOMElement("StudyInstanceUID", uids.studyInstanceUID),
            DICOMElement("SeriesInstanceUID", uids.seriesInstanceUID(seriesNumber)),
            DICOMElement("StudyDate", study.studyDate),
            DICOMElement("StudyTime", study.studyTime),
            DICOMElement("SeriesDate", study.studyDate),
            DICOMElement("SeriesTime", study.studyTime),
            DICOMElement("ContentDate", study.studyDate),
            DICOMElement("ContentTime", study.studyTime + Self.hundredths(instanceNumber)),
            DICOMElement("AccessionNumber", "A" + String(orderNumber % 10_000_000)),
            DICOMElement("ReferringPhysicianName", ""),
            DICOMElement("StudyID", String(orderNumber % 100_000)),
            DICOMElement("StudyDescription", "CT chest (synthetic)"),
            DICOMElement("SeriesDescription", description),
            DICOMElement("SeriesNumber", String(seriesNumber)),
            DICOMElement("InstanceNumber", String(instanceNumber)),
            DICOMElement("Modality", modality),
            DICOMElement("Manufacturer", "Gantry phantom"),
            DICOMElement("ManufacturerModelName", "ChestPhantom"),
            DICOMElement("StationName", "PHANTOM1"),
            DICOMElement("PatientName", study.patient.patientName),
            DICOMElement("PatientID", study.patient.patientID),
            DICOMElement("PatientBirthDate", study.patient.patientBirthDate),
            DICOMElement("PatientSex", study.patient.patientSex),
            DICOMElement("PatientAge", (age < 100 ? "0" : "") + "\(age)Y"),
        ]
    }

    /// How the scanner was set.
    private func scanner() -> [DICOMElement] {
        [
            DICOMElement("BodyPartExamined", "CHEST"),
            DICOMElement("PatientPosition", "HFS"),
            DICOMElement("ProtocolName", "Chest routine"),
            DICOMElement("KVP", "120"),
            DICOMElement("XRayTubeCurrent", String(2 * study.exposureMAs)),
            DICOMElement("ExposureTime", "500"),
            DICOMElement("Exposure", String(study.exposureMAs)),
            DICOMElement("DataCollectionDiameter", "500"),
        ]
    }

    /// HU as stored values of the study's storage.
    func stored(_ hounsfield: [Int16], rows: Int, columns: Int, frames: Int = 1) -> DICOMPixelData {
        let isSigned = study.storage == .signed16
        let values = hounsfield.map { value in
            isSigned ? UInt16(bitPattern: value) : UInt16(max(0, min(4095, Int(value) + 1024)))
        }
        return DICOMPixelData(
            rows: rows, columns: columns, frames: frames, bitsAllocated: 16, bitsStored: isSigned ? 16 : 12,
            isSigned: isSigned,
            photometricInterpretation: "MONOCHROME2", values: values)
    }

    static func text(_ vector: SIMD3<Float>, places: Int) -> String {
        DecimalText.text([vector.x, vector.y, vector.z], places: places)
    }

    /// A fraction of a second that rises from image to image: `.07`.
    static func hundredths(_ index: Int) -> String {
        let value = index % 100
        return "." + (value < 10 ? "0" : "") + String(value)
    }
}
