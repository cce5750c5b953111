import GantryCore

extension FHIRReport {
    /// The patient; where there is no Patient ID known by the store's pseudonym alone.
    var patient: FHIRPatient {
        let patient = record.patient
        let names = (patient.patientName ?? "").split(separator: "=", omittingEmptySubsequences: false).prefix(3)
            .enumerated().compactMap { Self.name(String($1), group: $0) }
        return FHIRPatient(
            id: name("patient"), identifier: [identifier], name: names.isEmpty ? nil : names,
            gender: Self.gender(patient.patientSex), birthDate: FHIRText.day(patient.patientBirthDate))
    }

    private var identifier: FHIRIdentifier {
        guard let patientID = FHIRText.string(record.patient.patientID) else {
            return FHIRIdentifier(type: FHIRConcept(text: "Pseudonym"), value: record.patientKey.value)
        }
        return FHIRIdentifier(
            type: FHIRConcept(
                FHIRCoding(system: FHIRSystem.identifierType, code: "MR", display: "Medical record number")),
            value: patientID,
            assigner: FHIRText.string(record.patient.issuerOfPatientID).map { FHIRIdentifier.Assigner(display: $0) })
    }

    /// One group of a person name: alphabetic, ideographic, phonetic; nil where it is empty.
    ///
    /// **Source** PS3.5 6.2.1.1; FHIR's extension EN-representation.
    private static func name(_ group: String, group index: Int) -> FHIRPatient.Name? {
        let parts = group.split(separator: "^", omittingEmptySubsequences: false).map { FHIRText.string(String($0)) }
        func part(_ index: Int) -> String? { parts.indices.contains(index) ? parts[index] : nil }
        let given = [part(1), part(2)].compactMap(\.self)
        guard parts.contains(where: { $0 != nil }) else { return nil }
        return FHIRPatient.Name(
            extension: index == 0 ? nil : [FHIRPatient.Name.Extension(valueCode: index == 1 ? "IDE" : "SYL")],
            text: FHIRText.string(IdentityText.name(group)), family: part(0), given: given.isEmpty ? nil : given,
            prefix: part(3).map { [$0] }, suffix: part(4).map { [$0] })
    }

    private static func gender(_ code: String?) -> String? {
        switch IdentityText.filled(code) {
        case "F": "female"
        case "M": "male"
        case "O": "other"
        case nil: nil
        default: "unknown"
        }
    }
}
