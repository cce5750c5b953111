import GantryCore

/// A column of a table about parts of studies, such as their slices.
package struct TableColumn<Part>: Sendable {
    /// Its header, and the member of a JSON line.
    package let name: String
    /// What its cells hold, for the data dictionary and for whoever reads them.
    package let type: TableColumnType
    /// What becomes of it where the export is de-identified.
    package let deidentified: Deidentified
    /// The value of a row.
    let value: @Sendable (StudyAccount, Part) -> TableValue

    init(
        _ name: String, _ type: TableColumnType, _ deidentified: Deidentified = .kept,
        _ value: @escaping @Sendable (StudyAccount, Part) -> TableValue
    ) {
        self.name = name
        self.type = type
        self.deidentified = deidentified
        self.value = value
    }
}

/// What the cells of a column hold; an empty one is unknown.
package enum TableColumnType: String, Sendable, CaseIterable {
    /// Any text.
    case text
    /// A word of a fixed list.
    case code
    /// 16 hexadecimal digits: a pseudonym.
    case key
    /// A DICOM UID.
    case uid
    /// A digest in hexadecimal digits.
    case digest
    /// A whole number.
    case integer
    /// A number with a point.
    case number
    /// `true` or `false`.
    case boolean
    /// `2026-11-14`, of DICOM's `20261114`; another text as it stands.
    case date
    /// `14:05:09.123`, or the beginning of it; another text as it stands.
    case time
    /// A moment in UTC: `2026-11-22T14:05:09.123Z`.
    case moment
    /// A JSON array of texts, codes or numbers.
    case list
}

/// What an export without identity makes of a column.
package enum Deidentified: String, Sendable, CaseIterable {
    /// The same.
    case kept
    /// Empty.
    case gone
    /// Another UID, the same for the same one.
    case mapped
    /// 16 hexadecimal digits, the same for the same text.
    case hashed
}

extension TableColumn {
    /// What every table begins with: which study, whose, which revision.
    static var common: [TableColumn] {
        [
            TableColumn("study_key", .key, .hashed) { account, _ in .text(account.summary.studyKey.value) },
            TableColumn("patient_key", .key, .hashed) { account, _ in .text(account.summary.patientKey.value) },
            TableColumn("revision", .integer) { account, _ in .integer(account.record?.revision) },
            TableColumn("is_standing", .boolean) { account, _ in .flag(account.isStanding) },
        ]
    }
}
