import GantryCore
import GantryDICOMWriting

/// The key slices as a DICOM Key Object Selection: a list of the source images, which a viewer shows.
///
/// **Source** PS3.3 A.35.4, C.17.6; PS3.16 TID 2010.
public struct KeyObjectWriter: ReportFormatWriter {
    private let objects: ObjectFiles

    /// **Throws** `.cannotEncode` where DCMTK cannot be used.
    public init() throws(ReportFault) { objects = try ObjectFiles() }

    /// See `ReportFormatWriter`.
    public var format: ReportFormat { .keyObjects }

    static let sopClassUID = "1.2.840.10008.5.1.4.1.1.88.59"

    /// See `ReportFormatWriter`.
    public func files(of record: StudyRecord, patientRecords: [StudyRecord]) throws(ReportFault) -> [ReportFile] {
        let subject = try ReportSubject(record)
        let slices = try subject.keySlices().map { $0.slice }
        let uid = subject.names.sopInstanceUID(format.rawValue)
        let content = subject.moment(subject.provenance.startedAt)
        var elements = subject.common(sopClassUID: Self.sopClassUID, sopInstanceUID: uid)
        elements += subject.patientAndStudy + subject.equipment
        elements += subject.series(format, modality: "KO", number: 9802, "key slices")
        elements += [
            subject.performedProcedureStep,
            DICOMElement("InstanceNumber", "\(record.revision)"),
            DICOMElement("ContentDate", content.date), DICOMElement("ContentTime", content.time),
        ]
        elements += subject.requests + [subject.evidence(slices)]
        elements += Self.root(subject, slices).elements
        return try objects.files(
            of: DICOMObject(transferSyntax: .explicitVRLittleEndian, elements: elements),
            ReportedObject(
                subject, format: format, name: "key-objects", sopClassUID: Self.sopClassUID, sopInstanceUID: uid,
                source: slices))
    }

    private static func root(_ subject: ReportSubject, _ slices: [ReportSubject.Slice]) -> ContentItem {
        let provenance = subject.provenance
        let description =
            "\(counted(slices.count, "slice")) with the highest probability of \(provenance.positiveClass), highest "
            + "first, by \(provenance.pipelineName) \(provenance.pipelineVersion) (revision "
            + "\(subject.record.revision)). \(Notice.text)"
        var items = [ContentItem.modifier(.language, .code(.english))]
        items += FindingDocument.observer(subject)
        items.append(.contained(.keyObjectDescription, .text(description)))
        for slice in slices { items.append(.contained(nil, .image(slice.reference, frame: slice.frame))) }
        return ContentItem(nil, .ofInterest, .container(template: "2010"), items)
    }
}

extension ReportSubject {
    /// The key slices with their pictures. **Throws** `.notApplicable` where there is none.
    func keySlices() throws(ReportFault) -> [(picture: KeyPicture, slice: Slice)] {
        let key = key
        guard !key.isEmpty else {
            let withheld = record.deidentification?.withheldPictures?.sentence
            let why = withheld ?? (scored.isEmpty ? "no slice was scored" : "the pipeline keeps no key slices")
            throw ReportFault(
                .notApplicable, subject: record.studyKey.value, explanation: "does not apply: \(why)")
        }
        return key
    }
}
