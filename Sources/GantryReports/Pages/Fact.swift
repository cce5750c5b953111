import GantryCore

/// One line of a list of facts.
struct Fact {
    /// What it is.
    let label: String
    /// The value as text; `not given` where it is absent.
    let value: String
    let isMissing: Bool
    /// A long code in small letters below the value.
    let code: String?

    init(_ label: String, _ value: String?, code: String? = nil) {
        self.label = label
        self.value = value ?? "not given"
        isMissing = value == nil
        self.code = code
    }
}

/// Who a page is about.
struct IdentityView {
    let name: String
    let facts: [Fact]

    /// `studyDate` adds the age on that day.
    init(_ patient: Patient, studyDate: String? = nil) {
        name = IdentityText.name(patient.patientName)
        var birth = IdentityText.date(patient.patientBirthDate)
        if let date = studyDate.flatMap(DICOMDate.init), let born = patient.patientBirthDate.flatMap(DICOMDate.init),
            let age = date.age(from: born)
        {
            birth = birth.map { "\($0) (\(age) y at study)" }
        }
        facts = [
            Fact("Patient ID", IdentityText.filled(patient.patientID)),
            Fact("Birth date", birth),
            Fact("Sex", IdentityText.sex(patient.patientSex)),
        ]
    }
}
