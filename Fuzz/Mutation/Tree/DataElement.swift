/// One data element as it lies in a file, taken apart so far that each part can be spoilt alone.
///
/// **Source** PS3.5 section 7.
package struct DataElement: Sendable, Equatable {
    package var tag: Tag
    /// Two characters; empty where the file has none (implicit).
    package var vr: [UInt8]
    package var content: Content
    /// What its length field says; nil: what is true.
    package var statedLength: UInt32?

    package init(_ tag: Tag, _ vr: String, _ content: Content) {
        self.tag = tag
        self.vr = Array(vr.utf8)
        self.content = content
    }

    /// The value of an element without parts.
    package var bytes: [UInt8]? {
        guard case .bytes(let bytes) = content else { return nil }
        return bytes
    }
}

/// Group and element number.
package struct Tag: Sendable, Hashable {
    package var group: UInt16
    package var element: UInt16

    package init(_ group: UInt16, _ element: UInt16) {
        self.group = group
        self.element = element
    }

    package static let transferSyntaxUID = Tag(0x0002, 0x0010)
    package static let specificCharacterSet = Tag(0x0008, 0x0005)
    package static let samplesPerPixel = Tag(0x0028, 0x0002)
    package static let photometricInterpretation = Tag(0x0028, 0x0004)
    package static let numberOfFrames = Tag(0x0028, 0x0008)
    package static let rows = Tag(0x0028, 0x0010)
    package static let columns = Tag(0x0028, 0x0011)
    package static let bitsAllocated = Tag(0x0028, 0x0100)
    package static let bitsStored = Tag(0x0028, 0x0101)
    package static let highBit = Tag(0x0028, 0x0102)
    package static let pixelRepresentation = Tag(0x0028, 0x0103)
    package static let rescaleIntercept = Tag(0x0028, 0x1052)
    package static let rescaleSlope = Tag(0x0028, 0x1053)
    package static let modalityLUTSequence = Tag(0x0028, 0x3000)
    package static let pixelData = Tag(0x7FE0, 0x0010)
    package static let item = Tag(0xFFFE, 0xE000)
    package static let itemDelimitation = Tag(0xFFFE, 0xE00D)
    package static let sequenceDelimitation = Tag(0xFFFE, 0xE0DD)
}

/// What an element holds.
package enum Content: Sendable, Equatable {
    /// A value, in the file's byte order.
    case bytes([UInt8])
    /// The items of a sequence, of undefined length or not.
    case items([Item], isUndefined: Bool)
    /// Encapsulated pixel data: the offset table, then the fragments; with a delimiter at the end or not.
    case fragments([[UInt8]], isDelimited: Bool)
}

/// One item of a sequence.
package struct Item: Sendable, Equatable {
    package var elements: [DataElement]
    package var isUndefined: Bool

    package init(_ elements: [DataElement], isUndefined: Bool = false) {
        self.elements = elements
        self.isUndefined = isUndefined
    }
}
