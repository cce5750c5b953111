/// What an image says of its study, its equipment and its order, and scoring never asks: what an object that is sent
/// back into the study must repeat. Absent, empty and unusable attributes are nil.
public struct SourceAttributes: Sendable, Hashable, Codable {
    /// (0008,0201): `+0100`; the times of the object are meant by it.
    public var timezoneOffsetFromUTC: String?
    /// (0020,0010)
    public var studyID: String?
    /// (0008,0090)
    public var referringPhysicianName: String?
    /// (0010,1010): `065Y`.
    public var patientAge: String?
    /// (0008,0051), the first item.
    public var issuerOfAccessionNumber: IdentifierIssuer?
    /// (0008,1032): what was done.
    public var procedureCodes: [CodedEntry]?
    /// (0008,1111), the first item.
    public var performedProcedureStep: ObjectReference?
    /// (0040,0275): what was asked for.
    public var requests: [ImagingRequest]?
    /// (0008,0080)
    public var institutionName: String?
    /// (0008,1010)
    public var stationName: String?
    /// (0018,1000)
    public var deviceSerialNumber: String?
    /// (0018,1020), several with backslashes between.
    public var softwareVersions: String?
    /// (0028,2114), the last value: how the last lossy compression was done.
    public var lossyImageCompressionMethod: String?

    /// An image that says nothing.
    public init() {}
}

/// A code of a dictionary, with its meaning.
///
/// **Source** PS3.3 table 8.8-1.
public struct CodedEntry: Sendable, Hashable, Codable {
    /// (0008,0100)
    public var value: String
    /// (0008,0102)
    public var scheme: String
    /// (0008,0103); nil where the scheme needs none.
    public var schemeVersion: String?
    /// (0008,0104)
    public var meaning: String

    /// A code.
    public init(value: String, scheme: String, schemeVersion: String? = nil, meaning: String) {
        self.value = value
        self.scheme = scheme
        self.schemeVersion = schemeVersion
        self.meaning = meaning
    }
}

/// Who gave a number.
///
/// **Source** PS3.3 table 10-17 (HL7v2 Hierarchic Designator).
public struct IdentifierIssuer: Sendable, Hashable, Codable {
    /// (0040,0031)
    public var localNamespaceEntityID: String?
    /// (0040,0032)
    public var universalEntityID: String?
    /// (0040,0033)
    public var universalEntityIDType: String?

    /// An issuer of these names.
    public init(
        localNamespaceEntityID: String? = nil, universalEntityID: String? = nil, universalEntityIDType: String? = nil
    ) {
        self.localNamespaceEntityID = localNamespaceEntityID
        self.universalEntityID = universalEntityID
        self.universalEntityIDType = universalEntityIDType
    }
}

/// What names an object: its class and its UID.
public struct ObjectReference: Sendable, Hashable, Codable {
    /// (0008,1150)
    public var sopClassUID: UID
    /// (0008,1155)
    public var sopInstanceUID: UID

    /// The object of this class and UID.
    public init(sopClassUID: UID, sopInstanceUID: UID) {
        self.sopClassUID = sopClassUID
        self.sopInstanceUID = sopInstanceUID
    }
}

/// An order as an image repeats it: an item of its Request Attributes Sequence.
///
/// **Source** PS3.3 table 10-9.
public struct ImagingRequest: Sendable, Hashable, Codable {
    /// (0020,000D)
    public var studyInstanceUID: UID?
    /// (0008,0050)
    public var accessionNumber: String?
    /// (0040,1001)
    public var requestedProcedureID: String?
    /// (0032,1060)
    public var requestedProcedureDescription: String?
    /// (0032,1064)
    public var requestedProcedureCodes: [CodedEntry]?
    /// (0040,0009)
    public var scheduledProcedureStepID: String?
    /// (0040,2016)
    public var placerOrderNumber: String?
    /// (0040,2017)
    public var fillerOrderNumber: String?

    /// An order of which nothing is known yet.
    public init() {}
}
