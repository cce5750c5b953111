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
    /// Run length encoding.
    public static let rleLossless = TransferSyntax("1.2.840.10008.1.2.5")

    /// The standard's name, or the UID where it is not one of PS3.6's.
    public var name: String { Self.names[uid] ?? "unknown transfer syntax \(uid)" }

    /// The name.
    public var description: String { name }

    /// Whether pixel values may differ from what the scanner stored.
    public var isLossy: Bool { Self.lossy.contains(uid) }

    private static let lossy: Set<String> = [
        "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.53", "1.2.840.10008.1.2.4.55",
        "1.2.840.10008.1.2.4.81", "1.2.840.10008.1.2.4.91", "1.2.840.10008.1.2.4.203",
    ]

    private static let names: [String: String] = [
        "1.2.840.10008.1.2": "Implicit VR Little Endian",
        "1.2.840.10008.1.2.1": "Explicit VR Little Endian",
        "1.2.840.10008.1.2.1.99": "Deflated Explicit VR Little Endian",
        "1.2.840.10008.1.2.2": "Explicit VR Big Endian",
        "1.2.840.10008.1.2.4.50": "JPEG Baseline",
        "1.2.840.10008.1.2.4.51": "JPEG Extended",
        "1.2.840.10008.1.2.4.53": "JPEG Spectral Selection",
        "1.2.840.10008.1.2.4.55": "JPEG Full Progression",
        "1.2.840.10008.1.2.4.57": "JPEG Lossless",
        "1.2.840.10008.1.2.4.70": "JPEG Lossless SV1",
        "1.2.840.10008.1.2.4.80": "JPEG-LS Lossless",
        "1.2.840.10008.1.2.4.81": "JPEG-LS Near-Lossless",
        "1.2.840.10008.1.2.4.90": "JPEG 2000 Lossless",
        "1.2.840.10008.1.2.4.91": "JPEG 2000",
        "1.2.840.10008.1.2.4.92": "JPEG 2000 Multi-component Lossless",
        "1.2.840.10008.1.2.4.93": "JPEG 2000 Multi-component",
        "1.2.840.10008.1.2.4.94": "JPIP Referenced",
        "1.2.840.10008.1.2.4.95": "JPIP Referenced Deflate",
        "1.2.840.10008.1.2.4.100": "MPEG-2 Main Profile / Main Level",
        "1.2.840.10008.1.2.4.101": "MPEG-2 Main Profile / High Level",
        "1.2.840.10008.1.2.4.102": "MPEG-4 AVC/H.264 High Profile",
        "1.2.840.10008.1.2.4.103": "MPEG-4 AVC/H.264 BD-compatible",
        "1.2.840.10008.1.2.4.107": "HEVC/H.265 Main Profile",
        "1.2.840.10008.1.2.4.108": "HEVC/H.265 Main 10 Profile",
        "1.2.840.10008.1.2.4.201": "High-Throughput JPEG 2000 Lossless",
        "1.2.840.10008.1.2.4.202": "High-Throughput JPEG 2000 RPCL Lossless",
        "1.2.840.10008.1.2.4.203": "High-Throughput JPEG 2000",
        "1.2.840.10008.1.2.5": "RLE Lossless",
        "1.2.840.10008.1.2.6.1": "RFC 2557 MIME Encapsulation",
    ]
}
