import GantryCore
import GantryDICOMWriting

/// What an object says of its own de-identification.
///
/// **Source** PS3.15 E.1, table E.1-1; PS3.3 C.7.1.1, C.12.1.
extension ReportSubject {
    /// `elements`, which are dates and times that an object need not have; nothing without identity.
    func dated(_ elements: [DICOMElement]) -> [DICOMElement] { record.deidentification == nil ? elements : [] }

    /// By which profile and options an object of this class names nobody; nothing where it names the patient.
    func deidentification(sopClassUID: String) -> [DICOMElement] {
        guard record.deidentification != nil else { return [] }
        var codes = [Concept.basicProfile]
        if sopClassUID.hasPrefix(Self.structuredReports) { codes.append(.cleanStructuredContent) }
        codes += [.cleanDescriptors, .retainDeviceIdentity]
        return [
            DICOMElement("PatientIdentityRemoved", "YES"),
            DICOMElement("DeidentificationMethod", "Gantry: PS3.15 Basic Application Confidentiality Profile"),
            DICOMElement("DeidentificationMethodCodeSequence", items: codes.map(\.elements)),
            DICOMElement("LongitudinalTemporalInformationModified", "REMOVED"),
        ]
    }

    /// With what the classes of objects begin that have a content tree.
    private static let structuredReports = "1.2.840.10008.5.1.4.1.1.88."
}

/// **Source** PS3.16 CID 7050.
extension Concept {
    static let basicProfile = Concept("113100", "DCM", "Basic Application Confidentiality Profile")
    /// The tree is made of what has no identity.
    static let cleanStructuredContent = Concept("113104", "DCM", "Clean Structured Content Option")
    /// Descriptions are Gantry's own.
    static let cleanDescriptors = Concept("113105", "DCM", "Clean Descriptors Option")
    /// The device is the bundle, by its name, digest and UID.
    static let retainDeviceIdentity = Concept("113109", "DCM", "Retain Device Identity Option")
}
