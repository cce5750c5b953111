/// How a data set and its pixel data are encoded, by UID; any UID can be held, only some can be decoded.
///
/// **Source** PS3.6 table A-1, PS3.5 section 10 and annex A.
public struct TransferSyntax: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The UID as it stood in (0002,0010).
    public let uid: String

    /// A transfer syntax named by its UID.
    public init(_ uid: String) { self.uid = uid }

    /// Decodes the UID.
    public init(from decoder: any Decoder) throws {
        uid = try decoder.singleValueContainer().decode(String.self)
    }

    /// Encodes the UID.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(uid)
    }

    /// Implicit VR little endian, DICOM's default.
    public static let implicitVRLittleEndian = TransferSyntax("1.2.840.10008.1.2")
    /// Explicit VR little endian.
    public static let explicitVRLittleEndian = TransferSyntax("1.2.840.10008.1.2.1")
    /// Deflated explicit VR little endian.
    public static let deflatedExplicitVRLittleEndian = TransferSyntax("1.2.840.10008.1.2.1.99")
    /// Explicit VR big endian (retired).
    public static let explicitVRBigEndian = TransferSyntax("1.2.840.10008.1.2.2")
    /// JPEG baseline, process 1, lossy, 8 bit.
    public static let jpegBaseline = TransferSyntax("1.2.840.10008.1.2.4.50")
    /// JPEG extended, processes 2 and 4, lossy, 12 bit.
    public static let jpegExtended = TransferSyntax("1.2.840.10008.1.2.4.51")
    /// JPEG spectral selection, processes 6 and 8 (retired), lossy.
    public static let jpegSpectralSelection = TransferSyntax("1.2.840.10008.1.2.4.53")
    /// JPEG full progression, processes 10 and 12 (retired), lossy.
    public static let jpegProgressive = TransferSyntax("1.2.840.10008.1.2.4.55")
    /// JPEG lossless, process 14.
    public static let jpegLossless = TransferSyntax("1.2.840.10008.1.2.4.57")
    /// JPEG lossless, process 14, selection value 1.
    public static let jpegLosslessSV1 = TransferSyntax("1.2.840.10008.1.2.4.70")
    /// JPEG-LS lossless.
    public static let jpegLSLossless = TransferSyntax("1.2.840.10008.1.2.4.80")
    /// JPEG-LS near-lossless.
    public static let jpegLSNearLossless = TransferSyntax("1.2.840.10008.1.2.4.81")
    /// JPEG 2000, lossless.
    public static let jpeg2000Lossless = TransferSyntax("1.2.840.10008.1.2.4.90")
    /// JPEG 2000, lossless or lossy.
    public static let jpeg2000 = TransferSyntax("1.2.840.10008.1.2.4.91")
    /// High-throughput JPEG 2000, lossless.
    public static let highThroughputJPEG2000Lossless = TransferSyntax("1.2.840.10008.1.2.4.201")
    /// High-throughput JPEG 2000, lossless, ordered by resolution.
    public static let highThroughputJPEG2000RPCLLossless = TransferSyntax("1.2.840.10008.1.2.4.202")
    /// High-throughput JPEG 2000, lossless or lossy.
    public static let highThroughputJPEG2000 = TransferSyntax("1.2.840.10008.1.2.4.203")
    /// Run length encoding.
    public static let rleLossless = TransferSyntax("1.2.840.10008.1.2.5")

    /// The standard's name in short, or the UID where it is not one of PS3.6's.
    public var name: String { Self.names[uid] ?? "unknown transfer syntax \(uid)" }

    /// Name and UID, for messages: `MPEG-4 AVC/H.264 High Profile, 1.2.840.10008.1.2.4.102`.
    public var nameAndUID: String { Self.names[uid].map { "\($0), \(uid)" } ?? name }

    /// The name.
    public var description: String { name }

    /// Whether pixel values may differ from what the scanner stored.
    public var isLossy: Bool { Self.lossy.contains(uid) }

    private static let lossy: Set<String> = [
        "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.53", "1.2.840.10008.1.2.4.55",
        "1.2.840.10008.1.2.4.81", "1.2.840.10008.1.2.4.91", "1.2.840.10008.1.2.4.93", "1.2.840.10008.1.2.4.203",
    ]
}
