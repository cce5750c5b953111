import GantryCore
import GantryDICOMWriting

/// Each key slice as a DICOM Secondary Capture: the picture that the report shows, with its window, where the network
/// looked, and that it is for research only, burnt in.
///
/// **Source** PS3.3 A.8.1, C.8.6, C.7.6.1.
public struct SecondaryCaptureWriter: ReportFormatWriter {
    private let objects: ObjectFiles

    /// **Throws** `.cannotEncode` where DCMTK cannot be used.
    public init() throws(ReportFault) { objects = try ObjectFiles() }

    /// See `ReportFormatWriter`.
    public var format: ReportFormat { .secondaryCapture }

    static let sopClassUID = "1.2.840.10008.5.1.4.1.1.7"

    /// See `ReportFormatWriter`.
    public func files(of record: StudyRecord, patientRecords: [StudyRecord]) throws(ReportFault) -> [ReportFile] {
        let subject = try ReportSubject(record)
        let key = try subject.keySlices()
        let mapScale = record.result.keyPictures.mapScale
        var files: [ReportFile] = []
        for (index, (picture, slice)) in key.enumerated() {
            files += try self.files(
                of: picture, slice, number: index + 1, count: key.count, mapScale: mapScale, in: subject)
        }
        return files
    }

    private func files(
        of picture: KeyPicture, _ slice: ReportSubject.Slice, number: Int, count: Int, mapScale: Float?,
        in subject: ReportSubject
    ) throws(ReportFault) -> [ReportFile] {
        let (record, provenance) = (subject.record, subject.provenance)
        let uid = subject.names.sopInstanceUID(format.rawValue, number: number)
        let image = try BurntInPicture(picture, slice, number: number, count: count, mapScale: mapScale, subject)
        let content = subject.moment(provenance.startedAt)
        let captured = subject.moment(record.judgedAt)
        let frame = slice.frame.map { [DICOMElement("ReferencedFrameNumber", "\($0)")] } ?? []
        var elements = subject.common(sopClassUID: Self.sopClassUID, sopInstanceUID: uid)
        elements += subject.patientAndStudy + subject.equipment
        elements += subject.series(format, modality: "OT", number: 9803, "key slices")
        elements += [
            // Lungs are a pair, and both are shown: then a series needs no Laterality.
            DICOMElement("ImageLaterality", "B"),
            DICOMElement("ConversionType", "WSD"),
            DICOMElement("SecondaryCaptureDeviceManufacturer", ReportSubject.manufacturer),
            DICOMElement("SecondaryCaptureDeviceManufacturerModelName", subject.model),
            // A study has at most 64 key slices.
            DICOMElement("InstanceNumber", "\(record.revision * 100 + number)"),
            DICOMElement("PatientOrientation", "\(picture.orientation.right)\\\(picture.orientation.bottom)"),
            DICOMElement("ContentDate", content.date), DICOMElement("ContentTime", content.time),
            DICOMElement("ImageType", "DERIVED\\SECONDARY"),
            DICOMElement("DerivationDescription", DICOMText.shortText(image.description)),
            DICOMElement("ImageComments", "\(Notice.text) \(image.description)"),
            DICOMElement(
                "SourceImageSequence",
                items: [
                    slice.reference.elements + frame
                        + [Concept.sourceImage.sequence("PurposeOfReferenceCodeSequence")]
                ]),
            DICOMElement("BurnedInAnnotation", "YES"),
            DICOMElement("LossyImageCompression", slice.image.isLossy ? "01" : "00"),
        ]
        elements += subject.dated([
            DICOMElement("DateOfSecondaryCapture", captured.date),
            DICOMElement("TimeOfSecondaryCapture", captured.time),
        ])
        if slice.image.isLossy, let ratio = slice.image.lossyCompressionRatio, ratio.isFinite, ratio > 0 {
            elements.append(DICOMElement("LossyImageCompressionRatio", ContentItem.decimalString(ratio)))
            if let method = subject.source.attributes.lossyImageCompressionMethod,
                method.wholeMatch(of: /[A-Z0-9_ ]{1,16}/) != nil
            {
                elements.append(DICOMElement("LossyImageCompressionMethod", method))
            }
        }
        let digits = number < 10 ? "0\(number)" : "\(number)"
        return try objects.files(
            of: DICOMObject(
                transferSyntax: .explicitVRLittleEndian, elements: elements,
                pixelData: DICOMPixelData(
                    rows: image.rows, columns: image.columns, samplesPerPixel: 3, bitsAllocated: 8, bitsStored: 8,
                    isSigned: false, photometricInterpretation: "RGB", values: image.pixels)),
            ReportedObject(
                subject, format: format, name: "key-slice-\(digits)", sopClassUID: Self.sopClassUID,
                sopInstanceUID: uid, source: [slice]))
    }
}
