import GantryCore

/// A DICOM object to be written: its attributes and, for an image, its pixels.
public struct DICOMObject: Sendable {
    /// How the file and its pixel data are encoded.
    public var transferSyntax: TransferSyntax
    /// Attributes in any order; the last of one keyword counts.
    public var elements: [DICOMElement]
    /// The image; nil where the object has none. Its attributes replace those of `elements`.
    public var pixelData: DICOMPixelData?
    /// (0042,0011), filled up with a zero where its length is odd; nil where the object encapsulates no document.
    public var encapsulatedDocument: [UInt8]?

    /// An object of these parts.
    public init(
        transferSyntax: TransferSyntax, elements: [DICOMElement], pixelData: DICOMPixelData? = nil,
        encapsulatedDocument: [UInt8]? = nil
    ) {
        self.transferSyntax = transferSyntax
        self.elements = elements
        self.pixelData = pixelData
        self.encapsulatedDocument = encapsulatedDocument
    }
}

/// One attribute with its value.
public struct DICOMElement: Sendable, Hashable {
    /// The data dictionary's keyword: `SeriesInstanceUID`.
    public var keyword: String
    /// The value.
    public var value: Value

    /// What an attribute holds.
    public enum Value: Sendable, Hashable {
        /// Text in UTF-8; several values with backslashes between, numbers in decimal, a tag as `(0020,9056)`. Empty:
        /// present without value.
        case text(String)
        /// The items of a sequence, each with attributes of its own.
        case items([[DICOMElement]])
    }

    /// An attribute with text.
    public init(_ keyword: String, _ text: String) {
        self.keyword = keyword
        value = .text(text)
    }

    /// A sequence of these items.
    public init(_ keyword: String, items: [[DICOMElement]]) {
        self.keyword = keyword
        value = .items(items)
    }

    /// The text; nil for a sequence.
    public var text: String? { if case .text(let text) = value { text } else { nil } }

    /// Whether the text, or a text in one of the items, goes beyond ASCII.
    var goesBeyondASCII: Bool {
        switch value {
        case .text(let text): text.utf8.contains { $0 >= 0x80 }
        case .items(let items): items.contains { $0.contains(where: \.goesBeyondASCII) }
        }
    }
}

/// Frames of one sample a pixel, or of three of 8 bits, all of one size.
///
/// **Source** PS3.3 C.7.6.3.
public struct DICOMPixelData: Sendable {
    /// (0028,0010)
    public var rows: Int
    /// (0028,0011)
    public var columns: Int
    /// (0028,0008): written where it is not 1, or where the object's elements have it too.
    public var frames: Int
    /// (0028,0002): 1 or 3; three lie side by side.
    public var samplesPerPixel: Int
    /// (0028,0100): 8 or 16.
    public var bitsAllocated: Int
    /// (0028,0101): 1 to `bitsAllocated`. The high bit is the one below.
    public var bitsStored: Int
    /// (0028,0103): values are two's complement.
    public var isSigned: Bool
    /// (0028,0004)
    public var photometricInterpretation: String
    /// **Shape** `[frames, rows, columns, samples]`: bit patterns, row by row; of 8 bits only the lower eight are
    /// written.
    public var values: [UInt16]

    /// Pixels of this shape.
    public init(
        rows: Int, columns: Int, frames: Int = 1, samplesPerPixel: Int = 1, bitsAllocated: Int = 16,
        bitsStored: Int = 16, isSigned: Bool, photometricInterpretation: String = "MONOCHROME2", values: [UInt16]
    ) {
        self.rows = rows
        self.columns = columns
        self.frames = frames
        self.samplesPerPixel = samplesPerPixel
        self.bitsAllocated = bitsAllocated
        self.bitsStored = bitsStored
        self.isSigned = isSigned
        self.photometricInterpretation = photometricInterpretation
        self.values = values
    }
}
