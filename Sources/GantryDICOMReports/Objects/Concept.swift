import GantryCore
import GantryDICOMWriting
import GantryGround

/// A coded concept.
struct Concept: Sendable, Hashable {
    var value: String
    var scheme: String
    var version: String?
    var meaning: String

    /// A code of a dictionary.
    init(_ value: String, _ scheme: String, _ meaning: String, version: String? = nil) {
        self.value = value
        self.scheme = scheme
        self.version = version
        self.meaning = meaning
    }

    /// A code that an image names; nil where it does not fit the attributes of a code.
    init?(_ code: CodedEntry) {
        guard !code.value.isEmpty, DICOMText.shortString(code.value) == code.value,
            !code.scheme.isEmpty, DICOMText.shortString(code.scheme) == code.scheme, !code.meaning.isEmpty
        else { return nil }
        let version = code.schemeVersion.flatMap { DICOMText.shortString($0) == $0 ? $0 : nil }
        self.init(code.value, code.scheme, DICOMText.longString(code.meaning), version: version)
    }

    /// A class of a pipeline, by a code of Gantry's own scheme: its name where it can be a code, else digits that
    /// follow from it. The meaning is the name.
    static func pipelineClass(_ name: String) -> Concept {
        let isCode = name.wholeMatch(of: /[A-Za-z0-9._-]{1,16}/) != nil
        let digits = SHA256.hash(name.utf8).prefix(7).map { Hexadecimal.text($0, digits: 2) }.joined()
        let meaning = DICOMText.longString(name)
        return Concept(isCode ? name : "c-" + digits, privateScheme, meaning.isEmpty ? "class" : meaning)
    }

    /// The designator of Gantry's own codes.
    static let privateScheme = "99GANTRY"

    /// The code's attributes.
    ///
    /// **Source** PS3.3 table 8.8-1.
    var elements: [DICOMElement] {
        [DICOMElement("CodeValue", value), DICOMElement("CodingSchemeDesignator", scheme)]
            + (version.map { [DICOMElement("CodingSchemeVersion", $0)] } ?? []) + [DICOMElement("CodeMeaning", meaning)]
    }

    /// A sequence of one code.
    func sequence(_ keyword: String) -> DICOMElement { DICOMElement(keyword, items: [elements]) }
}

/// The concepts that objects here are written with.
///
/// **Source** PS3.16 annex D (DCM) and the context groups named.
extension Concept {
    static let imagingMeasurementReport = Concept("126000", "DCM", "Imaging Measurement Report")
    static let language = Concept("121049", "DCM", "Language of Content Item and Descendants")
    static let english = Concept("en-US", "RFC5646", "English (United States)")
    static let observerType = Concept("121005", "DCM", "Observer Type")
    static let device = Concept("121007", "DCM", "Device")
    static let deviceObserverUID = Concept("121012", "DCM", "Device Observer UID")
    static let deviceObserverName = Concept("121013", "DCM", "Device Observer Name")
    static let deviceObserverManufacturer = Concept("121014", "DCM", "Device Observer Manufacturer")
    static let deviceObserverModelName = Concept("121015", "DCM", "Device Observer Model Name")
    static let procedureReported = Concept("121058", "DCM", "Procedure reported")
    /// CID 100.
    static let ctOfUnspecifiedRegion = Concept("25045-6", "LN", "CT unspecified body region")
    static let imagingMeasurements = Concept("126010", "DCM", "Imaging Measurements")
    static let measurementGroup = Concept("125007", "DCM", "Measurement Group")
    static let trackingIdentifier = Concept("112039", "DCM", "Tracking Identifier")
    static let trackingUniqueIdentifier = Concept("112040", "DCM", "Tracking Unique Identifier")
    static let finding = Concept("121071", "DCM", "Finding")
    static let findingSite = Concept("363698007", "SCT", "Finding Site")
    static let lung = Concept("39607008", "SCT", "Lung")
    static let algorithmName = Concept("111001", "DCM", "Algorithm Name")
    static let algorithmVersion = Concept("111003", "DCM", "Algorithm Version")
    static let algorithmParameters = Concept("111002", "DCM", "Algorithm Parameters")
    static let probability = Concept("122157", "DCM", "Probability")
    static let noUnits = Concept("1", "UCUM", "no units")
    /// CID 7551.
    static let sourceOfMeasurement = Concept("121112", "DCM", "Source of Measurement")
    /// CID 7010.
    static let ofInterest = Concept("113000", "DCM", "Of Interest")
    static let keyObjectDescription = Concept("113012", "DCM", "Key Object Description")
    /// A document's kind, of LOINC.
    static let diagnosticImagingReport = Concept("18748-4", "LN", "Diagnostic Imaging Report")
    /// CID 7005.
    static let processingEquipment = Concept("109102", "DCM", "Processing Equipment")
    /// CID 7202.
    static let sourceImage = Concept("121322", "DCM", "Source image for image processing operation")

    // Gantry's own.
    static let positiveSlices = Concept("positive-slices", privateScheme, "Positive slices")
    static let scoredSlices = Concept("scored-slices", privateScheme, "Scored slices")
    static let qualityFinding = Concept("quality", privateScheme, "Quality finding")
    static let notice = Concept("notice", privateScheme, "Notice")
}
