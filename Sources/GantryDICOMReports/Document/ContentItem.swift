import Glibc
import GantryCore
import GantryDICOMWriting

/// One item of a document's content tree.
///
/// **Source** PS3.3 C.17.3, C.18.
struct ContentItem {
    /// How it belongs to the item above it; nil at the root.
    var relationship: Relationship?
    /// What it is about; nil where its template gives it no name.
    var name: Concept?
    /// What it says.
    var value: Value
    /// The items below it.
    var items: [ContentItem] = []

    enum Relationship: String {
        case contains = "CONTAINS"
        case hasObservationContext = "HAS OBS CONTEXT"
        case hasConceptModifier = "HAS CONCEPT MOD"
    }

    enum Value {
        /// A container, with the identifier of its template.
        case container(template: String?)
        case code(Concept)
        case text(String)
        case uidReference(String)
        /// A number without unit.
        case number(Double)
        case image(ObjectReference, frame: Int?)
    }

    init(_ relationship: Relationship?, _ name: Concept?, _ value: Value, _ items: [ContentItem] = []) {
        self.relationship = relationship
        self.name = name
        self.value = value
        self.items = items
    }

    /// An item that describes its parent.
    static func context(_ name: Concept, _ value: Value) -> ContentItem {
        ContentItem(.hasObservationContext, name, value)
    }

    /// An item that changes what its parent's name means.
    static func modifier(_ name: Concept, _ value: Value) -> ContentItem {
        ContentItem(.hasConceptModifier, name, value)
    }

    /// An item of what its parent holds.
    static func contained(_ name: Concept?, _ value: Value, _ items: [ContentItem] = []) -> ContentItem {
        ContentItem(.contains, name, value, items)
    }

    /// The attributes of the item: of the root, those of the data set.
    var elements: [DICOMElement] {
        var elements: [DICOMElement] = []
        if let relationship { elements.append(DICOMElement("RelationshipType", relationship.rawValue)) }
        elements.append(DICOMElement("ValueType", valueType))
        if let name { elements.append(name.sequence("ConceptNameCodeSequence")) }
        elements += valueElements
        if !items.isEmpty { elements.append(DICOMElement("ContentSequence", items: items.map(\.elements))) }
        return elements
    }

    private var valueType: String {
        switch value {
        case .container: "CONTAINER"
        case .code: "CODE"
        case .text: "TEXT"
        case .uidReference: "UIDREF"
        case .number: "NUM"
        case .image: "IMAGE"
        }
    }

    private var valueElements: [DICOMElement] {
        switch value {
        case .container(let template):
            [DICOMElement("ContinuityOfContent", "SEPARATE")]
                + (template.map { template in
                    [
                        DICOMElement(
                            "ContentTemplateSequence",
                            items: [
                                [
                                    DICOMElement("MappingResource", "DCMR"),
                                    DICOMElement("TemplateIdentifier", template),
                                ]
                            ])
                    ]
                } ?? [])
        case .code(let code): [code.sequence("ConceptCodeSequence")]
        case .text(let text): [DICOMElement("TextValue", DICOMText.unlimited(text))]
        case .uidReference(let uid): [DICOMElement("UID", uid)]
        case .number(let number): [DICOMElement("MeasuredValueSequence", items: [Self.measured(number)])]
        case .image(let image, let frame):
            [
                DICOMElement(
                    "ReferencedSOPSequence",
                    items: [
                        image.elements + (frame.map { [DICOMElement("ReferencedFrameNumber", "\($0)")] } ?? [])
                    ])
            ]
        }
    }

    /// The number in the 16 characters of a DS, and in full where these are not enough.
    private static func measured(_ number: Double) -> [DICOMElement] {
        let text = decimalString(number)
        let isExact = Double(text) == number
        return [DICOMElement("NumericValue", text)]
            + (isExact ? [] : [DICOMElement("FloatingPointValue", "\(number)")])
            + [Concept.noUnits.sequence("MeasurementUnitsCodeSequence")]
    }

    /// DS: as many digits as 16 characters hold.
    static func decimalString(_ number: Double) -> String {
        for digits in stride(from: Int32(17), to: 0, by: -1) {
            var buffer = [CChar](repeating: 0, count: 64)
            let length = withVaList([digits, number]) { vsnprintf(&buffer, buffer.count, "%.*g", $0) }
            guard length > 0, length <= 16 else { continue }
            return String(decoding: buffer.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        return "0"
    }
}

extension ObjectReference {
    /// What names the object in another.
    ///
    /// **Source** PS3.3 table 10-11.
    var elements: [DICOMElement] {
        [
            DICOMElement("ReferencedSOPClassUID", sopClassUID.value),
            DICOMElement("ReferencedSOPInstanceUID", sopInstanceUID.value),
        ]
    }
}
