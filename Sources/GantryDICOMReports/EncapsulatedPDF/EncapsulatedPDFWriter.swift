import GantryCore
import GantryDICOMWriting

/// The printed report as a DICOM Encapsulated PDF.
///
/// It says what the revision said when it was judged: not what came after it, be it a failure or another study of the
/// patient. What is made again is the same.
///
/// **Source** PS3.3 A.45.1, C.24.
public struct EncapsulatedPDFWriter: ReportFormatWriter {
    /// Makes the PDF of a record beside those of its patient, and says what to know of it.
    public typealias PDFMaker =
        @Sendable (_ record: StudyRecord, _ patientRecords: [StudyRecord]) throws(ReportFault) -> (
            bytes: [UInt8], remark: String?
        )

    private let objects: ObjectFiles
    private let pdf: PDFMaker

    /// A writer of what `pdf` makes. **Throws** `.cannotEncode` where DCMTK cannot be used.
    public init(_ pdf: @escaping PDFMaker) throws(ReportFault) {
        objects = try ObjectFiles()
        self.pdf = pdf
    }

    /// See `ReportFormatWriter`.
    public var format: ReportFormat { .encapsulatedPDF }

    static let sopClassUID = "1.2.840.10008.5.1.4.1.1.104.1"

    /// See `ReportFormatWriter`.
    public func files(of record: StudyRecord, patientRecords: [StudyRecord]) throws(ReportFault) -> [ReportFile] {
        let subject = try ReportSubject(record)
        let made = try pdf(Self.asJudged(record), Self.known(patientRecords, when: record))
        let uid = subject.names.sopInstanceUID(format.rawValue)
        let content = subject.moment(subject.provenance.startedAt)
        var elements = subject.common(sopClassUID: Self.sopClassUID, sopInstanceUID: uid)
        elements += subject.patientAndStudy + subject.equipment
        elements += subject.series(format, modality: "DOC", number: 9804, "report")
        elements += [
            // Converted by a workstation: nothing was scanned.
            DICOMElement("ConversionType", "WSD"),
            DICOMElement("InstanceNumber", "\(record.revision)"),
            DICOMElement("ContentDate", content.date), DICOMElement("ContentTime", content.time),
            // A study has no one moment at which its images were taken.
            DICOMElement("AcquisitionDateTime", ""),
            // Who it is about stands in it.
            DICOMElement("BurnedInAnnotation", "YES"),
            DICOMElement("DocumentTitle", DICOMText.shortText(Self.title(record))),
            DICOMElement("VerificationFlag", "UNVERIFIED"),
            Concept.diagnosticImagingReport.sequence("ConceptNameCodeSequence"),
            DICOMElement("MIMETypeOfEncapsulatedDocument", "application/pdf"),
            DICOMElement("EncapsulatedDocumentLength", "\(made.bytes.count)"),
        ]
        let scored = subject.scored
        if !scored.isEmpty {
            elements.append(DICOMElement("SourceInstanceSequence", items: Self.instances(scored)))
        }
        var files = try objects.files(
            of: DICOMObject(
                transferSyntax: .explicitVRLittleEndian, elements: elements, encapsulatedDocument: made.bytes),
            ReportedObject(
                subject, format: format, name: "report", sopClassUID: Self.sopClassUID, sopInstanceUID: uid,
                source: scored))
        files[files.count - 1].remark = made.remark
        return files
    }

    private static func title(_ record: StudyRecord) -> String {
        let provenance = record.result.provenance
        return "CT study report by \(provenance.pipelineName) \(provenance.pipelineVersion), revision "
            + "\(record.revision). \(Notice.text)"
    }

    /// Every image once.
    private static func instances(_ slices: [ReportSubject.Slice]) -> [[DICOMElement]] {
        var seen: Set<UID> = []
        return slices.filter { seen.insert($0.record.sopInstanceUID).inserted }.map(\.reference.elements)
    }

    private static func asJudged(_ record: StudyRecord) -> StudyRecord {
        var record = record
        record.failedSince = nil
        return record
    }

    /// What was known of the patient when `record` was judged.
    private static func known(_ records: [StudyRecord], when record: StudyRecord) -> [StudyRecord] {
        records.filter { $0.judgedAt <= record.judgedAt }.map { other in
            var other = other
            if other.studyKey == record.studyKey || other.failedSince.map({ $0.at > record.judgedAt }) ?? false {
                other.failedSince = nil
            }
            return other
        }
    }
}
