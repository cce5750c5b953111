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

    /// What is said of how many slices, behind the value.
    let remarks: [Remark]

    /// A stored sentence.
    struct Remark {
        let slices: String
        let sentence: String
    }

    init(_ label: String, _ value: String?, code: String? = nil, remarks: [Remark] = [], _ texts: ReportTexts) {
        self.label = label
        self.value = value ?? texts(.notGiven)
        isMissing = value == nil
        self.code = code
        self.remarks = remarks
    }

    init(_ label: ReportText, _ value: String?, code: String? = nil, remarks: [Remark] = [], _ texts: ReportTexts) {
        self.init(texts(label), value, code: code, remarks: remarks, texts)
    }
}

/// Who a page is about.
struct IdentityView {
    let name: String
    let facts: [Fact]

    /// `studyDate` adds the age on that day.
    init(_ patient: Patient, studyDate: String? = nil, _ texts: ReportTexts) {
        name = IdentityText.name(patient.patientName, texts)
        var birth = IdentityText.date(patient.patientBirthDate)
        if let date = studyDate.flatMap(DICOMDate.init), let born = patient.patientBirthDate.flatMap(DICOMDate.init),
            let age = date.age(from: born)
        {
            birth = birth.map { texts(.birthDateAndAge, count: age, ["date": $0]) }
        }
        facts = [
            Fact(.patientID, IdentityText.filled(patient.patientID), texts),
            Fact(.birthDate, birth, texts),
            Fact(.sex, IdentityText.sex(patient.patientSex, texts), texts),
        ]
    }
}
