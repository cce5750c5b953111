import GantryCore

// Data types of FHIR R4, as far as they are written here. What is nil is left out.
//
// **Source** HL7 FHIR R4 (4.0.1), datatypes.html.

/// A code of a system.
struct FHIRCoding: Encodable, Sendable {
    var system: String?
    var code: String
    var display: String?
}

/// A concept, as codes and as a text.
struct FHIRConcept: Encodable, Sendable {
    var coding: [FHIRCoding]?
    var text: String?

    /// A concept of one code.
    init(_ coding: FHIRCoding, text: String? = nil) {
        self.coding = [coding]
        self.text = text
    }

    /// A concept that has no code.
    init(text: String) { self.text = text }
}

/// A name that a thing has in a system.
struct FHIRIdentifier: Encodable, Sendable {
    struct Assigner: Encodable, Sendable { var display: String }

    var type: FHIRConcept?
    var system: String?
    var value: String
    var assigner: Assigner?
}

/// Where another resource is, or by what it is known.
struct FHIRReference: Encodable, Sendable {
    var reference: String?
    var type: String?
    var identifier: FHIRIdentifier?
    var display: String?
}

/// A number with its unit.
struct FHIRQuantity: Encodable, Sendable {
    var value: Double
    var unit: String?
    var system = FHIRSystem.units
    var code: String

    /// A number without a unit.
    static func plain(_ value: Double) -> FHIRQuantity { FHIRQuantity(value: value, code: "1") }
    /// Millimetres.
    static func millimetres(_ value: Double) -> FHIRQuantity { FHIRQuantity(value: value, unit: "mm", code: "mm") }
}

/// A remark for a person.
struct FHIRAnnotation: Encodable, Sendable { var text: String }

/// Systems of codes and names.
enum FHIRSystem {
    static let dicomUID = "urn:dicom:uid"
    static let dicom = "http://dicom.nema.org/resources/ontology/DCM"
    static let snomed = "http://snomed.info/sct"
    static let loinc = "http://loinc.org"
    static let units = "http://unitsofmeasure.org"
    static let uri = "urn:ietf:rfc:3986"
    static let identifierType = "http://terminology.hl7.org/CodeSystem/v2-0203"
    static let section = "http://terminology.hl7.org/CodeSystem/v2-0074"
    static let category = "http://terminology.hl7.org/CodeSystem/observation-category"
    static let interpretation = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
    static let absence = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
}

/// Texts as FHIR takes them.
enum FHIRText {
    /// The text as a `string`: not empty, no white space but spaces and line breaks, no other control characters; nil
    /// where nothing is left.
    ///
    /// **Source** datatypes.html#string and its regular expression.
    static func string(_ text: String?) -> String? {
        guard let text else { return nil }
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\t", "\n", "\r": scalars.append(scalar)
            case "\u{0}"..<"\u{20}", "\u{7F}"..<"\u{A0}": scalars.append("\u{FFFD}")
            case _ where scalar.properties.isWhitespace: scalars.append(" ")
            default: scalars.append(scalar)
            }
        }
        return IdentityText.filled(String(scalars))
    }

    /// The text as a `code`: white space is single spaces.
    static func code(_ text: String?) -> String? {
        guard let text = string(text) else { return nil }
        let words = text.split(whereSeparator: \.isWhitespace)
        return words.isEmpty ? nil : words.joined(separator: " ")
    }

    /// A day of DICOM's `YYYYMMDD`; nil where it is none.
    static func day(_ text: String?) -> String? {
        guard let date = IdentityText.filled(text).flatMap({ DICOMDate($0) }), date.year > 0 else { return nil }
        return date.iso
    }
}
