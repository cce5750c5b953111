import GantryCore
import GantryDICOMWriting

/// The modules that every object of a study shares. Attributes that must be there and are not known are empty.
extension ReportSubject {
    /// **Source** PS3.3 C.7.1.1, C.7.2.1, C.7.2.2.
    var patientAndStudy: [DICOMElement] {
        let (patient, study, attributes) = (record.patient, record.study, source.attributes)
        var elements = [
            DICOMElement("PatientName", DICOMText.personName(patient.patientName)),
            DICOMElement("PatientID", DICOMText.longString(patient.patientID)),
            DICOMElement("PatientBirthDate", DICOMText.date(patient.patientBirthDate)),
            DICOMElement("PatientSex", DICOMText.code(patient.patientSex, of: ["M", "F", "O"])),
            DICOMElement("StudyInstanceUID", record.studyInstanceUID.value),
            DICOMElement("StudyDate", DICOMText.date(study.studyDate)),
            DICOMElement("StudyTime", DICOMText.time(study.studyTime)),
            DICOMElement("ReferringPhysicianName", DICOMText.personName(attributes.referringPhysicianName)),
            DICOMElement("StudyID", DICOMText.shortString(attributes.studyID)),
            DICOMElement("AccessionNumber", DICOMText.shortString(study.accessionNumber)),
        ]
        elements += known([
            ("IssuerOfPatientID", DICOMText.longString(patient.issuerOfPatientID)),
            ("PatientAge", DICOMText.age(attributes.patientAge)),
            ("StudyDescription", DICOMText.longString(study.studyDescription)),
        ])
        let issuer = attributes.issuerOfAccessionNumber.map(\.elements) ?? []
        if !issuer.isEmpty { elements.append(DICOMElement("IssuerOfAccessionNumberSequence", items: [issuer])) }
        let procedures = procedureCodes
        if !procedures.isEmpty {
            elements.append(DICOMElement("ProcedureCodeSequence", items: procedures.map(\.elements)))
        }
        return elements
    }

    /// What was done, as the images say it.
    var procedureCodes: [Concept] { (source.attributes.procedureCodes ?? []).compactMap { Concept($0) } }

    /// The equipment that makes an object: the bundle as run by this program.
    ///
    /// **Source** PS3.3 C.7.5.1.
    var equipment: [DICOMElement] {
        [
            DICOMElement("Manufacturer", Self.manufacturer), DICOMElement("ManufacturerModelName", model),
            DICOMElement("DeviceSerialNumber", DICOMText.longString(provenance.modelSHA256)),
            DICOMElement("SoftwareVersions", softwareVersions),
        ] + known([("InstitutionName", DICOMText.longString(source.attributes.institutionName))])
    }

    static var manufacturer: String { "Gantry" }

    /// The pipeline's name.
    var model: String { DICOMText.longString(provenance.pipelineName) }

    private var softwareVersions: String {
        [provenance.gantryVersion, "pipeline " + provenance.pipelineVersion].map { DICOMText.longString($0) }
            .joined(separator: "\\")
    }

    /// What names and dates the object, and what contributed to it.
    ///
    /// **Source** PS3.3 C.12.1.
    func common(sopClassUID: String, sopInstanceUID: String) -> [DICOMElement] {
        let created = moment(record.judgedAt)
        let elements = [
            DICOMElement("SOPClassUID", sopClassUID), DICOMElement("SOPInstanceUID", sopInstanceUID),
            DICOMElement("ContributingEquipmentSequence", items: [contribution]),
        ]
        let dates = dated([
            DICOMElement("InstanceCreationDate", created.date), DICOMElement("InstanceCreationTime", created.time),
        ])
        return elements + dates + known([("TimezoneOffsetFromUTC", timezoneOffset ?? "")])
            + deidentification(sopClassUID: sopClassUID)
    }

    private var contribution: [DICOMElement] {
        [
            Concept.processingEquipment.sequence("PurposeOfReferenceCodeSequence"),
            DICOMElement("Manufacturer", Self.manufacturer), DICOMElement("ManufacturerModelName", model),
            DICOMElement("DeviceSerialNumber", DICOMText.longString(provenance.modelSHA256)),
            DICOMElement("SoftwareVersions", softwareVersions), DICOMElement("DeviceUID", names.deviceUID),
            DICOMElement("ContributionDescription", "Scored and judged the study. \(Notice.text)"),
        ] + dated([DICOMElement("ContributionDateTime", dateTime(provenance.startedAt))])
    }

