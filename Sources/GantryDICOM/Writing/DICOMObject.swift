import GantryCore

/// A DICOM object to be written: its attributes and, for an image, its pixels.
public struct DICOMObject: Sendable {
    /// How the file and its pixel data are encoded.
    public var transferSyntax: TransferSyntax
    /// Attributes in any order; the last of one keyword counts.
    public var elements: [DICOMElement]
    /// The image; nil where the object has none. Its attributes replace those of `elements`.
    public var pixelData: DICOMPixelData?

    /// An object of these parts.
    public init(transferSyntax: TransferSyntax, elements: [DICOMElement], pixelData: DICOMPixelData? = nil) {
        self.transferSyntax = transferSyntax
        self.elements = elements
        self.pixelData = pixelData
    }
}

/// One attribute with its value as text.
public struct DICOMElement: Sendable, Hashable {
    /// The data dictionary's keyword: `SeriesInstanceUID`.
    public var keyword: String
    /// The value in UTF-8; several values with backslashes between, numbers in decimal. Empty: present without value.
    public var value: String

    /// An attribute of this value.
    public init(_ keyword: String, _ value: String) {
        self.keyword = keyword
        self.value = value
    }
}

/// One frame of one sample a pixel.
///
/// **Source** PS3.3 C.7.6.3.
public struct DICOMPixelData: Sendable {
    /// (0028,0010)
    public var rows: Int
    /// (0028,0011)
    public var columns: Int
    /// (0028,0100): 8 or 16.
    public var bitsAllocated: Int
    /// (0028,0101): 1 to `bitsAllocated`. The high bit is the one below.
    public var bitsStored: Int
    /// (0028,0103): values are two's complement.
    public var isSigned: Bool
    /// (0028,0004)
    public var photometricInterpretation: String
    /// **Shape** `[rows, columns]`: bit patterns, row by row; of 8 bits only the lower eight are written.
    public var values: [UInt16]

    /// Pixels of this shape.
    public init(
        rows: Int, columns: Int, bitsAllocated: Int = 16, bitsStored: Int = 16, isSigned: Bool,
        photometricInterpretation: String = "MONOCHROME2", values: [UInt16]
    ) {
        self.rows = rows
        self.columns = columns
        self.bitsAllocated = bitsAllocated
        self.bitsStored = bitsStored
        self.isSigned = isSigned
        self.photometricInterpretation = photometricInterpretation
        self.values = values
    }
}
