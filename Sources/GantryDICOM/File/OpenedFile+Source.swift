import GantryCore

/// What objects that refer to an image repeat of it.
extension OpenedFile {
    /// More items of a sequence are not read.
    private static var mostItems: Int { 8 }

    /// What the header says of study, equipment and order.
    func sourceAttributes() -> SourceAttributes {
        var source = SourceAttributes()
        source.timezoneOffsetFromUTC = text(.timezoneOffsetFromUTC)
        source.studyID = text(.studyID)
        source.referringPhysicianName = text(.referringPhysicianName)
        source.patientAge = text(.patientAge)
        source.issuerOfAccessionNumber = topLevel.firstItem(.issuerOfAccessionNumberSequence).flatMap(Self.issuer)
        source.procedureCodes = Self.codes(in: topLevel, .procedureCodeSequence)
        source.performedProcedureStep = topLevel.firstItem(.referencedPerformedProcedureStepSequence)
            .flatMap(Self.reference)
        source.requests = requests()
        source.institutionName = text(.institutionName)
        source.stationName = text(.stationName)
        source.deviceSerialNumber = text(.deviceSerialNumber)
        source.softwareVersions = text(.softwareVersions)
        source.lossyImageCompressionMethod = values(.lossyImageCompressionMethod).last.flatMap {
            $0.isEmpty ? nil : $0
        }
        return source
    }

    /// The orders, with what the top level says of them where there is one; nil where there is none.
    private func requests() -> [ImagingRequest]? {
        var requests = topLevel.items(.requestAttributesSequence).prefix(Self.mostItems).map { item in
            var request = ImagingRequest()
            request.studyInstanceUID = item.uid(.studyInstanceUID)
            request.accessionNumber = item.text(.accessionNumber)
            request.requestedProcedureID = item.text(.requestedProcedureID)
            request.requestedProcedureDescription = item.text(.requestedProcedureDescription)
            request.requestedProcedureCodes = Self.codes(in: item, .requestedProcedureCodeSequence)
            request.scheduledProcedureStepID = item.text(.scheduledProcedureStepID)
            return request
        }
        let (placer, filler) = (
            text(.placerOrderNumberImagingServiceRequest), text(.fillerOrderNumberImagingServiceRequest)
        )
        let (description, id) = (text(.requestedProcedureDescription), text(.requestedProcedureID))
        let codes = Self.codes(in: topLevel, .requestedProcedureCodeSequence)
        if requests.isEmpty && (placer ?? filler ?? description ?? id) == nil && codes == nil { return nil }
        if requests.isEmpty { requests = [ImagingRequest()] }
        if requests.count == 1 {
            requests[0].placerOrderNumber = placer
            requests[0].fillerOrderNumber = filler
            requests[0].requestedProcedureID = requests[0].requestedProcedureID ?? id
            requests[0].requestedProcedureDescription = requests[0].requestedProcedureDescription ?? description
            requests[0].requestedProcedureCodes = requests[0].requestedProcedureCodes ?? codes
        }
        return requests
    }

    private static func codes(in item: DICOMItem, _ attribute: DICOMAttribute) -> [CodedEntry]? {
        let codes = item.items(attribute).prefix(mostItems).compactMap { code -> CodedEntry? in
            guard let value = code.text(.codeValue), let scheme = code.text(.codingSchemeDesignator),
                let meaning = code.text(.codeMeaning)
            else { return nil }
            return CodedEntry(
                value: value, scheme: scheme, schemeVersion: code.text(.codingSchemeVersion), meaning: meaning)
        }
        return codes.isEmpty ? nil : codes
    }

    private static func issuer(_ item: DICOMItem) -> IdentifierIssuer? {
        let issuer = IdentifierIssuer(
            localNamespaceEntityID: item.text(.localNamespaceEntityID),
            universalEntityID: item.text(.universalEntityID), universalEntityIDType: item.text(.universalEntityIDType))
        return issuer == IdentifierIssuer() ? nil : issuer
    }

    private static func reference(_ item: DICOMItem) -> ObjectReference? {
        guard let sopClass = item.uid(.referencedSOPClassUID), let instance = item.uid(.referencedSOPInstanceUID)
        else { return nil }
        return ObjectReference(sopClassUID: sopClass, sopInstanceUID: instance)
    }
}