    /// Who defines the codes of Gantry's own scheme.
    static var codingScheme: DICOMElement {
        DICOMElement(
            "CodingSchemeIdentificationSequence",
            items: [
                [
                    DICOMElement("CodingSchemeDesignator", Concept.privateScheme),
                    DICOMElement("CodingSchemeName", "Gantry's own codes, and classes of its pipelines"),
                    DICOMElement("CodingSchemeResponsibleOrganization", manufacturer),
                ]
            ])
    }

    /// A series of this study for objects of one kind.
    func series(_ kind: ReportFormat, modality: String, number: Int, _ description: String) -> [DICOMElement] {
        [
            DICOMElement("Modality", modality),
            DICOMElement("SeriesInstanceUID", names.seriesInstanceUID(kind.rawValue)),
            DICOMElement("SeriesNumber", "\(number)"),
            DICOMElement("SeriesDescription", DICOMText.longString("Gantry \(description), research use only")),
        ]
    }

    /// The step that the images were made in, of which a document's series must speak.
    var performedProcedureStep: DICOMElement {
        DICOMElement(
            "ReferencedPerformedProcedureStepSequence",
            items: source.attributes.performedProcedureStep.map { [$0.elements] } ?? [])
    }

    /// The orders that a document answers; nothing where the images name none.
    ///
    /// **Source** PS3.3 table C.17-2 (Referenced Request Sequence).
    var requests: [DICOMElement] {
        let requests = source.attributes.requests ?? []
        guard !requests.isEmpty else { return [] }
        let items = requests.map { request in
            [
                DICOMElement("StudyInstanceUID", (request.studyInstanceUID ?? record.studyInstanceUID).value),
                DICOMElement("ReferencedStudySequence", items: []),
                DICOMElement(
                    "AccessionNumber",
                    DICOMText.shortString(request.accessionNumber ?? record.study.accessionNumber)),
                DICOMElement(
                    "PlacerOrderNumberImagingServiceRequest", DICOMText.longString(request.placerOrderNumber)),
                DICOMElement(
                    "FillerOrderNumberImagingServiceRequest", DICOMText.longString(request.fillerOrderNumber)),
                DICOMElement("RequestedProcedureID", DICOMText.shortString(request.requestedProcedureID)),
                DICOMElement(
                    "RequestedProcedureDescription", DICOMText.longString(request.requestedProcedureDescription)),
                DICOMElement(
                    "RequestedProcedureCodeSequence",
                    items: (request.requestedProcedureCodes ?? []).compactMap { Concept($0)?.elements }),
            ]
        }
        return [DICOMElement("ReferencedRequestSequence", items: items)]
    }

    /// Every image of `slices` once, by study and series.
    ///
    /// **Source** PS3.3 table C.17-3 (Hierarchical SOP Instance Reference).
    func evidence(_ slices: [Slice]) -> DICOMElement {
        var order: [UID] = []
        var images: [UID: [ObjectReference]] = [:]
        var seen: Set<UID> = []
        for slice in slices where seen.insert(slice.record.sopInstanceUID).inserted {
            let series = slice.image.seriesInstanceUID
            if images[series] == nil { order.append(series) }
            images[series, default: []].append(slice.reference)
        }
        let series = order.map { uid in
            [
                DICOMElement("SeriesInstanceUID", uid.value),
                DICOMElement("ReferencedSOPSequence", items: (images[uid] ?? []).map(\.elements)),
            ]
        }
        return DICOMElement(
            "CurrentRequestedProcedureEvidenceSequence",
            items: [
                [
                    DICOMElement("StudyInstanceUID", record.studyInstanceUID.value),
                    DICOMElement("ReferencedSeriesSequence", items: series),
                ]
            ])
    }

    /// Those of `elements` that have a value.
    func known(_ elements: [(keyword: String, text: String)]) -> [DICOMElement] {
        elements.filter { !$0.text.isEmpty }.map { DICOMElement($0.keyword, $0.text) }
    }
}

extension ReportSubject.Slice {
    /// The image.
    var reference: ObjectReference {
        ObjectReference(sopClassUID: image.sopClassUID, sopInstanceUID: record.sopInstanceUID)
    }
}

extension IdentifierIssuer {
    /// Its attributes; none where it has none that can be written.
    fileprivate var elements: [DICOMElement] {
        let kind = DICOMText.code(
            universalEntityIDType, of: ["DNS", "EUI64", "ISO", "URI", "UUID", "X400", "X500"])
        let local = DICOMText.shortText(localNamespaceEntityID ?? "")
        let universal = DICOMText.shortText(universalEntityID ?? "")
        return (local.isEmpty ? [] : [DICOMElement("LocalNamespaceEntityID", local)])
            + (kind.isEmpty || universal.isEmpty
                ? []
                : [
                    DICOMElement("UniversalEntityID", universal), DICOMElement("UniversalEntityIDType", kind),
                ])
    }
}
