import GantryCore

// Resources of FHIR R4, as far as they are written here. What is nil is left out.
//
// **Source** HL7 FHIR R4 (4.0.1): diagnosticreport, observation, imagingstudy, device, patient, bundle.

/// A thing that has a name of its own in a bundle.
protocol FHIRResource: Encodable, Sendable {
    var id: String { get }
}

/// Who was examined.
struct FHIRPatient: FHIRResource {
    /// A name in one way of writing it.
    struct Name: Encodable, Sendable {
        struct Extension: Encodable, Sendable {
            var url = "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation"
            var valueCode: String
        }

        var `extension`: [Extension]?
        var text: String?
        var family: String?
        var given: [String]?
        var prefix: [String]?
        var suffix: [String]?
    }

    var resourceType = "Patient"
    var id: String
    var identifier: [FHIRIdentifier]
    var name: [Name]?
    var gender: String?
    var birthDate: String?
}

/// The study that was judged.
struct FHIRImagingStudy: FHIRResource {
    struct Series: Encodable, Sendable {
        var uid: String
        var number: Int?
        var modality: FHIRCoding
        var description: String?
        var numberOfInstances: Int?
        var bodySite: FHIRCoding?
        var instance: [Instance]?
    }

    struct Instance: Encodable, Sendable {
        var uid: String
        var sopClass: FHIRCoding
        var title: String
    }

    var resourceType = "ImagingStudy"
    var id: String
    var identifier: [FHIRIdentifier]
    var status = "available"
    var modality: [FHIRCoding]
    var subject: FHIRReference
    var started: String?
    var basedOn: [FHIRReference]?
    var numberOfSeries: Int
    var numberOfInstances: Int?
    var description: String?
    var series: [Series]
}

/// What judged it.
struct FHIRDevice: FHIRResource {
    struct Name: Encodable, Sendable {
        var name: String
        var type: String
    }

    struct Version: Encodable, Sendable {
        var type: FHIRConcept
        var value: String
    }

    var resourceType = "Device"
    var id: String
    var identifier: [FHIRIdentifier]
    var manufacturer: String
    var deviceName: [Name]
    var type: FHIRConcept
    var version: [Version]
    var note: [FHIRAnnotation]
}

/// One thing that was found.
struct FHIRObservation: FHIRResource {
    struct Component: Encodable, Sendable {
        var code: FHIRConcept
        var valueQuantity: FHIRQuantity?
        var valueInteger: Int?
        var valueString: String?
    }

    struct Range: Encodable, Sendable {
        var low: FHIRQuantity?
        var high: FHIRQuantity?
        var text: String
    }

    var resourceType = "Observation"
    var id: String
    var status = "preliminary"
    var category = [FHIRConcept(FHIRCoding(system: FHIRSystem.category, code: "imaging", display: "Imaging"))]
    var code: FHIRConcept
    var subject: FHIRReference
    var effectiveDateTime: String?
    var issued: String
    var valueQuantity: FHIRQuantity?
    var valueCodeableConcept: FHIRConcept?
    var dataAbsentReason: FHIRConcept?
    var interpretation: [FHIRConcept]?
    var bodySite: FHIRConcept?
    var device: FHIRReference
    var referenceRange: [Range]?
    var derivedFrom: [FHIRReference]
    var component: [Component]?
}

/// What binds it together.
struct FHIRDiagnosticReport: FHIRResource {
    var resourceType = "DiagnosticReport"
    var id: String
    var identifier: [FHIRIdentifier]
    var basedOn: [FHIRReference]?
    var status = "preliminary"
    var category = [FHIRConcept(FHIRCoding(system: FHIRSystem.section, code: "RAD", display: "Radiology"))]
    var code: FHIRConcept
    var subject: FHIRReference
    var effectiveDateTime: String?
    var issued: String
    var result: [FHIRReference]
    var imagingStudy: [FHIRReference]
    var conclusion: String
    var conclusionCode: [FHIRConcept]
}

/// Resources that belong together.
struct FHIRBundle: Encodable, Sendable {
    struct Entry: Encodable, Sendable {
        var resource: any FHIRResource

        init(_ resource: any FHIRResource) { self.resource = resource }

        private enum CodingKeys: String, CodingKey { case fullUrl, resource }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode("urn:uuid:" + resource.id, forKey: .fullUrl)
            try resource.encode(to: container.superEncoder(forKey: .resource))
        }
    }

    var resourceType = "Bundle"
    var id: String
    var identifier: FHIRIdentifier
    var type = "collection"
    var timestamp: String
    var entry: [Entry]
}
