import GantryCore
import GantryDICOMWriting

/// The verdict as a DICOM Comprehensive 3D SR document: a tree of TID 1500 with one measurement group for the finding.
///
/// It is complete, unverified and preliminary. It says what the revision said: not what came after it.
///
/// **Source** PS3.3 A.35.13, C.17; PS3.16 TID 1500, 1501, 4019; IHE AI Results.
public struct StructuredReportWriter: ReportFormatWriter {
    private let objects: ObjectFiles

    /// **Throws** `.cannotEncode` where DCMTK cannot be used.
    public init() throws(ReportFault) { objects = try ObjectFiles() }

    /// See `ReportFormatWriter`.
    public var format: ReportFormat { .sr }

    static let sopClassUID = "1.2.840.10008.5.1.4.1.1.88.34"
    private static let kind = ReportFormat.sr.rawValue

    /// See `ReportFormatWriter`.
    public func files(of record: StudyRecord, patientRecords: [StudyRecord]) throws(ReportFault) -> [ReportFile] {
        let subject = try ReportSubject(record)
        let uid = subject.names.sopInstanceUID(Self.kind)
        let scored = subject.scored
        let content = subject.moment(subject.provenance.startedAt)
        var elements = subject.common(sopClassUID: Self.sopClassUID, sopInstanceUID: uid)
        elements += subject.patientAndStudy + subject.equipment + [ReportSubject.codingScheme]
        elements += subject.series(format, modality: "SR", number: 9801, "measurement report")
        elements += [
            subject.performedProcedureStep,
            DICOMElement("InstanceNumber", "\(record.revision)"),
            DICOMElement("ContentDate", content.date), DICOMElement("ContentTime", content.time),
            DICOMElement("CompletionFlag", "COMPLETE"), DICOMElement("VerificationFlag", "UNVERIFIED"),
            DICOMElement("PreliminaryFlag", "PRELIMINARY"),
            DICOMElement("PerformedProcedureCodeSequence", items: subject.procedureCodes.map(\.elements)),
        ]
        elements += subject.requests + predecessor(of: record)
        if !scored.isEmpty { elements.append(subject.evidence(scored)) }
        elements += FindingDocument(subject).root.elements
        return try objects.files(
            of: DICOMObject(transferSyntax: .explicitVRLittleEndian, elements: elements),
            ReportedObject(
                subject, format: format, name: "sr", sopClassUID: Self.sopClassUID, sopInstanceUID: uid,
                source: scored))
    }

    /// The document of the revision before this one.
    private func predecessor(of record: StudyRecord) -> [DICOMElement] {
        guard let preceding = record.preceding else { return [] }
        let names = ObjectNames(study: record.studyInstanceUID, preceding)
        return [
            DICOMElement(
                "PredecessorDocumentsSequence",
                items: [
                    [
                        DICOMElement("StudyInstanceUID", record.studyInstanceUID.value),
                        DICOMElement(
                            "ReferencedSeriesSequence",
                            items: [
                                [
                                    DICOMElement("SeriesInstanceUID", names.seriesInstanceUID(Self.kind)),
                                    DICOMElement(
                                        "ReferencedSOPSequence",
                                        items: [
                                            [
                                                DICOMElement("ReferencedSOPClassUID", Self.sopClassUID),
                                                DICOMElement(
                                                    "ReferencedSOPInstanceUID", names.sopInstanceUID(Self.kind)),
                                            ]
                                        ]),
                                ]
                            ]),
                    ]
                ])
        ]
    }
}
