import GantryCore

/// Bands into which studies fall by numbers of their headers.
package enum EvaluationBands {
    /// Names of the bands of slice thickness, from the thinnest.
    package static let thicknesses = ["up to 1 mm", "1 to 2 mm", "2 to 3 mm", "3 to 5 mm", "above 5 mm"]
    /// Names of the bands of age, from the youngest.
    package static let ages = ["under 18", "18 to 39", "40 to 59", "60 to 79", "80 and above"]

    /// The band of a thickness, each with its upper end; nil where it is not a number above 0.
    package static func thickness(_ millimetres: Double?) -> String? {
        guard let millimetres, millimetres.isFinite, millimetres > 0 else { return nil }
        return thicknesses[[1.0, 2, 3, 5].count { millimetres > $0 }]
    }

    /// The band of the age in full years on the day of the study; nil where a date is absent, is none, or lies before
    /// the birth.
    ///
    /// **Source** PS3.5 6.2: dates are `YYYYMMDD`.
    package static func age(birthDate: String?, studyDate: String?) -> String? {
        guard let birth = day(birthDate), let study = day(studyDate), study >= birth else { return nil }
        // Years are full where the day of the year has come: as numbers YYYYMMDD, a difference of 10,000 each.
        return ages[[18, 40, 60, 80].count { (study - birth) / 10_000 >= $0 }]
    }

    /// The sex, `female`, `male` or `other`; nil where it is not said.
    package static func sex(_ code: String?) -> String? {
        switch PatientIdentity.significant(code) {
        case "F": "female"
        case "M": "male"
        case "O": "other"
        default: nil
        }
    }

    private static func day(_ text: String?) -> Int? {
        guard let text = PatientIdentity.significant(text), text.utf8.count == 8, let number = Int(text),
            1...12 ~= number / 100 % 100, 1...31 ~= number % 100, number >= 18_000_101
        else { return nil }
        return number
    }
}
